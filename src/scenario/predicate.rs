//! What a rule asks of a request before it acts.

mod never;
mod written;

use std::borrow::Cow;

use http::HeaderName;
use regex::Regex;
use serde_json::{Map, Value};

use crate::entry::SubjectKind;

use super::facts::Facts;
use super::finding::{Complaint, Findings, Pointer};

pub use self::written::Unmet;

/// One member of an `if`: a field of the request and what must hold of it.
#[derive(Clone, Debug)]
pub struct Predicate {
    field: Field,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Field {
    Form(String),
    Query(String),
    Header(HeaderName),
    Body(String),
    Path(String),
    TokenLive,
    TokenClient,
    SubjectKey,
    SubjectKind,
    SubjectId,
}

const FIXED: [(&str, Field); 5] = [
    ("token.live", Field::TokenLive),
    ("token.client", Field::TokenClient),
    ("subject.key", Field::SubjectKey),
    ("subject.kind", Field::SubjectKind),
    ("subject.id", Field::SubjectId),
];

/// What the open fields begin with: behind the dot stands a name of the author's choice.
pub(super) const ROOTS: [&str; 5] = ["form", "query", "header", "body", "path"];

/// The fields whose names are whole.
#[cfg(test)]
pub(super) fn fixed_fields() -> impl Iterator<Item = &'static str> {
    FIXED.iter().map(|(name, _)| *name)
}

impl Predicate {
    /// Whether it holds of this request.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        self.test.holds(self.field.read(facts).as_deref())
    }

    /// Every member of an `if`.
    pub(super) fn read_all(
        members: &Map<String, Value>,
        at: &Pointer,
        findings: &mut Findings,
    ) -> Vec<Self> {
        let mut all = Vec::with_capacity(members.len());
        for (name, test) in members {
            let at = at.key(name);
            let field = Field::parse(name)
                .map_err(|complaint| findings.error_at_key(&at, complaint))
                .ok();
            let test = Test::read(test, &at, findings);
            if let (Some(field), Some(test)) = (field, test) {
                let test = if field.is_text() {
                    test.of_text()
                } else {
                    test
                };
                all.push(Self { field, test });
            }
        }
        all
    }
}

impl Field {
    fn parse(name: &str) -> Result<Self, Complaint> {
        if let Some((_, field)) = FIXED.iter().find(|(known, _)| *known == name) {
            return Ok(field.clone());
        }
        let (root, rest) = name.split_once('.').unwrap_or((name, ""));
        let rest = || match rest {
            "" => Err(Complaint::new(format!(
                "\"{name}\" names no field: write \"{root}.x\""
            ))),
            rest => Ok(rest.to_owned()),
        };
        match root {
            "form" => rest().map(Self::Form),
            "query" => rest().map(Self::Query),
            "body" => rest().map(Self::Body),
            "path" => rest().map(Self::Path),
            "header" => rest()?
                .parse()
                .map(Self::Header)
                .map_err(|_| Complaint::new(format!("\"{name}\" names no header field"))),
            _ => {
                let roots = ROOTS.map(|root| format!("{root}.x"));
                let known = FIXED.iter().map(|(known, _)| *known);
                let known = known.chain(roots.iter().map(String::as_str));
                Err(Complaint::unknown("field of a request", name, known))
            }
        }
    }

    /// Whether the field has no types of its own, so that `1` and `"1"` mean the same.
    fn is_text(&self) -> bool {
        !matches!(self, Self::Body(_) | Self::TokenLive)
    }

    fn read<'f>(&self, facts: &'f Facts<'_>) -> Option<Cow<'f, Value>> {
        let text = |text: &str| Some(Cow::Owned(Value::String(text.to_owned())));
        match self {
            Self::Form(name) => text(pair(&facts.form, name)?),
            Self::Query(name) => text(pair(&facts.query, name)?),
            Self::Header(name) => text(&header(facts, name)?),
            Self::Body(path) => dig(facts.body.as_ref()?, path).map(Cow::Borrowed),
            Self::Path(name) => text(&facts.path_part(name)?),
            Self::TokenLive => Some(Cow::Owned(Value::Bool(facts.token.live))),
            Self::TokenClient => text(facts.token.client.as_deref()?),
            Self::SubjectKey => text(&facts.subject.as_ref()?.key),
            Self::SubjectKind => text(kind_name(facts.subject.as_ref()?.kind)),
            Self::SubjectId => text(facts.subject.as_ref()?.id.as_deref()?),
        }
    }
}

