//! `do.data` and `do.mutate` of lists: pages cut oddly, totals that move, orders that change.

use std::collections::BTreeSet;

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{documented, names, older, playing, playing_with};
use crate::support::{Client, create_user};

const ALL: [&str; 6] = [
    "user-1@main.com",
    "user-2@main.com",
    "user-3@main.com",
    "user-4@main.com",
    "user-5@main.com",
    "user-6@main.com",
];

fn peopled((goto, client): (GotoDouble, Client)) -> (GotoDouble, Client) {
    for name in ALL {
        create_user(&client, name);
    }
    (goto, client)
}

/// Lists on which this fault acts.
fn listing(data: &str) -> (GotoDouble, Client) {
    peopled(playing(json!([{ "id": "odd", "do": { "data": data },
        "on": ["users.list", "users.search", "identity.users.list"] }])))
}

fn page(client: &Client, start: usize, count: usize) -> Value {
    let path = format!("/Users?startIndex={start}&count={count}");
    client.get(&path).json()
}

fn search(client: &Client, start: usize, count: usize) -> Value {
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "startIndex": start, "count": count });
    client.post("/Users/.search", &body).json()
}

/// What a client reads that goes on behind the rows it got, as RFC 7644 section 3.4.2.4 wants it.
fn whole(client: &Client, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        let list = page(client, all.len() + 1, count);
        let rows = names(&list);
        let total = usize::try_from(list["totalResults"].as_u64().unwrap()).unwrap();
        let is_end = rows.is_empty();
        all.extend(rows);
        if is_end || all.len() >= total || all.len() > 50 {
            return all;
        }
    }
}

#[test]
fn page_has_fewer_rows_than_asked_for() {
    let (goto, client) = listing("page_cap:2");
    for list in [page(&client, 3, 5), search(&client, 3, 5)] {
        assert_eq!(names(&list), ALL[2..4]);
        let numbers = ["totalResults", "startIndex", "itemsPerPage"].map(|name| &list[name]);
        assert_eq!(numbers, [6, 3, 2]);
    }
    assert_eq!(names(&page(&older(&goto), 3, 5)), ALL[2..4]);
    assert_eq!(names(&page(&client, 3, 1)), ALL[2..3]);
    assert_eq!(whole(&client, 5), ALL);
}

#[test]
fn jittering_page_is_drawn_for_its_place() {
    let (_goto, client) = listing("page_cap:1-4");
    let sizes = || (1..=6).map(|start| names(&page(&client, start, 6)).len());
    let first: Vec<_> = sizes().collect();
    assert_eq!(first, sizes().collect::<Vec<_>>());
    assert!(first.iter().all(|rows| (1..=4).contains(rows)), "{first:?}");
    assert!(first.iter().collect::<BTreeSet<_>>().len() > 1, "{first:?}");
    assert_eq!(whole(&client, 6), ALL);
}

#[test]
fn repeated_rows_come_in_addition() {
    let (_goto, client) = listing("page_repeat");
    assert_eq!(names(&page(&client, 1, 3)), ALL[..3]);
    assert_eq!(names(&page(&client, 4, 3)), ALL[2..5]);
    let expected = [0, 1, 2, 2, 3, 4, 4, 5].map(|place| ALL[place]);
    assert_eq!(whole(&client, 3), expected);
    assert_eq!(names(&page(&client, 1, 6)), ALL);
    assert_eq!(page(&client, 1, 6)["totalResults"], 6);
}

#[test]
fn every_page_is_cut_out_of_another_order() {
    let (goto, client) = listing("unordered");
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let one = names(&page(&client, 1, 6));
    assert_eq!(sorted(one.clone()), ALL);
    assert_eq!(names(&page(&client, 1, 6)), one, "one page keeps its order");
    let paged = whole(&client, 2);
    assert_eq!(paged.len(), 6);
    assert_ne!(sorted(paged), ALL, "some are missed and some come twice");
    let old = names(&page(&older(&goto), 1, 6));
    assert_eq!(sorted(old.clone()), ALL);
    assert_ne!(old, ALL);
}

