//! Within what a rule counts.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::entry::SubjectKind;
use crate::scenario::facts::{Facts, Wants};
use crate::scenario::finding::{Complaint, Findings, Pointer};

/// What stands between the keys of several scopes: the unit separator of ASCII, which no name has.
const BETWEEN: char = '\u{1f}';

/// Something that each has counters and draws of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Per {
    /// The whole sandbox: one key.
    Sandbox,
    /// The OAuth client.
    Client,
    /// The access token.
    Token,
    /// The connection.
    Conn,
    /// The operation.
    Op,
    /// The user, however the request names it.
    User,
    /// The group, however the request names it.
    Group,
    /// The domain.
    Domain,
    /// The write: operation, target and content.
    Write,
}

pub(in crate::scenario) const PERS: [(&str, Per, &str); 9] = [
    ("sandbox", Per::Sandbox, "everything together, the default"),
    ("client", Per::Client, "each OAuth client"),
    ("token", Per::Token, "each access token"),
    (
        "conn",
        Per::Conn,
        "each connection, numbered in the order in which the rules met them",
    ),
    ("op", Per::Op, "each operation"),
    (
        "user",
        Per::User,
        "each user, whether a body, a filter or a path names it",
    ),
    (
        "group",
        Per::Group,
        "each group, whether a body, a filter or a path names it",
    ),
    ("domain", Per::Domain, "each domain"),
    (
        "write",
        Per::Write,
        "each write: requests of one operation, one target and one content are one write, however often they come",
    ),
];

impl Per {
    fn parse(text: &str) -> Result<Self, Complaint> {
        PERS.iter()
            .find(|(name, ..)| *name == text)
            .map(|(_, per, _)| *per)
            .ok_or_else(|| Complaint::unknown("scope", text, PERS.map(|(name, ..)| name)))
    }

    /// What must be known of a request before its key is.
    pub fn wants(self) -> Wants {
        let nothing = Wants::default();
        match self {
            Self::Client => Wants {
                token: true,
                form: true,
                query: true,
                ..nothing
            },
            Self::Token => Wants {
                token: true,
                ..nothing
            },
            Self::User | Self::Group | Self::Domain => Wants {
                subject: true,
                ..nothing
            },
            Self::Sandbox | Self::Conn | Self::Op | Self::Write => nothing,
        }
    }

    /// The key of a request; requests that name none share the empty one.
    fn key<'f>(self, facts: &'f Facts<'_>) -> Cow<'f, str> {
        let subject = |kind: SubjectKind| {
            let subject = facts
                .subject
                .as_ref()
                .filter(|subject| subject.kind == kind);
            subject.map_or("", |subject| subject.key.as_str())
        };
        match self {
            Self::Sandbox => "".into(),
            Self::Client => client(facts).into(),
            Self::Token => facts
                .token
                .fingerprint
                .as_deref()
                .unwrap_or_default()
                .into(),
            Self::Conn => facts
                .request
                .map(|request| request.connection.number.to_string())
                .unwrap_or_default()
                .into(),
            Self::Op => facts.operation.name().into(),
            Self::User => subject(SubjectKind::User).into(),
            Self::Group => subject(SubjectKind::Group).into(),
            Self::Domain => subject(SubjectKind::Domain).into(),
            Self::Write => facts.write().unwrap_or_default().into(),
        }
    }
}

fn client<'f>(facts: &'f Facts<'_>) -> &'f str {
    let named = |pairs: &'f [(String, String)]| {
        let (_, id) = pairs.iter().find(|(name, _)| name == "client_id")?;
        Some(id.as_str())
    };
    facts
        .token
        .client
        .as_deref()
        .or_else(|| named(&facts.form))
        .or_else(|| named(&facts.query))
        .unwrap_or_default()
}

/// Within what a rule counts: each key has counters and draws of its own.
///
/// Several scopes together have a key for each combination; without any the whole sandbox has one.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// One bit for each scope of the table but the first.
    bits: u16,
}

impl Scope {
    /// Everything together.
    pub const SANDBOX: Self = Self { bits: 0 };

    /// Whether this is the sandbox and nothing smaller.
    pub fn is_sandbox(self) -> bool {
        self == Self::SANDBOX
    }

