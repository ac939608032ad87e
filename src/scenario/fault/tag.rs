//! Entity tags that are not as they should be, [RFC 9110 section 8.8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3).

use http::header::{CONTENT_LOCATION, ETAG, HeaderMap, HeaderValue, LOCATION};
use serde_json::Value;

use crate::scenario::plan::TagMode;

use super::rows::rows;

/// The `meta.version` of a resource, or of each listed one.
pub(super) fn in_body(body: &mut Value, mode: TagMode) {
    match rows(body) {
        Some(rows) => rows.iter_mut().for_each(|row| in_resource(row, mode)),
        None => in_resource(body, mode),
    }
}

fn in_resource(resource: &mut Value, mode: TagMode) {
    let Some(meta) = resource.get_mut("meta").and_then(Value::as_object_mut) else {
        return;
    };
    let Some(version) = meta.get("version").and_then(Value::as_str) else {
        return;
    };
    match odd(version, mode) {
        Some(version) => _ = meta.insert("version".into(), version.into()),
        None => _ = meta.shift_remove("version"),
    }
}

/// The `ETag`; whether there is one.
pub(super) fn in_head(headers: &mut HeaderMap, mode: TagMode) -> bool {
    let Some(tag) = headers.get(ETAG).and_then(|tag| tag.to_str().ok()) else {
        return false;
    };
    let written = odd(tag, mode).and_then(|tag| HeaderValue::from_str(&tag).ok());
    match written {
        Some(tag) => _ = headers.insert(ETAG, tag),
        None => _ = headers.remove(ETAG),
    }
    true
}

/// Makes the fields that say which resource is shown, and in which version, say it of this one.
pub(super) fn follow(headers: &mut HeaderMap, resource: &Value) {
    for (field, place) in [
        (ETAG, "/meta/version"),
        (LOCATION, "/meta/location"),
        (CONTENT_LOCATION, "/meta/location"),
    ] {
        let value = resource.pointer(place).and_then(Value::as_str);
        let value = value.and_then(|value| HeaderValue::from_str(value).ok());
        if let (Some(value), true) = (value, headers.contains_key(&field)) {
            headers.insert(field, value);
        }
    }
}

fn odd(tag: &str, mode: TagMode) -> Option<String> {
    let opaque = tag.strip_prefix("W/").unwrap_or(tag);
    match mode {
        TagMode::Missing => None,
        TagMode::Strong => Some(opaque.to_owned()),
        TagMode::Changing(time) => Some(format!("W/\"{}-{time}\"", opaque.trim_matches('"'))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_is_gone_strong_or_another_one_each_time() {
        assert_eq!(odd("W/\"3\"", TagMode::Missing), None);
        assert_eq!(odd("W/\"3\"", TagMode::Strong).unwrap(), "\"3\"");
        let changing = |time| odd("W/\"3\"", TagMode::Changing(time)).unwrap();
        assert_eq!(changing(1), "W/\"3-1\"");
        assert_ne!(changing(1), changing(2));
    }
}
