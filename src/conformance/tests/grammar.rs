//! LKP-09, CRE-01, CRE-05, UPD-02, UPD-05, UPD-07 and GRP-02: what is judged on every run.

use serde_json::{Value, json};

use super::asks::{Ask, PATCH_OP, ask, create, find, lookup, patch, patch_group};
use super::support::{Rig, group, id, people};
use crate::conformance::judge::{implemented, is_standing, judge};
use crate::conformance::run::Run;
use crate::scenario::source::Source;
use crate::verdict::Verdict;

fn raw(target: &str) -> Ask {
    ask("GET", &format!("/scim/v2/Users{target}"), Value::Null)
}

#[test]
fn forty_rules_are_judged_and_the_standing_ones_unasked() {
    assert_eq!(implemented().count(), 40);
    let standing: Vec<_> = judge(
        &Run::default(),
        &crate::conformance::client_profile::ClientProfile::default(),
    )
    .into_iter()
    .map(|verdict| (verdict.rule, verdict.verdict))
    .collect();
    assert_eq!(standing.len(), 7);
    assert!(
        standing
            .iter()
            .all(|(rule, verdict)| is_standing(rule) && *verdict == Verdict::NotExercised)
    );
}

#[test]
fn special_values_in_filters_are_escaped_and_encoded() {
    for name in [
        "a+b@main.com",
        "o\"neil",
        "back\\slash",
        "x&y",
        "x#y",
        "100%",
        "two words",
        "žofia@main.com",
    ] {
        let mut rig = Rig::new(&[name]);
        rig.play(lookup(name, &[])).passes("LKP-09");
    }
    let mut rig = Rig::new(&["plain"]);
    rig.play(lookup("plain", &[])).leaves_open("LKP-09");
}

#[test]
fn careless_filters_fail() {
    for (name, target) in [
        ("a+b@main.com", "?filter=userName%20eq%20%22a+b@main.com%22"),
        ("o\"neil", "?filter=userName%20eq%20%22o%22neil%22"),
        ("back\\slash", "?filter=userName%20eq%20%22back%5Cslash%22"),
        ("new\\bob", "?filter=userName%20eq%20%22new%5Cbob%22"),
        ("xx&yy", "?filter=userName%20eq%20%22xx&yy%22"),
        ("xx#yy", "?filter=userName%20eq%20%22xx"),
        ("100%sure", "?filter=userName%20eq%20%22100%sure%22"),
        ("two words", "?filter=userName%20eq%20%22two%2520words%22"),
        (
            "žofia@main.com",
            "?filter=userName%20eq%20%22%9Eofia@main.com%22",
        ),
    ] {
        let mut rig = Rig::new(&[name]);
        rig.play(raw(target)).fails("LKP-09");
    }
}