#[test]
fn total_grows_and_shrinks_with_the_pages() {
    for (way, expected) in [("grows", [6, 7, 8]), ("shrinks", [6, 5, 4])] {
        let (goto, client) = listing(&format!("total:{way}"));
        let total = |list: Value| list["totalResults"].as_u64().unwrap();
        assert_eq!(
            [1, 3, 5].map(|start| total(page(&client, start, 2))),
            expected
        );
        assert_eq!(
            [1, 3, 5].map(|start| total(search(&client, start, 2))),
            expected
        );
        let older = older(&goto);
        assert_eq!(
            [1, 3, 5].map(|start| total(page(&older, start, 2))),
            expected
        );
    }
}

#[test]
fn total_jitters_by_two_at_most_and_repeatably() {
    let (_goto, client) = listing("total:jitters");
    let totals = || -> Vec<u64> {
        let total = |start| page(&client, start, 1)["totalResults"].as_u64().unwrap();
        (1..=6).map(total).collect()
    };
    let first = totals();
    assert_eq!(first, totals());
    assert!(
        first.iter().all(|total| (4..=8).contains(total)),
        "{first:?}"
    );
    assert!(first.iter().any(|total| *total != 6), "{first:?}");
}

#[test]
fn documented_pages_are_odd_once_and_healthy_around() {
    for (name, start, count) in [
        ("data page_cap", 1, 6),
        ("data page_repeat", 4, 3),
        ("data unordered", 3, 6),
        ("data total", 3, 2),
    ] {
        let (_goto, client) = peopled(playing(documented(name, 2)));
        let [before, odd, after] = [(); 3].map(|()| page(&client, start, count));
        assert_eq!(before, after, "{name}");
        assert_ne!(before, odd, "{name}");
    }
}

#[test]
fn numbers_beside_the_rows_are_missing_wrong_or_text() {
    for (mutate, name, expected) in [
        ("start_index:missing", "startIndex", None),
        ("start_index:wrong", "startIndex", Some(json!(4))),
        ("start_index:text", "startIndex", Some(json!("3"))),
        ("items_per_page:missing", "itemsPerPage", None),
        ("items_per_page:wrong", "itemsPerPage", Some(json!(3))),
        ("items_per_page:text", "itemsPerPage", Some(json!("2"))),
    ] {
        let rule = json!([{ "id": "odd", "on": ["users.list", "users.search"],
            "when": { "nth": 2, "per": "op" }, "do": { "mutate": mutate } }]);
        let (_goto, client) = peopled(playing(rule));
        for ask in [page, search] {
            let [before, odd, after] = [(); 3].map(|()| ask(&client, 3, 2));
            assert_eq!(odd.get(name), expected.as_ref(), "{mutate}");
            assert_eq!(odd["Resources"], before["Resources"], "{mutate}");
            assert_eq!(before, after, "{mutate}");
        }
    }
}

#[test]
fn cursor_that_comes_back_has_expired() {
    let given = json!({ "profile": { "cursor_paging": true } });
    let (_goto, client) = peopled(playing_with(documented("data expired_cursor", 2), given));
    let first = client.get("/Users?cursor&count=2").json();
    let next = format!(
        "/Users?count=2&cursor={}",
        first["nextCursor"].as_str().unwrap()
    );
    let refused = client.get(&next);
    // RFC 9865 section 2.1: a server that no longer honours a cursor says so with 400 and `expiredCursor`.
    assert_eq!(
        (refused.status, &refused.json()["scimType"]),
        (400, &json!("expiredCursor"))
    );
    assert_eq!(names(&client.get(&next).json()), ALL[2..4]);
}

