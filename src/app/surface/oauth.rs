//! The OAuth 2.0 server: authorize, sign in, consent, token, revoke, and the documents that describe it.

mod consent;
mod introspect;
mod legacy;
pub(super) mod sign_in;
pub(super) mod standing;
pub(super) mod visitor;

use std::future::{Ready, ready};
use std::sync::Arc;

use http::StatusCode;
use http::header::{CACHE_CONTROL, PRAGMA};
use serde_json::json;

use crate::app::auth;
use crate::app::call::{Call, Outcome};
use crate::app::hosts;
use crate::app::surface::oauth::visitor::Visitor;
use crate::app::surface::page;
use crate::entry::TokenFacts;
use crate::exchange::{IntoReply, Reply};
use crate::oauth::authorize::AuthorizationRequest;
use crate::oauth::client::{Client, Proved};
use crate::oauth::error::{ErrorCode, OAuthError, Whither};
use crate::oauth::form::Form;
use crate::oauth::metadata;
use crate::oauth::scope::Scope;
use crate::oauth::token::{Credentials, TokenRequest, form_of};
use crate::operation::Operation;
use crate::store::grants::{Refusal, Terms};

/// Answers a call of an operation of the OAuth surface.
pub(crate) fn answer(call: Call<'_>) -> Ready<Outcome> {
    let answered = match call.operation {
        Operation::Authorize => authorize(call),
        Operation::LoginPage => Ok(sign_in::login_page(call)),
        Operation::Login => Ok(sign_in::login(call)),
        Operation::ApprovePage => consent::show(call),
        Operation::Approve => consent::take(call),
        Operation::Token => token(call),
        Operation::Revoke => revoke(call),
        Operation::Introspect => introspect::answer(call),
        Operation::LegacyAuthorize | Operation::LegacyToken => Ok(legacy::answer(call)),
        Operation::OAuthMetadata => Ok(document(&metadata::document(
            &hosts::base(call.sandbox, call.request),
            &call.sandbox.profile,
        ))),
        Operation::Jwks => jwks(call),
        other => Err(OAuthError::page(format!(
            "{} is no operation of this surface",
            other.name()
        ))),
    };
    let mut outcome = Outcome::unchanged(answered.unwrap_or_else(refused));
    if matches!(
        call.operation,
        Operation::Token | Operation::Revoke | Operation::Introspect
    ) {
        outcome.token = TokenFacts {
            client: auth::token_facts(call.sandbox, call.request).client,
            ..TokenFacts::default()
        };
    }
    ready(outcome)
}

/// What the person at the browser is told goes into the frame of our pages; everything else renders itself.
fn refused(error: OAuthError) -> Reply {
    match error.whither {
        Whither::Page => page::trouble(
            StatusCode::BAD_REQUEST,
            "This request cannot be answered",
            &error.description,
        ),
        Whither::Redirect { .. } | Whither::Direct(_) => error.into_reply(),
    }
}

/// The request of the query, checked anew at each step: a person may come in anywhere.
fn authorization_request(call: Call<'_>) -> Result<AuthorizationRequest, OAuthError> {
    AuthorizationRequest::parse(call.request.query(), |id| call.sandbox.grants.client(id))
}

fn authorize(call: Call<'_>) -> Result<Reply, OAuthError> {
    authorization_request(call)?;
    let service = format!("/oauth/approve?{}", call.request.query());
    Ok(sign_in::redirect_to_login(call, &service))
}

