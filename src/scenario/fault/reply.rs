//! An answer in place of the true one, in the error dialect of the surface.

use std::time::Duration;

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::exchange::Reply;
use crate::operation::Surface;
use crate::scenario::file;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::plan::{PlannedReply, Redirect, RetryAfterForm};
use crate::scenario::schedule::duration;

use super::dress::final_status;
use super::headers;

pub(in crate::scenario) const FORMS: [(&str, RetryAfterForm); 10] = [
    ("seconds", RetryAfterForm::Seconds),
    ("http-date", RetryAfterForm::HttpDate),
    ("rfc850-date", RetryAfterForm::Rfc850Date),
    ("asctime-date", RetryAfterForm::AsctimeDate),
    ("absent", RetryAfterForm::Absent),
    ("garbage", RetryAfterForm::Garbage),
    ("negative", RetryAfterForm::Negative),
    ("zero", RetryAfterForm::Zero),
    ("past", RetryAfterForm::Past),
    ("huge", RetryAfterForm::Huge),
];

pub(in crate::scenario) const REDIRECTS: [(&str, Redirect); 5] = [
    ("same", Redirect::Same),
    ("relative", Redirect::Relative),
    ("other", Redirect::Other),
    ("http", Redirect::Http),
    ("loop", Redirect::Loop),
];

/// How long ago a date is that is over.
const AN_HOUR: Duration = Duration::from_secs(3600);

/// The values of `scimType`, [RFC 7644 section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12) and
/// [RFC 9865 section 2.1](https://www.rfc-editor.org/rfc/rfc9865#section-2.1).
pub(in crate::scenario) const SCIM_TYPES: [&str; 13] = [
    "invalidFilter",
    "tooMany",
    "uniqueness",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "sensitive",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
];

/// Reads `do.reply`.
pub(in crate::scenario) fn read(
    reply: &file::Reply,
    at: &Pointer,
    findings: &mut Findings,
) -> PlannedReply {
    let status = u16::try_from(reply.status).unwrap_or(0);
    if final_status(status).is_none() {
        let complaint = format!(
            "{} is no final status: it lies between 200 and 999",
            reply.status
        );
        findings.error(&at.key("status"), complaint);
    }
    if let Some(error) = &reply.auth_error
        && !is_error_code(error)
    {
        let complaint =
            "is no error code: it has visible ASCII but no quotation mark and no backslash";
        findings.error(&at.key("auth_error"), format!("{error:?} {complaint}"));
    }
    if let Some(kind) = &reply.scim_type
        && !SCIM_TYPES.contains(&kind.as_str())
    {
        // A server may invent one; a client must cope.
        let at = at.key("scim_type");
        findings.warn(&at, Complaint::unknown("scimType", kind, SCIM_TYPES));
    }
    let form = reply.retry_after_as.as_deref().and_then(|form| {
        let known = FORMS.iter().find(|(name, _)| *name == form);
        let form = known.map(|(_, form)| *form).ok_or_else(|| {
            Complaint::unknown("form of Retry-After", form, FORMS.map(|(name, _)| name))
        });
        findings.keep(&at.key("retry_after_as"), form)
    });
    let needs_wait = matches!(
        form,
        Some(
            RetryAfterForm::Seconds
                | RetryAfterForm::HttpDate
                | RetryAfterForm::Rfc850Date
                | RetryAfterForm::AsctimeDate
        )
    );
    if needs_wait && reply.retry_after.is_none() {
        findings.error(
            &at.key("retry_after_as"),
            "there is no retry_after to write so",
        );
    }
    PlannedReply {
        status,
        scim_type: reply.scim_type.clone(),
        detail: reply.detail.clone(),
        headers: read_headers(&reply.headers, at, findings),
        body: reply.body.clone(),
        retry_after: reply
            .retry_after
            .as_deref()
            .and_then(|text| findings.keep(&at.key("retry_after"), duration(text))),
        retry_after_as: form.unwrap_or_default(),
        auth_error: reply.auth_error.clone(),
        redirect: read_redirect(reply, &at.key("redirect"), findings),
    }
}

/// [RFC 6749 section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2), and the same for challenges in RFC 6750.
fn is_error_code(text: &str) -> bool {
    let lawful = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    !text.is_empty() && text.bytes().all(lawful)
}

fn read_redirect(reply: &file::Reply, at: &Pointer, findings: &mut Findings) -> Option<Redirect> {
    let name = reply.redirect.as_deref()?;
    if !(300..400).contains(&reply.status) || reply.status == 304 {
        findings.error(at, format!("{} does not redirect", reply.status));
    }
    let mut fields = reply.headers.keys();
    if fields.any(|field| field.eq_ignore_ascii_case(LOCATION.as_str())) {
        findings.error(at, "there is a Location in \"headers\" already");
    }
    let known = REDIRECTS.iter().find(|(known, _)| *known == name);
    let redirect = known
        .map(|(_, redirect)| *redirect)
        .ok_or_else(|| Complaint::unknown("redirect", name, REDIRECTS.map(|(name, _)| name)));
    findings.keep(at, redirect)
}