#[test]
fn deviations_of_lists_reach_searches_and_the_older_dialect() {
    let rule = |mutate: &str| {
        peopled(playing(json!([{ "id": "odd", "do": { "mutate": mutate },
            "on": ["users.search", "identity.users.list"] }])))
    };
    let (goto, client) = rule("page_drift");
    for list in [search(&client, 3, 2), page(&older(&goto), 3, 2)] {
        assert_eq!(names(&list), ALL[1..3]);
    }
    assert_eq!(search(&client, 3, 2)["startIndex"], 3);
    let (goto, client) = rule("wrong_total");
    for list in [search(&client, 1, 2), page(&older(&goto), 1, 2)] {
        assert_eq!(list["totalResults"], 7);
    }
    let (goto, client) = rule("empty_page");
    for list in [search(&client, 1, 2), page(&older(&goto), 1, 2)] {
        assert_eq!((&list["totalResults"], names(&list).len()), (&json!(6), 0));
    }
    let (goto, client) = rule("stale_list:1");
    let totals = |client: &Client, ask: fn(&Client, usize, usize) -> Value| {
        create_user(client, "late@main.com");
        let totals = [(); 2].map(|()| ask(client, 1, 9)["totalResults"].clone());
        totals.map(|total| total.as_u64().unwrap())
    };
    search(&client, 1, 9);
    assert_eq!(totals(&client, search), [6, 7]);
    let older = older(&goto);
    assert_eq!(names(&page(&older, 1, 9)).len(), 7);
    let (goto, client) = rule("omit_id");
    assert!(search(&client, 1, 1)["Resources"][0].get("id").is_none());
    let old = page(&self::older(&goto), 1, 1);
    assert!(old["resources"][0].get("id").is_none() && old["resources"][0].is_object());
    let (goto, client) = rule("filter_ignored");
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "userName eq \"user-2@main.com\"" });
    assert_eq!(
        client.post("/Users/.search", &body).json()["totalResults"],
        6
    );
    let filtered = "/Users?filter=userName%20eq%20%22user-2%40main.com%22";
    assert_eq!(self::older(&goto).get(filtered).json()["totalResults"], 6);
    assert_eq!(client.get(filtered).json()["totalResults"], 1);
}

#[test]
fn last_page_never_holds_the_repeated_row_alone() {
    for (rows, count) in [(3, 2), (5, 3), (6, 2), (4, 2), (6, 3)] {
        let (_goto, client) =
            playing(json!([{ "id": "odd", "on": "users.list", "do": { "data": "page_repeat" } }]));
        for name in &ALL[..rows] {
            create_user(&client, name);
        }
        let all = whole(&client, count);
        let total = page(&client, 1, count)["totalResults"].clone();
        assert_eq!(total, all.len(), "{rows} by {count}");
        let last = all.len() - 1;
        assert_ne!(all[last], all[last - 1], "{rows} by {count}: {all:?}");
        assert_eq!(all[last], ALL[rows - 1]);
    }
}

/// What a client reads that follows cursors, and the totals it is told.
fn by_cursors(client: &Client, count: usize) -> (Vec<Vec<String>>, Vec<Value>) {
    let (mut pages, mut totals) = (Vec::new(), Vec::new());
    let mut cursor = Some(String::new());
    while let Some(from) = cursor.take().filter(|_| pages.len() < 50) {
        let list = client
            .get(&format!("/Users?cursor={from}&count={count}"))
            .json();
        pages.push(names(&list));
        totals.push(list["totalResults"].clone());
        cursor = list["nextCursor"].as_str().map(String::from);
    }
    (pages, totals)
}

#[test]
fn pages_by_cursors_are_odd_too_and_come_to_an_end() {
    let listing = |data: &str| {
        let rules = json!([{ "id": "odd", "on": "users.list", "do": { "data": data } }]);
        let (goto, client) = peopled(playing_with(
            rules,
            json!({ "profile": { "cursor_paging": true } }),
        ));
        let told = by_cursors(&client, 2);
        drop(goto);
        told
    };
    for _ in 0..5 {
        let (pages, _) = listing("unordered");
        assert_eq!(pages.len(), 3, "{pages:?}");
        assert!(pages.iter().all(|page| page.len() == 2), "{pages:?}");
    }
    assert_eq!(listing("total:grows").1, [6, 7, 8]);
    let (pages, totals) = listing("page_repeat");
    assert_eq!(pages.concat().len(), 10);
    assert_eq!(totals, [10; 5]);
    for (before, after) in pages.iter().zip(&pages[1..]) {
        assert_eq!(before.last(), after.first());
    }
}