fn token(call: Call<'_>) -> Result<Reply, OAuthError> {
    let form = form_of(call.request)?;
    let client = authenticate(call, &form)?;
    let request = TokenRequest::parse(&form)?;
    let now = call.sandbox.clock.shown();
    let grants = &call.sandbox.grants;
    let meant = grants.meant(&client, &request);
    if meant.is_some_and(|account| standing::is_suspended(call.sandbox, &account)) {
        return Err(Refusal::Suspended.into());
    }
    let answer = grants.answer(&client, &request, &terms(call)?, now)?;
    let body = serde_json::to_vec(&answer)
        .map_err(|error| OAuthError::direct(ErrorCode::ServerError, error.to_string()))?;
    Ok(Reply::with_body(StatusCode::OK, "application/json", body)
        .with_header(CACHE_CONTROL, "no-store")
        .with_header(PRAGMA, "no-cache"))
}

fn authenticate(call: Call<'_>, form: &Form) -> Result<Arc<Client>, OAuthError> {
    let credentials = Credentials::parse(call.request, form, &call.sandbox.profile)?;
    let refuse = |description: &str| OAuthError::direct(ErrorCode::InvalidClient, description);
    let client = call
        .sandbox
        .grants
        .client(&credentials.client_id)
        .ok_or_else(|| refuse("client not found"))?;
    let now = call.sandbox.clock.shown();
    let proved = client
        .check(&credentials, &hosts::base(call.sandbox, call.request), now)
        .map_err(|unproved| refuse(&unproved.to_string()))?;
    match proved {
        Proved::Asserted(asserted) if call.sandbox.grants.was_asserted(&client, &asserted, now) => {
            Err(refuse("the client assertion was used before"))
        }
        Proved::Asserted(_) | Proved::ByItself => Ok(client),
    }
}

fn terms(call: Call<'_>) -> Result<Terms, OAuthError> {
    let Some(verb) = &call.plan.token else {
        return Ok(Terms::default());
    };
    let account_of = |user_name: &String| {
        let account = call.sandbox.organizations.account(user_name);
        account.ok_or_else(|| {
            let text = format!("the scenario names the account {user_name}, which is not there");
            OAuthError::direct(ErrorCode::ServerError, text)
        })
    };
    Ok(Terms {
        skew: verb.skew,
        account: verb.account.as_ref().map(account_of).transpose()?,
        access_life: verb.expires_in,
        rotate: verb.rotate,
        size: verb.size,
        scope: verb
            .scope
            .as_deref()
            .and_then(|text| Scope::parse(text).ok()),
    })
}

/// [RFC 7009 section 2](https://www.rfc-editor.org/rfc/rfc7009#section-2): a token nobody knows is as good as revoked.
fn revoke(call: Call<'_>) -> Result<Reply, OAuthError> {
    let form = form_of(call.request)?;
    let client = authenticate(call, &form)?;
    let token = form
        .one("token")?
        .ok_or_else(|| OAuthError::direct(ErrorCode::InvalidRequest, "token is missing"))?;
    let grants = &call.sandbox.grants;
    let owner = match (grants.known(token), grants.authorization_of(token)) {
        (Some(grant), _) => Some(Arc::clone(&grant.client_id)),
        (None, Some(authorization)) => Some(Arc::clone(&authorization.client_id)),
        (None, None) => None,
    };
    if owner.is_some_and(|owner| owner != client.id) {
        return Err(Refusal::OtherClient.into());
    }
    if !grants.revoke_access(token) {
        grants.revoke_refresh(token);
    }
    Ok(Reply::empty(StatusCode::OK).with_header(CACHE_CONTROL, "no-store"))
}

fn jwks(call: Call<'_>) -> Result<Reply, OAuthError> {
    let keys = call.sandbox.grants.signing_key()?.key_set();
    Ok(document(&keys))
}

fn document(value: &serde_json::Value) -> Reply {
    Reply::with_body(StatusCode::OK, "application/json", json!(value).to_string())
}

/// The page for a form whose token does not belong to the browser's cookie.
pub(super) fn forged(visitor: &Visitor) -> Reply {
    visitor.keep(page::trouble(
        StatusCode::FORBIDDEN,
        "Please try again",
        "This form was not made for this browser, or its cookie is gone. Open the page again and send it from there.",
    ))
}
