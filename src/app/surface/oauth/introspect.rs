//! Says whether a token is good, [RFC 7662](https://www.rfc-editor.org/rfc/rfc7662).

use http::StatusCode;
use http::header::{CACHE_CONTROL, PRAGMA};
use serde_json::Value;

use crate::app::call::Call;
use crate::app::surface::oauth::authenticate;
use crate::exchange::Reply;
use crate::oauth::error::{ErrorCode, OAuthError};
use crate::oauth::introspection::{Active, inactive};
use crate::oauth::jwt::Claims;
use crate::oauth::token::form_of;

/// Answers `POST /oauth/introspect`.
///
/// Whoever can prove itself may ask about any token: a resource server is another client than the one that holds it.
pub(super) fn answer(call: Call<'_>) -> Result<Reply, OAuthError> {
    let form = form_of(call.request)?;
    let client = authenticate(call, &form)?;
    // RFC 7662 section 2.1: anybody else could go through tokens until one is good.
    if client.is_public() {
        let text = "a client without a secret may not ask about tokens";
        return Err(OAuthError::direct(ErrorCode::InvalidClient, text));
    }
    let token = form
        .one("token")?
        .ok_or_else(|| OAuthError::direct(ErrorCode::InvalidRequest, "token is missing"))?;
    let body = said_of(call, token).to_string();
    Ok(Reply::with_body(StatusCode::OK, "application/json", body)
        .with_header(CACHE_CONTROL, "no-store")
        .with_header(PRAGMA, "no-cache"))
}

fn said_of(call: Call<'_>, token: &str) -> Value {
    let grants = &call.sandbox.grants;
    let now = call.sandbox.clock.shown();
    if let Some(grant) = grants.bearer(token, now) {
        let active = Active {
            scope: &grant.scope,
            client_id: &grant.client_id,
            username: &grant.account.user_name,
            sub: &grant.account.key,
            expires: grant.expires,
            claims: Claims::of(token),
        };
        return active.to_json();
    }
    let Some((authorization, scope, expires)) = grants.live_refresh(token, now) else {
        return inactive();
    };
    let active = Active {
        scope: &scope,
        client_id: &authorization.client_id,
        username: &authorization.account.user_name,
        sub: &authorization.account.key,
        expires,
        claims: None,
    };
    active.to_json()
}
