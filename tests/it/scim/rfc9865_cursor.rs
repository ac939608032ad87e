//! Pages by cursor, [RFC 9865](https://www.rfc-editor.org/rfc/rfc9865): off unless the profile says so.

use std::time::Duration;

use goto_double::scenario::script::ClockSetting;
use goto_double::{Builder, GotoDouble};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::{cast, check_error, group_of, list, names, resources};
use crate::support::{Answer, Client, create_user, start, user, with};

fn with_cursors() -> Builder {
    GotoDouble::builder().profile("cursor_paging", true)
}

fn begin(people: usize) -> (GotoDouble, Client, Vec<String>) {
    let (goto, client) = with(with_cursors());
    let ids = (0..people).map(|n| create_user(&client, &format!("u{n}@main.com")));
    let ids = ids.collect();
    (goto, client, ids)
}

#[track_caller]
fn cursor(answer: &Answer, name: &str) -> Option<String> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let cursor = answer.json()[name].as_str().map(str::to_owned);
    // "This value may only contain characters from the unreserved characters set defined in Section 2.3 of RFC 3986."
    let is_unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    assert!(
        cursor
            .as_deref()
            .is_none_or(|cursor| cursor.chars().all(is_unreserved))
    );
    cursor
}

fn next(answer: &Answer) -> Option<String> {
    cursor(answer, "nextCursor")
}

fn ids(answer: &Answer) -> Vec<String> {
    let rows = resources(answer);
    rows.iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect()
}

fn page(client: &Client, cursor: &str, more: &[(&str, &str)]) -> Answer {
    let mut parameters = vec![("cursor", cursor)];
    parameters.extend(more);
    list(client, "/Users", &parameters)
}

// Section 2: "The cursor value MUST be empty or omitted for the first request of a cursor-paginated query." and "Service
// providers supporting cursor-based pagination MUST include nextCursor in all paged query responses except when returning
// the last page."
#[test]
fn cursors_lead_from_the_first_page_to_the_last() {
    let (_goto, client, everybody) = begin(7);
    for first in ["cursor", "cursor=", "x=1"] {
        let mut answer = client.get(&format!("/Users?{first}&count=3"));
        let mut seen = ids(&answer);
        for _ in 0..2 {
            let to = next(&answer).unwrap();
            answer = page(&client, &to, &[("count", "3")]);
            assert_eq!(answer.json()["totalResults"], 7);
            assert!(answer.json().get("startIndex").is_none());
            seen.extend(ids(&answer));
        }
        assert_eq!(next(&answer), None);
        assert_eq!(seen, everybody, "{first}");
    }
    // A page that holds everything leads nowhere.
    assert_eq!(next(&page(&client, "", &[("count", "7")])), None);
}

// "Returning previousCursor is OPTIONAL."
#[test]
fn previous_cursor_leads_back() {
    let (_goto, client, everybody) = begin(7);
    let first = page(&client, "", &[("count", "3")]);
    assert_eq!(cursor(&first, "previousCursor"), None);
    let second = page(&client, &next(&first).unwrap(), &[("count", "3")]);
    let third = page(&client, &next(&second).unwrap(), &[("count", "3")]);
    let back = page(
        &client,
        &cursor(&third, "previousCursor").unwrap(),
        &[("count", "3")],
    );
    assert_eq!(ids(&back), everybody[3..6]);
    // With another count the pages are cut elsewhere, and still nobody is left out.
    let back = page(
        &client,
        &cursor(&back, "previousCursor").unwrap(),
        &[("count", "5")],
    );
    assert_eq!(ids(&back), everybody[..3]);
    assert_eq!(cursor(&back, "previousCursor"), None);
    assert_eq!(
        ids(&page(&client, &next(&back).unwrap(), &[])),
        everybody[3..]
    );
}

// What a client expects of a cursor: nobody comes twice, and nobody is lost who was there all the time.
#[test]
fn creation_and_deletion_between_pages_move_nothing() {
    for sort in [
        &[][..],
        &[("sortBy", "userName"), ("sortOrder", "descending")],
    ] {
        let (_goto, client, everybody) = begin(10);
        let walk = |cursor: &str| page(&client, cursor, &[&[("count", "3")], sort].concat());
        let first = walk("");
        let mut seen = ids(&first);
        for gone in [&seen[0], &seen[2]] {
            assert_eq!(client.delete(&format!("/Users/{gone}")).status, 204);
        }
        create_user(&client, "u55@main.com");
        create_user(&client, "aaa@main.com");
        let second = walk(&next(&first).unwrap());
        seen.extend(ids(&second));
        // All that the last page showed is gone, and with it the place where it ended.
        for gone in ids(&second) {
            assert_eq!(client.delete(&format!("/Users/{gone}")).status, 204);
        }
        let mut last = next(&second);
        while let Some(cursor) = last {
            let answer = walk(&cursor);
            seen.extend(ids(&answer));
            last = next(&answer);
        }
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{seen:?}");
        assert!(everybody.iter().all(|id| seen.contains(id)));
    }
}

