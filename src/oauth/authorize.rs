//! The authorization request, [RFC 6749 section 4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1).

use std::sync::Arc;

use crate::oauth::client::{Client, RedirectUri};
use crate::oauth::error::{ErrorCode, OAuthError, Whither};
use crate::oauth::form::{Form, raw_value};
use crate::oauth::grant_type::GrantType;
use crate::oauth::pkce::CodeChallenge;
use crate::oauth::scope::Scope;

/// Asks a person, by way of the browser, to let a client act for them.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: Arc<Client>,
    /// Where the answer goes.
    pub redirect_uri: RedirectUri,
    /// The `redirect_uri` of the request; the token request must then repeat it.
    pub sent_redirect_uri: Option<String>,
    /// What can be granted of what was asked for.
    pub scope: Scope,
    /// The client's `state`, still encoded, so that it goes back byte for byte.
    pub state: Option<String>,
    /// The promise that the token request must keep.
    pub challenge: Option<CodeChallenge>,
}

impl AuthorizationRequest {
    /// Accepts the query of a request, looking its client up with `find`.
    ///
    /// # Errors
    ///
    /// The error goes to the client only if client and redirect URI are known and belong together.
    pub fn parse(
        query: &str,
        find: impl FnOnce(&str) -> Option<Arc<Client>>,
    ) -> Result<Self, OAuthError> {
        let form = Form::read(query.as_bytes());
        let client = known_client(&form, find)?;
        let sent = form
            .one("redirect_uri")
            .map_err(|_| OAuthError::page("redirect_uri is there more than once"))?;
        let redirect_uri = client
            .redirect_uri(sent)
            .ok_or_else(|| OAuthError::page(unregistered(sent)))?;
        let state = raw_value(query, "state").map(str::to_owned);
        let refuse = |code, description: String| OAuthError {
            code,
            description,
            whither: Whither::Redirect {
                uri: redirect_uri.clone(),
                state: state.clone(),
            },
        };
        let (scope, challenge) =
            check(&form, &client).map_err(|(code, description)| refuse(code, description))?;
        Ok(Self {
            client,
            sent_redirect_uri: sent.map(Into::into),
            scope,
            challenge,
            state,
            redirect_uri,
        })
    }

    /// The URI that brings the client its code.
    pub fn granted(&self, code: &str) -> String {
        self.redirect_uri
            .answer(&[("code", code)], self.state.as_deref())
    }

    /// The error that tells the client that the person said no.
    pub fn denied(&self) -> OAuthError {
        self.refused(
            ErrorCode::AccessDenied,
            "the resource owner denied the request",
        )
    }

    /// An error that goes back to the client.
    pub fn refused(&self, code: ErrorCode, description: &str) -> OAuthError {
        OAuthError {
            code,
            description: description.into(),
            whither: Whither::Redirect {
                uri: self.redirect_uri.clone(),
                state: self.state.clone(),
            },
        }
    }
}

fn known_client(
    form: &Form,
    find: impl FnOnce(&str) -> Option<Arc<Client>>,
) -> Result<Arc<Client>, OAuthError> {
    let id = form
        .one("client_id")
        .map_err(|_| OAuthError::page("client_id is there more than once"))?
        .ok_or_else(|| OAuthError::page("client_id is missing"))?;
    find(id).ok_or_else(|| OAuthError::page("no client of this client_id is registered"))
}

fn unregistered(sent: Option<&str>) -> String {
    match sent {
        Some(_) => {
            "this redirect_uri is not registered for the client; it is compared byte for byte"
                .into()
        }
        None => {
            "redirect_uri is missing, and the client registered either none or more than one".into()
        }
    }
}

type Checked = (Scope, Option<CodeChallenge>);

fn check(form: &Form, client: &Client) -> Result<Checked, (ErrorCode, String)> {
    let invalid = |description: &str| (ErrorCode::InvalidRequest, description.to_owned());
    if let Some(repeated) = form.repeated() {
        return Err(invalid(&format!("{} is there more than once", repeated.0)));
    }
    if !client.may_use(GrantType::AuthorizationCode) {
        return Err((
            ErrorCode::UnauthorizedClient,
            "the client is not registered for authorization codes".into(),
        ));
    }
    match form.first("response_type") {
        Some("code") => {}
        None => return Err(invalid("response_type is missing")),
        Some(_) => {
            return Err((
                ErrorCode::UnsupportedResponseType,
                "only the response type code is offered".into(),
            ));
        }
    }
    Ok((scope_of(form, client)?, challenge_of(form, client)?))
}

