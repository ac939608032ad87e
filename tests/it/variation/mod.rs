//! Lawful variation: what the RFCs leave open is decided by the seed, is told in the journal, and is off unless wanted.

mod points;
mod raw;
mod scripted;
mod shows;
mod suite;
mod switch;
mod walk;

use goto_double::entry::{Choice, Exchange};
use goto_double::{Builder, GotoDouble};
use serde_json::{Value, json};

use self::raw::Raw;
use crate::support::{CORE_USER, Client, ENTERPRISE};

/// When every double here begins: on a whole second, so that the digits of a date are told apart.
const START: &str = "2030-01-01T00:00:00Z";

/// A scenario on a hand-moved clock, with these rules.
fn scenario(rules: Value) -> Value {
    json!({ "scenario": "under-test", "v": 1, "clock": { "mode": "manual", "start": START }, "rules": rules })
}

/// A double of that seed whose answers vary, and a client that carries its ready token.
fn varied(seed: u64, rules: Value) -> (GotoDouble, Client) {
    started(plain(seed, rules).vary(true))
}

/// The same without variation.
fn plain(seed: u64, rules: Value) -> Builder {
    GotoDouble::builder()
        .seed(seed)
        .state("default")
        .profile("refresh_token_rotates", true)
        .scenario(scenario(rules).to_string())
}

fn started(builder: Builder) -> (GotoDouble, Client) {
    let goto = builder.start().unwrap();
    let client = Client::new(goto.scim_url()).bearer(goto.token());
    (goto, client)
}

/// A user with an extension, and with letters and signs that JSON can write in two ways.
fn person(name: &str) -> Value {
    json!({
        "schemas": [CORE_USER, ENTERPRISE], "userName": name, "active": true,
        "name": { "givenName": "Zoé 😀", "familyName": "a/b" }, ENTERPRISE: { "department": "R/D" },
    })
}

/// What the last exchange of the journal was, and what was chosen for its answer.
fn last(goto: &GotoDouble) -> Exchange {
    let entries = goto.journal();
    let mut exchanges = entries.iter().rev().filter_map(|entry| entry.exchange());
    exchanges.next().unwrap().clone()
}

/// Sends a request and gives what came back, with what the journal says of it.
fn seen(goto: &GotoDouble, client: &Client, asked: (&str, &str, &Value)) -> (Raw, Vec<Choice>) {
    let raw = Raw::of(client, asked);
    (raw, last(goto).varied)
}
