//! Addresses of resources that lead to another host: `meta.location`, `$ref` and `Location`.

use http::Uri;
use http::header::{CONTENT_LOCATION, HeaderMap, HeaderValue, LOCATION};
use serde_json::Value;

/// The host that the addresses lead to; nobody is there, [RFC 2606 section 3](https://www.rfc-editor.org/rfc/rfc2606#section-3).
const HOST: &str = "https://elsewhere.example";

/// Every `location` and `$ref` of a body that is an address.
pub(super) fn in_body(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(in_body),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if name == "location" || name == "$ref" => {
                        if let Some(moved) = moved(text) {
                            *text = moved;
                        }
                    }
                    other => in_body(other),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The header fields that say where a resource is; whether there are any.
pub(super) fn in_head(headers: &mut HeaderMap) -> bool {
    let mut found = false;
    for name in [LOCATION, CONTENT_LOCATION] {
        let address = headers.get(&name).and_then(|value| value.to_str().ok());
        let moved = address
            .and_then(moved)
            .map(|moved| HeaderValue::from_str(&moved));
        if let Some(Ok(moved)) = moved {
            headers.insert(name, moved);
            found = true;
        }
    }
    found
}

/// The same address at the other host; `None` if it has no host.
fn moved(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    uri.scheme()?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    Some(format!("{HOST}{target}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_move_and_what_is_none_stays() {
        let mut body = json!({ "location": "Berlin", "meta": { "location": "http://127.0.0.1:1/scim/v2/Users/1" },
            "members": [{ "$ref": "http://127.0.0.1:1/scim/v2/Users/2" }, { "$ref": "../Users/3" }] });
        in_body(&mut body);
        let expected = json!({ "location": "Berlin", "meta": { "location": "https://elsewhere.example/scim/v2/Users/1" },
            "members": [{ "$ref": "https://elsewhere.example/scim/v2/Users/2" }, { "$ref": "../Users/3" }] });
        assert_eq!(body, expected);
    }
}
