//! When a rule acts: which occurrence, how often, with what chance, in which span of time.

mod written;

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;

use crate::clock::{Timestamp, parse_duration};
use crate::entry::SubjectKind;

use super::facts::Facts;
use super::finding::{Complaint, Findings, Pointer};
use super::limit::Limit;

/// The `when` of a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// The state the sandbox must be in.
    pub state: Option<String>,
    /// Which occurrences.
    pub nth: Option<Nth>,
    /// How often at most.
    pub max: Option<u64>,
    /// With what probability.
    pub p: Option<f64>,
    /// Not before this moment.
    pub from: Option<Moment>,
    /// Before this moment.
    pub to: Option<Moment>,
    /// Only what goes beyond this limit.
    pub over: Option<Limit>,
    /// Within what occurrences and firings are counted.
    pub per: Per,
}

/// Which occurrences a rule acts on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nth {
    /// `3` or `[1, 2]`.
    These(Vec<u64>),
    /// `"2-4"`.
    Between(u64, u64),
    /// `"5+"`.
    From(u64),
    /// `"every 10"`.
    Every(u64),
}

impl Nth {
    /// Whether the `n`-th occurrence is one of them.
    pub fn contains(&self, n: u64) -> bool {
        match self {
            Self::These(list) => list.contains(&n),
            Self::Between(first, last) => (*first..=*last).contains(&n),
            Self::From(first) => n >= *first,
            Self::Every(step) => n.is_multiple_of(*step),
        }
    }

    /// How many occurrences these are, where that is bounded.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::These(list) => u64::try_from(list.len()).ok(),
            Self::Between(first, last) => Some(last - first + 1),
            Self::From(_) | Self::Every(_) => None,
        }
    }

    pub(super) fn parse(value: &Value) -> Result<Self, Complaint> {
        Self::accept(value).ok_or_else(|| {
            Complaint::new(format!(
                "{value} names no occurrences: write 3, [1, 2], \"2-4\", \"5+\" or \"every 10\""
            ))
        })
    }

    fn accept(value: &Value) -> Option<Self> {
        let positive = |number: Option<u64>| number.filter(|number| *number > 0);
        match value {
            Value::Number(number) => Some(Self::These(vec![positive(number.as_u64())?])),
            Value::Array(list) if !list.is_empty() => {
                let mut numbers = list
                    .iter()
                    .map(|number| positive(number.as_u64()))
                    .collect::<Option<Vec<_>>>()?;
                numbers.sort_unstable();
                numbers.dedup();
                Some(Self::These(numbers))
            }
            Value::String(text) => {
                let number = |text: &str| positive(text.trim().parse().ok());
                if let Some(step) = text.strip_prefix("every ") {
                    return Some(Self::Every(number(step)?));
                }
                if let Some(first) = text.strip_suffix('+') {
                    return Some(Self::From(number(first)?));
                }
                match text.split_once('-') {
                    Some((first, last)) => {
                        let (first, last) = (number(first)?, number(last)?);
                        (first <= last).then_some(Self::Between(first, last))
                    }
                    None => Some(Self::These(vec![number(text)?])),
                }
            }
            _ => None,
        }
    }
}

/// A moment on the scenario clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// `"+10s"`: so long after the scenario began.
    Start(Duration),
    /// `"2030-01-01T00:00:00Z"`.
    At(Timestamp),
    /// `"quota"` or `"quota+30s"`: so long after that rule first acted for the same key.
    Rule(String, Duration),
}

impl Moment {
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        let span = |text: &str| duration(text);
        if let Some(after) = text.strip_prefix('+') {
            return span(after).map(Self::Start);
        }
        if let Some(at) = Timestamp::parse(text) {
            return Ok(Self::At(at));
        }
        match text.split_once('+') {
            Some((rule, after)) => Ok(Self::Rule(rule.to_owned(), span(after)?)),
            None if text.is_empty() => {
                Err("expected a moment: \"+10s\", a date-time, or a rule".into())
            }
            None => Ok(Self::Rule(text.to_owned(), Duration::ZERO)),
        }
    }
}

/// Within what a rule counts: each key has counters and draws of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Per {
    /// The whole sandbox: one key.
    #[default]
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
}

