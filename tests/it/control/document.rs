//! The OpenAPI document says what the control port does, no less and no more.

use std::collections::BTreeSet;

use goto_double::operation::{OPERATIONS, Surface};
use serde_json::{Value, json};

use super::tester;
use crate::support::{Client, start};

fn document() -> Value {
    let (goto, _client) = start();
    let answer = Client::new(&goto.ready().control_url).get("/openapi.json");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.json()
}

fn methods(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (path, method, operation))
    })
}

#[test]
fn every_route_is_in_the_document_and_nothing_else() {
    let document = document();
    let told: BTreeSet<_> = methods(&document)
        .map(|(path, method, operation)| {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            (path.clone(), method.to_uppercase(), name)
        })
        .collect();
    let routed: BTreeSet<_> = OPERATIONS
        .iter()
        .filter(|row| row.surface == Surface::Control)
        .map(|row| {
            (
                row.path.to_owned(),
                row.method.to_owned(),
                row.name.to_owned(),
            )
        })
        .collect();
    assert_eq!(told, routed);
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn every_segment_that_varies_is_a_parameter_and_every_reference_leads_somewhere() {
    let document = document();
    for (path, method, operation) in methods(&document) {
        let parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let of_path: Vec<_> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| format!("{{{}}}", parameter["name"].as_str().unwrap()))
            .collect();
        let varying: Vec<_> = path
            .split('/')
            .filter(|part| part.starts_with('{'))
            .collect();
        assert_eq!(of_path, varying, "{method} {path}");
    }
    let mut used = BTreeSet::new();
    let mut left = vec![&document];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{reference}");
                    used.insert(pointer.to_owned());
                }
                left.extend(fields.values());
            }
            Value::Array(list) => left.extend(list),
            _ => {}
        }
    }
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(
            used.contains(&format!("/components/schemas/{name}")),
            "{name} is never used"
        );
    }
}

/// The schema of a request's body, references followed.
fn taken<'d>(document: &'d Value, operation: &Value) -> Option<&'d Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let reference = schema["$ref"].as_str()?.strip_prefix('#')?;
    let schema = document.pointer(reference)?;
    // A state may also be a name.
    Some(match &schema["anyOf"][1]["$ref"] {
        Value::String(reference) => document.pointer(reference.strip_prefix('#')?)?,
        _ => schema,
    })
}

#[test]
fn fields_of_every_body_are_those_that_the_port_takes() {
    let (goto, _client) = start();
    let root = Client::new(&goto.ready().control_url);
    let document = document();
    let mut checked = 0;
    for (path, method, operation) in methods(&document) {
        let Some(schema) = taken(&document, operation) else {
            continue;
        };
        let path = path.replace("{sandbox}", "default").replace(['{', '}'], "");
        let answer = root.json(
            &method.to_uppercase(),
            &path,
            &json!({ "no-such-field": 1 }),
        );
        assert_eq!(answer.status, 400, "{method} {path}: {}", answer.text());
        let problem = answer.json();
        assert_eq!(
            problem["field"], "no-such-field",
            "{method} {path}: {problem}"
        );
        let said = problem["detail"].as_str().unwrap();
        let known: BTreeSet<_> = said.split('`').skip(3).step_by(2).collect();
        let told = schema["properties"].as_object().unwrap().keys();
        let told: BTreeSet<_> = told.map(String::as_str).collect();
        assert_eq!(known, told, "{method} {path}: {said}");
        checked += 1;
    }
    assert_eq!(checked, 15);
}

#[test]
fn answers_have_the_members_that_the_document_tells() {
    let (goto, _client) = start();
    let root = Client::new(&goto.ready().control_url);
    let sandbox = tester(&goto);
    sandbox.put("/zone/main.com", &json!({ "txt": ["x"] }));
    sandbox.put("/web/main.com", &json!({ "server": "127.0.0.1:1" }));
    let busy = json!({ "id": "busy", "on": "users.list", "do": { "reply": { "status": 429 } } });
    sandbox.post("/rules", &json!({ "rule": busy }));
    let document = document();
    for (path, method, operation) in methods(&document) {
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let Some(reference) = schema["$ref"].as_str().filter(|_| method == "get") else {
            continue;
        };
        let client = sandbox.get("/clients").json()["clients"][0]["client_id"].clone();
        let account = sandbox.get("/accounts").json()["accounts"][0]["user_name"].clone();
        let path = path
            .replace("{sandbox}", "default")
            .replace("{domain}", "main.com")
            .replace("{rule}", "busy")
            .replace("{client}", client.as_str().unwrap())
            .replace("{account}", account.as_str().unwrap());
        let answer = root.get(&path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let schema = document.pointer(&reference[1..]).unwrap();
        let answer = answer.json();
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(
                answer.get(name.as_str().unwrap()).is_some(),
                "{path}: {name}"
            );
        }
        let Some(known) = schema["properties"].as_object() else {
            continue;
        };
        for name in answer.as_object().unwrap().keys() {
            assert!(known.contains_key(name), "{path}: {name} is not told");
        }
    }
}