#[test]
fn filter_for_something_else_is_no_mangled_value() {
    let mut rig = Rig::new(&["a+b@main.com"]);
    rig.play(find(r#"userName eq "someone.else@main.com""#, &[]))
        .play(find("active eq true", &[]))
        .play(find(r#"externalId eq "key-a+b@main.com""#, &[]));
    rig.passes("LKP-09");
}

#[test]
fn create_carries_no_id() {
    let mut rig = Rig::new(&["ada"]);
    rig.leaves_open("CRE-01");
    rig.play(create("ada")).passes("CRE-01");
    rig.play(ask(
        "POST",
        "/scim/v2/Users",
        json!({"userName": "b", "id": null}),
    ))
    .passes("CRE-01");
    rig.play(ask(
        "POST",
        "/scim/v2/Groups",
        json!({"displayName": "g", "ID": "7"}),
    ))
    .fails("CRE-01");
}

fn with_id(id: &str) -> Rig {
    let mut rig = Rig::new(&["ada"]);
    rig.run
        .before
        .users
        .push(json!({"id": id, "userName": "ada"}));
    rig
}

#[test]
fn ids_are_encoded_as_one_segment() {
    with_id("plain-id")
        .play(raw("/plain-id"))
        .leaves_open("CRE-05");
    for (id, sent) in [
        ("a/b", "/a%2Fb"),
        ("a%20b", "/a%2520b"),
        ("a b@c", "/a%20b@c"),
        ("ž", "/%C5%BE"),
        ("1234567890123456789", "/1234567890123456789"),
    ] {
        with_id(id).play(raw(sent)).passes("CRE-05");
    }
    for (id, sent) in [
        ("a/b", "/a/b"),
        ("a%20b", "/a%20b"),
        ("a?b", "/a?b"),
        ("ABC", "/abc"),
        ("a b", "/a+b"),
        ("1234567890123456789", "/1234567890123456800"),
        ("1234567890123456789", "/1.2345678901234568e18"),
    ] {
        with_id(id).play(raw(sent)).fails("CRE-05");
    }
    with_id("a/b")
        .play(raw("/somebody-else"))
        .leaves_open("CRE-05");
}

#[test]
fn patch_names_its_schema_and_its_operations() {
    let mut rig = Rig::new(&["ada"]);
    rig.leaves_open("UPD-02");
    let op = json!([{"op": "Replace", "path": "active", "value": true}]);
    rig.play(patch("ada", op.clone())).passes("UPD-02");
    for body in [
        json!({"Operations": op}),
        json!({"schemas": [PATCH_OP]}),
        json!({"schemas": [PATCH_OP], "Operations": []}),
        json!({"schemas": [PATCH_OP], "Operations": [{"path": "active", "value": true}]}),
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "Operations": op}),
        Value::Null,
    ] {
        let mut rig = Rig::new(&["ada"]);
        rig.play(ask("PATCH", "/scim/v2/Users/1", body))
            .fails("UPD-02");
    }
}

fn team(members: &[&str]) -> Source {
    let mut source = people(&["ada", "bob"]);
    source.groups.push(group("team", members));
    source
}

#[test]
fn one_member_leaves_and_the_rest_stay() {
    let removal = |operations: Value| {
        let mut rig = Rig::with(team(&["ada", "bob"]));
        rig.ends_with_group("team", &["bob"]);
        rig.next(team(&["bob"]))
            .play(patch_group("team", operations));
        rig
    };
    let filtered = format!("members[value eq \"{}\"]", id("ada"));
    removal(json!([{"op": "remove", "path": filtered}])).passes("UPD-05");
    removal(json!([{"op": "replace", "path": "members", "value": [{"value": id("bob")}]}]))
        .passes("UPD-05");
    removal(json!([{"op": "remove", "path": "members"}])).fails("UPD-05");
    removal(json!([{"op": "replace", "path": "members", "value": []}])).fails("UPD-05");
    removal(json!([{"op": "add", "path": "members", "value": [{"value": id("ada")}]}]))
        .leaves_open("UPD-05");
    let mut listed =
        removal(json!([{"op": "remove", "path": "members", "value": [{"value": id("ada")}]}]));
    listed.assert("UPD-05", Verdict::Warn);
    listed.profile.value_list_removals = true;
    listed.passes("UPD-05");
}

#[test]
fn group_that_is_to_be_empty_may_be_emptied() {
    let mut rig = Rig::with(team(&["ada"]));
    rig.ends_with_group("team", &[]).next(team(&[]));
    rig.play(patch_group(
        "team",
        json!([{"op": "remove", "path": "members"}]),
    ))
    .leaves_open("UPD-05");
}

#[test]
fn active_is_true_or_false() {
    let writes = |value: Value| {
        [
            ask(
                "POST",
                "/scim/v2/Users",
                json!({"userName": "ada", "active": value}),
            ),
            patch(
                "ada",
                json!([{"op": "replace", "path": "active", "value": value}]),
            ),
            patch(
                "ada",
                json!([{"op": "replace", "value": {"active": value}}]),
            ),
        ]
    };
    for write in writes(json!(false)) {
        Rig::new(&["ada"]).play(write).passes("UPD-07");
    }
    for write in writes(json!("False")) {
        let mut rig = Rig::new(&["ada"]);
        rig.play(write).fails("UPD-07");
        rig.profile.text_booleans = true;
        rig.assert("UPD-07", Verdict::Warn);
    }
    Rig::new(&["ada"])
        .play(lookup("ada", &[]))
        .leaves_open("UPD-07");
}

#[test]
fn members_are_named_by_the_id_of_the_server() {
    let add = |value: &str| {
        patch_group(
            "team",
            json!([{"op": "add", "path": "members", "value": [{"value": value}]}]),
        )
    };
    let rig = || {
        let mut rig = Rig::new(&["ada"]);
        rig.leaves_open("GRP-02");
        rig.play(create("ada"));
        rig
    };
    rig().play(add(&id("ada"))).passes("GRP-02");
    rig().play(add("ada")).fails("GRP-02");
    rig().play(add("key-ada")).fails("GRP-02");
    rig()
        .play(ask(
            "PUT",
            "/scim/v2/Groups/g",
            json!({"members": [{"value": "ADA"}]}),
        ))
        .fails("GRP-02");
    rig()
        .play(patch_group(
            "team",
            json!([{"op": "remove", "path": "members[value eq \"ada\"]"}]),
        ))
        .fails("GRP-02");
    rig().play(add("an id of long ago")).leaves_open("GRP-02");
}
