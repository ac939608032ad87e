//! Entity tags and addresses that are not as they should be, and refusals without what belongs to them.

use serde_json::{Value, json};

use super::{documented, older, playing};
use crate::support::{Answer, create_user, patch, user};

/// Four reads of a user, of which the rule bends the second and the third.
fn read(mutate: &str) -> Vec<(Option<String>, Value)> {
    let (_goto, client) = playing(
        json!([{ "id": "odd", "on": "users.get", "when": { "nth": [2, 3] }, "do": { "mutate": mutate } }]),
    );
    let id = create_user(&client, "ada@main.com");
    let read = |_| {
        let answer = client.get(&format!("/Users/{id}"));
        let tag = answer.header("etag").map(str::to_owned);
        (tag, answer.json()["meta"]["version"].clone())
    };
    let all: Vec<_> = (0..4).map(read).collect();
    assert_eq!(
        (all[0].0.as_deref(), &all[0].1),
        (Some("W/\"1\""), &json!("W/\"1\""))
    );
    assert_eq!(all[0], all[3]);
    all
}

#[test]
fn entity_tag_is_missing_strong_or_never_the_same() {
    let missing = read("etag:missing");
    assert_eq!(missing[1], (None, Value::Null));
    let strong = read("etag:strong");
    assert_eq!(strong[1], (Some("\"1\"".to_owned()), json!("\"1\"")));
    let changing = read("etag:changing");
    for (tag, version) in &changing[1..3] {
        assert_eq!(json!(tag), *version);
        assert_ne!(*tag, changing[0].0);
    }
    assert_ne!(changing[1], changing[2]);
}

#[test]
fn addresses_lead_to_another_host_for_once() {
    let (_goto, client) = playing(documented("mutate foreign_host", 2));
    create_user(&client, "ada@main.com");
    let odd = client.post("/Users", &user("bob@main.com"));
    let location = odd.header("location").unwrap();
    let id = odd.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        location,
        format!("https://elsewhere.example/scim/v2/Users/{id}")
    );
    assert_eq!(odd.json()["meta"]["location"], location);
    let healthy = client.post("/Users", &user("eve@main.com"));
    assert!(!healthy.header("location").unwrap().contains("elsewhere"));
    assert!(!healthy.text().contains("elsewhere"));
}

#[test]
fn documented_refusals_of_a_token_lack_what_belongs_to_them() {
    for (name, challenge, kind) in [
        (
            "reply: 401 without a challenge",
            None,
            Some("application/scim+json"),
        ),
        (
            "reply: empty 401",
            Some("Bearer realm=\"default\", error=\"invalid_token\""),
            None,
        ),
        (
            "reply: HTML 401",
            Some("Bearer realm=\"default\""),
            Some("text/html"),
        ),
    ] {
        let (_goto, client) = playing(documented(name, 2));
        let [before, odd, after] = [(); 3].map(|()| client.get("/Users"));
        assert_eq!(
            [before.status, odd.status, after.status],
            [200, 401, 200],
            "{name}"
        );
        assert_eq!(odd.header("www-authenticate"), challenge, "{name}");
        assert_eq!(odd.header("content-type"), kind, "{name}");
        assert_eq!(odd.body.is_empty(), kind.is_none(), "{name}");
    }
}

#[test]
fn disabled_user_is_shown_as_active_for_once() {
    let (goto, client) = playing(documented("mutate: disabled, but still active", 1));
    let id = create_user(&client, "ada@main.com");
    let disable = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    let path = format!("/Users/{id}");
    let shown = |()| {
        let answer = client.patch(&path, &disable);
        (answer.status, answer.json()["active"].clone())
    };
    assert_eq!(
        [(); 2].map(shown),
        [(200, json!(true)), (200, json!(false))]
    );
    assert_eq!(goto.control().state().unwrap().users[0]["active"], false);
}

#[test]
fn discovery_lies_for_once() {
    let (_goto, client) = playing(documented("mutate: discovery that lies", 2));
    let patches = |()| client.get("/ServiceProviderConfig").json()["patch"]["supported"].clone();
    assert_eq!([(); 3].map(patches), [true, false, true]);
}

#[test]
fn dates_are_written_in_another_way_for_once() {
    for (form, expected) in [
        ("offset", "2030-01-01T02:00:00+02:00"),
        ("long", "2030-01-01T00:00:00.000000Z"),
    ] {
        let mut rule = documented("mutate dates", 2);
        rule[0]["do"]["mutate"] = json!(format!("dates:{form}"));
        let (_goto, client) = playing(rule);
        let id = create_user(&client, "ada@main.com");
        let read = |()| client.get(&format!("/Users/{id}")).json()["meta"]["created"].clone();
        let plain = "2030-01-01T00:00:00Z";
        assert_eq!([(); 3].map(read), [plain, expected, plain]);
    }
}

