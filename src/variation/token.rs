//! What is left open in the answer of a token endpoint, [RFC 6749 section 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1).

use serde_json::{Map, Value, json};

use super::{Taken, table};

/// Varies an answer that gives a token; any other stays as it is.
pub(super) fn vary(answer: &mut Map<String, Value>, taken: &mut Taken<'_>) {
    if !answer.contains_key("access_token") {
        return;
    }
    if answer.contains_key("refresh_token") {
        taken.note(table::TOKEN_FORM, taken.manner.token_form());
    }
    if let Some(Value::String(kind)) = answer.get_mut("token_type") {
        match taken.take(table::TOKEN_TYPE) {
            1 => *kind = kind.to_ascii_lowercase(),
            2 => *kind = kind.to_ascii_uppercase(),
            _ => {}
        }
    }
    if taken.take(table::TOKEN_MEMBERS) == 1 {
        answer.insert("ext_expires_in".into(), 0.into());
        answer.insert(
            "x-session".into(),
            json!({ "access_token": null, "tags": [] }),
        );
    }
}
