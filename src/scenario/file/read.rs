//! Reads one object of the file and goes on after each mistake, so that every one of them is found.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use serde_path_to_error::Segment;

use crate::scenario::finding::{Complaint, Findings, Pointer};

use super::written::Written;
use super::{Act, Reply, Rule, When};

/// Reads one object, and goes on after each mistake so that every one of them is found.
///
/// What is missing or cannot be read is made up to look at the rest; its place is spoilt, so that nobody finds fault
/// with what was made up.
pub(in crate::scenario) fn read<T: DeserializeOwned>(
    value: &Value,
    at: &Pointer,
    findings: &mut Findings,
) -> Option<T> {
    /// More mistakes than this in one object are not worth a line each.
    const ENOUGH: usize = 50;
    let mut value = value.clone();
    let mut made_up: Vec<Vec<String>> = Vec::new();
    if !value.is_object() {
        let found = named(&value);
        findings.error(at, format!("expected an object, not {found}"));
        findings.spoil(at);
        return None;
    }
    for _ in 0..ENOUGH {
        let error = match serde_path_to_error::deserialize::<_, T>(Written(&value)) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let message = error.inner().to_string();
        let mut quoted = message.split('`').skip(1).step_by(2);
        let mut path = segments(error.path());
        if message.starts_with("missing field") {
            let name = quoted.next().unwrap_or_default();
            let owner = place(at, &path);
            path.push(name.to_owned());
            let missing = place(at, &path);
            // What was taken out for being wrong is not missing too.
            if !findings.is_spoilt(&missing) {
                findings.error(&owner, format!("the key \"{name}\" is missing"));
                findings.spoil(&missing);
            }
            put(&mut value, &path, "*".into());
            made_up.push(path);
            continue;
        }
        if message.starts_with("unknown field") {
            let name = quoted.next().unwrap_or_default().to_owned();
            if path.last() != Some(&name) {
                path.push(name.clone());
            }
            let at = place(at, &path);
            findings.error_at_key(&at, unknown_key(&at, &name, quoted));
            take_out(&mut value, &path);
            continue;
        }
        if made_up.contains(&path) {
            let slot = find(&mut value, &path)?;
            *slot = other_make(slot)?;
            continue;
        }
        let spoilt = place(at, &path);
        findings.error(&spoilt, readable(&message));
        findings.spoil(&spoilt);
        if path.is_empty() {
            return None;
        }
        if !take_out(&mut value, &path) {
            // An element of a list leaves its place to something else, so that the others keep theirs.
            put(&mut value, &path, "*".into());
            made_up.push(path);
        }
    }
    None
}

/// The complaint about a key that the object does not have; one that another part of a rule has is sent there.
fn unknown_key<'k>(at: &Pointer, name: &str, known: impl Iterator<Item = &'k str>) -> Complaint {
    let homes = [
        ("the rule itself", keys_of::<Rule>()),
        ("\"when\"", keys_of::<When>()),
        ("\"do\"", keys_of::<Act>()),
        ("\"reply\", within \"do\"", keys_of::<Reply>()),
    ];
    let is_of_rule = at.as_str().starts_with("/rules/");
    let mut homes = homes.iter().filter(|_| is_of_rule);
    match homes.find(|(_, keys)| keys.iter().any(|key| key == name)) {
        Some((home, _)) => Complaint::new(format!(
            "the key \"{name}\" does not belong here, but in {home}"
        )),
        None => Complaint::unknown("key", name, known),
    }
}

/// The keys of an object, as its reader lists them when it meets another.
fn keys_of<T: DeserializeOwned>() -> Vec<String> {
    let other = json!({ "": null });
    let listed = T::deserialize(Written(&other)).err();
    let listed = listed.map(|error| error.to_string()).unwrap_or_default();
    let quoted = listed.split('`').skip(3).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// What the deserializer says, in the words of the format.
pub(in crate::scenario) fn readable(message: &str) -> Complaint {
    if message.starts_with("unknown variant") {
        let mut quoted = message.split('`').skip(1).step_by(2);
        let word = quoted.next().unwrap_or_default();
        return Complaint::unknown("word", word, quoted);
    }
    if message.starts_with("json pointer failed to parse") {
        return "expected a JSON Pointer, as \"/Resources/0/id\"".into();
    }
    let told = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|told| told.rsplit_once(", expected "));
    match told {
        Some((found, wanted)) => {
            let (found, wanted) = (found_in_words(found), wanted_in_words(wanted));
            format!("expected {wanted}, not {found}").into()
        }
        None => message.replace('`', "\"").into(),
    }
}

fn found_in_words(found: &str) -> String {
    match found {
        "map" => "an object".to_owned(),
        "sequence" => "a list".to_owned(),
        found => {
            let kinds = ["string ", "integer ", "floating point ", "boolean "];
            let bare = kinds.iter().find_map(|kind| found.strip_prefix(kind));
            bare.unwrap_or(found).trim_matches('`').to_owned()
        }
    }
}

