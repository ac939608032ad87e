//! Writes the JSON Schema of the scenario file, so that editors complete and check while somebody types.
//!
//! The shape comes from the structs that the reader itself fills, the words from the tables that it itself asks, the
//! sentences from the reference page. Only the tests build it: what users get is the file in `docs`.

mod tests;
mod words;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::file;
use super::reference::keys::SECTIONS;

/// The values of one key, where the struct leaves them open: definition, key, what it holds.
type Refinement = (&'static str, &'static str, fn() -> Value);

/// Which definition each section of the reference page describes.
const DESCRIBED: [(&str, &str); 11] = [
    ("A rule", "Rule"),
    ("when", "When"),
    ("do", "Act"),
    ("expect", "Expectation"),
    ("wait", "Wait"),
    ("calls", "Calls"),
    ("order", "Step"),
    ("backoff", "Backoff"),
    ("final", "Final"),
    ("cycles", "Cycle"),
    ("that", "That"),
];

const REFINEMENTS: &[Refinement] = &[
    ("Rule", "id", words::rule_id),
    ("Rule", "on", words::operations),
    ("Rule", "if", words::condition),
    ("Rule", "fires", words::count),
    ("When", "state", words::states),
    ("When", "nth", words::nth),
    ("When", "open", words::open_part),
    ("When", "over", words::over),
    ("When", "parallel", words::at_least_one),
    ("When", "repeats", words::repeats),
    ("When", "max", words::at_least_one),
    ("When", "p", words::probability),
    ("When", "from", words::moment),
    ("When", "to", words::moment),
    ("When", "per", words::scope),
    ("Act", "mutate", words::mutations),
    ("Act", "wire", words::wire),
    ("Act", "tls", words::tls),
    ("Act", "data", words::data),
    ("Act", "delay", words::delay),
    ("Act", "rate_limit", words::rate_fields),
    ("Act", "hold", words::delay),
    ("Act", "clock", words::jump),
    ("Reply", "status", words::status),
    ("Reply", "scim_type", words::scim_type),
    ("Reply", "headers", words::header_fields),
    ("Reply", "retry_after", words::duration),
    ("Reply", "retry_after_as", words::retry_after_form),
    ("Reply", "redirect", words::redirect),
    ("Token", "revoke", words::revoked),
    ("Token", "expires_in", words::duration),
    ("Token", "rotate", words::rotated),
    ("Token", "skew", words::skew),
    ("Dns", "rcode", words::response_code),
    ("Dns", "ttl", words::duration),
    ("Dns", "answer", words::dns_answer),
    ("Dns", "lags", words::dns_lag),
    ("Expectation", "level", words::level),
    ("Wait", "next", words::operations),
    ("Wait", "at_least", words::shortest_gap),
    ("Wait", "at_most", words::duration),
    ("Wait", "slack", words::duration),
    ("Wait", "per", words::scope),
    ("Calls", "on", words::operations),
    ("Calls", "if", words::condition),
    ("Calls", "within", words::duration),
    ("Calls", "slack", words::duration),
    ("Calls", "per", words::scope),
    ("Calls", "count", words::count),
    ("Step", "on", words::operations),
    ("Step", "if", words::condition),
    ("Step", "per", words::scope),
    ("Backoff", "on", words::operations),
    ("Backoff", "if", words::condition),
    ("Backoff", "per", words::scope),
    ("Backoff", "first", words::duration),
    ("Backoff", "cap", words::duration),
    ("Backoff", "slack", words::duration),
    ("Final", "select", words::selection),
    ("Final", "per_group", words::count),
    ("Final", "count", words::count),
    ("Cycle", "clock", words::clock_move),
    ("Cycle", "limit", words::duration),
    ("Clock", "start", words::date_time),
    ("State", "users", words::resources),
    ("State", "groups", words::resources),
    ("Clock", "mode", words::clock_mode),
    ("End", "idle", words::duration),
    ("End", "at", words::moment),
];

