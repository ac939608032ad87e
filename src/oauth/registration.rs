//! What a client may register, [RFC 6749 section 2](https://www.rfc-editor.org/rfc/rfc6749#section-2).

use thiserror::Error;

use crate::oauth::client;
use crate::oauth::scope::Scope;

/// The longest redirect URI: ours.
const URI_LENGTH: usize = 2048;

/// How many redirect URIs a client may have: ours.
const URIS: usize = 20;

/// Says why a client cannot register so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegistrationRefusal {
    /// Nobody can be sent there.
    #[error("{0}")]
    Uri(String),
    /// It is too long.
    #[error("a redirect URI has {URI_LENGTH} characters at most")]
    TooLong,
    /// There are too many.
    #[error("a client has {URIS} redirect URIs at most")]
    TooMany,
    /// No scope was chosen.
    #[error("a client needs one scope at least")]
    NoScope,
    /// A scope is none.
    #[error("{0:?} is no scope (RFC 6749 section 3.3)")]
    Scope(String),
}

/// Accepts scopes, one a text.
///
/// # Errors
///
/// The refusal quotes the first that is none.
pub fn scopes(tokens: &[String]) -> Result<(), RegistrationRefusal> {
    if tokens.is_empty() {
        return Err(RegistrationRefusal::NoScope);
    }
    let is_one = |token: &String| Scope::parse(token).is_ok_and(|scope| scope.tokens().len() == 1);
    match tokens.iter().find(|token| !is_one(token)) {
        Some(token) => Err(RegistrationRefusal::Scope(token.clone())),
        None => Ok(()),
    }
}

/// Accepts redirect URIs, one on a line; blank lines and repetitions are not meant.
///
/// # Errors
///
/// The refusal quotes the first that cannot be registered.
pub fn redirect_uris(lines: &str) -> Result<Vec<String>, RegistrationRefusal> {
    let mut uris: Vec<String> = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        check_redirect_uri(line)?;
        if !uris.iter().any(|known| known == line) {
            uris.push(line.into());
        }
        if uris.len() > URIS {
            return Err(RegistrationRefusal::TooMany);
        }
    }
    Ok(uris)
}

fn check_redirect_uri(uri: &str) -> Result<(), RegistrationRefusal> {
    if uri.len() > URI_LENGTH {
        return Err(RegistrationRefusal::TooLong);
    }
    // RFC 3986 section 2; a starting state may hold odd ones, to try what a client makes of them.
    if uri
        .chars()
        .any(|one| !one.is_ascii_graphic() || "\"<>\\^`{|}".contains(one))
    {
        let why = format!("the redirect URI {uri:?} has characters that no URI has");
        return Err(RegistrationRefusal::Uri(why));
    }
    client::check_redirect_uri(uri).map_err(RegistrationRefusal::Uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_uris_each_once() {
        let lines = " https://a.example/back \r\n\r\nhttp://127.0.0.1:1/x?y=1\ncom.example.app:/back\nhttps://a.example/back\n";
        assert_eq!(
            redirect_uris(lines).unwrap(),
            [
                "https://a.example/back",
                "http://127.0.0.1:1/x?y=1",
                "com.example.app:/back"
            ]
        );
        assert!(redirect_uris("").unwrap().is_empty());
    }

    #[test]
    fn what_leads_nowhere_is_refused() {
        for wrong in [
            "/callback",
            "https://",
            "https:a.example",
            "https://:8080/x",
            "https://*.example/x",
            "https://user@a.example/x",
            "https://a.example/x#part",
            "javascript:alert(1)",
            "DATA:text/html,x",
            "https://a.example/a b",
            "https://ä.example/",
            "1http://a.example",
            "callback",
        ] {
            assert!(redirect_uris(wrong).is_err(), "{wrong}");
        }
        let long = format!("https://a.example/{}", "x".repeat(URI_LENGTH));
        assert_eq!(redirect_uris(&long), Err(RegistrationRefusal::TooLong));
        let many: Vec<String> = (0..=URIS)
            .map(|n| format!("https://a.example/{n}"))
            .collect();
        let many = many.join(
            "
",
        );
        assert_eq!(redirect_uris(&many), Err(RegistrationRefusal::TooMany));
    }
}
