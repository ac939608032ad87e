//! The words of the format as patterns and lists, each taken from the table that the reader asks.

use serde_json::{Map, Value, json};

use crate::operation::OPERATIONS;
use crate::scenario::expectation::{Level, Select};
use crate::scenario::fault::{FAULTS, data, dns, rate, reply, tls, token, wire};
use crate::scenario::predicate;
use crate::scenario::schedule::{PERS, REPEATS};
use crate::scenario::script::Pace;
use crate::scenario::selector::{Operations, globs};

const DURATION: &str = r"([0-9]+\.?[0-9]*|\.[0-9]+)(ms|s|min|m|h|d)";

/// How a moment of RFC 3339 begins; no pattern knows how many days a month has.
const DATE: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].+";

/// What may stand in place of any value: a name of the matrix or of the paces.
const PLACEHOLDER: &str = r"\$\{[^}]*\}";

/// A value, or a name that is filled in; text that may be anything needs no second choice.
pub(super) fn or_placeholder(value: Value) -> Value {
    let Value::Object(mut members) = value else {
        return value;
    };
    let is_any_text = members.get("type").is_some_and(|kind| kind == "string")
        && !["pattern", "enum", "minLength"]
            .iter()
            .any(|keyword| members.contains_key(*keyword));
    if is_any_text || members.is_empty() {
        return members.into();
    }
    let placeholder = json!({ "type": "string", "pattern": PLACEHOLDER });
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        choices.push(placeholder);
        return members.into();
    }
    let description = members.shift_remove("description");
    let mut open = Map::new();
    if let Some(description) = description {
        open.insert("description".to_owned(), description);
    }
    open.insert("anyOf".to_owned(), json!([members, placeholder]));
    open.into()
}

fn text(pattern: &str, examples: &[&str]) -> Value {
    json!({ "type": "string", "pattern": format!("^({pattern})$"), "examples": examples })
}

/// Words with what each means, so that an editor shows it beside the word.
fn choice<'w>(words: impl IntoIterator<Item = (&'w str, &'w str)>) -> Value {
    let words: Vec<_> = words
        .into_iter()
        .map(|(word, about)| match about {
            "" => json!({ "const": word }),
            about => json!({ "const": word, "description": about }),
        })
        .collect();
    json!({ "anyOf": words })
}

pub(super) fn rule_id() -> Value {
    text("[^+.*]+", &[])
}

/// What stands in many places and is written once.
pub(super) fn shared() -> [(&'static str, Value); 5] {
    [
        ("Test", test()),
        ("Operation", one_operation()),
        ("Operations", named_operations()),
        ("Condition", predicates()),
        ("Scope", choice(PERS.map(|(name, _, about)| (name, about)))),
    ]
}

pub(super) fn operations() -> Value {
    json!({ "$ref": "#/$defs/Operations" })
}

pub(super) fn condition() -> Value {
    json!({ "$ref": "#/$defs/Condition" })
}

pub(super) fn scope() -> Value {
    let one = json!({ "$ref": "#/$defs/Scope" });
    json!({ "anyOf": [one, { "type": "array", "minItems": 1, "uniqueItems": true, "items": one }] })
}

pub(super) fn states() -> Value {
    let list = json!({ "type": "array", "minItems": 1, "uniqueItems": true, "items": { "type": "string" } });
    let named = json!({ "anyOf": [{ "type": "string" }, list] });
    json!({ "anyOf": [
        { "type": "string" },
        list,
        { "type": "object", "properties": { "not": named }, "required": ["not"], "additionalProperties": false },
    ] })
}

pub(super) fn open_part() -> Value {
    text(&format!(r"\s*{DURATION} in {DURATION}\s*"), &["1m in 10m"])
}

pub(super) fn over() -> Value {
    text(&format!(r" *[0-9]+ */ *{DURATION} *"), &["10/1s"])
}

pub(super) fn date_time() -> Value {
    text(DATE, &["2030-01-01T00:00:00Z"])
}

/// Resources of a starting state, whose attributes may be written in any letter case.
pub(super) fn resources() -> Value {
    json!({ "type": "array", "items": { "type": "object", "minProperties": 1 } })
}

pub(super) fn repeats() -> Value {
    choice(REPEATS.map(|(name, _, about)| (name, about)))
}

pub(super) fn jump() -> Value {
    text(&format!(r"[+-]{DURATION}"), &["+1h", "-10m"])
}

fn one_operation() -> Value {
    let known = OPERATIONS
        .iter()
        .filter(|row| Operations::parse(row.name).is_ok())
        .map(|row| (row.name, row.about));
    let mut names = choice(known);
    let globs = globs();
    let glob = json!({ "type": "string", "pattern": r"\*", "examples": globs });
    if let Some(Value::Array(names)) = names.get_mut("anyOf") {
        names.push(glob);
    }
    or_placeholder(names)
}

fn named_operations() -> Value {
    json!({ "anyOf": [
        { "$ref": "#/$defs/Operation" },
        { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/Operation" } },
    ] })
}

fn predicates() -> Value {
    let fixed: Vec<_> = predicate::fixed_fields().map(regex::escape).collect();
    let roots = predicate::ROOTS.join("|");
    json!({
        "type": "object",
        "propertyNames": { "pattern": format!("^(({roots})\\..+|{})$", fixed.join("|")) },
        "additionalProperties": { "$ref": "#/$defs/Test" },
    })
}

/// What must hold of one field.
fn test() -> Value {
    let mut tests = Map::new();
    for name in predicate::TESTS {
        let value = match name {
            "re" => json!({ "type": "string" }),
            "in" => json!({ "type": "array" }),
            "exists" => json!({ "type": "boolean" }),
            "size" | "number" => count(),
            "not" => json!({ "$ref": "#/$defs/Test" }),
            _ => json!(true),
        };
        tests.insert(name.to_owned(), or_placeholder(value));
    }
    json!({
        "description": "A literal means equality; an object holds tests, all of which must hold.",
        "if": { "type": "object" },
        "then": { "properties": tests, "additionalProperties": false, "minProperties": 1 },
    })
}

pub(super) fn count() -> Value {
    let range = text(
        r"(>=|<=|>|<)? *[0-9]+ *|[0-9]+ *- *[0-9]+",
        &[">=1", "<=3", "2-4", "0"],
    );
    json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, range] })
}