fn read_headers(
    headers: &Map<String, Value>,
    at: &Pointer,
    findings: &mut Findings,
) -> Vec<(String, String)> {
    let mut all = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        let at = at.key("headers").key(name);
        let values = match value {
            Value::Array(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        if let Err(complaint) = headers::named(name) {
            findings.error(&at, complaint);
            continue;
        }
        for value in values {
            if value.is_null() {
                findings.error(
                    &at,
                    "a field is taken away by \"headers\" beside the \"reply\"",
                );
                continue;
            }
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            if HeaderValue::from_str(&text).is_err() {
                findings.error(&at, "no header field can hold this");
            } else {
                all.push((name.clone(), text));
            }
        }
    }
    all
}

impl PlannedReply {
    /// The answer, with its body and `Retry-After` in the dialect of that surface for that path.
    ///
    /// What else it needs, and only the request can tell, was added to its header fields before.
    pub fn render(&self, (surface, path): (Surface, &str), now: Timestamp) -> Reply {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut reply = self.body_for((surface, path), status);
        if let Some(value) = written(self.retry_after_as, self.retry_after, now) {
            reply = reply.with_header(RETRY_AFTER, value);
        }
        let mut named = Vec::new();
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) =
                (name.parse::<HeaderName>(), HeaderValue::from_str(value))
            {
                // The first of a name takes the place of ours; more of them stand beside it.
                if named.contains(&name) {
                    reply.headers.append(name, value);
                } else {
                    reply.headers.insert(name.clone(), value);
                    named.push(name);
                }
            }
        }
        reply
    }

    fn body_for(&self, (surface, path): (Surface, &str), status: StatusCode) -> Reply {
        let kind = match surface {
            Surface::Scim => "application/scim+json",
            Surface::Identity | Surface::OAuth => "application/json",
            Surface::Center | Surface::Control => "application/problem+json",
            Surface::Probe => "text/plain",
        };
        match &self.body {
            // These two end with their head, RFC 9110 section 6.4.1.
            _ if matches!(self.status, 204 | 304) => Reply::empty(status),
            Some(Value::String(text)) if text.is_empty() => Reply::empty(status),
            Some(Value::String(text)) => Reply::with_body(status, kind, text.clone()),
            Some(body) => Reply::with_body(status, kind, body.to_string()),
            None if status.as_u16() < 400 || surface == Surface::Probe => Reply::empty(status),
            None => {
                let body = self.error_body((surface, path), status);
                Reply::with_body(status, kind, body.to_string())
            }
        }
    }

    fn error_body(&self, (surface, path): (Surface, &str), status: StatusCode) -> Value {
        let reason = status.canonical_reason().unwrap_or("Unknown error");
        let detail = self.detail.as_deref().unwrap_or(reason);
        match surface {
            Surface::Scim => {
                let mut body = json!({
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                    "status": self.status.to_string(),
                });
                if let Some(kind) = &self.scim_type {
                    body["scimType"] = Value::String(kind.clone());
                }
                body["detail"] = Value::String(detail.to_owned());
                body
            }
            Surface::Identity => {
                let code = identity_code(status, self.auth_error.as_deref());
                json!({"code": code, "uri": identity_uri(path), "message": detail})
            }
            Surface::OAuth => {
                let error = self.auth_error.as_deref().unwrap_or(oauth_error(status));
                json!({"error": error, "error_description": detail})
            }
            Surface::Center | Surface::Control | Surface::Probe => {
                json!({"type": "about:blank", "title": reason, "status": self.status, "detail": detail})
            }
        }
    }

    pub(super) fn what(&self) -> String {
        format!("reply {}", self.status)
    }
}

/// The `error` of [RFC 6749 section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2) that goes with a status.
fn oauth_error(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "invalid_client",
        403 => "access_denied",
        429 | 503 => "temporarily_unavailable",
        500..=599 => "server_error",
        _ => "invalid_request",
    }
}

/// The `code` that the older dialect gives with a status: `not.authorized` was seen, the others are built like it.
fn identity_code(status: StatusCode, auth_error: Option<&str>) -> String {
    match status.canonical_reason() {
        _ if auth_error == Some("invalid_token") => "not.authenticated".into(),
        _ if auth_error == Some("insufficient_scope") => "not.authorized".into(),
        Some("Unauthorized") => "not.authorized".into(),
        reason => {
            let reason = reason.unwrap_or("Unknown error");
            reason.to_ascii_lowercase().replace(' ', ".")
        }
    }
}

/// The `uri` that the older dialect gives: the path without the `/identity` in front.
fn identity_uri(path: &str) -> &str {
    path.split_once("/identity")
        .map_or(path, |(_, inside)| inside)
}

