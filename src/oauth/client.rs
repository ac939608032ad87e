//! Registered clients, how they authenticate, and where they may be answered.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::clock::Timestamp;
use crate::oauth::assertion::{Asserted, Federation, Rejection};
use crate::oauth::credentials::{Credentials, Shown};
use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::Scope;

/// Describes a registered client.
#[derive(Clone)]
pub struct Client {
    /// Its `client_id`.
    pub id: Arc<str>,
    /// Its secret; a client with neither this nor a federation is public and must use PKCE.
    pub secret: Option<String>,
    /// Whose signed word stands for its own.
    pub federation: Option<Federation>,
    /// What it may show in exchange for a token.
    pub grants: Vec<GrantType>,
    /// Its registered redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Everything it may be granted.
    pub scope: Scope,
    /// The user name of the account it acts for when it asks with its own credentials.
    pub account: Option<String>,
}

/// Says by what a client proved itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proved {
    /// By its secret, or by its name alone if it is public.
    ByItself,
    /// By an assertion, which must not have been used before.
    Asserted(Asserted),
}

/// Says why a client is not believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unproved {
    /// It showed the wrong thing, or nothing.
    #[error("client authentication failed")]
    Wrong,
    /// Its assertion proves nothing.
    #[error(transparent)]
    Assertion(#[from] Rejection),
}

/// Holds a redirect URI that a client registered: nothing else can be redirected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

impl Client {
    /// Whether it can keep no secret, [RFC 6749 section 2.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.1).
    pub fn is_public(&self) -> bool {
        self.secret.is_none() && self.federation.is_none()
    }

    /// Finds a redirect URI among the registered ones, byte for byte.
    ///
    /// Without one in the request the only one registered is meant,
    /// [RFC 6749 section 3.1.2.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.3).
    pub fn redirect_uri(&self, asked: Option<&str>) -> Option<RedirectUri> {
        let registered = match (asked, self.redirect_uris.as_slice()) {
            (Some(asked), all) => all.iter().find(|uri| *uri == asked)?,
            (None, [only]) => only,
            (None, _) => return None,
        };
        Some(RedirectUri(registered.clone()))
    }

    /// Whether it may ask for a token in this way.
    pub fn may_use(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }

    /// Checks whether these credentials are its own, as shown to the authorization server at `base_url`.
    ///
    /// # Errors
    ///
    /// They are not.
    pub fn check(
        &self,
        credentials: &Credentials,
        base_url: &str,
        now: Timestamp,
    ) -> Result<Proved, Unproved> {
        let is_own = match (&self.secret, &credentials.shown) {
            (Some(own), Shown::Secret(shown)) => same_secret(own, shown),
            (None, Shown::Nothing) => self.is_public(),
            // A blank secret may be left out, RFC 6749 section 2.3.1.
            (None, Shown::Secret(shown)) => self.is_public() && shown.is_empty(),
            (_, Shown::Assertion(jwt)) => {
                let federation = self.federation.as_ref().ok_or(Unproved::Wrong)?;
                let endpoint = format!("{base_url}/oauth/token");
                let asserted = federation.check(jwt, &[base_url, &endpoint], now)?;
                return Ok(Proved::Asserted(asserted));
            }
            (Some(_), Shown::Nothing) => false,
        };
        is_own.then_some(Proved::ByItself).ok_or(Unproved::Wrong)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .field("public", &self.is_public())
            .field("federation", &self.federation)
            .field("grants", &self.grants)
            .field("redirect_uris", &self.redirect_uris)
            .field("scope", &self.scope)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl RedirectUri {
    /// The URI as registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URI with answer parameters added to its query, `state` being put back as it was sent.
    pub fn answer(&self, fields: &[(&str, &str)], state: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            query.append_pair(name, value);
        }
        let mut uri = self.0.clone();
        uri.push(if self.0.contains('?') { '&' } else { '?' });
        uri.push_str(&query.finish());
        if let Some(state) = state {
            uri.push_str("&state=");
            uri.push_str(state);
        }
        uri
    }
}

/// Checks that an address can be registered as a redirect URI.
///
/// It is absolute and has no fragment, [RFC 6749 section 3.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2), and
/// leads to a server or a program, not into the page that was open.
///
/// # Errors
///
/// The message says what it must not be.
pub fn check_redirect_uri(uri: &str) -> Result<(), String> {
    let wrong = |what| Err(format!("the redirect URI {uri:?} {what}"));
    let Some((scheme, rest)) = uri.split_once(':') else {
        return wrong("is not absolute");
    };
    let mut characters = scheme.chars();
    let is_scheme = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && characters.all(|other| other.is_ascii_alphanumeric() || "+-.".contains(other));
    if !is_scheme || rest.is_empty() {
        return wrong("is not absolute");
    }
    if uri.contains('#') {
        return wrong("has a fragment");
    }
    if uri
        .chars()
        .any(|one| one.is_control() || one.is_whitespace())
    {
        return wrong("has blanks or control characters");
    }
    let scheme = scheme.to_ascii_lowercase();
    if matches!(scheme.as_str(), "javascript" | "data" | "vbscript" | "blob") {
        return wrong("would run in the page that is open");
    }
    if matches!(scheme.as_str(), "http" | "https") && !has_host(rest) {
        return wrong("names no host");
    }
    Ok(())
}

/// Whether a host stands behind the scheme: one host, not a pattern of several, and nobody's name before it.
fn has_host(rest: &str) -> bool {
    let authority = rest.strip_prefix("//").unwrap_or_default();
    let host = authority.split(['/', '?', '\\']).next().unwrap_or_default();
    !host.is_empty() && !host.starts_with(':') && !host.contains(['@', '*'])
}

/// Compares two secrets in a time that tells neither their content nor their length.
pub fn same_secret(one: &str, other: &str) -> bool {
    Sha256::digest(one.as_bytes())
        .as_slice()
        .ct_eq(Sha256::digest(other.as_bytes()).as_slice())
        .into()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::oauth) fn client(secret: Option<&str>) -> Client {
        Client {
            id: "app".into(),
            secret: secret.map(Into::into),
            federation: None,
            grants: GrantType::USUAL.to_vec(),
            redirect_uris: vec!["http://127.0.0.1/callback".into()],
            scope: Scope::parse("identity:scim.org identity:scim.me").unwrap(),
            account: None,
        }
    }

    #[test]
    fn redirect_uri_is_matched_byte_for_byte() {
        let app = client(None);
        assert!(
            app.redirect_uri(Some("http://127.0.0.1/callback"))
                .is_some()
        );
        for other in [
            "http://127.0.0.1/callback/",
            "http://127.0.0.1/Callback",
            "http://127.0.0.1:80/callback",
            "",
        ] {
            assert!(app.redirect_uri(Some(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn missing_redirect_uri_means_the_only_one() {
        let mut app = client(None);
        assert!(app.redirect_uri(None).is_some());
        app.redirect_uris.push("http://127.0.0.1/second".into());
        assert!(app.redirect_uri(None).is_none());
    }

    #[test]
    fn state_goes_back_as_it_was_sent() {
        let uri = RedirectUri("http://a/?x=1".into());
        assert_eq!(
            uri.answer(&[("code", "a b")], Some("%2B+%ff")),
            "http://a/?x=1&code=a+b&state=%2B+%ff"
        );
    }

    #[test]
    fn only_an_address_of_somebody_else_without_a_fragment_is_registered() {
        for uri in [
            "http://127.0.0.1/callback",
            "https://a/?x=1",
            "com.example.app:/callback",
        ] {
            assert_eq!(check_redirect_uri(uri), Ok(()), "{uri}");
        }
        for uri in [
            "",
            "/callback",
            "//evil.example/",
            "http:",
            "https://a/#part",
            "https://a/ b",
            "https://a/\r\nX: 1",
            "JavaScript:alert(1)",
            "data:text/html,x",
        ] {
            assert!(check_redirect_uri(uri).is_err(), "{uri}");
        }
    }

    #[test]
    fn secret_of_a_client_does_not_show_in_debug_output() {
        assert!(!format!("{:?}", client(Some("hush"))).contains("hush"));
        assert!(same_secret("a", "a") && !same_secret("a", "ab"));
    }
}
