//! Lists that mislead a client that looks somebody up: each rule is the example that the reference page shows for it.

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{documented, exchanges, names, playing};
use crate::support::{Client, create_user};

const BOB: &str = "/Users?filter=userName%20eq%20%22bob%40main.com%22";

/// Three look-ups of one of two users, of which the example of that name misleads the second.
#[track_caller]
fn looked_up(name: &str) -> (GotoDouble, Client, Value) {
    let (goto, client) = playing(documented(name, 2));
    create_user(&client, "ada@main.com");
    create_user(&client, "bob@main.com");
    let [before, odd, after] = [(); 3].map(|()| client.get(BOB).json());
    for healthy in [before, after] {
        assert_eq!(names(&healthy), ["bob@main.com"]);
        assert_eq!(healthy["totalResults"], 1);
    }
    let asked = &exchanges(&goto, "users.list")[1].request;
    assert!(
        asked.query().starts_with("filter="),
        "the journal shows what was asked"
    );
    (goto, client, odd)
}

#[test]
fn ignored_filter_shows_everybody() {
    let (_goto, _client, odd) = looked_up("mutate filter_ignored");
    assert_eq!(names(&odd), ["ada@main.com", "bob@main.com"]);
    assert_eq!(odd["totalResults"], 2);
}

#[test]
fn duplicate_match_has_an_id_that_nobody_has() {
    let (_goto, client, odd) = looked_up("mutate duplicate_match");
    assert_eq!(names(&odd), ["bob@main.com", "bob@main.com"]);
    assert_eq!(
        (&odd["totalResults"], &odd["itemsPerPage"]),
        (&json!(2), &json!(2))
    );
    let status = |row: usize| {
        let id = odd["Resources"][row]["id"].as_str().unwrap();
        client.get(&format!("/Users/{id}")).status
    };
    assert_eq!([status(0), status(1)], [200, 404]);
}

#[test]
fn empty_page_contradicts_its_total() {
    let (_goto, _client, odd) = looked_up("mutate empty_page");
    assert!(names(&odd).is_empty());
    assert_eq!(
        (&odd["totalResults"], &odd["itemsPerPage"]),
        (&json!(1), &json!(0))
    );
}

#[test]
fn list_that_found_nobody_is_answered_with_404() {
    let (_goto, client) = playing(documented("mutate no_match_404", 2));
    create_user(&client, "ada@main.com");
    let [before, odd, after] = [(); 3].map(|()| client.get(BOB));
    assert_eq!([before.status, odd.status, after.status], [200, 404, 200]);
    assert_eq!(odd.json()["status"], "404");
    let (_goto, client) = playing(documented("mutate no_match_404", 1));
    create_user(&client, "bob@main.com");
    assert_eq!(names(&client.get(BOB).json()), ["bob@main.com"]);
}
