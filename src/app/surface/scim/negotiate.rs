//! In which media type an answer goes out, [RFC 7644 section 3.8](https://www.rfc-editor.org/rfc/rfc7644#section-3.8).

use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};

use crate::exchange::{Reply, Request};
use crate::profile::Profile;
use crate::scim::dialect::MEDIA_TYPE;
use crate::scim::error::ScimError;

const JSON: &str = "application/json";

/// One of the two names that SCIM's JSON goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `application/scim+json`, the default.
    Scim,
    /// `application/json`.
    Json,
}

impl Format {
    /// What the client would have, as far as the profile lets it choose.
    ///
    /// # Errors
    ///
    /// 406 if it takes neither and the profile is strict.
    pub(super) fn of(request: &Request, profile: &Profile) -> Result<Self, ScimError> {
        if !profile.accept_json && !profile.accept_strict {
            return Ok(Self::Scim);
        }
        let Some(first) = request.headers.get(ACCEPT) else {
            return Ok(Self::Scim);
        };
        if first == MEDIA_TYPE || first == "*/*" {
            return Ok(Self::Scim);
        }
        let sent = request.headers.get_all(ACCEPT).iter();
        let texts: Vec<&str> = sent.filter_map(|value| value.to_str().ok()).collect();
        if texts.iter().all(|text| text.trim().is_empty()) {
            return Ok(Self::Scim);
        }
        let (scim, json) = (weight(&texts, MEDIA_TYPE), weight(&texts, JSON));
        if scim == 0 && json == 0 && profile.accept_strict {
            return Err(ScimError::not_acceptable(&texts.join(", ")));
        }
        if profile.accept_json && json > scim {
            return Ok(Self::Json);
        }
        Ok(Self::Scim)
    }

    /// The answer in this format; one that has no media type has no body.
    pub(super) fn dress(self, reply: &mut Reply, profile: &Profile) {
        let media_type = match (self, profile.answer_charset) {
            (Self::Scim, false) => return,
            (Self::Scim, true) => "application/scim+json; charset=utf-8",
            (Self::Json, false) => JSON,
            (Self::Json, true) => "application/json; charset=utf-8",
        };
        if let Some(sent) = reply.headers.get_mut(CONTENT_TYPE) {
            *sent = HeaderValue::from_static(media_type);
        }
    }
}

/// How much a media type is wanted, in thousandths: by its own name, else by its kind, else by `*/*`.
///
/// [RFC 9110 section 12.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1): the most specific range counts.
/// Other parameters than `q` do not narrow a range: JSON has none.
fn weight(sent: &[&str], media_type: &str) -> u16 {
    let ranges = || sent.iter().flat_map(|text| text.split(','));
    let of = |wanted: &str| {
        ranges()
            .filter_map(|range| {
                let mut parts = range.split(';').map(str::trim);
                let named = parts.next()?.eq_ignore_ascii_case(wanted);
                named.then(|| parts.find_map(quality).unwrap_or(1000))
            })
            .max()
    };
    of(media_type)
        .or_else(|| of("application/*"))
        .or_else(|| of("*/*"))
        .unwrap_or(0)
}

/// The value of a `q` parameter in thousandths; one that cannot be read counts as 1.
fn quality(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let Some((whole, rest)) = value.trim().split_once('.') else {
        return Some(if value.trim() == "0" { 0 } else { 1000 });
    };
    if whole.trim() != "0" || rest.len() > 3 || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(1000);
    }
    Some(format!("{rest:0<3}").parse().unwrap_or(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, scim: u16, json: u16) {
        let found = (weight(&[accept], MEDIA_TYPE), weight(&[accept], JSON));
        assert_eq!(found, (scim, json), "{accept}");
    }

    #[test]
    fn the_most_specific_range_counts() {
        check("*/*", 1000, 1000);
        check("application/*", 1000, 1000);
        check("text/html, */*;q=0.8", 800, 800);
        check("*/*, application/json;q=0.5", 1000, 500);
        check("application/*;q=0.2, application/scim+json", 1000, 200);
        check("text/html", 0, 0);
        check("", 0, 0);
    }

    #[test]
    fn q_values_are_read_in_thousandths() {
        check("application/json;q=0.5;x=1", 0, 500);
        check("APPLICATION/SCIM+JSON ; Q=0.125", 125, 0);
        check("application/scim+json;q=0, */*", 0, 1000);
        check("application/json;q=0.000", 0, 0);
        check("application/json;q=1.000", 0, 1000);
        check("application/json;q=nonsense", 0, 1000);
        check("application/json;charset=utf-8", 0, 1000);
    }
}