pub(super) fn nth() -> Value {
    let number = json!({ "type": "integer", "minimum": 1 });
    let written = text(
        r" *[0-9]+ *\+?|[0-9]+ *- *[0-9]+|every +[0-9]+( +from +[0-9]+)?",
        &["2-4", "5+", "every 10", "every 10 from 3"],
    );
    json!({ "anyOf": [
        number,
        { "type": "array", "minItems": 1, "items": number },
        written,
    ] })
}

pub(super) fn at_least_one() -> Value {
    json!({ "type": "integer", "minimum": 1 })
}

pub(super) fn probability() -> Value {
    json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 })
}

pub(super) fn duration() -> Value {
    text(DURATION, &["250ms", "30s", "2m", "1h"])
}

pub(super) fn clock_move() -> Value {
    text(&format!(r"\+?{DURATION}"), &["+40m"])
}

pub(super) fn clock_mode() -> Value {
    text(r"real|manual|scaled:.+", &["real", "manual", "scaled:60"])
}

pub(super) fn shortest_gap() -> Value {
    text(&format!("retry_after|{DURATION}"), &["retry_after", "30s"])
}

pub(super) fn moment() -> Value {
    let pattern = format!(r"\+{DURATION}|{DATE}|[^+.*]+(\+{DURATION})?");
    text(&pattern, &["+10s", "2030-01-01T00:00:00Z", "last rule+30s"])
}

pub(super) fn level() -> Value {
    choice([Level::Must, Level::Should, Level::May].map(|level| (level.name(), "")))
}

pub(super) fn selection() -> Value {
    choice([Select::Users, Select::Groups, Select::Domains].map(|select| (select.name(), "")))
}

pub(super) fn status() -> Value {
    json!({ "type": "integer", "minimum": 200, "maximum": 999 })
}

/// The words of one verb, from the table of faults: `cut` there is `cut:head` or `cut:body:40` in a file.
fn fault_words(verb: &str) -> Value {
    let rows = FAULTS
        .iter()
        .filter_map(|fault| Some((fault.name.strip_prefix(verb)?.strip_prefix(' ')?, fault)));
    let forms: &[&str] = match verb {
        "tls" => &tls::FORMS,
        "wire" => &wire::FORMS,
        _ => &[],
    };
    let words: Vec<_> = rows
        .clone()
        .map(|(word, fault)| {
            let has_more = |form: &&str| form.starts_with(&format!("{word}:"));
            let is_alone = written(verb, fault.example).as_str() == Some(word);
            // Whom something happens to may be named behind it.
            let is_either = data::FATES.iter().any(|(fate, _)| *fate == word);
            // Where no forms are listed, every file is as the example but for a few words.
            let (bare, longer) = match forms {
                [] => (is_alone || is_either, !is_alone || is_either),
                forms => (forms.contains(&word), forms.iter().any(has_more)),
            };
            let behind = if bare { "(:.+)?" } else { ":.+" };
            format!("{word}{}", if longer { behind } else { "" })
        })
        .collect();
    let pattern = words.join("|");
    let examples: Vec<_> = rows
        .map(|(_, fault)| written(verb, fault.example))
        .collect();
    json!({ "type": "string", "pattern": format!("^({pattern})$"), "examples": examples })
}

