//! "The domain used in your account's email address is the domain that you're prompted to verify within 10 days"
//! (Microsoft's GoTo provisioning tutorial, step 2), on the sandbox's own clock.

use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::scenario::script::ClockSetting;
use serde_json::{Value, json};

use super::{ADMIN, add, assert_proven, begin, put_txt, script, text, verify};

const DAY: Duration = Duration::from_secs(24 * 3600);
const TICK: Duration = Duration::from_millis(1);

fn manual() -> GotoDouble {
    begin(GotoDouble::builder().clock(ClockSetting::parse("manual").unwrap()))
}

#[track_caller]
fn visit(goto: &GotoDouble) -> Value {
    script(goto, ADMIN).get("/domains").json()["domains"][0].clone()
}

#[test]
fn days_that_are_left_are_counted_down() {
    let goto = manual();
    let domain = add(&goto, "main.com");
    assert_eq!(domain["days_left"], 10);
    goto.control().advance(TICK).unwrap();
    assert_eq!(visit(&goto)["days_left"], 10);
    goto.control().advance(DAY).unwrap();
    assert_eq!(visit(&goto)["days_left"], 9);
    assert_eq!(visit(&goto)["deadline"], domain["deadline"]);
}

#[test]
fn code_proves_until_the_last_moment() {
    let goto = manual();
    let domain = add(&goto, "main.com");
    put_txt(&goto, "main.com", &[&text(&domain, "/record/value")]);
    goto.control()
        .advance(Duration::from_millis(10 * 86_400_000 - 1))
        .unwrap();
    assert_proven(&verify(&goto, "main.com"));
}

#[test]
fn code_that_ended_proves_nothing_and_is_not_even_looked_up() {
    let goto = manual();
    let domain = add(&goto, "main.com");
    put_txt(&goto, "main.com", &[&text(&domain, "/record/value")]);
    goto.control().advance(DAY * 10).unwrap();
    let seen = verify(&goto, "main.com");
    assert_eq!(seen["status"], "expired", "{seen}");
    assert_eq!(seen["finding"], "expired", "{seen}");
    assert!(text(&seen, "/why").contains("the next visit brings a new one"));
    assert!(
        goto.journal()
            .iter()
            .all(|entry| !matches!(entry.event, goto_double::entry::Event::Probe(_)))
    );
}

#[test]
fn next_visit_brings_a_new_code_with_ten_days_of_its_own_and_the_old_one_is_worth_nothing() {
    let goto = manual();
    let old = add(&goto, "main.com");
    put_txt(&goto, "main.com", &[&text(&old, "/record/value")]);
    goto.control().advance(DAY * 10).unwrap();
    let new = visit(&goto);
    assert_eq!(new["status"], "pending");
    assert_eq!(new["days_left"], 10);
    assert_ne!(new["code"], old["code"]);
    assert_eq!(verify(&goto, "main.com")["finding"], "mismatch");
    put_txt(&goto, "main.com", &[&text(&new, "/record/value")]);
    assert_proven(&verify(&goto, "main.com"));
}

#[test]
fn adding_the_domain_again_renews_a_code_that_ended_and_leaves_one_that_lives() {
    let goto = manual();
    let old = add(&goto, "main.com");
    let again = || script(&goto, ADMIN).post("/domains", &json!({ "domain": "MAIN.com." }));
    let same = again();
    assert_eq!((same.status, &same.json()["code"]), (200, &old["code"]));
    goto.control().advance(DAY * 10).unwrap();
    let new = again();
    assert_eq!(new.status, 200);
    assert_ne!(new.json()["code"], old["code"]);
}

#[test]
fn verified_domain_stays_verified_without_a_record_and_for_ever() {
    let goto = manual();
    let domain = add(&goto, "main.com");
    put_txt(&goto, "main.com", &[&text(&domain, "/record/value")]);
    verify(&goto, "main.com");
    put_txt(&goto, "main.com", &[]);
    goto.control().advance(DAY * 400).unwrap();
    let seen = visit(&goto);
    assert_eq!(seen["status"], "verified");
    assert_eq!(seen["deadline"], Value::Null);
    assert_eq!(seen["days_left"], Value::Null);
}

#[test]
fn how_many_days_is_a_matter_of_the_profile() {
    let clock = ClockSetting::parse("manual").unwrap();
    let goto = begin(
        GotoDouble::builder()
            .clock(clock)
            .profile("verification_days", 2),
    );
    add(&goto, "main.com");
    goto.control().advance(DAY * 2).unwrap();
    assert_eq!(verify(&goto, "main.com")["finding"], "expired");
}