/// The header field of [RFC 9110 section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3).
fn written(form: RetryAfterForm, wait: Option<Duration>, now: Timestamp) -> Option<String> {
    // Every form counts whole seconds; a client that obeys must not come too early.
    let wait = wait.map(|wait| wait.saturating_add(Duration::from_millis(999)));
    match form {
        RetryAfterForm::Open | RetryAfterForm::Seconds => Some(wait?.as_secs().to_string()),
        RetryAfterForm::HttpDate => Some(now.plus(wait?).http_date()),
        RetryAfterForm::Rfc850Date => Some(now.plus(wait?).rfc850_date()),
        RetryAfterForm::AsctimeDate => Some(now.plus(wait?).asctime_date()),
        RetryAfterForm::Garbage => Some("soon, hopefully".to_owned()),
        RetryAfterForm::Negative => Some("-1".to_owned()),
        RetryAfterForm::Zero => Some("0".to_owned()),
        RetryAfterForm::Past => Some(now.minus(AN_HOUR).http_date()),
        RetryAfterForm::Huge => Some("1000000000000".to_owned()),
        RetryAfterForm::Absent => None,
    }
}

/// Whether a header field of the answer says that it is JSON.
pub(in crate::scenario) fn is_json(reply: &Reply) -> bool {
    reply
        .headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.contains("json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse("2030-01-01T00:00:00Z").unwrap()
    }

    fn planned(status: u16) -> PlannedReply {
        PlannedReply {
            status,
            ..PlannedReply::default()
        }
    }

    fn body(reply: &Reply) -> Value {
        serde_json::from_slice(&reply.body).unwrap()
    }

    #[test]
    fn each_surface_refuses_in_its_dialect() {
        let scim = planned(429).render((Surface::Scim, ""), now());
        assert_eq!(
            body(&scim),
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": "429",
                "detail": "Too Many Requests"
            })
        );
        let oauth = planned(503).render((Surface::OAuth, ""), now());
        assert_eq!(body(&oauth)["error"], "temporarily_unavailable");
        let identity = planned(409).render((Surface::Identity, "/t/a/identity/v1/Users"), now());
        assert_eq!(
            body(&identity),
            json!({"code": "conflict", "uri": "/v1/Users", "message": "Conflict"})
        );
        assert_eq!(identity.headers[CONTENT_TYPE], "application/json");
        let center = planned(409).render((Surface::Center, ""), now());
        assert_eq!(center.headers[CONTENT_TYPE], "application/problem+json");
        assert!(
            planned(404)
                .render((Surface::Probe, ""), now())
                .body
                .is_empty()
        );
    }

    #[test]
    fn retry_after_takes_each_of_its_forms() {
        let value = |form| {
            let reply = PlannedReply {
                retry_after: Some(Duration::from_secs(30)),
                retry_after_as: form,
                ..planned(429)
            };
            let reply = reply.render((Surface::Scim, ""), now());
            let value = reply.headers.get(RETRY_AFTER)?;
            Some(value.to_str().unwrap().to_owned())
        };
        assert_eq!(value(RetryAfterForm::Seconds).unwrap(), "30");
        assert_eq!(
            value(RetryAfterForm::HttpDate).unwrap(),
            "Tue, 01 Jan 2030 00:00:30 GMT"
        );
        assert_eq!(
            value(RetryAfterForm::Rfc850Date).unwrap(),
            "Tuesday, 01-Jan-30 00:00:30 GMT"
        );
        assert_eq!(
            value(RetryAfterForm::AsctimeDate).unwrap(),
            "Tue Jan  1 00:00:30 2030"
        );
        assert_eq!(value(RetryAfterForm::Absent), None);
        assert!(
            value(RetryAfterForm::Garbage)
                .unwrap()
                .parse::<u64>()
                .is_err()
        );
    }

    #[test]
    fn dead_token_is_named_in_the_body_where_the_surface_does_so() {
        let refusal = PlannedReply {
            auth_error: Some("invalid_token".into()),
            ..planned(403)
        };
        let named = |surface| body(&refusal.render((surface, ""), now()));
        assert_eq!(named(Surface::OAuth)["error"], "invalid_token");
        assert_eq!(named(Surface::Identity)["code"], "not.authenticated");
    }

    #[test]
    fn answer_that_ends_with_its_head_has_no_body() {
        for status in [204, 304] {
            let reply = PlannedReply {
                body: Some(json!({ "a": 1 })),
                ..planned(status)
            };
            let reply = reply.render((Surface::Scim, ""), now());
            assert!(
                reply.body.is_empty() && reply.headers.is_empty(),
                "{status}"
            );
        }
    }

    #[test]
    fn given_body_and_headers_go_out_as_they_are() {
        let html = PlannedReply {
            body: Some(json!("<html>busy</html>")),
            headers: vec![("Content-Type".into(), "text/html".into())],
            ..planned(502)
        };
        let reply = html.render((Surface::Scim, ""), now());
        assert_eq!(reply.headers.get_all(CONTENT_TYPE).iter().count(), 1);
        assert_eq!(reply.body, "<html>busy</html>");
        assert!(!is_json(&reply));
    }
}
