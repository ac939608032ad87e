//! Registered clients, how they authenticate, and where they may be answered.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::oauth::scope::Scope;
use crate::oauth::token::Credentials;

/// Describes a registered client.
#[derive(Clone)]
pub struct Client {
    /// Its `client_id`.
    pub id: Arc<str>,
    /// Its secret; a client without one is public and must use PKCE.
    pub secret: Option<String>,
    /// Its registered redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Everything it may be granted.
    pub scope: Scope,
    /// The user name of the account it acts for when it asks with its own credentials.
    pub account: Option<String>,
}

/// Holds a redirect URI that a client registered: nothing else can be redirected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

impl Client {
    /// Whether it can keep no secret, [RFC 6749 section 2.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.1).
    pub fn is_public(&self) -> bool {
        self.secret.is_none()
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

    /// Whether these credentials are its own.
    pub fn accepts(&self, credentials: &Credentials) -> bool {
        match (&self.secret, credentials.secret()) {
            (Some(own), Some(shown)) => same_secret(own, shown),
            // A blank secret may be left out, RFC 6749 section 2.3.1.
            (None, None | Some("")) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .field("public", &self.is_public())
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
    fn secret_of_a_client_does_not_show_in_debug_output() {
        assert!(!format!("{:?}", client(Some("hush"))).contains("hush"));
        assert!(same_secret("a", "a") && !same_secret("a", "ab"));
    }
}
