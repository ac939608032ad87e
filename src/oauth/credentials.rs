//! How a client shows who it is, [RFC 6749 section 2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::exchange::Request;
use crate::oauth::assertion::{JWT_BEARER, claimed_subject};
use crate::oauth::client::same_secret;
use crate::oauth::error::{ErrorCode, OAuthError};
use crate::oauth::form::Form;
use crate::profile::Profile;

/// Shows who the client claims to be, and what it showed to prove that.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The `client_id`.
    pub client_id: String,
    /// The proof.
    pub shown: Shown,
}

/// What a client shows of itself besides its name.
#[derive(Clone, PartialEq, Eq)]
pub enum Shown {
    /// Nothing: a public client has nothing to show.
    Nothing,
    /// A secret, which may be blank.
    Secret(String),
    /// A signed JWT, [RFC 7523 section 2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2).
    Assertion(String),
}

impl Shown {
    /// Whether both are the same secret.
    fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Secret(one), Self::Secret(other)) => same_secret(one, other),
            _ => false,
        }
    }
}

impl Credentials {
    /// Accepts credentials in the `Authorization` header field, in the form, or a bare `client_id`.
    ///
    /// # Errors
    ///
    /// There are none, they cannot be read, or they came by more than one method.
    pub fn parse(request: &Request, form: &Form, profile: &Profile) -> Result<Self, OAuthError> {
        let mut fields = request.headers.get_all(http::header::AUTHORIZATION).iter();
        let (first, second) = (fields.next(), fields.next());
        if second.is_some() {
            return Err(invalid_request("Authorization is there more than once"));
        }
        let id = form.one("client_id")?;
        let in_form = shown_in(form)?;
        let Some(header) = first else {
            let claimed = match (&in_form, id) {
                (_, Some(id)) => Some(id.to_owned()),
                // RFC 7521 section 4.2: the assertion says who the client is, if nothing else does.
                (Shown::Assertion(jwt), None) => claimed_subject(jwt),
                _ => None,
            };
            return Ok(Self {
                client_id: claimed
                    .ok_or_else(|| invalid_client("the client did not authenticate"))?,
                shown: in_form,
            });
        };
        let basic = header
            .to_str()
            .ok()
            .and_then(Self::from_basic)
            .ok_or_else(|| invalid_client("Authorization is no readable Basic"))?;
        // Entra's connector setting "Both" sends the secret twice; RFC 6749 section 2.3 forbids more than one method.
        let is_said_again = profile.client_secret_twice && basic.shown.is_same_as(&in_form);
        if in_form != Shown::Nothing && !is_said_again {
            return Err(invalid_request(
                "the client authenticates in the header and in the body; one method is allowed",
            ));
        }
        if id.is_some_and(|id| id != basic.client_id) {
            return Err(invalid_request(
                "client_id in the body differs from the one in Authorization",
            ));
        }
        Ok(basic)
    }

    /// Reads `Basic …`; both halves are form-encoded, RFC 6749 section 2.3.1.
    fn from_basic(header: &str) -> Option<Self> {
        let (user, password) = basic_pair(header)?;
        Some(Self {
            client_id: form_decoded(&user)?,
            shown: Shown::Secret(form_decoded(&password)?),
        })
    }
}

fn shown_in(form: &Form) -> Result<Shown, OAuthError> {
    let secret = form.one("client_secret")?;
    let assertion = form.one("client_assertion")?;
    match (form.one("client_assertion_type")?, assertion, secret) {
        (None, None, None) => Ok(Shown::Nothing),
        (None, None, Some(secret)) => Ok(Shown::Secret(secret.into())),
        (Some(_) | None, Some(_), Some(_)) => Err(invalid_request(
            "the client authenticates by a secret and by an assertion; one method is allowed",
        )),
        (Some(JWT_BEARER), Some(jwt), None) => Ok(Shown::Assertion(jwt.into())),
        (Some(JWT_BEARER), None, _) => Err(invalid_request("client_assertion is missing")),
        (Some(_), _, _) => Err(invalid_request(
            "this client_assertion_type is not offered; the one of a JWT is",
        )),
        (None, Some(_), None) => Err(invalid_request("client_assertion_type is missing")),
    }
}

