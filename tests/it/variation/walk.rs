//! Lists whose pages are smaller and whose rows come in another order: whoever walks by what really came loses none.

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{last, person, varied};
use crate::support::Client;

/// The names on each page, walked by the number of rows that came.
fn walk(client: &Client, query: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    loop {
        let start = names.len() + 1;
        let page = client
            .get(&format!("/Users?startIndex={start}&count=5{query}"))
            .json();
        let rows = page["Resources"].as_array().cloned().unwrap_or_default();
        assert!(rows.len() <= 5);
        if page["itemsPerPage"].is_u64() {
            assert_eq!(page["itemsPerPage"], rows.len());
        }
        names.extend(
            rows.iter()
                .map(|row| row["userName"].as_str().unwrap().to_owned()),
        );
        if names.len() as u64 >= page["totalResults"].as_u64().unwrap() || rows.is_empty() {
            return names;
        }
    }
}

fn filled(goto: &GotoDouble, client: &Client) -> Vec<String> {
    let mut names: Vec<String> = (1..=11).map(|n| format!("user-{n:02}@main.com")).collect();
    for name in &names {
        assert_eq!(client.post("/Users", &person(name)).status, 201);
    }
    let users = goto.control().state().unwrap().users;
    assert_eq!(users.len(), names.len());
    names.sort();
    names
}

#[test]
fn every_row_is_on_one_page_and_all_pages_have_one_order() {
    let (mut orders, mut sizes) = (Vec::new(), Vec::new());
    for seed in 1..=8 {
        let (goto, client) = varied(seed, json!([]));
        let names = filled(&goto, &client);
        let walked = walk(&client, "");
        let is_newest_first = walked.first() != names.first();
        let expected: Vec<String> = if is_newest_first {
            names.iter().rev().cloned().collect()
        } else {
            names.clone()
        };
        assert_eq!(walked, expected, "seed {seed}");
        orders.push(is_newest_first);
        sizes.push(
            last(&goto)
                .varied
                .iter()
                .find(|one| one.point == "page-size")
                .unwrap()
                .form,
        );
        // Where an order is asked for, nothing of it is open.
        assert_eq!(walk(&client, "&sortBy=userName"), names, "seed {seed}");
    }
    assert!(orders.contains(&true) && orders.contains(&false));
    assert!(sizes.iter().any(|size| *size != "as asked"), "{sizes:?}");
}

#[test]
fn page_that_a_rule_alters_keeps_the_order_of_its_walk() {
    let rules = json!([{ "id": "hint", "on": "users.list", "if": { "query.startIndex": { "in": ["3", "4", "5", "6", "7", "8"] } },
        "fires": ">=0", "do": { "mutate": [{ "op": "add", "path": "/hint", "value": true }] } }]);
    for seed in 1..=6 {
        let (goto, client) = varied(seed, rules.clone());
        let names = filled(&goto, &client);
        let mut walked = walk(&client, "");
        walked.sort();
        assert_eq!(walked, names, "seed {seed}");
    }
}

#[test]
fn page_is_never_larger_than_asked_and_zero_asks_for_the_total_only() {
    for seed in 1..=4 {
        let (goto, client) = varied(seed, json!([]));
        filled(&goto, &client);
        let page = client.get("/Users?count=0").json();
        assert_eq!(page["totalResults"], 11);
        assert!(page["Resources"].as_array().is_none_or(Vec::is_empty));
        assert!(
            client.get("/Users?count=2").json()["Resources"]
                .as_array()
                .unwrap()
                .len()
                <= 2
        );
        let beyond = client.get("/Users?startIndex=12").json();
        assert_eq!(beyond["totalResults"], 11);
        assert_eq!(beyond["Resources"], Value::Array(Vec::new()));
    }
}

#[test]
fn search_that_leaves_attributes_out_has_none_of_them_whatever_the_seed() {
    for seed in 1..=6 {
        let (goto, client) = varied(seed, json!([]));
        filled(&goto, &client);
        let rows = |named: &str| {
            let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                named: ["emails", "title", "meta"] });
            let found = client.post("/Users/.search", &search).json();
            found["Resources"].as_array().cloned().unwrap()
        };
        for row in rows("excludedAttributes") {
            assert!(
                row.get("emails").is_none() && row.get("title").is_none(),
                "{row}"
            );
        }
        for row in rows("attributes") {
            assert!(
                row.get("phoneNumbers").is_none() && row.get("nickName").is_none(),
                "{row}"
            );
        }
    }
}
