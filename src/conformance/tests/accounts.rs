//! CRE-06, 07, 08, 11, 13, 17; UPD-01, 15, 16; DEA-01, 03, 05, 10.

use serde_json::json;

use super::asks::{ask, create, delete, lookup, page, patch, set_active};
use super::support::{Rig, crowd, id, people, row};
use crate::conformance::client_profile::{Creation, Leavers};
use crate::entry::Verb;
use crate::scenario::source::Source;
use crate::verdict::Verdict;

#[test]
fn smooth_run_exercises_no_fault_rule() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(lookup("ada", &[]))
        .play(create("ada"))
        .ends_with(&["ada"]);
    for rule in [
        "CRE-06", "CRE-07", "CRE-08", "CRE-13", "CRE-17", "UPD-01", "UPD-15", "UPD-16", "DEA-01",
        "DEA-03", "DEA-05", "DEA-10",
    ] {
        rig.leaves_open(rule);
    }
    Rig::new(&["ada"]).leaves_open("CRE-11");
}

#[test]
fn taken_name_is_not_created_again() {
    let taken = || create("ada").refused_as(409, "uniqueness");
    let mut rig = Rig::new(&["ada"]);
    rig.play(taken())
        .play(lookup("ada", &["ada"]))
        .play(set_active("ada", true));
    rig.passes("CRE-06");
    rig.play(taken()).fails("CRE-06");
    // The next cycle may try anew.
    let mut rig = Rig::new(&["ada"]);
    rig.play(taken())
        .next(people(&["ada"]))
        .play(create("ada"))
        .passes("CRE-06");
    let mut rig = Rig::new(&["ada"]);
    rig.play(taken()).play_in_flight(taken()).passes("CRE-06");
}

#[test]
fn lost_and_held_answers_are_looked_into_before_a_second_create() {
    for (rule, held) in [("CRE-07", false), ("CRE-08", true)] {
        let lost = || {
            if held {
                create("ada").held(60)
            } else {
                create("ada").reset()
            }
        };
        let mut rig = Rig::new(&["ada"]);
        rig.play(lost()).passes(rule);
        rig.leaves_open(if held { "CRE-07" } else { "CRE-08" });
        let mut rig = Rig::new(&["ada"]);
        rig.play(lost()).play(lookup("ada", &["ada"])).passes(rule);
        let mut rig = Rig::new(&["ada"]);
        rig.play(lost())
            .play(lookup("ada", &[]))
            .play(create("ada"))
            .passes(rule);
        let mut rig = Rig::new(&["ada"]);
        rig.play(lookup("ada", &[]))
            .play(lost())
            .play(create("ada"))
            .fails(rule);
        let mut rig = Rig::new(&["ada"]);
        rig.play(lost())
            .play(lookup("ada", &[]).refused(503))
            .play(create("ada"))
            .fails(rule);
    }
    // A create that was not stored is no trap.
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada").refused(500).reset())
        .play(create("ada"))
        .leaves_open("CRE-07");
}

#[test]
fn blind_repeat_is_fine_for_a_client_known_to_link_after_409() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada").reset())
        .play(create("ada").refused_as(409, "uniqueness"))
        .play(lookup("ada", &["ada"]));
    rig.fails("CRE-07");
    rig.profile.creation = Creation::PostThenLookup;
    rig.passes("CRE-07");
}

#[test]
fn everybody_has_one_account_in_the_end() {
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.play(create("ada"))
        .play(create("bob"))
        .ends_with(&["ada", "bob"]);
    rig.passes("CRE-11");
    rig.run
        .after
        .users
        .push(json!({"id": "2nd", "userName": "ADA"}));
    rig.fails("CRE-11");
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.play(create("ada")).ends_with(&["ada"]);
    rig.fails("CRE-11");
    rig.times_out().assert("CRE-11", Verdict::Inconclusive);
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.play(create("bob").refused_as(400, "invalidValue"))
        .play(create("ada"))
        .ends_with(&["ada"]);
    rig.assert("CRE-11", Verdict::Inconclusive);
}

