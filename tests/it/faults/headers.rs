//! `do.headers`: header fields of the true answer, set and taken away.

use serde_json::json;

use super::{documented, playing, stored};
use crate::support::{create_user, user};

#[test]
fn documented_warning_comes_once_with_the_true_answer() {
    let (_goto, client) = playing(documented("headers", 2));
    create_user(&client, "ada@main.com");
    let [before, odd, after] = [(); 3].map(|()| client.get("/Users"));
    assert_eq!((odd.status, &odd.body), (200, &before.body));
    assert_eq!(odd.header("x-ratelimit-remaining"), Some("0"));
    for healthy in [before, after] {
        assert_eq!(healthy.header("x-ratelimit-remaining"), None);
    }
}

#[test]
fn field_is_replaced_repeated_or_gone() {
    let (goto, client) = playing(
        json!([{ "id": "odd", "on": "users.create", "when": { "nth": 1 }, "do": {
        "headers": { "Location": null, "Content-Type": "application/json", "X-Twice": ["a", "b"] } } }]),
    );
    let odd = client.post("/Users", &user("ada@main.com"));
    assert_eq!((odd.status, odd.header("location")), (201, None));
    let kinds = odd
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    assert_eq!(
        kinds.map(|(_, kind)| kind.as_str()).collect::<Vec<_>>(),
        ["application/json"]
    );
    let twice = odd
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("x-twice"));
    assert_eq!(twice.count(), 2);
    let plain = client.post("/Users", &user("bob@main.com"));
    assert!(plain.header("location").is_some() && plain.header("x-twice").is_none());
    assert_eq!(stored(&goto).len(), 2);
}
