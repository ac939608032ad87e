//! The published schema is this one, and it agrees with the reader.

use serde_json::{Value, json};

use super::schema;
use crate::scenario::fault::FAULTS;
use crate::shipped::SCENARIOS;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenario.schema.json");

/// What the schema has against a file.
fn complaints(file: &Value) -> Vec<String> {
    let schema = schema();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    validator
        .iter_errors(file)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn with_rule(rule: &Value) -> Value {
    json!({ "scenario": "x", "v": 1, "rules": [rule] })
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "BLESS is how a person asks for a new page"
)]
fn schema_in_the_docs_is_this_one() {
    let page = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var("BLESS").is_ok() {
        std::fs::write(PATH, &page).unwrap();
    }
    let written = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        written == page,
        "{PATH} is stale: BLESS=1 cargo test rewrites it"
    );
}

#[test]
fn schema_is_itself_valid() {
    assert!(jsonschema::draft202012::meta::validate(&schema()).is_ok());
}

#[test]
fn every_shipped_scenario_is_valid() {
    for (name, text) in SCENARIOS {
        let mut file: Value = serde_json::from_str(text).unwrap();
        assert_eq!(complaints(&file), [""; 0], "{name}");
        file["$schema"] = json!("../docs/scenario.schema.json");
        assert_eq!(complaints(&file), [""; 0], "{name}");
    }
}

#[test]
fn every_example_of_the_table_of_faults_is_valid() {
    for fault in FAULTS {
        let rule = serde_json::from_str(fault.example).unwrap();
        assert_eq!(complaints(&with_rule(&rule)), [""; 0], "{}", fault.name);
    }
}

/// The reader and the schema agree on a file.
#[track_caller]
fn check(file: &Value, lawful: bool) {
    let read = crate::scenario::parse(&file.to_string());
    assert_eq!(read.is_ok(), lawful, "the reader on {file}: {read:?}");
    let complaints = complaints(file);
    assert_eq!(
        complaints.is_empty(),
        lawful,
        "the schema on {file}: {complaints:#?}"
    );
}

#[track_caller]
fn check_rule(members: &Value, lawful: bool) {
    let mut rule = json!({ "id": "a", "on": "users.get" });
    for (key, value) in members.as_object().unwrap() {
        rule[key] = value.clone();
    }
    check(&with_rule(&rule), lawful);
}

#[test]
fn schema_and_reader_take_the_same_rules() {
    for lawful in [
        json!({ "on": ["users.*", "*.list"] }),
        json!({ "if": { "body.userName": { "in": ["a"], "not": { "re": "x" } }, "token.live": true } }),
        json!({ "when": { "nth": 3 } }),
        json!({ "when": { "nth": "every 10", "per": "token" } }),
        json!({ "when": { "nth": "5+", "p": 0.5, "from": "+1.5s", "to": "a+30s" } }),
        json!({ "when": { "from": "2030-01-01T00:00:00Z", "max": 1 } }),
        json!({ "when": { "nth": "every 10 from 3", "state": ["start"], "open": "1m in 10m" } }),
        json!({ "when": { "state": "start", "per": ["user", "op"], "parallel": 2 } }),
        json!({ "on": "users.*", "when": { "per": "write", "repeats": "same" } }),
        json!({ "when": { "to": "last a+30s" } }),
        json!({ "do": { "hold": "2s", "clock": "-10m" } }),
        json!({ "if": { "request.bytes": { "number": ">5" }, "request.target": { "size": "1-9" } } }),
        json!({ "fires": "<=3" }),
        json!({ "stack": true, "do": { "delay": { "lognormal": ["80ms", 0.4, "2s"] } } }),
        json!({ "do": { "mutate": ["omit_id", { "op": "remove", "path": "/meta" }] } }),
        json!({ "do": { "reply": { "status": 200, "body": [1] } } }),
        json!({ "do": { "reply": { "status": 999 } } }),
    ] {
        check_rule(&lawful, true);
    }
}

