//! What is left out where a journal is shown: everything that could be used to impersonate somebody.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Stands where something was left out.
pub(super) const NOT_SHOWN: &str = "(not shown)";

/// Members of a JSON body that are secrets, wherever they stand.
const MEMBERS: [&str; 6] = [
    "password",
    "client_secret",
    "access_token",
    "refresh_token",
    "client_assertion",
    "code_verifier",
];

/// What is a secret in a form or a query besides: a token to revoke or to trade, and the authorization code.
///
/// In JSON `code` is the verification code of a domain, which everybody may know.
const PARAMETERS: [&str; 3] = ["token", "code", "pat"];

/// Where a page shows the secret of a client that was just registered.
const SECRET_ELEMENT: &str = "id=\"new-client-secret\">";

/// A JSON value without its secrets.
pub(super) fn json(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let sets_password = is_of_password(&members);
            let shown = members.into_iter().map(|(name, value)| {
                let hidden =
                    is_member(&name) || (sets_password && name.eq_ignore_ascii_case("value"));
                let value = if hidden {
                    NOT_SHOWN.into()
                } else {
                    json(value)
                };
                (name, value)
            });
            Value::Object(shown.collect())
        }
        Value::Array(values) => values.into_iter().map(json).collect(),
        plain => plain,
    }
}

/// Names of attributes are read in whatever case, [RFC 7643 section 2.1](https://www.rfc-editor.org/rfc/rfc7643#section-2.1).
fn is_member(name: &str) -> bool {
    MEMBERS
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
}

/// Whether this is an operation of a PATCH whose value is a password.
fn is_of_password(members: &Map<String, Value>) -> bool {
    members.iter().any(|(name, value)| {
        let path = value.as_str().unwrap_or_default();
        let attribute = path.rsplit(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case("path") && attribute.trim().eq_ignore_ascii_case("password")
    })
}

/// A form, or the query of an address, without its secrets; the rest stays as it was sent.
pub(super) fn form(text: &str) -> String {
    let hide = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_parameter(name) => format!("{name}={NOT_SHOWN}"),
        _ => pair.to_owned(),
    };
    text.split('&').map(hide).collect::<Vec<_>>().join("&")
}

/// A page of ours without the one secret that a page shows; `None` if the text is no page.
pub(super) fn page(text: &str) -> Option<String> {
    if !text.starts_with("<!DOCTYPE html>") {
        return None;
    }
    let Some((before, after)) = text.split_once(SECRET_ELEMENT) else {
        return Some(text.to_owned());
    };
    let rest = after.find('<').and_then(|end| after.get(end..));
    Some(format!(
        "{before}{SECRET_ELEMENT}{NOT_SHOWN}{}",
        rest.unwrap_or_default()
    ))
}

/// The name may be percent-encoded.
fn is_parameter(raw: &str) -> bool {
    let name = percent_encoding::percent_decode_str(raw).decode_utf8_lossy();
    is_member(&name) || PARAMETERS.contains(&&*name)
}

/// An address without the secrets of its query.
pub(super) fn address(text: &str) -> Cow<'_, str> {
    match text.split_once('?') {
        Some((path, query)) => format!("{path}?{}", form(query)).into(),
        None => text.into(),
    }
}