fn kind_name(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::User => "user",
        SubjectKind::Group => "group",
        SubjectKind::Other => "resource",
        SubjectKind::Domain => "domain",
        SubjectKind::Account => "account",
        SubjectKind::Client => "client",
    }
}

fn pair<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

fn header(facts: &Facts<'_>, name: &HeaderName) -> Option<String> {
    let values: Vec<_> = facts
        .request?
        .headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// The value at a dotted path; a key that holds dots itself, as an extension's URN, is found too.
pub(super) fn dig<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    match value {
        Value::Object(members) => {
            if let Some(found) = members.get(path) {
                return Some(found);
            }
            path.rmatch_indices('.').find_map(|(dot, _)| {
                let (key, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
                dig(members.get(key)?, rest)
            })
        }
        Value::Array(elements) => {
            let (index, rest) = path.split_once('.').unwrap_or((path, ""));
            dig(elements.get(index.parse::<usize>().ok()?)?, rest)
        }
        _ => None,
    }
}

/// What must hold of one value.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Equals(Value),
    Has(Value),
    Matches(Regex),
    In(Vec<Value>),
    Exists(bool),
    Not(Box<Self>),
    All(Vec<Self>),
}

pub(super) const TESTS: [&str; 5] = ["has", "re", "in", "exists", "not"];

impl Test {
    /// A literal, or an object of `has`, `re`, `in`, `exists` and `not`.
    pub(super) fn read(value: &Value, at: &Pointer, findings: &mut Findings) -> Option<Self> {
        let Value::Object(members) = value else {
            return Some(Self::Equals(value.clone()));
        };
        if members.is_empty() {
            findings.error(at, format!("expected one of {}", TESTS.join(", ")));
            return None;
        }
        let mut all = Vec::with_capacity(members.len());
        for (name, value) in members {
            let at = at.key(name);
            if !TESTS.contains(&name.as_str()) {
                findings.error_at_key(&at, Complaint::unknown("test", name, TESTS));
                continue;
            }
            let one = match name.as_str() {
                "not" => Self::read(value, &at, findings).map(|test| Self::Not(Box::new(test))),
                name => findings.keep(&at, Self::parse(name, value)),
            };
            all.extend(one);
        }
        if all.len() > 1 {
            return Some(Self::All(all));
        }
        all.pop()
    }

    fn parse(name: &str, value: &Value) -> Result<Self, Complaint> {
        match (name, value) {
            ("has", value) => Ok(Self::Has(value.clone())),
            ("exists", Value::Bool(wanted)) => Ok(Self::Exists(*wanted)),
            ("in", Value::Array(list)) => Ok(Self::In(list.clone())),
            ("re", Value::String(pattern)) => Regex::new(pattern)
                .map(Self::Matches)
                .map_err(|_| Complaint::new(format!("\"{pattern}\" is no regular expression"))),
            ("exists", _) => Err("expected true or false".into()),
            ("in", _) => Err("expected a list".into()),
            _ => Err("expected a regular expression as text".into()),
        }
    }

    /// The same for a field that is always text.
    fn of_text(self) -> Self {
        match self {
            Self::Equals(value) => Self::Equals(as_text(value)),
            Self::Has(value) => Self::Has(as_text(value)),
            Self::In(list) => Self::In(list.into_iter().map(as_text).collect()),
            Self::Not(test) => Self::Not(Box::new(test.of_text())),
            Self::All(tests) => Self::All(tests.into_iter().map(Self::of_text).collect()),
            Self::Matches(_) | Self::Exists(_) => self,
        }
    }