#[test]
fn what_the_reader_refuses_for_its_shape_or_words_the_schema_refuses_too() {
    for wrong in [
        json!({ "onn": "users.get" }),
        json!({ "id": "" }),
        json!({ "id": "a.b" }),
        json!({ "on": "user.get" }),
        json!({ "on": [] }),
        json!({ "on": 7 }),
        json!({ "on": "control.reset" }),
        json!({ "if": { "boddy.x": 1 } }),
        json!({ "if": { "body": 1 } }),
        json!({ "if": { "query.x": { "hass": "y" } } }),
        json!({ "if": { "query.x": {} } }),
        json!({ "when": { "nht": 3 } }),
        json!({ "when": { "nth": 0 } }),
        json!({ "when": { "nth": "first" } }),
        json!({ "when": { "max": 0 } }),
        json!({ "when": { "max": -1 } }),
        json!({ "when": { "p": 1.5 } }),
        json!({ "when": { "p": 0 } }),
        json!({ "when": { "per": "usr" } }),
        json!({ "when": { "per": [] } }),
        json!({ "when": { "per": ["user", "user"] } }),
        json!({ "when": { "state": { "nto": "start" } } }),
        json!({ "when": { "state": [] } }),
        json!({ "when": { "open": "1m" } }),
        json!({ "when": { "parallel": 0 } }),
        json!({ "when": { "repeats": "often" } }),
        json!({ "do": { "clock": "1h" } }),
        json!({ "when": { "from": "+1x" } }),
        json!({ "fires": "often" }),
        json!({ "stack": "yes" }),
        json!({ "do": { "replay": {} } }),
        json!({ "do": { "reply": { "status": 99 } } }),
        json!({ "do": { "reply": { "status": 1000 } } }),
        json!({ "do": { "token": {} } }),
        json!({ "do": { "reply": { "statsu": 500 } } }),
        json!({ "do": { "wire": "rest" } }),
        json!({ "do": { "wire": "cut" } }),
        json!({ "do": { "mutate": "omit_ids" } }),
        json!({ "do": { "mutate": [{ "op": "ad", "path": "/x" }] } }),
        json!({ "do": { "delay": "soon" } }),
        json!({ "do": { "delay": { "uniform": ["2s"] } } }),
    ] {
        check_rule(&wrong, false);
    }
}

#[test]
fn rest_of_the_file_is_known_too() {
    for (members, lawful) in [
        (json!({}), true),
        (json!({ "rulse": [] }), false),
        (json!({ "v": 2 }), false),
        (json!({ "scenario": "" }), false),
        (json!({ "seed": "x" }), false),
        (json!({ "each": { "n": [] } }), false),
        (json!({ "each": [{ "n": 1 }, { "n": 2 }] }), true),
        (json!({ "paces": { "quick": { "a": "1s" } } }), false),
        (
            json!({ "paces": { "quick": { "a": "1s" }, "real": { "a": "5s" } } }),
            true,
        ),
        (json!({ "end": { "idle": "1" } }), false),
        (json!({ "end": { "idle": "1s", "at": "+1s" } }), false),
        (json!({ "end": {} }), false),
        (
            json!({ "cycles": [{ "clock": "+40m", "source": { "people": 3 } }] }),
            true,
        ),
        (json!({ "cycles": [{ "source": { "poeple": 3 } }] }), false),
        (
            json!({ "given": { "domains": [{ "name": "a.com", "status": "verified" }] } }),
            true,
        ),
        (
            json!({ "given": { "domains": [{ "status": "verified" }] } }),
            false,
        ),
        (json!({ "clock": { "mode": "fast" } }), false),
        (
            json!({ "expect": [{ "id": "e", "level": "musst", "that": { "order": [] } }] }),
            false,
        ),
        (
            json!({ "expect": [{ "id": "e", "level": "must", "that": {} }] }),
            false,
        ),
        (
            json!({ "expect": [{ "id": "e", "level": "must", "that": { "final": { "select": "users", "count": "2-4" } } }] }),
            true,
        ),
        (
            json!({ "expect": [{ "id": "e", "level": "must", "that": { "calls": { "on": "users.*", "count": "many" } } }] }),
            false,
        ),
        (json!({ "expect": [{ "level": "must" }] }), false),
        (json!({ "expect": [{ "rule": "CRE-07" }] }), true),
        (
            json!({ "expect": [{ "id": "e", "level": "must", "that": { "calls": { "count": 1 } } }] }),
            false,
        ),
    ] {
        let mut file = json!({ "scenario": "x", "v": 1 });
        for (key, value) in members.as_object().unwrap() {
            file[key] = value.clone();
        }
        check(&file, lawful);
    }
}

#[test]
fn names_of_the_matrix_stand_in_place_of_any_value() {
    let rule = json!({ "id": "a", "on": "users.get",
        "when": { "nth": "${n}", "per": "${per}" },
        "do": { "reply": { "status": "${status}", "retry_after": "${wait}s" } } });
    let mut file = with_rule(&rule);
    file["each"] = json!({ "n": [1], "per": ["user"], "status": [503], "wait": [2] });
    check(&file, true);
}

#[test]
fn editors_are_told_what_a_key_means() {
    let schema = schema();
    let nth = &schema["$defs"]["When"]["properties"]["nth"]["description"];
    assert!(nth.as_str().unwrap().starts_with("Which occurrences"));
    let scopes = schema["$defs"]["Scope"]["anyOf"].as_array().unwrap();
    assert!(
        scopes
            .iter()
            .any(|scope| scope["const"] == "token" && scope["description"] != Value::Null)
    );
}
