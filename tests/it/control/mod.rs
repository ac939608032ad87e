//! The control surface: every verb of a tester over HTTP, and what becomes of mistakes.

mod bad_input;
mod clients;
mod clock;
mod document;
mod follow;
mod limits;
mod near;
mod outside;
mod people;
mod rules;
mod snapshot;

use goto_double::GotoDouble;
use serde_json::Value;

use crate::support::{Answer, Client};

/// A tester's client for the default sandbox.
fn tester(goto: &GotoDouble) -> Client {
    let base = format!("{}/sandboxes/default", goto.ready().control_url);
    Client::new(&base).header("Content-Type", "application/json")
}

/// Problem details with this status, about this field if one is named.
#[track_caller]
fn assert_problem(answer: &Answer, status: u16, field: Option<&str>) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let media_type = answer.header("content-type");
    assert_eq!(media_type, Some("application/problem+json"));
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    assert!(problem["title"].is_string() && problem["type"].is_string());
    if let Some(field) = field {
        assert_eq!(problem["field"], field, "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(field), "{problem}");
    }
}

#[track_caller]
fn assert_done(answer: &Answer) {
    assert_eq!(answer.status, 204, "{}", answer.text());
}

/// The values of one member of everything in a list.
fn each(answer: &Answer, list: &str, member: &str) -> Vec<Value> {
    let list = answer.json()[list].clone();
    let all = list.as_array().unwrap().iter();
    all.map(|one| one[member].clone()).collect()
}
