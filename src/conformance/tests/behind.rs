//! What was changed behind the client's back, and what it was told that was not so, is not held against it.

use serde_json::json;

use super::asks::{Ask, add_members, create, lookup, page, set_active};
use super::support::{Rig, crowd, group, id, people, row};
use crate::entry::Verb;
use crate::verdict::Verdict;

#[test]
fn who_was_deleted_behind_the_back_may_be_created_again() {
    let mut rig = Rig::new(&["ada"]);
    rig.holds(&["ada"])
        .befalls("ada", Verb::Deleted)
        .play(lookup("ada", &[]))
        .play(create("ada"))
        .play(lookup("ada", &["ada"]));
    rig.leaves_open("LKP-02");
    // Nobody touched this one.
    let mut blind = Rig::new(&["ada"]);
    blind.holds(&["ada"]).play(lookup("ada", &["ada"]));
    blind.play(create("ada")).fails("LKP-02");
}

#[test]
fn unchanged_source_may_be_written_where_the_target_changed() {
    let settled = |name: &str| {
        let mut rig = Rig::new(&["ada", "bob"]);
        rig.play(create("ada")).play(create("bob"));
        rig.befalls(name, Verb::Deleted)
            .next(people(&["ada", "bob"]));
        rig.play(create("ada"))
            .play(add_members("crew", &["ada"]))
            .judged("UPD-01")
            .verdict
    };
    assert_eq!(settled("ada"), Verdict::Pass);
    assert_eq!(settled("bob"), Verdict::Fail);
}

#[test]
fn writes_after_reads_that_lag_are_not_held_against_the_client() {
    let looked = |ask: Ask| {
        let mut rig = Rig::new(&["ada"]);
        rig.play(create("ada")).next(people(&["ada"]));
        rig.play(ask).play(set_active("ada", true));
        rig.judged("UPD-01").verdict
    };
    let lookup = || lookup("ada", &["ada"]);
    assert_eq!(looked(lookup().misled("lags")), Verdict::Inconclusive);
    assert_eq!(looked(lookup().fired("string booleans")), Verdict::Fail);
}

#[test]
fn account_that_was_renamed_behind_the_back_is_no_second_one() {
    let mut rig = Rig::new(&["ada"]);
    let mut moved = row("ada");
    moved["id"] = json!(id("moved"));
    moved["userName"] = json!("renamed.ada");
    moved["externalId"] = json!("key-ada");
    rig.play(create("ada")).ends_with(&["ada"]);
    rig.run.after.users.push(moved);
    rig.fails("CRE-11");
    rig.befalls("moved", Verb::Updated).passes("CRE-11");
}

#[test]
fn member_who_was_changed_behind_the_back_may_be_left_over() {
    let mut rig = Rig::with(people(&["ada", "bob"]));
    rig.run.cycles[0].source.groups = vec![group("crew", &["ada"])];
    rig.play(add_members("crew", &["ada"]).fired("racy"));
    rig.ends_with(&["ada", "bob"])
        .ends_with_group("crew", &["ada", "bob"]);
    rig.fails("GRP-08");
    rig.befalls("bob", Verb::Updated).passes("GRP-08");
}

#[test]
fn empty_page_behind_the_first_is_no_lookup_that_found_nobody() {
    let names = crowd(3);
    let short: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut rig = Rig::new(&short);
    rig.play(page(3, 2, &[], 0)).leaves_open("LKP-03");
    rig.play(page(1, 2, &[], 0)).fails("LKP-03");
}