    pub(super) fn holds(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Exists(wanted) => value.is_some() == *wanted,
            Self::Not(test) => !test.holds(value),
            Self::All(tests) => tests.iter().all(|test| test.holds(value)),
            Self::Equals(wanted) => value.is_some_and(|value| same(value, wanted)),
            Self::Has(wanted) => value.is_some_and(|value| has(value, wanted)),
            Self::In(list) => value.is_some_and(|value| list.iter().any(|one| same(value, one))),
            Self::Matches(pattern) => match value {
                Some(Value::String(text)) => pattern.is_match(text),
                Some(other) => pattern.is_match(&other.to_string()),
                None => false,
            },
        }
    }
}

fn as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(boolean) => Value::String(boolean.to_string()),
        other => other,
    }
}

/// Equality, except that `1` and `1.0` are one number.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other
                || one
                    .as_f64()
                    .zip(other.as_f64())
                    .is_some_and(|(a, b)| a.total_cmp(&b).is_eq())
        }
        _ => one == other,
    }
}

/// Text within text, an element of a list, or members of an object.
fn has(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (Value::Array(elements), _) => elements
            .iter()
            .any(|element| same(element, wanted) || (wanted.is_object() && has(element, wanted))),
        (Value::Object(members), Value::String(key)) => members.contains_key(key),
        (Value::Object(members), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, wanted)| members.get(key).is_some_and(|value| same(value, wanted))),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_test(test: &Value, value: Option<&Value>, expected: bool) {
        let mut findings = Findings::default();
        let read = Test::read(test, &Pointer::default(), &mut findings).unwrap();
        assert_eq!(read.holds(value), expected, "{test} of {value:?}");
    }

    #[test]
    fn each_test_means_what_it_says() {
        check_test(&json!("a"), Some(&json!("a")), true);
        check_test(&json!("a"), Some(&json!("A")), false);
        check_test(&json!(1), Some(&json!(1.0)), true);
        check_test(&json!("a"), None, false);
        check_test(&json!({"has": "b"}), Some(&json!("abc")), true);
        check_test(
            &json!({"has": {"op": "add"}}),
            Some(&json!([{"op": "add", "path": "x"}])),
            true,
        );
        check_test(&json!({"has": "op"}), Some(&json!({"op": 1})), true);
        check_test(&json!({"re": "^a.c$"}), Some(&json!("abc")), true);
        check_test(&json!({"in": ["a", "b"]}), Some(&json!("b")), true);
        check_test(&json!({"exists": false}), None, true);
        check_test(&json!({"not": "a"}), None, true);
        check_test(
            &json!({"re": "^a", "not": {"has": "z"}}),
            Some(&json!("abz")),
            false,
        );
    }

    #[test]
    fn path_reaches_through_lists_and_urns() {
        let body = json!({
            "Operations": [{"op": "add"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "X"}
        });
        assert_eq!(dig(&body, "Operations.0.op"), Some(&json!("add")));
        let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.department";
        assert_eq!(dig(&body, department), Some(&json!("X")));
        assert_eq!(dig(&body, "Operations.1.op"), None);
    }

    #[test]
    fn unknown_fields_tests_and_patterns_are_refused() {
        let mut findings = Findings::default();
        let members = json!({"boddy.x": 1, "body.x": {"re": "("}, "form": 1, "query.x": {"is": 1}});
        let read = Predicate::read_all(
            members.as_object().unwrap(),
            &Pointer::default(),
            &mut findings,
        );
        assert!(read.is_empty());
        assert_eq!(findings.messages().len(), 4);
    }

    #[test]
    fn query_compares_as_text() {
        let mut findings = Findings::default();
        let members = json!({"query.startIndex": 11});
        let read = Predicate::read_all(
            members.as_object().unwrap(),
            &Pointer::default(),
            &mut findings,
        );
        let facts = Facts {
            query: vec![("startIndex".into(), "11".into())],
            ..Facts::bare(crate::operation::Operation::ListUsers)
        };
        assert!(read[0].holds(&facts));
    }
}
