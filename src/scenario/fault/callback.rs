//! What the browser brings back to the client, changed on its way: the query of the redirect that ends an authorization.

use form_urlencoded::{Serializer, parse};
use http::header::{HeaderMap, HeaderValue, LOCATION};
use serde_json::{Map, Value};

use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::plan::CallbackVerb;

/// Reads `do.callback`: names of parameters with a value, or `null`.
pub(in crate::scenario) fn read(
    callback: &Map<String, Value>,
    at: &Pointer,
    findings: &mut Findings,
) -> Vec<CallbackVerb> {
    if callback.is_empty() {
        findings.error(at, "names no parameter: state, code, error, iss or another");
    }
    let verbs = callback
        .iter()
        .filter_map(|(name, value)| findings.keep(&at.key(name), verb(name, value)));
    verbs.collect()
}

fn verb(name: &str, value: &Value) -> Result<CallbackVerb, Complaint> {
    let value = match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        _ => return Err("expected text, or null to take the parameter away".into()),
    };
    Ok(CallbackVerb {
        name: name.to_owned(),
        value,
    })
}

pub(super) fn what(verbs: &[CallbackVerb]) -> String {
    let names: Vec<_> = verbs.iter().map(|verb| verb.name.as_str()).collect();
    format!("callback with another {}", names.join(", "))
}

/// Changes the redirect that takes the browser back to the client, [RFC 6749 section
/// 4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2); says whether the answer was one.
///
/// What takes the browser only from one page of the server to the next stays as it is.
pub fn alter(headers: &mut HeaderMap, verbs: &[CallbackVerb]) -> bool {
    let altered = headers
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| with(location, verbs))
        .and_then(|location| HeaderValue::try_from(location).ok());
    let is_callback = altered.is_some();
    if let Some(location) = altered {
        headers.insert(LOCATION, location);
    }
    is_callback
}

/// The parameters that stay keep every byte: a client may compare its `state` as it was sent.
fn with(location: &str, verbs: &[CallbackVerb]) -> Option<String> {
    let (target, query) = location.split_once('?')?;
    let mut parameters: Vec<String> = query.split('&').map(str::to_owned).collect();
    let place = |parameters: &[String], name: &str| {
        let is_it = |parameter: &String| {
            parse(parameter.as_bytes())
                .next()
                .is_some_and(|(known, _)| known == name)
        };
        parameters.iter().position(is_it)
    };
    place(&parameters, "code").or_else(|| place(&parameters, "error"))?;
    for verb in verbs {
        let place = place(&parameters, &verb.name);
        let written = verb.value.as_deref().map(|value| {
            Serializer::new(String::new())
                .append_pair(&verb.name, value)
                .finish()
        });
        match (place.and_then(|place| parameters.get_mut(place)), written) {
            (Some(parameter), Some(written)) => *parameter = written,
            (None, Some(written)) => parameters.push(written),
            (_, None) => {
                if let Some(place) = place {
                    parameters.remove(place);
                }
            }
        }
    }
    Some(format!("{target}?{}", parameters.join("&")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn altered(location: &'static str, callback: &Value) -> (bool, String) {
        let mut findings = Findings::default();
        let verbs = read(
            callback.as_object().unwrap(),
            &Pointer::default(),
            &mut findings,
        );
        assert!(findings.messages().is_empty());
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, HeaderValue::from_static(location));
        let is_callback = alter(&mut headers, &verbs);
        (is_callback, headers[LOCATION].to_str().unwrap().to_owned())
    }

    #[test]
    fn parameters_are_set_added_and_taken_away() {
        let location = "http://127.0.0.1/back?app=1&code=abc&state=%41~s";
        for (callback, expected) in [
            (json!({ "state": "x y" }), "app=1&code=abc&state=x+y"),
            (json!({ "state": null }), "app=1&code=abc"),
            (
                json!({ "code": null, "error": "access_denied" }),
                "app=1&state=%41~s&error=access_denied",
            ),
            (
                json!({ "iss": "https://other", "none": null }),
                "app=1&code=abc&state=%41~s&iss=https%3A%2F%2Fother",
            ),
        ] {
            let expected = format!("http://127.0.0.1/back?{expected}");
            assert_eq!(altered(location, &callback), (true, expected));
        }
    }

    #[test]
    fn way_to_the_next_page_stays_as_it_is() {
        for location in ["/login?client_id=1&state=s", "/oauth/approve"] {
            let expected = (false, location.to_owned());
            assert_eq!(altered(location, &json!({ "state": "x" })), expected);
        }
    }

    #[test]
    fn what_is_no_parameter_is_found() {
        for callback in [json!({}), json!({ "state": 1 })] {
            let mut findings = Findings::default();
            read(
                callback.as_object().unwrap(),
                &Pointer::default(),
                &mut findings,
            );
            assert_eq!(findings.messages().len(), 1);
        }
    }
}
