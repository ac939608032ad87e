//! The consent page: who asks for what, **Allow** and **Deny**.

use http::StatusCode;
use maud::html;

use crate::app::auth::page_form;
use crate::app::call::Call;
use crate::app::surface::oauth::visitor::Visitor;
use crate::app::surface::oauth::{authorization_request, forged, sign_in};
use crate::app::surface::{page, place};
use crate::exchange::Reply;
use crate::oauth::authorize::AuthorizationRequest;
use crate::oauth::error::OAuthError;
use crate::store::grants::Session;

/// Answers `GET /oauth/approve`: consent is asked for the first time only.
pub(super) fn show(call: Call<'_>) -> Result<Reply, OAuthError> {
    let request = authorization_request(call)?;
    let visitor = Visitor::of(call.sandbox, call.request);
    let Some(session) = &visitor.session else {
        return Ok(sign_in::redirect_to_login(call, &service(call)));
    };
    let grants = &call.sandbox.grants;
    if grants.has_consented(&session.account, &request.client, &request.scope) {
        return Ok(granted(call, &request, session));
    }
    Ok(visitor.keep(consent_page(call, &request, &visitor, session)))
}

/// Answers `POST /oauth/approve`.
pub(super) fn take(call: Call<'_>) -> Result<Reply, OAuthError> {
    let request = authorization_request(call)?;
    let visitor = Visitor::of(call.sandbox, call.request);
    let Some(session) = &visitor.session else {
        return Ok(sign_in::redirect_to_login(call, &service(call)));
    };
    let form = page_form(call.request);
    if let Some(repeated) = form.repeated() {
        return Ok(sign_in::repeated_field(&repeated));
    }
    if !visitor.sent(&form) {
        return Ok(forged(&visitor));
    }
    // Anything but a clear yes is a no.
    if form.first("decision") != Some("allow") {
        return Err(request.denied());
    }
    call.sandbox
        .grants
        .consent(&session.account, &request.client, &request.scope);
    Ok(granted(call, &request, session))
}

fn service(call: Call<'_>) -> String {
    format!("/oauth/approve?{}", call.request.query())
}

fn granted(call: Call<'_>, request: &AuthorizationRequest, session: &Session) -> Reply {
    let now = call.sandbox.clock.shown();
    let code = call.sandbox.grants.code(request, session, now);
    page::redirect(StatusCode::FOUND, &request.granted(&code))
}

fn consent_page(
    call: Call<'_>,
    request: &AuthorizationRequest,
    visitor: &Visitor,
    session: &Session,
) -> Reply {
    let action = place::local(call.sandbox, &service(call));
    let content = html! {
        p { "The client " strong { (request.client.id) } " asks to act for " strong { (session.account.user_name) } "." }
        h2 { "It asks for" }
        ul {
            @for token in request.scope.tokens() {
                li { code { (token) } ": " (meaning(token)) }
            }
        }
        p.quiet { "Afterwards you are sent to " code { (request.redirect_uri.as_str()) } "." }
        form method="post" action=(action) {
            (visitor.field())
            button id="allow" type="submit" name="decision" value="allow" { "Allow" }
            button.second id="deny" type="submit" name="decision" value="deny" { "Deny" }
        }
        p { a href=(sign_in::other_account_link(call, &service(call))) { "Use another account" } }
    };
    page::reply(StatusCode::OK, "Allow access?", &content)
}

/// What GoTo's client form says of a scope.
fn meaning(token: &str) -> &'static str {
    match token {
        "identity:scim.org" => "automated user management of the whole organization",
        "identity:scim.me" => "the profile of your own account",
        "identity:" => "manage users across products",
        _ => "no description",
    }
}
