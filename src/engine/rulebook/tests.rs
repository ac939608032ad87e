use super::*;
use crate::scenario::{Pace, parse};

fn scenario(rules: &str) -> Scenario {
    let text = format!(r#"{{"scenario": "test", "v": 1, "rules": [{rules}]}}"#);
    let script = parse(&text).unwrap_or_else(|findings| panic!("{}", findings[0]));
    script.rows(Pace::Quick).remove(0).scenario
}

fn book(rules: &str) -> Rulebook {
    Rulebook::new(Some(&scenario(rules)), Entropy::from_seed(7))
}

fn acted(book: &Rulebook) -> Vec<String> {
    let facts = Facts::bare(Operation::CreateUser);
    let plan = book.decide(&facts, Timestamp::from_millisecond(0));
    plan.fired.into_iter().map(|fired| fired.rule).collect()
}

const SECOND: &str =
    r#"{"id": "second", "on": "users.create", "when": {"nth": 2}, "do": {"wire": "reset"}}"#;
const THIRD: &str =
    r#"{"id": "third", "on": "users.create", "when": {"nth": 3}, "do": {"wire": "close"}}"#;

#[test]
fn rule_that_is_as_it_was_keeps_its_counters_wherever_it_stands() {
    let book = book(&format!("{SECOND},{THIRD}"));
    assert!(acted(&book).is_empty());
    assert_eq!(acted(&book), ["second"]);
    let change = book.reread("file", scenario(&format!("{THIRD},{SECOND}")));
    assert_eq!((change.kept, change.changed.len()), (2, 0));
    assert_eq!(acted(&book), ["third"]);
    let totals = [("third".to_owned(), 1), ("second".to_owned(), 1)];
    assert_eq!(book.fired(), totals);
}

#[test]
fn rule_that_says_something_else_counts_anew() {
    let book = book(SECOND);
    assert!(acted(&book).is_empty());
    let other = SECOND.replace("reset", "close");
    let change = book.reread("file", scenario(&format!("{other},{THIRD}")));
    assert_eq!(change.changed, ["second"]);
    assert_eq!((change.added, change.kept), (vec!["third".to_owned()], 0));
    assert!(acted(&book).is_empty());
    assert_eq!(acted(&book), ["second"]);
    let change = book.reread("file", scenario(THIRD));
    assert_eq!(change.removed, ["second"]);
}

#[test]
fn state_stays_if_a_rule_still_leads_to_it() {
    let opens = r#"{"id": "opens", "on": "users.create", "when": {"max": 1}, "then": "open"}"#;
    let book = book(opens);
    acted(&book);
    assert_eq!(book.state(), "open");
    let change = book.reread("file", scenario(&format!("{SECOND},{opens}")));
    assert_eq!((change.state.as_str(), change.kept), ("open", 1));
    assert_eq!(book.reread("file", scenario(SECOND)).state, "start");
}

#[test]
fn window_after_a_rule_that_stayed_goes_on() {
    let after = r#"{"id": "after", "on": "users.create", "when": {"from": "second+1s"}, "do": {"wire": "close"}}"#;
    let late = |book: &Rulebook| {
        let facts = Facts::bare(Operation::CreateUser);
        let plan = book.decide(&facts, Timestamp::from_millisecond(5_000));
        plan.fired.len()
    };
    let book = book(&format!("{SECOND},{after}"));
    acted(&book);
    acted(&book);
    book.reread("file", scenario(&format!("{THIRD},{SECOND},{after}")));
    assert_eq!(late(&book), 1);
    // A rule that says something else has not acted yet, so the window has not begun.
    let other = SECOND.replace("reset", "close");
    book.reread("file", scenario(&format!("{other},{after}")));
    assert_eq!(late(&book), 0);
}

#[test]
fn refused_amendment_changes_nothing() {
    let book = book(SECOND);
    acted(&book);
    let refused = book.amend("control", |before| {
        assert_eq!(before.map(Scenario::name), Some("test"));
        Err("no")
    });
    assert_eq!(refused, Err("no"));
    assert_eq!(acted(&book), ["second"]);
}

#[test]
fn reset_goes_back_to_the_file_and_not_to_an_amendment() {
    let book = book(SECOND);
    let amended: Result<_, ()> = book.amend("control", |_| Ok(scenario(THIRD)));
    assert_eq!(amended.unwrap().removed, ["second"]);
    assert!(book.reread_scenario().is_none());
    book.reread("file", scenario(THIRD));
    assert!(book.reread_scenario().is_some());
}