#[test]
fn create_answered_without_id_leads_to_no_path_to_null() {
    let nameless = || create("ada").json(&json!({"userName": "ada"}));
    let mut rig = Rig::new(&["ada"]);
    rig.play(nameless())
        .play(lookup("ada", &["ada"]))
        .play(set_active("ada", true));
    rig.passes("CRE-13");
    for bad in ["null", "undefined", "None", ""] {
        let mut rig = Rig::new(&["ada"]);
        let target = format!("/scim/v2/Users/{bad}");
        rig.play(nameless())
            .play(ask("PATCH", &target, json!({})))
            .fails("CRE-13");
    }
    let mut rig = Rig::new(&["ada"]);
    rig.play(nameless()).play(ask(
        "PUT",
        "/scim/v2/Groups/g",
        json!({"members": [{"value": "undefined"}]}),
    ));
    rig.fails("CRE-13");
}

#[test]
fn invalid_value_is_sent_once_and_the_rest_served() {
    let invalid = || create("ada").refused_as(400, "invalidValue");
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.play(invalid())
        .play(create("bob"))
        .ends_with(&["bob"])
        .passes("CRE-17");
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.play(invalid())
        .play(invalid())
        .play(create("bob"))
        .fails("CRE-17");
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.play(invalid()).fails("CRE-17");
    // Nobody was left to serve.
    let mut rig = Rig::new(&["ada"]);
    rig.play(invalid()).passes("CRE-17");
}

#[test]
fn unchanged_source_is_not_written_again() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada"))
        .next(people(&["ada"]))
        .play(lookup("ada", &["ada"]));
    rig.passes("UPD-01");
    rig.play(set_active("ada", true)).fails("UPD-01");
}

#[test]
fn idle_or_crashed_client_has_not_kept_still_on_purpose() {
    let mut idle = Rig::new(&["ada"]);
    idle.next(people(&["ada"])).leaves_open("UPD-01");
    let mut crashed = Rig::new(&["ada"]);
    crashed.play(create("ada")).next(people(&["ada"]));
    crashed.passes("UPD-01");
    crashed.run.cycles[1].exit = Some(3);
    crashed.leaves_open("UPD-01");
}

#[test]
fn write_that_did_not_get_through_may_be_made_up_for() {
    let mut rig = Rig::new(&["ada", "bob"]);
    rig.play(create("ada").refused(503)).play(create("bob"));
    rig.next(people(&["ada", "bob"]))
        .play(create("ada"))
        .passes("UPD-01");
}

#[test]
fn dead_id_is_not_used_for_ever() {
    let gone = || set_active("ada", true).refused(404);
    let mut rig = Rig::new(&["ada"]);
    rig.holds(&["ada"])
        .play(gone())
        .play(gone())
        .play(lookup("ada", &[]))
        .play(create("ada"));
    rig.passes("UPD-15");
    rig.play(gone()).fails("UPD-15");
    let mut rig = Rig::new(&["ada"]);
    rig.holds(&["ada"])
        .play(gone())
        .play(gone())
        .next(people(&["ada"]))
        .play(gone());
    rig.passes("UPD-15");
}

fn renamed() -> Source {
    let mut source = people(&["ada"]);
    source.users[0].user_name = "ada.l".into();
    source
}

#[test]
fn renamed_user_is_changed_under_the_same_id() {
    let rename = || {
        patch(
            "ada",
            json!([{"op": "replace", "path": "userName", "value": "ada.l"}]),
        )
    };
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada"))
        .next(renamed())
        .play(rename())
        .passes("UPD-16");
    let mut rig = Rig::new(&["ada"]);
    rig.holds(&["ada"])
        .next(renamed())
        .play(rename())
        .passes("UPD-16");
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada"))
        .next(renamed())
        .play(create("ada.l"))
        .fails("UPD-16");
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada"))
        .next(renamed())
        .play(delete("ada"))
        .fails("UPD-16");
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada")).next(renamed()).fails("UPD-16");
    // Whoever never got an account has no id to keep.
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada").refused(400))
        .next(renamed())
        .play(create("ada.l"));
    rig.leaves_open("UPD-16");
}

