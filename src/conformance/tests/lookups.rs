//! LKP-01, 02, 03, 05, 06 and 18.

use serde_json::json;

use super::asks::{Ask, create, find, lookup, page, patch, set_active};
use super::support::{Rig, crowd, people, row};
use crate::conformance::client_profile::Creation;
use crate::verdict::Verdict;

fn rename_to(row_of: &str, data_of: &str) -> Ask {
    patch(
        row_of,
        json!([{"op": "replace", "value": {"userName": data_of, "externalId": format!("key-{data_of}")}}]),
    )
}

#[test]
fn quiet_run_exercises_no_triggered_rule() {
    let rig = Rig::new(&["ada"]);
    for rule in ["LKP-01", "LKP-02", "LKP-03", "LKP-05", "LKP-06", "LKP-18"] {
        rig.leaves_open(rule);
    }
}

#[test]
fn lookup_or_listing_before_the_create_passes() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(lookup("ada", &[]))
        .play(create("ada"))
        .passes("LKP-01");
    let mut rig = Rig::new(&["ada"]);
    rig.play(page(1, 100, &[], 0))
        .play(create("ada"))
        .passes("LKP-01");
    let mut rig = Rig::new(&["ada"]);
    rig.play(find(r#"externalId eq "key-ada""#, &[]))
        .play(create("ada"))
        .passes("LKP-01");
}

#[test]
fn create_out_of_the_blue_fails() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(lookup("bob", &[]))
        .play(create("ada"))
        .fails("LKP-01");
    // A trial for one row is no listing, and a listing that shows a part of all is none either.
    let mut rig = Rig::new(&["ada"]);
    rig.play(page(1, 1, &[], 0))
        .play(create("ada"))
        .fails("LKP-01");
    let mut rig = Rig::new(&["ada"]);
    rig.play(page(1, 2, &crowd(2), 9))
        .play(create("ada"))
        .fails("LKP-01");
    // Asked at the same moment is not asked before.
    let mut rig = Rig::new(&["ada"]);
    rig.play(lookup("ada", &[]))
        .play_in_flight(create("ada"))
        .fails("LKP-01");
}

#[test]
fn creating_first_passes_for_a_client_that_links_after_409() {
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.play(create("ada").refused_as(409, "uniqueness"))
        .play(lookup("ada", &["ada"]))
        .play(create("bob"));
    rig.passes("LKP-01");
    let mut rig = Rig::new(&["ada"]);
    rig.profile.creation = Creation::PostThenLookup;
    rig.play(create("ada")).passes("LKP-01");
}

#[test]
fn match_is_adopted_in_any_case_of_its_name() {
    let mut rig = Rig::new(&["Ada"]);
    rig.holds(&["ada"])
        .play(lookup("Ada", &["ada"]))
        .play(set_active("ada", true));
    rig.passes("LKP-02");
    let mut rig = Rig::new(&["ada"]);
    rig.holds(&["ada"])
        .play(lookup("ada", &["ada"]))
        .play(create("ada").refused_as(409, "uniqueness"));
    rig.fails("LKP-02");
}

#[test]
fn row_that_a_fault_hid_is_no_found_row() {
    let mut rig = Rig::new(&["ada"]);
    rig.holds(&["ada"])
        .play(lookup("ada", &[]))
        .play(create("ada").refused_as(409, "uniqueness"));
    rig.leaves_open("LKP-02");
}

#[test]
fn absent_user_is_created_in_the_same_cycle() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(lookup("ada", &[]))
        .play(create("ada"))
        .passes("LKP-03");
    let mut rig = Rig::new(&["ada"]);
    rig.play(lookup("ada", &[])).fails("LKP-03");
    rig.times_out().assert("LKP-03", Verdict::Inconclusive);
}

#[test]
fn empty_listing_is_no_error_either() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(page(1, 100, &[], 0)).fails("LKP-03");
    rig.play(create("ada")).passes("LKP-03");
}

#[test]
fn user_found_by_a_second_attribute_need_not_be_created() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(lookup("ada", &[]))
        .play(find(r#"externalId eq "key-ada""#, &[row("ada")]));
    rig.leaves_open("LKP-03");
}

#[test]
fn row_of_another_is_left_alone_when_the_filter_is_ignored() {
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.holds(&["bob"])
        .play(lookup("ada", &["bob"]))
        .play(create("ada"));
    // What is written to bob is bob's own.
    rig.play(rename_to("bob", "bob")).passes("LKP-05");
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.holds(&["bob"])
        .play(lookup("ada", &["bob"]))
        .play(rename_to("bob", "ada"));
    rig.fails("LKP-05");
}

#[test]
fn leaver_taken_for_somebody_else_fails() {
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.holds(&["ada", "bob"])
        .next(people(&["bob"]))
        .play(lookup("ada", &["bob", "ada"]))
        .play(set_active("bob", false));
    rig.fails("LKP-05");
}

#[test]
fn two_matches_are_both_left_alone() {
    let doubles = [
        json!({"id": "1", "userName": "ada"}),
        json!({"id": "2", "userName": "ADA"}),
    ];
    let by_name = r#"userName eq "ada""#;
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.play(find(by_name, &doubles))
        .play(create("bob"))
        .passes("LKP-06");
    let mut rig = Rig::new(&["ada"]);
    rig.play(find(by_name, &doubles))
        .play(create("ada"))
        .fails("LKP-06");
    let mut rig = Rig::new(&["ada"]);
    rig.play(find(by_name, &doubles)).play(super::asks::ask(
        "PUT",
        "/scim/v2/Users/2",
        json!({"userName": "ada"}),
    ));
    rig.fails("LKP-06");
    // A second look that finds one settles it.
    let mut rig = Rig::new(&["ada"]);
    rig.play(find(by_name, &doubles))
        .play(lookup("ada", &["ada"]))
        .play(set_active("ada", true));
    rig.passes("LKP-06");
}

#[test]
fn failed_lookup_is_no_leave_to_create() {
    let failures: [fn(Ask) -> Ask; 4] = [
        |ask| ask.refused(503),
        |ask| ask.text("<html>Please sign in</html>"),
        Ask::reset,
        |ask| ask.refused(401),
    ];
    for failure in failures {
        let mut rig = Rig::new(&["ada"]);
        rig.play(failure(lookup("ada", &[])))
            .play(create("ada"))
            .fails("LKP-18");
        let mut rig = Rig::new(&["ada"]);
        rig.play(failure(lookup("ada", &[])))
            .play(lookup("ada", &[]))
            .play(create("ada"))
            .passes("LKP-18");
    }
    let mut rig = Rig::new(&["ada"]);
    rig.play(page(1, 100, &[], 0).refused(502))
        .play(create("ada"))
        .fails("LKP-18");
    let mut rig = Rig::new(&["ada"]);
    rig.play(lookup("ada", &[]).reset())
        .play_in_flight(create("ada"))
        .passes("LKP-18");
}
