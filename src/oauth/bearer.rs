//! How a caller presents its token, [RFC 6750 section 2](https://www.rfc-editor.org/rfc/rfc6750#section-2).

use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderValue};

use super::error::described;
use crate::exchange::Request;

/// Says why a presented token is not even looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerRefusal {
    /// It is there more than once, or by more than one method.
    Repeated,
    /// It stands in the URI or the body.
    Misplaced,
}

impl BearerRefusal {
    /// For a developer to read.
    pub fn description(self) -> &'static str {
        match self {
            Self::Repeated => "the token is presented more than once; one method is allowed",
            Self::Misplaced => {
                "the token belongs in the Authorization header field, never in the URI or the body"
            }
        }
    }
}

/// Finds the bearer token of a request; `None` if there is none.
///
/// # Errors
///
/// The token came twice, or where [RFC 6750 section 2.3](https://www.rfc-editor.org/rfc/rfc6750#section-2.3) advises against it.
pub fn presented(request: &Request) -> Result<Option<&str>, BearerRefusal> {
    let mut fields = request.headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (fields.next(), fields.next());
    if second.is_some() {
        return Err(BearerRefusal::Repeated);
    }
    let token = first.and_then(ascii).and_then(bearer_token);
    if !is_elsewhere(request) {
        return Ok(token);
    }
    Err(match token {
        Some(_) => BearerRefusal::Repeated,
        None => BearerRefusal::Misplaced,
    })
}

/// A header value that is visible ASCII; a token is long, and this looks at many bytes at once.
fn ascii(value: &HeaderValue) -> Option<&str> {
    let bytes = value.as_bytes();
    str::from_utf8(bytes).ok().filter(|text| text.is_ascii())
}

fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Whether a token stands in the URI or in a form, where it does not belong.
pub fn is_elsewhere(request: &Request) -> bool {
    // Most requests have neither: look before parsing.
    (!request.query().is_empty() && names_token(request.query().as_bytes()))
        || (request.is_form() && names_token(&request.body))
}

/// Whether a parameter is called as the token is; the values need not be decoded for that.
fn names_token(raw: &[u8]) -> bool {
    raw.split(|byte| *byte == b'&')
        .filter_map(|parameter| parameter.split(|byte| *byte == b'=').next())
        .flat_map(form_urlencoded::parse)
        .any(|(name, _)| name == "access_token")
}

/// The `WWW-Authenticate` value that tells a caller what was wrong with its token.
///
/// [RFC 6750 section 3](https://www.rfc-editor.org/rfc/rfc6750#section-3).
pub fn challenge(realm: &str, error: &str, description: &str) -> String {
    let named = named_challenge(realm, error);
    format!("{named}, error_description=\"{}\"", described(description))
}

/// The same without a description.
pub fn named_challenge(realm: &str, error: &str) -> String {
    format!(
        "Bearer realm=\"{}\", error=\"{}\"",
        described(realm),
        described(error)
    )
}

/// The `WWW-Authenticate` value that names the scope a caller lacks.
pub fn scope_challenge(realm: &str, description: &str, scope: &str) -> String {
    let challenge = challenge(realm, "insufficient_scope", description);
    format!("{challenge}, scope=\"{scope}\"")
}

/// The `WWW-Authenticate` value where nothing was presented that could be wrong, and so without an error code,
/// [RFC 6750 section 3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1).
pub fn plain_challenge(realm: &str) -> String {
    format!("Bearer realm=\"{}\"", realm.replace(['"', '\\'], "'"))
}

/// The status that goes with an error of a bearer challenge, [RFC 6750 section 3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1).
pub fn status_of(error: &str) -> StatusCode {
    match error {
        "invalid_request" => StatusCode::BAD_REQUEST,
        "insufficient_scope" => StatusCode::FORBIDDEN,
        _ => StatusCode::UNAUTHORIZED,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method, Version, header};

    use super::*;
    use crate::exchange::Connection;

    fn request(uri: &str, authorization: &[&str], form: &str) -> Request {
        let address = "127.0.0.1:1".parse().unwrap();
        let mut headers = HeaderMap::new();
        for value in authorization {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        if !form.is_empty() {
            let media_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(header::CONTENT_TYPE, media_type);
        }
        Request {
            method: Method::POST,
            uri: uri.parse().unwrap(),
            version: Version::HTTP_11,
            headers,
            body: Bytes::copy_from_slice(form.as_bytes()),
            connection: Connection {
                number: 1,
                peer: address,
                local: address,
            },
        }
    }

    #[test]
    fn token_is_taken_from_the_header_in_any_case_of_the_scheme() {
        for value in ["Bearer abc", "bearer abc", "BEARER  abc"] {
            assert_eq!(presented(&request("/", &[value], "")), Ok(Some("abc")));
        }
        for value in ["Bearer", "Bearer ", "Basic abc", "abc"] {
            assert_eq!(presented(&request("/", &[value], "")), Ok(None), "{value}");
        }
        assert_eq!(presented(&request("/?a=b", &[], "a=b")), Ok(None));
    }

    #[test]
    fn token_elsewhere_or_twice_is_refused() {
        let check = |uri, headers, form, expected| {
            assert_eq!(presented(&request(uri, headers, form)), Err(expected));
        };
        check("/?access_token=a", &[], "", BearerRefusal::Misplaced);
        check("/?access%5Ftoken=a", &[], "", BearerRefusal::Misplaced);
        check("/", &[], "access_token=a", BearerRefusal::Misplaced);
        check(
            "/?access_token=a",
            &["Bearer a"],
            "",
            BearerRefusal::Repeated,
        );
        check("/", &["Bearer a", "Bearer a"], "", BearerRefusal::Repeated);
    }

    #[test]
    fn challenge_cannot_be_broken_out_of() {
        let value = challenge("r\"x", "invalid_token", "a \\ b");
        assert_eq!(
            value,
            "Bearer realm=\"r'x\", error=\"invalid_token\", error_description=\"a ' b\""
        );
    }
}