#[test]
fn page_whose_rest_is_deleted_is_empty_and_the_last() {
    let (_goto, client, everybody) = begin(4);
    let first = page(&client, "", &[("count", "2")]);
    for gone in &everybody[2..] {
        assert_eq!(client.delete(&format!("/Users/{gone}")).status, 204);
    }
    let second = page(&client, &next(&first).unwrap(), &[("count", "2")]);
    assert!(ids(&second).is_empty() && next(&second).is_none());
}

// "…it MUST query the same service provider endpoint with all query parameters and values being identical to the initial
// query with the exception of the cursor value".
#[test]
fn cursor_of_another_query_is_invalid() {
    let (_goto, client, _) = begin(4);
    group_of(&client, "Guides", &[]);
    let query = [
        ("filter", "userName sw \"u\""),
        ("sortBy", "userName"),
        ("count", "1"),
    ];
    let to = next(&page(&client, "", &query)).unwrap();
    assert_eq!(names(&page(&client, &to, &query)), ["u1"]);
    // The RFC's own example writes the name in another case on the second page.
    let same = [
        ("filter", "USERNAME sw \"u\""),
        ("sortBy", "username"),
        ("count", "2"),
    ];
    assert_eq!(names(&page(&client, &to, &same)), ["u1", "u2"]);
    for other in [
        &[][..],
        &query[..1],
        &query[1..],
        &[("filter", "userName sw \"u1\""), query[1]],
        &[query[0], ("sortBy", "id")],
        &[query[0], query[1], ("sortOrder", "descending")],
    ] {
        check_error(&page(&client, &to, other), 400, "invalidCursor", "cursor");
    }
    for endpoint in ["/Groups", ""] {
        let mut parameters = vec![("cursor", &*to)];
        parameters.extend(query);
        check_error(
            &list(&client, endpoint, &parameters),
            400,
            "invalidCursor",
            "cursor",
        );
    }
}

