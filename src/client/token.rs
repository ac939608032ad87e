//! Getting an access token, and getting another when the first one dies.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use form_urlencoded::{Serializer, byte_serialize};
use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use sha2::{Digest, Sha256};

use super::http::{Address, Connection, Lost, Outcome, Reply, Request};
use super::retry::is_transient;
use super::session::Stop;
use super::{Client, Defect, body};
use crate::entropy::Entropy;

/// How the client shows that it may have a token, RFC 6749 section 1.3.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Grant {
    AuthorizationCode { code: String, verifier: String },
    RefreshToken(String),
    ClientCredentials,
}

impl Grant {
    /// How often it may be sent if the outcome is unknown: a code only once, RFC 6749 section 4.1.2; a refresh token
    /// once more, as the server may take a third time for theft, RFC 9700 section 4.14.2.
    fn most_unknown(&self) -> u32 {
        match self {
            Self::AuthorizationCode { .. } => 1,
            Self::RefreshToken(_) => 2,
            Self::ClientCredentials => u32::MAX,
        }
    }
}

/// The part of a token answer that matters, RFC 6749 section 5.1.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TokenAnswer {
    access: String,
    refresh: Option<String>,
}

impl TokenAnswer {
    fn accept(reply: &Reply) -> Result<Self, String> {
        let body = body::object(reply).ok_or("the token answer is not JSON")?;
        let text = |name| body::text(&body, name).filter(|text| !text.is_empty());
        if let Some(kind) = text("token_type")
            && !kind.eq_ignore_ascii_case("bearer")
        {
            return Err(format!("the token is of type {kind}"));
        }
        Ok(Self {
            access: text("access_token")
                .ok_or("the token answer has no access_token")?
                .to_owned(),
            refresh: text("refresh_token").map(str::to_owned),
        })
    }
}

