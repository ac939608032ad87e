//! Every fault of a scenario, told from the client's side: it strikes when it should, and only then.

mod befall;
mod behind;
mod callback;
mod clock;
mod data;
mod delay;
mod dns;
mod dress;
mod half;
mod headers;
mod hidden;
mod hold;
mod instead;
mod lag;
mod ledger;
mod lookup;
mod mutate;
mod paging;
mod parallel;
mod precedence;
mod predicate;
mod quota;
mod rate;
mod redirect;
mod refusals;
mod repeats;
mod reply;
mod schedule;
mod shape;
mod tag;
mod tls;
mod token;
mod token_answer;
mod undone;
mod window;
mod wire;

use goto_double::GotoDouble;
use goto_double::entry::Exchange;
use goto_double::scenario::fault::FAULTS;
use serde_json::{Value, json};

use crate::support::{Client, with};

const START: &str = "2030-01-01T00:00:00Z";

/// A double that plays these rules on a hand-moved clock, and a client that carries its ready token.
fn playing(rules: Value) -> (GotoDouble, Client) {
    playing_with(rules, json!({}))
}

/// The same with something given at the start.
fn playing_with(rules: Value, given: Value) -> (GotoDouble, Client) {
    let scenario = json!({
        "scenario": "under-test", "v": 1, "seed": 7,
        "clock": { "mode": "manual", "start": START }, "given": given, "rules": rules,
    });
    with(GotoDouble::builder().scenario(scenario.to_string()))
}

/// The rule that the reference page shows for a fault, made to act on the so-many-th request only.
#[track_caller]
fn documented(name: &str, nth: u64) -> Value {
    let row = FAULTS.iter().find(|row| row.name == name).unwrap();
    let mut rule: Value = serde_json::from_str(row.example).unwrap();
    rule["when"] = json!({ "nth": nth, "per": "op" });
    json!([rule])
}

/// The names of the rows of a list, in either dialect.
fn names(list: &Value) -> Vec<String> {
    let rows = list.get("Resources").or(list.get("resources"));
    let rows = rows.unwrap().as_array().unwrap().iter();
    let name = |row: &Value| row.get("userName").or(row.get("displayName")).cloned();
    rows.map(|row| name(row).unwrap().as_str().unwrap().to_owned())
        .collect()
}

/// The same client at the older dialect.
fn older(goto: &GotoDouble) -> Client {
    Client::new(&format!("http://{}/identity/v1", goto.addresses().product)).bearer(goto.token())
}

/// The path of a look-up of a user by name.
fn looking_for(name: &str) -> String {
    format!("/Users?filter=userName%20eq%20%22{name}%22")
}

/// The user names in the store, in the order in which they came.
fn stored(goto: &GotoDouble) -> Vec<String> {
    let users = goto.control().state().unwrap().users;
    users
        .iter()
        .map(|user| user["userName"].as_str().unwrap().to_owned())
        .collect()
}

/// The ids of who is in a group.
fn members(client: &Client, group: &str) -> Vec<Value> {
    let group = client.get(&format!("/Groups/{group}")).json();
    let members = group["members"].as_array().cloned().unwrap_or_default();
    members
        .iter()
        .map(|member| member["value"].clone())
        .collect()
}

/// How often a rule has acted.
fn fired(goto: &GotoDouble, rule: &str) -> u64 {
    let described = goto.control().describe().unwrap();
    let rules = described["rules"].as_array().unwrap().iter();
    rules
        .filter(|row| row["rule"] == rule)
        .map(|row| row["fired"].as_u64().unwrap())
        .sum()
}

/// Every exchange of an operation so far.
fn exchanges(goto: &GotoDouble, operation: &str) -> Vec<Exchange> {
    let entries = goto.journal();
    let all = entries.iter().filter_map(|entry| entry.exchange().cloned());
    all.filter(|exchange| {
        exchange
            .operation
            .is_some_and(|known| known.name() == operation)
    })
    .collect()
}

/// Waits until a rule has acted so often, and until whoever waits because of that does wait.
fn until_held(goto: &GotoDouble, rule: &str, times: u64) {
    while fired(goto, rule) < times {
        std::thread::yield_now();
    }
    settle(goto);
}

/// Waits until an exchange waits for the hands of the clock.
fn until_waiting(goto: &GotoDouble) {
    while goto.control().sandbox().unwrap().clock.waiting() == 0 {
        std::thread::yield_now();
    }
}

/// A whole exchange on another connection: whoever was ready to go on has gone on when it is over.
fn settle(goto: &GotoDouble) {
    Client::new(goto.scim_url()).get("/ServiceProviderConfig");
}