/// A scope beyond the client's own is never granted; no scope at all asks for everything the client may have.
fn scope_of(form: &Form, client: &Client) -> Result<Scope, (ErrorCode, String)> {
    let Some(text) = form.first("scope") else {
        return Ok(client.scope.clone());
    };
    let scope = Scope::parse(text)
        .map_err(|description| (ErrorCode::InvalidScope, description))?
        .narrowed_to(&client.scope);
    if scope.is_empty() {
        return Err((
            ErrorCode::InvalidScope,
            "the client is registered for none of these scopes".into(),
        ));
    }
    Ok(scope)
}

fn challenge_of(
    form: &Form,
    client: &Client,
) -> Result<Option<CodeChallenge>, (ErrorCode, String)> {
    let invalid = |description: &str| (ErrorCode::InvalidRequest, description.to_owned());
    match (
        form.first("code_challenge"),
        form.first("code_challenge_method"),
    ) {
        (Some(challenge), Some("S256")) => CodeChallenge::parse(challenge)
            .map(Some)
            .ok_or_else(|| invalid("code_challenge is not 43 characters of unpadded base64url")),
        // Without a method RFC 7636 section 4.3 means plain, which GoTo does not offer.
        (Some(_), _) => Err(invalid("code_challenge_method must be S256")),
        (None, Some(_)) => Err(invalid("code_challenge is missing")),
        (None, None) if client.is_public() => Err(invalid(
            "a client without a secret must send a code_challenge",
        )),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::client::tests::client;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const BASE: &str = "client_id=app&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback";

    fn parse(query: &str, secret: Option<&str>) -> Result<AuthorizationRequest, OAuthError> {
        AuthorizationRequest::parse(query, |id| (id == "app").then(|| Arc::new(client(secret))))
    }

    #[track_caller]
    fn check_redirected(rest: &str, secret: Option<&str>, code: ErrorCode) {
        let error = parse(&format!("{BASE}&{rest}&state=s"), secret).unwrap_err();
        assert_eq!(error.code, code, "{error}");
        assert!(
            matches!(error.whither, Whither::Redirect { state: Some(_), .. }),
            "{error}"
        );
    }

    #[test]
    fn unknown_client_or_redirect_uri_is_told_to_the_person_only() {
        for query in [
            "",
            "client_id=other&response_type=code",
            "client_id=app&client_id=app&response_type=code",
            "client_id=app&response_type=code&redirect_uri=https%3A%2F%2Fevil.example%2F",
            "client_id=app&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&redirect_uri=x",
        ] {
            assert_eq!(
                parse(query, Some("s")).unwrap_err().whither,
                Whither::Page,
                "{query}"
            );
        }
    }

    #[test]
    fn every_other_error_goes_to_the_client() {
        use ErrorCode::{InvalidRequest, InvalidScope, UnsupportedResponseType};
        check_redirected("a=b", Some("s"), InvalidRequest);
        check_redirected("response_type=token", Some("s"), UnsupportedResponseType);
        check_redirected("response_type=code&scope=other", Some("s"), InvalidScope);
        check_redirected(
            "response_type=code&scope=a&scope=b",
            Some("s"),
            InvalidRequest,
        );
        check_redirected("response_type=code", None, InvalidRequest);
        let plain = format!("response_type=code&code_challenge={CHALLENGE}");
        check_redirected(&plain, None, InvalidRequest);
    }

    #[test]
    fn omitted_scope_is_all_of_the_client_and_a_wider_one_is_narrowed() {
        let asked = |rest: &str| {
            parse(&format!("{BASE}&response_type=code{rest}"), Some("s"))
                .unwrap()
                .scope
                .to_string()
        };
        assert_eq!(asked(""), "identity:scim.org identity:scim.me");
        assert_eq!(
            asked("&scope=identity:scim.me+identity:"),
            "identity:scim.me"
        );
    }

    #[test]
    fn public_client_with_a_challenge_is_taken_and_state_is_kept_encoded() {
        let query = format!(
            "{BASE}&response_type=code&code_challenge={CHALLENGE}&code_challenge_method=S256&state=a%2Bb+c"
        );
        let request = parse(&query, None).unwrap();
        assert!(request.granted("x").ends_with("?code=x&state=a%2Bb+c"));
        assert!(request.challenge.is_some());
    }
}