impl Client<'_> {
    /// Makes sure that there is a token: the given one, or one by the best grant at hand.
    pub(super) async fn ready_token(&mut self) -> Result<(), Stop> {
        let (settings, tokens) = (self.settings, &mut self.memory.tokens);
        // What is newly given replaces what was kept from before.
        if tokens.given_refresh != settings.refresh_token {
            tokens.given_refresh.clone_from(&settings.refresh_token);
            tokens.refresh.clone_from(&settings.refresh_token);
        }
        if tokens.given_access != settings.token || tokens.access.is_none() {
            tokens.given_access.clone_from(&settings.token);
            tokens.access.clone_from(&settings.token);
        }
        if tokens.access.is_some() {
            return Ok(());
        }
        if tokens.refresh.is_none()
            && settings.authorize_url.is_some()
            && settings.admin_user.is_some()
        {
            return self.authorize().await;
        }
        self.renew_token().await
    }

    /// Gets another token without asking anybody: by refresh token, else by the client's own credentials.
    pub(super) async fn renew_token(&mut self) -> Result<(), Stop> {
        if self.settings.token_url.is_none() {
            return Err(Stop("no valid token, and no token endpoint".into()));
        }
        let settings = self.settings;
        match self.memory.tokens.refresh.clone() {
            Some(refresh) => self.redeem(Grant::RefreshToken(refresh)).await,
            None if settings.client_id.is_some() && settings.client_secret.is_some() => {
                self.redeem(Grant::ClientCredentials).await
            }
            None => Err(Stop("no valid token, and no grant to get one by".into())),
        }
    }

    /// The authorization code flow with PKCE and `state`, RFC 6749 section 4.1 and RFC 7636.
    async fn authorize(&mut self) -> Result<(), Stop> {
        let attempt = self.memory.tokens.authorizations;
        self.memory.tokens.authorizations += 1;
        let entropy = Entropy::from_seed(self.settings.seed);
        let state = entropy.draw("client/state", attempt).token();
        let verifier = entropy.draw("client/verifier", attempt).token();
        let url = self.authorization_url(&state, &challenge(&verifier));
        let callback = self.browse(&url).await?;
        let value = |name: &str| {
            let found = callback.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone())
        };
        if value("state").as_deref() != Some(&state) && !self.has(Defect::IgnoreState) {
            return Err(Stop("the callback is not an answer to our request".into()));
        }
        if let Some(error) = value("error") {
            return Err(Stop(format!("authorization was refused: {error}")));
        }
        match value("code") {
            Some(code) => {
                self.redeem(Grant::AuthorizationCode { code, verifier })
                    .await
            }
            None => Err(Stop("the callback brought no code".into())),
        }
    }

    fn authorization_url(&self, state: &str, challenge: &str) -> String {
        let settings = self.settings;
        let optional = [
            ("client_id", &settings.client_id),
            ("redirect_uri", &settings.redirect_uri),
            ("scope", &settings.scope),
        ];
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("state", state)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(
                optional
                    .iter()
                    .filter_map(|(name, value)| value.as_deref().map(|value| (*name, value))),
            )
            .finish();
        let base = settings.authorize_url.as_deref().unwrap_or_default();
        let mark = if base.contains('?') { '&' } else { '?' };
        format!("{base}{mark}{query}")
    }

    /// Redeems a grant at the token endpoint and keeps what came.
    async fn redeem(&mut self, grant: Grant) -> Result<(), Stop> {
        let Some(address) = self.settings.token_url.as_deref().and_then(Address::parse) else {
            return Err(Stop("no token endpoint".into()));
        };
        let request = self.token_request(&grant, address.target("", ""));
        let mut connection = Connection::to(address);
        let mut patience = self.patience();
        let mut unknown = 0;
        loop {
            let outcome = connection.send(&request, self.participant).await;
            let why = match &outcome {
                Ok(reply) if reply.is_success() => match TokenAnswer::accept(reply) {
                    Ok(answer) => {
                        self.keep(answer, &grant);
                        return Ok(());
                    }
                    Err(why) => why,
                },
                Ok(reply) if is_transient(reply.status) => reply.status.to_string(),
                Ok(reply) => return Err(Stop(format!("no token: {}", refusal(reply)))),
                Err(lost) => lost.to_string(),
            };
            unknown += u32::from(!is_unspent(&outcome));
            if unknown >= grant.most_unknown() || !self.pause(&mut patience, &outcome).await {
                return Err(Stop(format!("no token: {why}")));
            }
        }
    }

    fn token_request(&self, grant: &Grant, target: String) -> Request {
        let settings = self.settings;
        let mut form = Serializer::new(String::new());
        match grant {
            Grant::AuthorizationCode { code, verifier } => {
                form.append_pair("grant_type", "authorization_code")
                    .append_pair("code", code)
                    .append_pair("code_verifier", verifier);
                if let Some(uri) = &settings.redirect_uri {
                    form.append_pair("redirect_uri", uri);
                }
            }
            Grant::RefreshToken(token) => {
                form.append_pair("grant_type", "refresh_token")
                    .append_pair("refresh_token", token);
            }
            Grant::ClientCredentials => {
                form.append_pair("grant_type", "client_credentials");
                if let Some(scope) = &settings.scope {
                    form.append_pair("scope", scope);
                }
            }
        }
        let request = Request::new(Method::POST, target)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        // One way of client authentication, never two: RFC 6749 section 2.3.
        let request = match (&settings.client_id, &settings.client_secret) {
            (Some(id), Some(secret)) => request.header(AUTHORIZATION, basic(id, secret)),
            (Some(id), None) => {
                form.append_pair("client_id", id);
                request
            }
            _ => request,
        };
        request.body(form.finish())
    }

    /// An answer to a refresh that brings no refresh token leaves the old one in force, RFC 6749 section 6.
    fn keep(&mut self, answer: TokenAnswer, grant: &Grant) {
        let tokens = &mut self.memory.tokens;
        tokens.access = Some(answer.access);
        match (answer.refresh, grant) {
            (Some(refresh), _) => tokens.refresh = Some(refresh),
            (None, Grant::RefreshToken(_))
                if self.settings.defect == Some(Defect::DropRefreshToken) =>
            {
                tokens.refresh = Some("undefined".into());
            }
            (None, _) => {}
        }
        self.summary.note("token: got one");
    }
}

/// The `S256` challenge of a verifier, RFC 7636 section 4.2.
fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Basic credentials, each part form-encoded first, RFC 6749 section 2.3.1.
fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(id), encoded(secret));
    format!("Basic {}", BASE64_STANDARD.encode(pair))
}

/// Whether a grant sent so certainly was not used up.
fn is_unspent(outcome: &Outcome) -> bool {
    match outcome {
        Ok(reply) => matches!(reply.status, 429 | 503),
        Err(lost) => matches!(lost, Lost::Unsent(_)),
    }
}

fn refusal(reply: &Reply) -> String {
    let body = body::object(reply);
    let error = body.as_ref().and_then(|body| body::text(body, "error"));
    format!("{} {}", reply.status, error.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answer(body: &'static str) -> Result<TokenAnswer, String> {
        TokenAnswer::accept(&Reply {
            status: 200,
            headers: http::HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        })
    }

    #[test]
    fn challenge_is_the_one_of_the_rfc() {
        // RFC 7636 appendix B.
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn token_of_another_type_or_without_text_is_none() {
        let token = answer(r#"{"access_token":"a","token_type":"BEARER","expires_in":"x"}"#);
        assert_eq!(token.unwrap().access, "a");
        for body in [
            r#"{"access_token":"a","token_type":"mac"}"#,
            r#"{"access_token":null,"token_type":"Bearer"}"#,
            r#"{"access_token":""}"#,
            "<html>",
        ] {
            assert!(answer(body).is_err(), "{body}");
        }
    }

    #[test]
    fn basic_credentials_are_form_encoded_first() {
        assert_eq!(
            basic("a b", "c:d%"),
            format!("Basic {}", BASE64_STANDARD.encode("a+b:c%3Ad%25"))
        );
    }
}
