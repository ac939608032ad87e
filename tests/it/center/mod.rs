//! The Organization Center: from an account without an organization to a verified domain.

mod api;
mod by_txt;
mod by_web_file;
mod clients;
mod deadline;
mod entrance;
mod first_domain;
mod hosts;
mod identity;
mod users;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goto_double::{Builder, GotoDouble};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Client};

const ADMIN: (&str, &str) = ("admin@main.com", "correct horse battery staple");
const AUDITOR: (&str, &str) = ("auditor@main.com", "read only battery staple");
const MEMBER: (&str, &str) = ("member@main.com", "plain user battery staple");

/// A double whose admin has yet to prove the domain.
fn empty() -> GotoDouble {
    begin(GotoDouble::builder())
}

fn begin(builder: Builder) -> GotoDouble {
    builder.state("empty").seed(7).start().unwrap()
}

/// A script that signs in with HTTP Basic.
fn script(goto: &GotoDouble, (user_name, password): (&str, &str)) -> Client {
    let pair = BASE64_STANDARD.encode(format!("{user_name}:{password}"));
    Client::new(&goto.ready().center_url)
        .header("Authorization", &format!("Basic {pair}"))
        .header("Content-Type", "application/json")
}

/// Signs a person in, and gives what the first page says.
#[track_caller]
fn sign_in(goto: &GotoDouble, (user_name, password): (&str, &str)) -> (Browser, Answer) {
    let mut browser = Browser::new(&goto.ready().center_url);
    let page = browser.open(&goto.ready().center_url);
    let page = browser.sign_in(&page, user_name, password);
    (browser, page)
}

/// The address of a page of the Organization Center.
fn at(goto: &GotoDouble, path: &str) -> String {
    format!("{}{path}", goto.ready().center_url)
}

#[track_caller]
fn assert_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?} {}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    assert!(
        problem["title"].is_string() && problem["detail"].is_string(),
        "{problem}"
    );
}

/// Adds a domain as the admin and gives it as JSON.
#[track_caller]
fn add(goto: &GotoDouble, name: &str) -> Value {
    let answer = script(goto, ADMIN).post("/domains", &json!({ "domain": name }));
    assert_eq!(answer.status, 201, "{answer:?} {}", answer.text());
    answer.json()
}

/// Presses **Verify** as the admin.
#[track_caller]
fn verify(goto: &GotoDouble, name: &str) -> Value {
    let answer = press(goto, name);
    assert_eq!(answer.status, 200, "{answer:?} {}", answer.text());
    answer.json()
}

#[track_caller]
fn press(goto: &GotoDouble, name: &str) -> Answer {
    script(goto, ADMIN).post(&format!("/domains/{name}/verify"), &json!({}))
}

fn put_txt(goto: &GotoDouble, name: &str, records: &[&str]) {
    let records: Vec<String> = records.iter().map(|text| (*text).to_owned()).collect();
    goto.control().put_txt(name, &records).unwrap();
}

#[track_caller]
fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found
        .unwrap_or_else(|| panic!("no {pointer} in {value}"))
        .to_owned()
}

#[track_caller]
fn assert_pending(seen: &Value, finding: &str, why: &str) {
    assert_eq!(seen["status"], "pending", "{seen}");
    assert_eq!(seen["finding"], finding, "{seen}");
    let said = seen["why"].as_str().unwrap();
    assert!(said.contains(why), "{why:?} is not in {said:?}");
}

#[track_caller]
fn assert_proven(seen: &Value) {
    assert_eq!(seen["status"], "verified", "{seen}");
    assert_eq!(seen["finding"], "proven", "{seen}");
}
