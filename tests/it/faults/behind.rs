//! What happens behind the client's back is told in the journal, and leaves the store whole.

use goto_double::GotoDouble;
use goto_double::app::auth::MintRequest;
use goto_double::entry::{Event, Verb};
use serde_json::{Value, json};

use super::token::{EVE, two_organizations};
use super::{exchanges, members, names, older, playing, playing_with, stored};
use crate::support::{Client, create_group, create_user, patch, user};

/// Every change that no client made, as the journal tells it.
fn told(goto: &GotoDouble) -> Vec<(String, Verb)> {
    let entries = goto.journal();
    let changed = entries.iter().filter_map(|entry| match &entry.event {
        Event::Changed(changes) => Some(changes.clone()),
        _ => None,
    });
    changed
        .flatten()
        .map(|change| (change.id, change.verb))
        .collect()
}

/// Rules that strike on listing users: the first fate the first time, and so on.
fn one_after_another(fates: &[&str]) -> Value {
    let rule = |(place, fate): (usize, &&str)| json!({ "id": format!("rule-{place}"), "on": "users.list", "when": { "nth": place + 1 }, "do": { "data": fate } });
    fates.iter().enumerate().map(rule).collect()
}

/// Ada and Bob in a group.
fn team(client: &Client) -> (String, String, String) {
    let (ada, bob) = (
        create_user(client, "ada@main.com"),
        create_user(client, "bob@main.com"),
    );
    let group = create_group(client, "Engineering");
    let both =
        json!([{ "op": "add", "path": "members", "value": [{ "value": ada }, { "value": bob }] }]);
    let answer = client.patch(&format!("/Groups/{group}"), &patch(both));
    assert_eq!(answer.status, 204);
    (ada, bob, group)
}

#[test]
fn what_befell_stands_before_the_request_and_is_none_of_its_changes() {
    let (goto, client) = playing(one_after_another(&["deleted:ada@main.com", "unordered"]));
    let (ada, _, group) = team(&client);
    client.get("/Users");
    client.get("/Users");
    assert_eq!(
        told(&goto),
        [(ada, Verb::Deleted), (group, Verb::Updated)],
        "the second fault changed nothing"
    );
    let entries = goto.journal();
    let last = entries.iter().rev().nth(2).unwrap();
    assert!(matches!(last.event, Event::Changed(_)));
    assert!(
        exchanges(&goto, "users.list")
            .iter()
            .all(|one| !one.committed())
    );
}

#[test]
fn who_comes_back_has_place_groups_and_a_later_version() {
    let (goto, client) = playing(one_after_another(&[
        "deleted:ada@main.com",
        "restored:ada@main.com",
    ]));
    let (ada, bob, group) = team(&client);
    let path = format!("/Users/{ada}");
    let before = client.get(&path);
    assert_eq!(names(&client.get("/Users").json()), ["bob@main.com"]);
    let listed = names(&client.get("/Users").json());
    assert_eq!(listed, ["ada@main.com", "bob@main.com"]);
    let after = client.get(&path).json();
    assert_eq!(after["groups"], before.json()["groups"]);
    assert_eq!(after["meta"]["created"], before.json()["meta"]["created"]);
    let known = client
        .clone()
        .header("If-None-Match", before.header("etag").unwrap());
    assert_eq!(known.get(&path).status, 200, "it is another version");
    let mut both = members(&client, &group);
    both.sort_by_key(|id| *id != json!(ada));
    assert_eq!(both, [json!(ada), json!(bob)]);
    let (gone, back) = (Verb::Deleted, Verb::Created);
    let changed = Verb::Updated;
    let group = || group.clone();
    let expected = [
        (ada.clone(), gone),
        (group(), changed),
        (ada, back),
        (group(), changed),
    ];
    assert_eq!(told(&goto), expected);
}

#[test]
fn group_that_was_wiped_comes_back_with_whom_came_back() {
    for order in [
        ["ada@main.com", "engineering"],
        ["engineering", "ada@main.com"],
    ] {
        let [first, second] = order.map(|name| format!("restored:{name}"));
        let (goto, client) = playing(one_after_another(&["wiped", &first, &second]));
        let (ada, _, group) = team(&client);
        for _ in 0..3 {
            client.get("/Users");
        }
        assert_eq!(stored(&goto), ["ada@main.com"]);
        assert_eq!(members(&client, &group), [json!(ada)], "{order:?}");
    }
}

#[test]
fn name_that_stays_taken_takes_nobody_away() {
    for (fate, left) in [
        ("new_id:ada@main.com", ["bob@main.com", "ada@main.com"]),
        ("deleted:ada@main.com", ["ada@main.com", "bob@main.com"]),
    ] {
        let rules = one_after_another(&[fate, "restored:ada@main.com"]);
        let reserved = json!({ "profile": { "deleted_name_reserved": true } });
        let (goto, client) = playing_with(rules, reserved);
        let (_, _, group) = team(&client);
        client.get("/Users");
        client.get("/Users");
        assert_eq!(stored(&goto), left, "{fate}");
        assert_eq!(members(&client, &group).len(), 2, "{fate}");
    }
}

#[test]
fn group_cannot_be_disabled_and_the_journal_says_so() {
    let (goto, client) = playing(one_after_another(&["deactivated:engineering"]));
    team(&client);
    client.get("/Users");
    let what = exchanges(&goto, "users.list")[0].fired[0].told();
    assert!(
        what.ends_with("(not done: a group is neither active nor inactive)"),
        "{what}"
    );
    assert_eq!(told(&goto), []);
}

#[test]
fn fate_strikes_the_organization_that_the_request_is_for() {
    let (goto, client) = playing_with(
        json!([{ "id": "gone", "on": ["users.list", "identity.users.list"], "when": { "nth": 2, "per": "token" }, "do": { "data": "wiped" } }]),
        two_organizations(),
    );
    let eve = MintRequest {
        account: Some(EVE.into()),
        ..MintRequest::default()
    };
    let token = goto.control().mint_token(&eve).unwrap().access_token;
    let foreign = Client::new(goto.scim_url()).bearer(&token);
    create_user(&client, "ada@main.com");
    create_user(&foreign, "bob@other.com");
    let total = |client: &Client| client.get("/Users").json()["totalResults"].clone();
    assert_eq!([total(&foreign), total(&foreign)], [1, 0]);
    assert_eq!(stored(&goto), ["ada@main.com"], "the neighbour is healthy");
    let old = older(&goto);
    assert_eq!(
        [
            total(&client),
            old.get("/Users").json()["totalResults"].clone()
        ],
        [1, 0]
    );
}

#[test]
fn who_was_put_in_anew_meanwhile_is_not_brought_back() {
    let (goto, client) = playing(one_after_another(&[
        "deleted:ada@main.com",
        "restored:ada@main.com",
    ]));
    team(&client);
    client.get("/Users");
    let again = create_user(&client, "ada@main.com");
    client.get("/Users");
    assert_eq!(client.get(&format!("/Users/{again}")).status, 200);
    assert_eq!(stored(&goto), ["bob@main.com", "ada@main.com"]);
    let what = exchanges(&goto, "users.list")[1].fired[0].told();
    assert!(
        what.contains("not done: userName is already in use"),
        "{what}"
    );
    assert_eq!(client.post("/Users", &user("ada@main.com")).status, 409);
}
