//! What a tester sends: bodies, queries, and names in paths.

use std::str::FromStr;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::DeserializeOwned;

use crate::app::control::history::{FILTER, kind_named};
use crate::app::control::{ControlError, JournalFilter};
use crate::clock::{Timestamp, parse_duration};
use crate::exchange::Request;

/// What stands for itself in a path, [RFC 3986 section 2.3](https://www.rfc-editor.org/rfc/rfc3986#section-2.3), and an
/// address as people write it.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// The body as what the operation takes; an empty one stands for `{}`.
pub(super) fn body<T: DeserializeOwned>(request: &Request) -> Result<T, ControlError> {
    let mut letters = request
        .body
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace());
    match letters.next() {
        // A list would be taken for the fields of an object in their order.
        Some(b'[') => Err(ControlError::invalid("the body: one JSON object is wanted")),
        Some(_) => json(&request.body),
        None => json(b"{}"),
    }
}

/// The bytes as JSON of that form.
fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ControlError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| ControlError::malformed(&error))?;
    match reader.end() {
        Ok(()) => Ok(value),
        Err(error) => Err(ControlError::invalid(&format!("the body: {error}"))),
    }
}

/// A name of a path as it was meant.
pub(super) fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// A name as it stands in a path.
pub(super) fn encoded(name: &str) -> String {
    utf8_percent_encode(name, PLAIN).to_string()
}

pub(super) fn duration(text: &str) -> Result<Duration, ControlError> {
    let plain = text.strip_prefix('+').unwrap_or(text);
    let wanted = "a duration has a unit, as in 40m or 10d";
    parse_duration(plain).ok_or_else(|| ControlError::of_field("advance", wanted))
}

pub(super) fn moment(text: &str) -> Result<Timestamp, ControlError> {
    let wanted = "a moment is a date as in 2030-01-01T00:00:00Z";
    Timestamp::parse(text).ok_or_else(|| ControlError::of_field("set", wanted))
}

/// The query of a request for entries of the journal.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the parameters of a filter, and those beside them.
    pub(super) fn read(request: &Request, beside: &[&str]) -> Result<Self, ControlError> {
        let query = form_urlencoded::parse(request.query().as_bytes()).into_owned();
        let pairs: Vec<(String, String)> = query.collect();
        for (place, (name, _)) in pairs.iter().enumerate() {
            if !FILTER.iter().chain(beside).any(|known| known == name) {
                let known = [FILTER, beside].concat().join(", ");
                return Err(ControlError::of_field(name, format!("there are {known}")));
            }
            if pairs.iter().take(place).any(|(before, _)| before == name) {
                return Err(ControlError::of_field(name, "it is given twice"));
            }
        }
        Ok(Self(pairs))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn number<N: FromStr>(&self, name: &str) -> Result<Option<N>, ControlError> {
        let wrong = |_| ControlError::of_field(name, "a number is wanted");
        self.text(name)
            .map(|text| text.parse().map_err(wrong))
            .transpose()
    }

    pub(super) fn filter(&self) -> Result<JournalFilter, ControlError> {
        let named = |name| self.text(name).map(str::to_owned);
        let operation = self.text("operation");
        Ok(JournalFilter {
            after: self.number("after")?.unwrap_or_default(),
            operation: operation.map(JournalFilter::operation_named).transpose()?,
            kind: self.text("kind").map(kind_named).transpose()?,
            status: self.number("status")?,
            subject: named("subject"),
            rule: named("rule"),
            near: named("near"),
        })
    }
}