/// Reads user and password of a `Basic` field value, [RFC 7617 section 2](https://www.rfc-editor.org/rfc/rfc7617#section-2).
pub fn basic_pair(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.into(), password.into()))
}

fn form_decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8();
    decoded.ok().map(std::borrow::Cow::into_owned)
}

fn invalid_request(description: &str) -> OAuthError {
    OAuthError::direct(ErrorCode::InvalidRequest, description)
}

fn invalid_client(description: &str) -> OAuthError {
    OAuthError::direct(ErrorCode::InvalidClient, description)
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Secret(_) => "Secret",
            Self::Assertion(_) => "Assertion",
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .field("shown", &self.shown)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::oauth::client::tests::client;
    use crate::oauth::client::{Client, Proved};
    use crate::oauth::token::form_of;
    use crate::oauth::token::tests::request;

    fn proves(client: &Client, credentials: &Credentials) -> bool {
        let now = Timestamp::from_millisecond(0);
        client.check(credentials, "http://double", now) == Ok(Proved::ByItself)
    }

    fn credentials(authorization: &[&str], body: &str) -> Result<Credentials, OAuthError> {
        let request = request("/oauth/token", authorization, body);
        Credentials::parse(&request, &form_of(&request)?, &Profile::default())
    }

    fn basic(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    #[track_caller]
    fn check_refused(result: Result<Credentials, OAuthError>, code: ErrorCode) {
        assert_eq!(result.unwrap_err().code, code);
    }

    #[test]
    fn client_authenticates_by_one_of_three_methods() {
        let app = client(Some("s%:/ x"));
        let by_basic = credentials(&[&basic("app:s%25%3A%2F+x")], "").unwrap();
        let by_post = credentials(&[], "client_id=app&client_secret=s%25%3A%2F+x").unwrap();
        let by_name = credentials(&[], "client_id=app").unwrap();
        assert!(proves(&app, &by_basic) && proves(&app, &by_post) && !proves(&app, &by_name));
        let public = client(None);
        assert!(proves(&public, &by_name) && !proves(&public, &by_post));
    }

    #[test]
    fn two_methods_at_once_are_refused() {
        let header = basic("app:s");
        check_refused(
            credentials(&[&header], "client_id=app&client_secret=s"),
            ErrorCode::InvalidRequest,
        );
        check_refused(
            credentials(&[&header], "client_id=other"),
            ErrorCode::InvalidRequest,
        );
        check_refused(
            credentials(&[&header, &header], ""),
            ErrorCode::InvalidRequest,
        );
        assert!(credentials(&[&header], "client_id=app").is_ok());
    }

    #[test]
    fn unreadable_or_absent_credentials_are_an_invalid_client() {
        for header in ["Basic", "Basic ???", "Bearer x", &basic("app")] {
            check_refused(
                credentials(&[header], "client_id=app"),
                ErrorCode::InvalidClient,
            );
        }
        check_refused(credentials(&[], "grant_type=x"), ErrorCode::InvalidClient);
    }

    #[test]
    fn assertion_stands_alone_and_has_its_type() {
        let kind = "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let named = credentials(&[], &format!("client_id=app&{kind}&client_assertion=a.b.c"));
        assert!(matches!(named.unwrap().shown, Shown::Assertion(_)));
        for body in [
            format!("client_id=app&client_secret=s&{kind}&client_assertion=a.b.c"),
            "client_id=app&client_assertion=a.b.c".into(),
            "client_id=app&client_assertion_type=urn:x&client_assertion=a".into(),
            format!("client_id=app&{kind}"),
        ] {
            check_refused(credentials(&[], &body), ErrorCode::InvalidRequest);
        }
        // {"sub":"app"}
        let unnamed = credentials(
            &[],
            &format!("{kind}&client_assertion=e30.eyJzdWIiOiJhcHAifQ.c"),
        );
        assert_eq!(unnamed.unwrap().client_id, "app");
        check_refused(
            credentials(&[], &format!("{kind}&client_assertion=a.b.c")),
            ErrorCode::InvalidClient,
        );
    }
}