fn wanted_in_words(wanted: &str) -> &str {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "i32" | "i64" => "a whole number, which may be negative",
        "f64" => "a number",
        "a string" => "text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        wanted if wanted.starts_with("struct ") => "an object",
        wanted => wanted,
    }
}

fn named(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        value => value.to_string(),
    }
}

fn segments(path: &serde_path_to_error::Path) -> Vec<String> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

fn place(at: &Pointer, path: &[String]) -> Pointer {
    path.iter().fold(at.clone(), |at, key| at.key(key))
}

/// Something of another kind, where what was made up is not of the kind that is read there.
fn other_make(made_up: &Value) -> Option<Value> {
    match made_up {
        Value::String(_) => Some(json!(200)),
        Value::Number(_) => Some(json!([])),
        Value::Array(_) => Some(json!({})),
        _ => None,
    }
}

fn put(value: &mut Value, path: &[String], new: Value) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    match find(value, parents) {
        Some(Value::Object(members)) => _ = members.insert(last.clone(), new),
        Some(Value::Array(elements)) => {
            let slot = last.parse::<usize>().ok();
            if let Some(slot) = slot.and_then(|index| elements.get_mut(index)) {
                *slot = new;
            }
        }
        _ => {}
    }
}

/// Takes the value at a path out of the document.
fn take_out(value: &mut Value, path: &[String]) -> bool {
    let Some((last, parents)) = path.split_last() else {
        return false;
    };
    match find(value, parents) {
        Some(Value::Object(members)) => members.shift_remove(last).is_some(),
        _ => false,
    }
}

fn find<'v>(value: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |here, key| match here {
        Value::Object(members) => members.get_mut(key),
        Value::Array(elements) => elements.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_mistake_of_an_object_is_found_not_only_the_first() {
        let mut findings = Findings::default();
        let rule = json!({"id": "a", "onn": 1, "on": "users.create", "stack": "yes",
            "when": {"nht": 3, "max": -1}, "do": {"reply": {"status": "429"}}});
        let at = Pointer::default();
        assert!(
            read::<Rule>(&rule, &at, &mut findings).is_some(),
            "the rest is looked at"
        );
        let places: Vec<_> = findings
            .into_raw()
            .into_iter()
            .map(|raw| raw.pointer.as_str().to_owned())
            .collect();
        assert_eq!(places.len(), 5, "{places:?}");
        for place in [
            "/onn",
            "/stack",
            "/when/nht",
            "/when/max",
            "/do/reply/status",
        ] {
            assert!(
                places.iter().any(|found| found == place),
                "{place} {places:?}"
            );
        }
    }

    #[test]
    fn missing_key_is_named() {
        let mut findings = Findings::default();
        let at = Pointer::default();
        assert!(read::<Rule>(&json!({"id": "a"}), &at, &mut findings).is_some());
        assert_eq!(findings.messages(), ["the key \"on\" is missing"]);
        assert!(findings.is_spoilt(&at.key("on")) && !findings.is_spoilt(&at.key("one")));
    }

    #[track_caller]
    fn check_words(rule: &Value, words: &str) {
        let mut findings = Findings::default();
        let at = Pointer::default().key("rules").index(0);
        read::<Rule>(rule, &at, &mut findings);
        assert_eq!(findings.messages(), [words], "{rule}");
    }

    #[test]
    fn what_is_of_another_kind_is_told_in_words_of_the_format() {
        let with = |key: &str, value: Value| json!({"id": "a", "on": "users.list", key: value});
        check_words(&json!([1]), "expected an object, not a list");
        check_words(
            &with("do", json!("reset")),
            "expected an object, not \"reset\"",
        );
        check_words(&with("when", json!([])), "expected an object, not a list");
        check_words(
            &with("stack", json!("yes")),
            "expected true or false, not \"yes\"",
        );
        check_words(&with("then", json!(3)), "expected text, not 3");
        check_words(&with("then", Value::Null), "expected text, not null");
        let reply = json!({"reply": {"status": "a, expected b"}});
        check_words(
            &with("do", reply),
            "expected a whole number, not \"a, expected b\"",
        );
        let dns = json!({"dns": {"txt": ["a", 2], "resolvers": ["x", {"rcode": "SERVFAIL"}]}});
        let mut findings = Findings::default();
        read::<Rule>(&with("do", dns), &Pointer::default(), &mut findings);
        let words = ["expected text, not 2", "expected an object, not \"x\""];
        assert_eq!(findings.messages(), words);
    }

    #[test]
    fn key_of_another_part_of_a_rule_is_sent_there() {
        let with = |key: &str, value: Value| json!({"id": "a", "on": "users.list", key: value});
        let sent = |name: &str, home: &str| {
            format!("the key \"{name}\" does not belong here, but in {home}")
        };
        check_words(&with("nth", json!(3)), &sent("nth", "\"when\""));
        check_words(&with("reply", json!({})), &sent("reply", "\"do\""));
        let then = json!({"then": "x"});
        check_words(&with("do", then), &sent("then", "the rule itself"));
        let status = json!({"status": 503});
        check_words(
            &with("do", status),
            &sent("status", "\"reply\", within \"do\""),
        );
    }
}