/// What an example has under `do` at that verb.
fn written(verb: &str, example: &str) -> Value {
    let rule: Value = serde_json::from_str(example).unwrap_or_default();
    rule["do"][verb].clone()
}

pub(super) fn wire() -> Value {
    fault_words("wire")
}

pub(super) fn tls() -> Value {
    fault_words("tls")
}

pub(super) fn data() -> Value {
    let named = or_placeholder(fault_words("data"));
    json!({ "anyOf": [named, { "type": "array", "items": named }] })
}

fn word_list(words: impl IntoIterator<Item = &'static str>) -> Value {
    choice(words.into_iter().map(|word| (word, "")))
}

pub(super) fn rate_fields() -> Value {
    word_list(rate::STYLES.map(|(name, _)| name))
}

pub(super) fn retry_after_form() -> Value {
    word_list(reply::FORMS.map(|(name, _)| name))
}

pub(super) fn redirect() -> Value {
    word_list(reply::REDIRECTS.map(|(name, _)| name))
}

/// A server may invent one, so these are only proposed.
pub(super) fn scim_type() -> Value {
    json!({ "type": "string", "examples": reply::SCIM_TYPES })
}

pub(super) fn header_fields() -> Value {
    let framing = "^([Cc][Oo][Nn][Tt][Ee][Nn][Tt]-[Ll][Ee][Nn][Gg][Tt][Hh]|[Tt][Rr][Aa][Nn][Ss][Ff][Ee][Rr]-[Ee][Nn][Cc][Oo][Dd][Ii][Nn][Gg])$";
    json!({ "type": "object", "propertyNames": { "not": { "pattern": framing } } })
}

pub(super) fn revoked() -> Value {
    word_list(token::KINDS.map(|(name, _)| name))
}

pub(super) fn rotated() -> Value {
    word_list(["refresh"])
}

pub(super) fn skew() -> Value {
    text(&format!(r"[+-]{DURATION}"), &["+10m", "-10m"])
}

pub(super) fn response_code() -> Value {
    word_list(dns::RCODES)
}

pub(super) fn dns_answer() -> Value {
    word_list(dns::ANSWERS)
}

pub(super) fn dns_lag() -> Value {
    let written = text(&format!("always|{DURATION}"), &["always", "5m"]);
    json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, written] })
}

pub(super) fn mutations() -> Value {
    let named = or_placeholder(fault_words("mutate"));
    let pointer = text("(/.*)?", &["/Resources/0/id"]);
    let pointer = or_placeholder(pointer);
    let patch = json!({
        "type": "object",
        "properties": {
            "op": { "enum": ["add", "remove", "replace", "move", "copy", "test"] },
            "path": pointer,
            "from": pointer,
            "value": true,
        },
        "required": ["op", "path"],
    });
    json!({ "anyOf": [named, { "type": "array", "items": { "anyOf": [named, patch] } }] })
}

pub(super) fn delay() -> Value {
    let wait = or_placeholder(duration());
    let number = or_placeholder(json!({ "type": "number" }));
    json!({ "anyOf": [
        duration(),
        {
            "type": "object",
            "properties": {
                "uniform": { "type": "array", "items": wait, "minItems": 2, "maxItems": 2 },
                "lognormal": { "type": "array", "prefixItems": [wait, number, wait], "minItems": 3, "maxItems": 3 },
            },
            "additionalProperties": false,
            "minProperties": 1,
            "maxProperties": 1,
        },
    ] })
}

pub(super) fn matrix() -> Value {
    let list = json!({ "type": "array", "minItems": 1 });
    json!({ "anyOf": [
        { "type": "object", "additionalProperties": list },
        { "type": "array", "minItems": 1, "items": { "type": "object" } },
    ] })
}

pub(super) fn paces() -> Value {
    let names = [Pace::Quick.name(), Pace::Real.name()];
    let durations = json!({ "type": "object", "additionalProperties": duration() });
    let properties: Map<_, _> = names
        .map(|name| (name.to_owned(), durations.clone()))
        .into_iter()
        .collect();
    json!({ "type": "object", "properties": properties, "required": names, "additionalProperties": false })
}