    /// Whether it tells these apart.
    pub fn includes(self, per: Per) -> bool {
        self.bits & bit(per) != 0
    }

    /// What it tells apart, in the order of the table.
    pub fn parts(self) -> impl Iterator<Item = Per> {
        let all = PERS.iter().map(|(_, per, _)| *per);
        all.filter(move |per| self.includes(*per))
    }

    /// The key of a request.
    pub fn key<'f>(self, facts: &'f Facts<'_>) -> Cow<'f, str> {
        self.key_on(facts, None)
    }

    /// The key of a request, for whoever gives connections numbers of their own.
    pub fn key_on<'f>(self, facts: &'f Facts<'_>, connection: Option<&str>) -> Cow<'f, str> {
        let part = |per: Per| match connection {
            Some(number) if per == Per::Conn => Cow::Owned(number.to_owned()),
            _ => per.key(facts),
        };
        let mut parts = self.parts();
        let Some(first) = parts.next() else {
            return "".into();
        };
        let mut key = part(first);
        for per in parts {
            let key = key.to_mut();
            key.push(BETWEEN);
            key.push_str(&part(per));
        }
        key
    }

    /// A scope, or a list of different ones.
    pub(in crate::scenario) fn read(
        value: &Value,
        at: &Pointer,
        findings: &mut Findings,
    ) -> Option<Self> {
        let one = |value: &Value| match value {
            Value::String(text) => Per::parse(text),
            _ => Err("expected a scope, as \"user\", or a list of scopes".into()),
        };
        let Value::Array(list) = value else {
            return findings.keep(at, one(value).map(Self::of));
        };
        if list.is_empty() {
            findings.error(at, "expected at least one scope");
            return None;
        }
        let mut scope = Self::SANDBOX;
        for (index, value) in list.iter().enumerate() {
            let at = at.index(index);
            let Some(per) = findings.keep(&at, one(value)) else {
                continue;
            };
            if per == Per::Sandbox && list.len() > 1 {
                findings.error(&at, "the sandbox is one whatever else is told apart");
            } else if scope.includes(per) {
                findings.error(&at, "this scope is there already");
            }
            scope.bits |= bit(per);
        }
        Some(scope)
    }

    fn of(per: Per) -> Self {
        Self { bits: bit(per) }
    }
}

/// The bit of a scope; the sandbox has none.
fn bit(per: Per) -> u16 {
    match per {
        Per::Sandbox => 0,
        per => 1 << (per as u16),
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = PERS.iter().filter(|(_, per, _)| self.includes(*per));
        let names: Vec<_> = names.map(|(name, ..)| *name).collect();
        f.write_str(&names.join(" and "))
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({self})")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::entry::Subject;
    use crate::operation::Operation;

    fn read(value: &Value) -> Result<Scope, Vec<String>> {
        let mut findings = Findings::default();
        let scope = Scope::read(value, &Pointer::default(), &mut findings);
        match findings.messages() {
            none if none.is_empty() => Ok(scope.unwrap()),
            some => Err(some.iter().map(ToString::to_string).collect()),
        }
    }

    #[test]
    fn several_scopes_have_a_key_for_each_combination_whatever_their_order() {
        let facts = Facts {
            subject: Some(Subject {
                kind: SubjectKind::User,
                key: "ada".to_owned(),
                id: None,
            }),
            ..Facts::bare(Operation::CreateUser)
        };
        let key = |value| read(&value).unwrap().key(&facts).into_owned();
        assert_eq!(key(json!("user")), "ada");
        assert_eq!(key(json!(["user"])), "ada");
        assert_eq!(key(json!(["user", "op"])), "users.create\u{1f}ada");
        assert_eq!(key(json!(["op", "user"])), "users.create\u{1f}ada");
        assert_eq!(key(json!("sandbox")), "");
        assert!(read(&json!("sandbox")).unwrap().is_sandbox());
    }

    #[test]
    fn scopes_that_say_nothing_new_are_refused() {
        for wrong in [
            json!([]),
            json!(["user", "user"]),
            json!(["sandbox", "user"]),
            json!(["user", "usr"]),
            json!(3),
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }
}
