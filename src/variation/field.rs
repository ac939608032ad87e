//! What is left open in the header fields of an answer.

use http::header::{CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode, Uri};

use super::{Taken, table};

/// Varies the parameter of a JSON media type that has none.
pub(super) fn media_type(headers: &mut HeaderMap, taken: &mut Taken<'_>) {
    let sent = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let Some(sent) = sent.filter(|sent| !sent.contains(';')).map(str::to_owned) else {
        return;
    };
    let parameter = match taken.take(table::MEDIA_PARAMETER) {
        0 => return,
        1 => "; charset=utf-8",
        _ => ";charset=\"UTF-8\"",
    };
    if let Ok(value) = HeaderValue::from_str(&format!("{sent}{parameter}")) {
        headers.insert(CONTENT_TYPE, value);
    }
}

/// Varies whether the `Location` of a new resource is whole.
pub(super) fn location(status: StatusCode, headers: &mut HeaderMap, taken: &mut Taken<'_>) {
    let sent = headers
        .get(LOCATION)
        .filter(|_| status == StatusCode::CREATED);
    let uri = sent.and_then(|sent| Uri::try_from(sent.as_bytes()).ok());
    let path = uri.as_ref().and_then(Uri::path_and_query);
    let Some(path) = path.and_then(|path| HeaderValue::from_str(path.as_str()).ok()) else {
        return;
    };
    if taken.take(table::LOCATION_FORM) == 1 {
        headers.insert(LOCATION, path);
    }
}

/// Varies the letter case of the scheme of a challenge.
pub(super) fn challenge(headers: &mut HeaderMap, taken: &mut Taken<'_>) {
    let sent = headers
        .get(WWW_AUTHENTICATE)
        .and_then(|value| value.to_str().ok());
    let Some(rest) = sent.and_then(|sent| sent.strip_prefix("Bearer")) else {
        return;
    };
    let other = HeaderValue::from_str(&format!("bearer{rest}"));
    if let (1, Ok(other)) = (taken.take(table::CHALLENGE), other) {
        headers.insert(WWW_AUTHENTICATE, other);
    }
}

/// Varies whether it is said that the connection persists.
pub(super) fn persistence(headers: &mut HeaderMap, taken: &mut Taken<'_>) {
    if !headers.contains_key(CONNECTION) && taken.take(table::PERSISTENCE) == 1 {
        headers.insert(CONNECTION, HeaderValue::from_static("keep-alive"));
    }
}

/// Adds fields that a client need not know, and puts all in another order.
pub(super) fn all(headers: &mut HeaderMap, taken: &mut Taken<'_>) {
    if taken.take(table::FURTHER_FIELDS) == 1 {
        let id = taken.manner.draw(table::FURTHER_FIELDS).uuid();
        if let Ok(id) = HeaderValue::from_str(&id) {
            headers.insert(HeaderName::from_static("x-request-id"), id);
        }
        let nothing = HeaderValue::from_static("nosniff");
        headers.insert(HeaderName::from_static("x-content-type-options"), nothing);
    }
    if headers.keys_len() > 1 && taken.take(table::FIELD_ORDER) == 1 {
        reverse(headers);
    }
}

/// Fields of one name keep their order: it may mean something,
/// [RFC 9110 section 5.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.3).
fn reverse(headers: &mut HeaderMap) {
    let mut names: Vec<HeaderName> = headers.keys().cloned().collect();
    names.reverse();
    let mut reversed = HeaderMap::with_capacity(headers.len());
    for name in names {
        for value in headers.get_all(&name) {
            reversed.append(name.clone(), value.clone());
        }
    }
    *headers = reversed;
}
