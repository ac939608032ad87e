//! The scenario file as it is written, one struct for each object of the format.
//!
//! What can be written in several forms stays a JSON value here and is read where its meaning lives.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use super::finding::{Complaint, Findings, Pointer};
use super::source::SourceStep;
use super::target::TargetStep;

/// The whole file, after the matrix and the paces have been filled in.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "$schema", default)]
    #[cfg_attr(test, schemars(with = "Value"))]
    _schema: Option<IgnoredAny>,
    pub(super) scenario: String,
    pub(super) v: u64,
    #[serde(default)]
    pub(super) about: String,
    #[serde(default)]
    pub(super) refs: Vec<String>,
    #[serde(default)]
    pub(super) seed: Option<u64>,
    #[serde(default)]
    pub(super) vary: Option<bool>,
    #[serde(rename = "each", default)]
    #[cfg_attr(test, schemars(with = "Value"))]
    _each: Option<IgnoredAny>,
    #[serde(rename = "paces", default)]
    #[cfg_attr(test, schemars(with = "Value"))]
    _paces: Option<IgnoredAny>,
    #[serde(default)]
    pub(super) clock: Option<Clock>,
    #[serde(default)]
    pub(super) given: Option<Value>,
    #[serde(default)]
    pub(super) rules: Vec<Value>,
    #[serde(default)]
    pub(super) expect: Vec<Value>,
    #[serde(default)]
    pub(super) cycles: Vec<Value>,
    #[serde(default)]
    pub(super) end: Option<End>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Clock {
    pub(super) mode: Option<String>,
    pub(super) start: Option<String>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub(super) idle: Option<String>,
    pub(super) at: Option<String>,
    pub(super) state: Option<String>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Cycle {
    #[serde(default)]
    pub(super) source: SourceStep,
    pub(super) clock: Option<String>,
    pub(super) limit: Option<String>,
    #[serde(default)]
    pub(super) target: TargetStep,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) on: Value,
    #[serde(rename = "if", default)]
    pub(super) condition: Map<String, Value>,
    #[serde(default)]
    pub(super) when: When,
    #[serde(rename = "do", default)]
    pub(super) act: Act,
    pub(super) then: Option<String>,
    pub(super) fires: Option<Value>,
    #[serde(default)]
    pub(super) stack: bool,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    pub(super) state: Option<Value>,
    pub(super) nth: Option<Value>,
    pub(super) max: Option<u64>,
    pub(super) p: Option<f64>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) open: Option<String>,
    pub(super) over: Option<String>,
    pub(super) parallel: Option<u64>,
    pub(super) repeats: Option<String>,
    pub(super) per: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Act {
    pub(super) commit: Option<bool>,
    pub(super) reply: Option<Reply>,
    pub(super) mutate: Option<Value>,
    pub(super) headers: Option<Map<String, Value>>,
    pub(super) callback: Option<Map<String, Value>>,
    pub(super) rate_limit: Option<String>,
    pub(super) wire: Option<String>,
    pub(super) delay: Option<Value>,
    pub(super) hold: Option<Value>,
    pub(super) clock: Option<String>,
    pub(super) token: Option<Token>,
    pub(super) dns: Option<Dns>,
    pub(super) tls: Option<String>,
    pub(super) data: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    pub(super) status: u64,
    pub(super) scim_type: Option<String>,
    pub(super) detail: Option<String>,
    #[serde(default)]
    pub(super) headers: Map<String, Value>,
    pub(super) body: Option<Value>,
    pub(super) retry_after: Option<String>,
    pub(super) retry_after_as: Option<String>,
    pub(super) auth_error: Option<String>,
    pub(super) redirect: Option<String>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    pub(super) revoke: Option<String>,
    pub(super) expires_in: Option<String>,
    pub(super) rotate: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) skew: Option<String>,
    pub(super) account: Option<String>,
    pub(super) size: Option<u64>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Dns {
    pub(super) rcode: Option<String>,
    pub(super) txt: Option<Vec<String>>,
    pub(super) ttl: Option<String>,
    pub(super) split: Option<usize>,
    pub(super) answer: Option<String>,
    pub(super) lags: Option<Value>,
    pub(super) label: Option<String>,
    #[serde(default)]
    pub(super) resolvers: Vec<Self>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Expectation {
    pub(super) id: Option<String>,
    pub(super) rule: Option<String>,
    pub(super) level: Option<String>,
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    pub(super) that: Option<That>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct That {
    pub(super) wait: Option<Wait>,
    pub(super) calls: Option<Calls>,
    pub(super) order: Option<Vec<Step>>,
    pub(super) backoff: Option<Backoff>,
    #[serde(rename = "final")]
    pub(super) finally: Option<Final>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Wait {
    pub(super) after: String,
    pub(super) next: Value,
    pub(super) at_least: Option<String>,
    pub(super) at_most: Option<String>,
    pub(super) slack: Option<String>,
    pub(super) per: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Calls {
    pub(super) on: Option<Value>,
    #[serde(rename = "if", default)]
    pub(super) condition: Map<String, Value>,
    pub(super) like: Option<String>,
    pub(super) after: Option<String>,
    pub(super) before: Option<String>,
    pub(super) per: Option<Value>,
    pub(super) within: Option<String>,
    pub(super) slack: Option<String>,
    pub(super) count: Value,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) rule: Option<String>,
    pub(super) like: Option<String>,
    pub(super) on: Option<Value>,
    #[serde(rename = "if", default)]
    pub(super) condition: Map<String, Value>,
    pub(super) per: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Backoff {
    pub(super) on: Option<Value>,
    #[serde(rename = "if", default)]
    pub(super) condition: Map<String, Value>,
    pub(super) like: Option<String>,
    pub(super) after: Option<String>,
    pub(super) per: Option<Value>,
    pub(super) first: Option<String>,
    pub(super) growth: Option<f64>,
    pub(super) cap: Option<String>,
    pub(super) slack: Option<String>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Final {
    pub(super) select: String,
    #[serde(rename = "where", default)]
    pub(super) condition: Map<String, Value>,
    pub(super) group_by: Option<String>,
    pub(super) per_group: Option<Value>,
    pub(super) count: Option<Value>,
}

/// Reads one object, and goes on after each mistake so that every one of them is found.
pub(super) fn read<T: DeserializeOwned>(
    value: &Value,
    at: &Pointer,
    findings: &mut Findings,
) -> Option<T> {
    /// More mistakes than this in one object are not worth a line each.
    const ENOUGH: usize = 50;
    let mut value = value.clone();
    let mut removed: Vec<String> = Vec::new();
    for _ in 0..ENOUGH {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let message = error.inner().to_string();
        let mut quoted = message.split('`').skip(1).step_by(2);
        let path = segments(error.path());
        if message.starts_with("missing field") {
            let name = quoted.next().unwrap_or_default();
            // What was taken out for being wrong is not missing too.
            if !removed.iter().any(|key| key == name) {
                findings.error(&place(at, &path), format!("the key \"{name}\" is missing"));
            }
            return None;
        }
        if message.starts_with("unknown field") {
            let name = quoted.next().unwrap_or_default().to_owned();
            let mut path = path;
            if path.last() != Some(&name) {
                path.push(name.clone());
            }
            findings.error_at_key(&place(at, &path), Complaint::unknown("key", &name, quoted));
            take_out(&mut value, &path);
            continue;
        }
        findings.error(&place(at, &path), readable(&message));
        removed.extend(path.last().cloned());
        if path.is_empty() || !take_out(&mut value, &path) {
            return None;
        }
    }
    None
}

fn readable(message: &str) -> String {
    message
        .replace("invalid type: ", "wrong type: ")
        .replace("a sequence", "a list")
        .replace("a map", "an object")
        .replace("struct ", "the object ")
        .replace("expected u64", "expected a whole number")
        .replace("expected usize", "expected a whole number")
        .replace("expected f64", "expected a number")
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

/// Takes the value at a path out of the document; an element of a list becomes null, so that the others keep
/// their places.
fn take_out(value: &mut Value, path: &[String]) -> bool {
    let Some((last, parents)) = path.split_last() else {
        return false;
    };
    let mut here = value;
    for key in parents {
        let next = match here {
            Value::Object(members) => members.get_mut(key),
            Value::Array(elements) => key
                .parse::<usize>()
                .ok()
                .and_then(|index| elements.get_mut(index)),
            _ => None,
        };
        match next {
            Some(next) => here = next,
            None => return false,
        }
    }
    match here {
        Value::Object(members) => members.shift_remove(last).is_some(),
        _ => false,
    }
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
        assert!(read::<Rule>(&rule, &Pointer::default(), &mut findings).is_none());
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
        assert!(read::<Rule>(&json!({"id": "a"}), &Pointer::default(), &mut findings).is_none());
        assert_eq!(findings.messages(), ["the key \"on\" is missing"]);
    }
}
