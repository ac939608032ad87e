//! The control surface as an OpenAPI 3.1 document, from the table of operations.

use serde_json::{Map, Value, json};

use super::history::FILTER;
use crate::operation::{OPERATIONS, Operation, Row, Surface};

/// What is sent and answered, as JSON Schemas by name.
const SCHEMAS: &str = include_str!("schemas.json");

/// What an operation takes and gives, by the names of schemas.
struct Shape {
    query: &'static [&'static [&'static str]],
    takes: Option<&'static str>,
    status: &'static str,
    gives: Option<&'static str>,
}

const NOTHING: Shape = Shape {
    query: &[],
    takes: None,
    status: "204",
    gives: None,
};

const fn giving(schema: &'static str) -> Shape {
    Shape {
        status: "200",
        gives: Some(schema),
        ..NOTHING
    }
}

const fn taking(schema: &'static str) -> Shape {
    Shape {
        takes: Some(schema),
        ..NOTHING
    }
}

const fn trading(takes: &'static str, status: &'static str, gives: &'static str) -> Shape {
    Shape {
        takes: Some(takes),
        status,
        ..giving(gives)
    }
}

fn shape(operation: Operation) -> Shape {
    match operation {
        Operation::Home => giving("Home"),
        Operation::OpenApi => giving("Document"),
        Operation::ListSandboxes => giving("Sandboxes"),
        Operation::CreateSandbox => trading("SandboxSpec", "201", "Sandbox"),
        Operation::GetSandbox => giving("Sandbox"),
        Operation::GetClock => giving("Clock"),
        Operation::SetClock => trading("ClockChange", "200", "Clock"),
        Operation::GetJournal => Shape {
            query: &[FILTER, &["limit"]],
            ..giving("Journal")
        },
        Operation::FollowJournal => Shape {
            query: &[FILTER],
            ..giving("Entry")
        },
        Operation::GetState => giving("Held"),
        Operation::ChangeState => taking("StateChange"),
        Operation::GetSnapshot => giving("State"),
        Operation::LoadSnapshot => taking("StateOrName"),
        Operation::ListAccounts => giving("Accounts"),
        Operation::AddAccount => trading("AccountSpec", "201", "Account"),
        Operation::GetAccount => giving("Account"),
        Operation::ChangeAccount => trading("AccountChange", "200", "Account"),
        Operation::ListClaims => giving("Domains"),
        Operation::AddClaim => trading("DomainSpec", "201", "Domain"),
        Operation::GetClaim | Operation::ProveClaim => giving("Domain"),
        Operation::ListRegistrations => giving("Clients"),
        Operation::AddRegistration => trading("ClientSpec", "201", "Client"),
        Operation::GetRegistration => giving("Client"),
        Operation::ChangeRegistration => trading("ClientChange", "200", "Client"),
        Operation::ListTokens => giving("Tokens"),
        Operation::MintToken => trading("TokenSpec", "200", "TokenAnswer"),
        Operation::ListZone => giving("Names"),
        Operation::GetZone => giving("Name"),
        Operation::PutZone => taking("NameSpec"),
        Operation::ListWeb => giving("Webs"),
        Operation::GetWeb => giving("Web"),
        Operation::PutWeb => taking("WebSpec"),
        Operation::ListRules => giving("Rules"),
        Operation::AddRule => trading("RuleSpec", "201", "RulesChanged"),
        Operation::ReplaceRules => trading("RulesSpec", "200", "RulesChanged"),
        Operation::GetRule => giving("Rule"),
        Operation::BeginCycle => trading("CycleSpec", "200", "Cycle"),
        Operation::GetVerdict => giving("Verdict"),
        _ => NOTHING,
    }
}

/// The document.
pub fn document() -> Value {
    let mut paths = Map::new();
    let control = OPERATIONS
        .iter()
        .filter(|row| row.surface == Surface::Control);
    for row in control {
        let path = paths.entry(row.path).or_insert_with(|| json!({}));
        if let Value::Object(methods) = path {
            methods.insert(row.method.to_ascii_lowercase(), described(row));
        }
    }
    // It is part of the program, and a test reads it.
    let schemas: Value = serde_json::from_str(SCHEMAS).unwrap_or_default();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "goto-double: control surface",
            "description": "What a tester may do with a double of GoTo, on a port of its own. No fault of any scenario reaches it. `HEAD` answers wherever `GET` does. Errors are problem details (RFC 9457).",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": { "Problem": {
                "description": "Problem details, RFC 9457: `detail` says what is wrong, `field` which field or parameter, `findings` where in what was sent.",
                "content": { "application/problem+json": { "schema": reference("Problem") } },
            } },
        },
    })
}

fn described(row: &Row) -> Value {
    let shape = shape(row.operation);
    let mut parameters: Vec<Value> = segments(row.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let asked = shape.query.iter().copied().flatten();
    parameters.extend(asked.map(|name| parameter(name)));
    if row.operation == Operation::FollowJournal {
        parameters.push(json!({ "name": "Last-Event-ID", "in": "header", "description": "The number of the last entry that arrived; wins over `after`.", "schema": { "type": "integer" } }));
    }
    let mut operation = json!({
        "operationId": row.name,
        "summary": row.about,
        "tags": [noun(row.path)],
    });
    if let Value::Object(fields) = &mut operation {
        if !parameters.is_empty() {
            fields.insert("parameters".into(), parameters.into());
        }
        if let Some(schema) = shape.takes {
            let body =
                json!({ "content": { "application/json": { "schema": reference(schema) } } });
            fields.insert("requestBody".into(), body);
        }
        fields.insert("responses".into(), responses(row, &shape));
    }
    operation
}

fn responses(row: &Row, shape: &Shape) -> Value {
    let media_type = if row.operation == Operation::FollowJournal {
        "text/event-stream"
    } else {
        "application/json"
    };
    let good = match shape.gives {
        Some(schema) => {
            json!({ "description": row.about, "content": { media_type: { "schema": reference(schema) } } })
        }
        None => json!({ "description": "It is done." }),
    };
    json!({ shape.status: good, "default": { "$ref": "#/components/responses/Problem" } })
}

fn parameter(name: &str) -> Value {
    let (kind, about) = match name {
        "after" => ("integer", "Entries whose number is greater."),
        "operation" => ("string", "Entries of the operation of that name."),
        "kind" => ("string", "Entries of that kind."),
        "status" => (
            "integer",
            "Exchanges that were answered with that status code.",
        ),
        "subject" => (
            "string",
            "Exchanges about the user, group or domain of that name or id.",
        ),
        "rule" => ("string", "Entries that this rule of the scenario acted on."),
        "near" => (
            "string",
            "Entries that this rule nearly acted on: all but one of its conditions held.",
        ),
        _ => ("integer", "So many entries at most."),
    };
    json!({ "name": name, "in": "query", "description": about, "schema": { "type": kind } })
}

/// The names of the segments that vary.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// What a path is about, to group it by.
fn noun(path: &str) -> &str {
    let mut segments = path.split('/').skip(1);
    let first = segments.next().unwrap_or_default();
    match segments.nth(1) {
        Some(noun) => noun,
        None if first == "sandboxes" => first,
        None => "double",
    }
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