pub(super) const PERS: [(&str, Per, &str); 8] = [
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
];

impl Per {
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        PERS.iter()
            .find(|(name, ..)| *name == text)
            .map(|(_, per, _)| *per)
            .ok_or_else(|| Complaint::unknown("scope", text, PERS.map(|(name, ..)| name)))
    }

    /// The word of the file.
    pub fn name(self) -> &'static str {
        let row = PERS.iter().find(|(_, per, _)| *per == self);
        row.map_or("", |(name, ..)| name)
    }

    /// The key of a request; requests that name none share the empty one.
    pub fn key<'f>(self, facts: &'f Facts<'_>) -> Cow<'f, str> {
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

/// Reads a duration or says how one is written.
pub(super) fn duration(text: &str) -> Result<Duration, Complaint> {
    parse_duration(text).ok_or_else(|| {
        Complaint::new(format!(
            "\"{text}\" is no duration: write 250ms, 30s, 2m, 1h or 10d"
        ))
    })
}

impl Schedule {
    pub(super) fn read(when: &super::file::When, at: &Pointer, findings: &mut Findings) -> Self {
        let moment = |name: &str, text: &Option<String>, findings: &mut Findings| {
            let text = text.as_deref()?;
            findings.keep(&at.key(name), Moment::parse(text))
        };
        let from = moment("from", &when.from, findings);
        let to = moment("to", &when.to, findings);
        if let Some(p) = when.p
            && !(0.0..=1.0).contains(&p)
        {
            findings.error(
                &at.key("p"),
                format!("{p} is no probability: it lies between 0 and 1"),
            );
        }
        let nth = when
            .nth
            .as_ref()
            .and_then(|nth| findings.keep(&at.key("nth"), Nth::parse(nth)));
        let over = when
            .over
            .as_deref()
            .and_then(|over| findings.keep(&at.key("over"), Limit::parse(over)));
        let per = when
            .per
            .as_deref()
            .and_then(|per| findings.keep(&at.key("per"), Per::parse(per)));
        Self {
            state: when.state.clone(),
            nth,
            max: when.max,
            p: when.p,
            from,
            to,
            over,
            per: per.unwrap_or_default(),
        }
    }

    /// Whether it never holds a rule back, but for the state.
    pub fn is_unconditional(&self) -> bool {
        self.nth.as_ref().is_none_or(|nth| *nth == Nth::From(1))
            && self.max.is_none()
            && self.p.is_none_or(|p| p >= 1.0)
            && self.from.is_none()
            && self.to.is_none()
            && self.over.is_none()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_nth(written: &Value, expected: &[u64]) {
        let nth = Nth::parse(written).unwrap();
        let found: Vec<_> = (1..=20).filter(|n| nth.contains(*n)).collect();
        assert_eq!(found, expected, "{written}");
    }

    #[test]
    fn each_form_of_nth_names_its_occurrences() {
        check_nth(&json!(3), &[3]);
        check_nth(&json!("3"), &[3]);
        check_nth(&json!([2, 1]), &[1, 2]);
        check_nth(&json!("2-4"), &[2, 3, 4]);
        check_nth(&json!("18+"), &[18, 19, 20]);
        check_nth(&json!("every 10"), &[10, 20]);
        for wrong in [
            json!(0),
            json!([]),
            json!("4-2"),
            json!("every 0"),
            json!("x"),
            json!(null),
        ] {
            assert!(Nth::parse(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_form_of_a_moment_is_read() {
        let seconds = Duration::from_secs;
        assert_eq!(Moment::parse("+10s"), Ok(Moment::Start(seconds(10))));
        assert_eq!(
            Moment::parse("quota"),
            Ok(Moment::Rule("quota".into(), seconds(0)))
        );
        assert_eq!(
            Moment::parse("quota+30s"),
            Ok(Moment::Rule("quota".into(), seconds(30)))
        );
        assert!(matches!(
            Moment::parse("2030-01-01T00:00:00Z"),
            Ok(Moment::At(_))
        ));
        assert!(Moment::parse("quota+soon").is_err() && Moment::parse("").is_err());
    }
}
