//! The filters and paths that are tried, as values of their own, so that no parser stands between.

use super::EXTRA;
use super::mail::{Mail, fold};

/// The filters that are tried.
#[derive(Clone, Debug)]
pub(super) enum Pick {
    Value(String),
    Kind(String),
    Primary(bool),
    HasKind,
    Not(Box<Self>),
    Both(Box<Self>, Box<Self>),
    Either(Box<Self>, Box<Self>),
}

impl Pick {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Value(text) => format!("value eq \"{text}\""),
            Self::Kind(text) => format!("type eq \"{text}\""),
            Self::Primary(primary) => format!("primary eq {primary}"),
            Self::HasKind => "type pr".into(),
            Self::Not(one) => format!("not ({})", one.text()),
            Self::Both(left, right) => format!("({}) and ({})", left.text(), right.text()),
            Self::Either(left, right) => format!("{} or {}", left.text(), right.text()),
        }
    }

    pub(super) fn picks(&self, mail: &Mail) -> bool {
        let is = |found: &Option<String>, text: &str| {
            found
                .as_deref()
                .is_some_and(|found| fold(found) == fold(text))
        };
        match self {
            Self::Value(text) => is(&mail.value, text),
            Self::Kind(text) => is(&mail.kind, text),
            Self::Primary(primary) => mail.primary == Some(*primary),
            Self::HasKind => mail.kind.as_deref().is_some_and(|kind| !kind.is_empty()),
            Self::Not(one) => !one.picks(mail),
            Self::Both(left, right) => left.picks(mail) && right.picks(mail),
            Self::Either(left, right) => left.picks(mail) || right.picks(mail),
        }
    }
}

/// The paths that are tried.
#[derive(Clone, Debug)]
pub(super) enum At {
    Nowhere,
    Plain(&'static str),
    Whole(&'static str),
    Part(&'static str, &'static str),
    Tags,
    Mails(Option<Pick>, Option<&'static str>),
    Unknown,
}

impl At {
    pub(super) fn text(&self) -> Option<String> {
        Some(match self {
            Self::Nowhere => return None,
            Self::Plain(name) | Self::Whole(name) => (*name).into(),
            Self::Part(EXTRA, part) => format!("{EXTRA}:{part}"),
            Self::Part(whole, part) => format!("{whole}.{part}"),
            Self::Tags => "tags".into(),
            Self::Unknown => "nothing".into(),
            Self::Mails(pick, sub) => {
                let pick = pick
                    .as_ref()
                    .map_or_else(String::new, |pick| format!("[{}]", pick.text()));
                let sub = sub.map_or_else(String::new, |sub| format!(".{sub}"));
                format!("mails{pick}{sub}")
            }
        })
    }
}