/// The JSON Schema of the file, draft 2020-12.
pub(super) fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let lists = [
        ("rules", list_of::<file::Rule>(&mut generator)),
        ("expect", list_of::<file::Expectation>(&mut generator)),
        ("cycles", list_of::<file::Cycle>(&mut generator)),
        (
            "given",
            generator.subschema_for::<super::state::State>().to_value(),
        ),
    ];
    let mut whole = generator.into_root_schema_for::<file::File>().to_value();
    simplify(&mut whole);
    for (definition, key, refined) in REFINEMENTS {
        let slot = property(&mut whole, definition, key);
        let slot = slot.unwrap_or_else(|| panic!("{definition} has no key {key}"));
        *slot = refined();
    }
    for (definition, key, other) in [
        ("Final", "group_by", "per_group"),
        ("Final", "per_group", "group_by"),
    ] {
        whole["$defs"][definition]["dependentRequired"][key] = json!([other]);
    }
    whole["$defs"]["Final"]["anyOf"] = required(&[&["count"], &["per_group"]]);
    exactly_one(&mut whole, "That");
    exactly_one(&mut whole, "End");
    whole["$defs"]["Token"]["minProperties"] = json!(1);
    let own = ["id", "level", "that"];
    whole["$defs"]["Expectation"]["anyOf"] = required(&[&["rule"], &own]);
    for definition in ["Calls", "Backoff"] {
        whole["$defs"][definition]["oneOf"] = required(&[&["on"], &["like"]]);
    }
    whole["$defs"]["Step"]["oneOf"] = required(&[&["rule"], &["on"], &["like"]]);
    let definitions = whole["$defs"].as_object_mut().into_iter().flatten();
    for (_, definition) in definitions {
        let properties = definition.get_mut("properties");
        let properties = properties.and_then(Value::as_object_mut);
        properties.into_iter().flatten().for_each(|(_, value)| {
            let open = value.take();
            *value = words::or_placeholder(open);
        });
    }
    for (key, list) in lists {
        whole["properties"][key] = list;
    }
    whole["properties"]["v"] = json!({ "const": 1 });
    whole["properties"]["scenario"] = json!({ "type": "string", "minLength": 1 });
    whole["properties"]["each"] = words::matrix();
    whole["properties"]["paces"] = words::paces();
    for (name, definition) in words::shared() {
        whole["$defs"][name] = definition;
    }
    describe(&mut whole);
    head(whole)
}

fn list_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    let item = generator.subschema_for::<T>().to_value();
    json!({ "type": "array", "items": item })
}

/// The properties of a definition, or of the file itself if there is no name.
fn property<'w>(whole: &'w mut Value, definition: &str, key: &str) -> Option<&'w mut Value> {
    let owner = whole["$defs"].get_mut(definition)?;
    owner.get_mut("properties")?.get_mut(key)
}

/// Takes out what tells an author nothing: null for what may be absent, the width of numbers, defaults, and the
/// titles and sentences that are about the code.
fn simplify(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(simplify),
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    members.insert("type".to_owned(), only);
                }
            }
            for name in ["format", "default", "title"] {
                if members.get(name).is_some_and(|value| !is_schema(value)) {
                    members.shift_remove(name);
                }
            }
            if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
                choices.retain(|choice| choice["type"] != "null");
                if let [Value::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    members.shift_remove("anyOf");
                    members.extend(only);
                }
            }
            members.values_mut().for_each(simplify);
        }
        _ => {}
    }
}

/// Whether a member of `properties` bears the name of a keyword.
fn is_schema(value: &Value) -> bool {
    value.get("type").is_some() || value.get("$ref").is_some()
}

/// Of the keys of this definition, one and no more is written.
fn exactly_one(whole: &mut Value, definition: &str) {
    let definition = &mut whole["$defs"][definition];
    definition["minProperties"] = json!(1);
    definition["maxProperties"] = json!(1);
}

/// Each of these groups of keys will do.
fn required(groups: &[&[&str]]) -> Value {
    let group = |keys: &&[&str]| json!({ "required": keys });
    groups.iter().map(group).collect()
}

/// Puts the sentences of the reference page where an editor shows them.
fn describe(whole: &mut Value) {
    for (heading, about, rows) in SECTIONS {
        for (key, meaning) in *rows {
            let slot = if *heading == "The file" {
                whole["properties"].get_mut(*key)
            } else {
                DESCRIBED
                    .iter()
                    .find(|(section, _)| section == heading)
                    .and_then(|(_, definition)| property(whole, definition, key))
            };
            if let Some(Value::Object(members)) = slot {
                members.insert("description".to_owned(), json!(meaning));
            }
        }
        let described = DESCRIBED.iter().find(|(section, _)| section == heading);
        if let Some((_, definition)) = described {
            whole["$defs"][*definition]["description"] = json!(about);
        }
    }
}

/// The file with its own description in front.
fn head(whole: Value) -> Value {
    let mut page = Map::new();
    let title = "A scenario of goto-double";
    page.insert("$schema".to_owned(), whole["$schema"].clone());
    page.insert("title".to_owned(), json!(title));
    let about = "Generated from the code. It knows the shape and the words; `goto-double check` also finds what makes no sense.";
    page.insert("description".to_owned(), json!(about));
    if let Value::Object(members) = whole {
        for (key, value) in members {
            page.entry(key).or_insert(value);
        }
    }
    page["description"] = json!(about);
    page.into()
}