#[test]
fn leaver_is_disabled_or_deleted_by_profile() {
    let two = || {
        let mut rig = Rig::new(&["ada", "bob"]);
        rig.play(create("ada"))
            .play(create("bob"))
            .next(people(&["bob"]));
        rig
    };
    two().fails("DEA-01");
    two()
        .play(lookup("bob", &["bob"]))
        .times_out()
        .assert("DEA-01", Verdict::Inconclusive);
    two().play(set_active("ada", false)).passes("DEA-01");
    two().play(delete("ada")).passes("DEA-01");
    two().play(set_active("bob", false)).fails("DEA-01");
    two()
        .play(delete("ada").refused(503))
        .assert("DEA-01", Verdict::Inconclusive);
    let mut soft = two();
    soft.profile.leavers = Leavers::Disabled;
    soft.play(delete("ada")).fails("DEA-01");
}

#[test]
fn account_that_was_inactive_already_needs_no_removal() {
    let mut rig = Rig::new(&["ada"]);
    rig.run
        .before
        .users
        .push(json!({"id": id("ada"), "userName": "ada", "active": false}));
    rig.next(people(&[])).leaves_open("DEA-01");
}

#[test]
fn returner_gets_the_account_of_before() {
    let back = || {
        let mut rig = Rig::new(&["ada", "bob"]);
        rig.play(create("ada"))
            .play(create("bob"))
            .next(people(&["bob"]));
        rig.play(set_active("ada", false))
            .next(people(&["ada", "bob"]));
        rig
    };
    back().play(set_active("ada", true)).passes("DEA-03");
    back()
        .play(create("ada").refused_as(409, "uniqueness"))
        .fails("DEA-03");
    back().fails("DEA-03");
    // After a delete there is nothing to come back to.
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada"))
        .next(people(&[]))
        .play(delete("ada"));
    rig.next(people(&["ada"]))
        .play(create("ada"))
        .leaves_open("DEA-03");
}

#[test]
fn account_that_is_gone_is_not_deleted_again() {
    let gone = || delete("ada").refused(404);
    let rig = || {
        let mut rig = Rig::new(&["ada", "bob", "eve"]);
        rig.holds(&["ada", "bob", "eve"]).next(people(&["eve"]));
        rig
    };
    rig()
        .play(gone())
        .play(set_active("bob", false))
        .passes("DEA-05");
    rig()
        .play(gone())
        .play(gone())
        .play(set_active("bob", false))
        .fails("DEA-05");
    rig().play(gone()).fails("DEA-05");
    rig()
        .play(set_active("bob", false))
        .play(gone())
        .passes("DEA-05");
    rig().play(delete("ada")).leaves_open("DEA-05");
}

#[test]
fn group_that_is_gone_is_not_deleted_again() {
    let gone = || ask("DELETE", "/scim/v2/Groups/g", json!(null)).refused(404);
    let mut rig = Rig::new(&["ada"]);
    rig.holds(&["ada"]).play(gone()).passes("DEA-05");
    rig.play(gone()).fails("DEA-05");
}

#[test]
fn account_for_nobody_of_the_source_fails() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada").reset()).play(create("ada-2"));
    rig.ends_with(&["ada", "ada-2"]).fails("CRE-11");
}

#[test]
fn sudden_loss_of_everybody_is_not_carried_out() {
    let all = crowd(20);
    let names: Vec<&str> = all.iter().map(String::as_str).collect();
    let emptied = || {
        let mut rig = Rig::new(&names);
        rig.holds(&names).next(people(&[]));
        rig
    };
    emptied().passes("DEA-10");
    let mut few = emptied();
    for name in &names[..4] {
        few.play(set_active(name, false));
    }
    few.passes("DEA-10");
    few.play(delete(names[4])).fails("DEA-10");
    // Who removes all that one short page showed may have stopped only for want of more.
    let mut short = emptied();
    short.play(page(1, 3, &all[..3], 20));
    for name in &names[..3] {
        short.play(delete(name));
    }
    short.assert("DEA-10", Verdict::Inconclusive);
    short.play(page(4, 3, &all[3..6], 20)).passes("DEA-10");
    // Where nobody has an account, nobody can be removed.
    let mut idle = Rig::new(&names);
    idle.next(people(&[])).leaves_open("DEA-10");
    // A small loss is to be carried out.
    let mut rig = Rig::new(&names);
    rig.holds(&names)
        .next(people(&names[2..]))
        .play(delete(names[0]));
    rig.leaves_open("DEA-10");
}

#[test]
fn create_that_ends_in_an_update_of_the_same_row_is_one_account() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada").commits(Verb::Updated, "ada"));
    rig.run.after.users.push(row("ada"));
    rig.passes("CRE-11");
}
