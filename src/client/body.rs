//! Reading SCIM bodies: attribute names have no case, and not every server writes what it should.

use serde_json::Value;

use super::http::Reply;

/// The member of that name in any letter case, [RFC 7643 section 2.1](https://www.rfc-editor.org/rfc/rfc7643#section-2.1).
pub(super) fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value
        .as_object()?
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// The text of a member; absent, `null` and anything that is no text are `None`.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    member(value, name)?.as_str()
}

/// The `id` of a resource; one written as a number keeps every digit.
pub(super) fn id(row: &Value) -> Option<String> {
    match member(row, "id")? {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) if id.is_u64() || id.is_i64() => Some(id.to_string()),
        _ => None,
    }
}

/// The JSON object of an answer, if it is one.
pub(super) fn object(reply: &Reply) -> Option<Value> {
    let body = reply
        .body
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&reply.body);
    serde_json::from_slice(body).ok().filter(Value::is_object)
}

/// One page of a list, [RFC 7644 section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Page {
    pub(super) total: Option<usize>,
    pub(super) rows: Vec<Value>,
}

impl Page {
    /// Reads a list; a body with neither rows nor a total is no list.
    pub(super) fn accept(body: &Value) -> Option<Self> {
        let total = member(body, "totalResults").and_then(|total| match total {
            Value::Number(number) => usize::try_from(number.as_u64()?).ok(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        });
        match member(body, "Resources") {
            Some(Value::Array(rows)) => Some(Self {
                total,
                rows: rows.clone(),
            }),
            // Rows may be left out only if there are none.
            None | Some(Value::Null) if total == Some(0) => Some(Self {
                total,
                rows: Vec::new(),
            }),
            _ => None,
        }
    }
}

/// What an error answer says in words, as far as it says anything.
pub(super) fn complaint(reply: &Reply) -> String {
    let body = object(reply);
    let detail = body
        .as_ref()
        .and_then(|body| text(body, "detail").or_else(|| text(body, "message")));
    match detail {
        Some(detail) => format!("{} {detail}", reply.status),
        None => reply.status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_read_in_any_case_and_numbers_keep_their_digits() {
        assert_eq!(id(&json!({"ID": "a"})), Some("a".to_owned()));
        assert_eq!(
            id(&json!({"id": 1_234_567_890_123_456_789_u64})),
            Some("1234567890123456789".to_owned())
        );
        for none in [
            json!({}),
            json!({"id": null}),
            json!({"id": ""}),
            json!({"id": 1e300}),
        ] {
            assert_eq!(id(&none), None, "{none}");
        }
    }

    #[test]
    fn absent_rows_are_none_only_if_the_total_says_so() {
        let rows = |body: Value| Page::accept(&body).map(|page| page.rows.len());
        assert_eq!(rows(json!({"totalResults": 0})), Some(0));
        assert_eq!(
            rows(json!({"resources": [{}], "totalresults": "1"})),
            Some(1)
        );
        assert_eq!(rows(json!({"totalResults": 3})), None);
        assert_eq!(rows(json!({})), None);
    }
}