#[test]
fn member_stands_twice_and_the_truth_comes_last() {
    let mut rule = documented("mutate twice_named", 1);
    rule[0]["on"] = json!(["users.get", "users.list"]);
    let (_goto, client) = playing(rule);
    let id = create_user(&client, "ada@main.com");
    let odd = client.get(&format!("/Users/{id}"));
    assert!(odd.text().starts_with("{\"id\":\"0\","), "{}", odd.text());
    assert_eq!(odd.json()["id"], json!(id));
    let odd = client.get("/Users");
    assert!(
        odd.text().starts_with("{\"totalResults\":0,"),
        "{}",
        odd.text()
    );
    assert_eq!(odd.json()["totalResults"], 1);
    assert!(
        !client
            .get("/Users")
            .text()
            .starts_with("{\"totalResults\":0,")
    );
}

#[test]
fn body_is_as_large_as_the_rule_says() {
    let (_goto, client) = playing(documented("mutate padded", 2));
    create_user(&client, "ada@main.com");
    let [before, odd, after] = [(); 3].map(|()| client.get("/Users"));
    assert_eq!(odd.body.len(), before.body.len() + 50_000_000 + 13);
    assert_eq!(
        odd.header("content-length"),
        Some(&*odd.body.len().to_string())
    );
    assert_eq!(before.body, after.body);
}

/// The version and the address that the head and the body of an answer name.
#[track_caller]
fn named(answer: &Answer) -> [String; 4] {
    let meta = answer.json()["meta"].clone();
    let of = |text: Option<&str>| text.unwrap_or_default().to_owned();
    [
        of(answer.header("etag")),
        of(meta["version"].as_str()),
        of(answer.header("location")),
        of(meta["location"].as_str()),
    ]
}

// RFC 7644 section 3.14: the version in the body and the ETag are the same.
#[test]
fn head_names_the_resource_that_the_body_shows() {
    let (_goto, client) = playing(json!([
        { "id": "behind", "on": "users.replace", "when": { "nth": 1 }, "do": { "mutate": "stale_body" } },
        { "id": "mixed", "on": "users.get", "when": { "nth": 1 }, "do": { "mutate": "other_resource" } },
    ]));
    let ada = create_user(&client, "ada@main.com");
    let bob = create_user(&client, "bob@main.com");
    let path = format!("/Users/{ada}");
    let mut changed = user("ada@main.com");
    changed["title"] = "Dr".into();
    let behind = client.put(&path, &changed);
    assert_eq!(behind.json().get("title"), None);
    let [etag, version, ..] = named(&behind);
    assert_eq!((etag.as_str(), version.as_str()), ("W/\"1\"", "W/\"1\""));
    let mixed = client.get(&path);
    assert_eq!(mixed.json()["id"], bob.as_str());
    let [etag, version, location, address] = named(&mixed);
    assert_eq!((etag, location), (version, address));
    let [etag, version, ..] = named(&client.get(&path));
    assert_eq!((etag.as_str(), version.as_str()), ("W/\"2\"", "W/\"2\""));
}

#[test]
fn older_dialect_and_the_caller_itself_can_be_behind_too() {
    let (goto, client) = playing(json!([
        { "id": "behind", "on": ["identity.users.patch", "identity.groups.replace"], "do": { "mutate": "stale_body" } },
        { "id": "mixed", "on": ["identity.users.get", "identity.groups.create"], "do": { "mutate": "other_resource" } },
    ]));
    let older = older(&goto);
    let ada = create_user(&client, "ada@main.com");
    let bob = create_user(&client, "bob@main.com");
    let path = format!("/Users/{ada}");
    let behind = older.patch(&path, &json!({ "displayName": "New" }));
    assert_eq!(behind.json()["displayName"], "Ada Lovelace");
    let mixed = older.get(&path).json();
    assert_eq!(mixed["id"], bob.as_str());
    let group = |name: &str| json!({ "displayName": name });
    let first = older.post("/Groups", &group("first")).json()["id"].clone();
    let second = older.post("/Groups", &group("second")).json();
    assert_eq!(second["id"], first);
    let path = format!("/Groups/{}", first.as_str().unwrap());
    let behind = older.put(&path, &group("third")).json();
    assert_eq!(behind["displayName"], "first");
    assert_eq!(older.get(&path).json()["displayName"], "third");
}