// Section 2.1: "invalidCursor Cursor value is invalid."
#[test]
fn any_bytes_as_a_cursor_are_400() {
    let (_goto, client, _) = begin(3);
    let good = next(&page(&client, "", &[("count", "1")])).unwrap();
    for wrong in [
        "x",
        "0",
        "null",
        &good[1..],
        &format!("{good}A"),
        &"A".repeat(5000),
        &good.to_lowercase(),
    ] {
        check_error(&page(&client, wrong, &[]), 400, "invalidCursor", "cursor");
    }
    let config = Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let bytes = prop::collection::vec(any::<u8>(), 1..60);
    let outcome = TestRunner::new(config).run(&bytes, |bytes| {
        let sent = percent_encoding::percent_encode(&bytes, percent_encoding::NON_ALPHANUMERIC);
        let answer = client.get(&format!("/Users?cursor={sent}"));
        let expected = match std::str::from_utf8(&bytes) {
            Ok(_) => "invalidCursor",
            Err(_) => "invalidValue",
        };
        check_error(&answer, 400, expected, "cursor");
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

// "expiredCursor Cursor has expired. Do not wait longer than cursorTimeout to request additional pages."
#[test]
fn cursor_expires_by_the_sandbox_clock() {
    let clock = ClockSetting::parse("manual").unwrap();
    let (goto, client) = with(with_cursors().clock(clock).profile("cursor_seconds", 60));
    cast(&client);
    let to = next(&page(&client, "", &[("count", "1")])).unwrap();
    goto.control().advance(Duration::from_secs(60)).unwrap();
    let second = page(&client, &to, &[("count", "1")]);
    assert_eq!(names(&second), ["bert"]);
    goto.control().advance(Duration::from_millis(1)).unwrap();
    check_error(&page(&client, &to, &[]), 400, "expiredCursor", "60 seconds");
    // Every page gives a cursor of its own, and with it more time.
    assert_eq!(
        names(&page(&client, &next(&second).unwrap(), &[])),
        ["cora", "dora"]
    );
}

// "invalidCount Count value is invalid."
#[test]
fn count_beside_a_cursor_is_positive() {
    let (_goto, client, _) = begin(2);
    for count in ["0", "-1", "one", "", "1.5"] {
        check_error(
            &page(&client, "", &[("count", count)]),
            400,
            "invalidCount",
            "count",
        );
    }
    assert_eq!(
        ids(&page(&client, "", &[("count", "99999999999999999999")])).len(),
        2
    );
    // Without a cursor everything is as RFC 7644 has it.
    assert!(ids(&list(&client, "/Users", &[("count", "0")])).is_empty());
}

// Section 2.3: "clients can use the startIndex and cursor query parameters to request a specific method."
#[test]
fn index_and_cursor_exclude_each_other() {
    let (_goto, client, everybody) = begin(3);
    let both = page(&client, "", &[("startIndex", "1")]);
    check_error(&both, 400, "invalidValue", "startIndex and cursor");
    let by_index = list(&client, "/Users", &[("startIndex", "1"), ("count", "1")]);
    assert_eq!(next(&by_index), None);
    // "Service providers MUST NOT return an error due to the pagination method being unspecified".
    let either = list(&client, "/Users", &[("count", "1")]);
    assert_eq!(either.json()["startIndex"], 1);
    assert_eq!(
        ids(&page(&client, &next(&either).unwrap(), &[])),
        everybody[1..]
    );
}

// Section 3: "When posting to /.search, the client would pass the parameters defined in Section 2 in the body".
#[test]
fn search_is_paged_by_cursor_too() {
    let (_goto, client, everybody) = begin(3);
    let guides = group_of(&client, "Guides", &[]);
    for (path, all) in [
        ("/Users/.search", &everybody[..]),
        ("/.search", &[&everybody[..], &[guides]].concat()),
    ] {
        let (mut seen, mut last) = (Vec::new(), Some(String::new()));
        while let Some(cursor) = last {
            let answer = client.post(path, &json!({ "cursor": cursor, "count": 2 }));
            seen.extend(ids(&answer));
            last = next(&answer);
        }
        assert_eq!(seen, all);
    }
    check_error(
        &client.post("/.search", &json!({ "cursor": 7 })),
        400,
        "invalidSyntax",
        "cursor",
    );
    check_error(
        &client.post("/.search", &json!({ "cursor": "x" })),
        400,
        "invalidCursor",
        "cursor",
    );
}

// Section 4: the pagination attribute of the ServiceProviderConfig.
#[test]
fn config_tells_of_pagination_where_it_is_on() {
    let (_goto, client) = with(with_cursors().profile("page_size", 7));
    let expected = json!({
        "cursor": true, "index": true, "defaultPaginationMethod": "index",
        "defaultPageSize": 7, "maxPageSize": 200, "cursorTimeout": 3600,
    });
    assert_eq!(
        client.get("/ServiceProviderConfig").json()["pagination"],
        expected
    );
    let (_goto, client) = with(GotoDouble::builder().profile_named("rfc"));
    assert_eq!(
        client.get("/ServiceProviderConfig").json()["pagination"]["cursor"],
        true
    );
}

#[test]
fn without_the_switch_cursor_is_a_parameter_like_any_unknown_one() {
    let (_goto, client) = start();
    cast(&client);
    let answer = page(&client, "junk", &[("count", "0"), ("startIndex", "2")]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = page(&client, "", &[("count", "1")]);
    assert_eq!(
        (names(&answer), next(&answer)),
        (vec!["anna".to_owned()], None)
    );
    assert_eq!(answer.json()["startIndex"], 1);
    assert_eq!(
        client
            .get("/ServiceProviderConfig")
            .json()
            .get("pagination"),
        None::<&Value>
    );
}

#[test]
fn very_long_sort_keys_make_no_long_cursor() {
    let (_goto, client) = with(with_cursors());
    for n in 0..4 {
        let mut body = user(&format!("u{n}@main.com"));
        body["nickName"] = format!("{}{n}", "ü".repeat(3000)).into();
        assert_eq!(client.post("/Users", &body).status, 201);
    }
    let (mut seen, mut last) = (Vec::new(), Some(String::new()));
    while let Some(cursor) = last {
        assert!(cursor.len() < 2000);
        let answer = page(
            &client,
            &cursor,
            &[
                ("sortBy", "nickName"),
                ("count", "1"),
                ("attributes", "userName"),
            ],
        );
        seen.extend(names(&answer));
        last = next(&answer);
    }
    assert_eq!(seen, ["u0", "u1", "u2", "u3"]);
}
