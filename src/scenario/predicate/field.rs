//! The fields of a request that a rule can look at.

use std::borrow::Cow;

use http::{HeaderName, Version};

use crate::scenario::facts::{Facts, Wants};
use crate::scenario::finding::Complaint;

use super::seen::{ANY, Seen, dig};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Form(String),
    Query(String),
    Header(HeaderName),
    Body(String),
    Path(String),
    RequestBytes,
    RequestTarget,
    RequestVersion,
    TokenLive,
    TokenClient,
    SubjectKey,
    SubjectKind,
    SubjectId,
}

pub(super) const FIXED: [(&str, Field); 8] = [
    ("request.bytes", Field::RequestBytes),
    ("request.target", Field::RequestTarget),
    ("request.version", Field::RequestVersion),
    ("token.live", Field::TokenLive),
    ("token.client", Field::TokenClient),
    ("subject.key", Field::SubjectKey),
    ("subject.kind", Field::SubjectKind),
    ("subject.id", Field::SubjectId),
];

/// What the open fields begin with: behind the dot stands a name of the author's choice.
pub(in crate::scenario) const ROOTS: [&str; 5] = ["form", "query", "header", "body", "path"];

/// The fields whose names are whole.
#[cfg(test)]
pub(in crate::scenario) fn fixed_fields() -> impl Iterator<Item = &'static str> {
    FIXED.iter().map(|(name, _)| *name)
}

impl Field {
    pub(super) fn parse(name: &str) -> Result<Self, Complaint> {
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
    pub(super) fn is_text(&self) -> bool {
        !matches!(self, Self::Body(_) | Self::TokenLive | Self::RequestBytes)
    }

    /// The path of a field that may stand for several values.
    pub(super) fn pattern(&self) -> Option<&str> {
        match self {
            Self::Body(path) => path.split('.').any(|part| part == ANY).then_some(path),
            _ => None,
        }
    }

    /// What must be known of a request before the field can be read.
    pub(super) fn wants(&self) -> Wants {
        let nothing = Wants::default();
        match self {
            Self::Form(_) => Wants {
                form: true,
                ..nothing
            },
            Self::Query(_) => Wants {
                query: true,
                ..nothing
            },
            Self::Body(_) => Wants {
                body: true,
                ..nothing
            },
            Self::TokenLive | Self::TokenClient => Wants {
                token: true,
                ..nothing
            },
            Self::SubjectKey | Self::SubjectKind | Self::SubjectId => Wants {
                subject: true,
                ..nothing
            },
            Self::Header(_)
            | Self::Path(_)
            | Self::RequestBytes
            | Self::RequestTarget
            | Self::RequestVersion => nothing,
        }
    }

    pub(super) fn read<'f>(&self, facts: &'f Facts<'_>) -> Option<Seen<'f>> {
        let text = |text: &'f str| Some(Seen::Text(Cow::Borrowed(text)));
        match self {
            Self::Form(name) => text(pair(&facts.form, name)?),
            Self::Query(name) => text(pair(&facts.query, name)?),
            Self::Header(name) => header(facts, name).map(Seen::Text),
            Self::Body(path) => dig(facts.body.as_ref()?, path).map(Seen::Json),
            Self::Path(name) => text(facts.path_part(name)?),
            Self::RequestBytes => {
                let length = facts.request?.body.len();
                Some(Seen::Number(u64::try_from(length).unwrap_or(u64::MAX)))
            }
            Self::RequestTarget => {
                let target = facts.request?.uri.path_and_query()?;
                text(target.as_str())
            }
            Self::RequestVersion => text(version(facts.request?.version)),
            Self::TokenLive => Some(Seen::Flag(facts.token.live)),
            Self::TokenClient => text(facts.token.client.as_deref()?),
            Self::SubjectKey => text(&facts.subject.as_ref()?.key),
            Self::SubjectKind => text(facts.subject.as_ref()?.kind.name()),
            Self::SubjectId => text(facts.subject.as_ref()?.id.as_deref()?),
        }
    }
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        _ => "1.1",
    }
}

fn pair<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

fn header<'f>(facts: &'f Facts<'_>, name: &HeaderName) -> Option<Cow<'f, str>> {
    let mut values = facts.request?.headers.get_all(name).iter();
    let mut all = String::from_utf8_lossy(values.next()?.as_bytes());
    for value in values {
        let all = all.to_mut();
        all.push_str(", ");
        all.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    Some(all)
}
