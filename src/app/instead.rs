//! What a scripted answer leaves open and only the request can tell: the header fields that its status demands, and the
//! form that whoever asked is answered in.

use http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, HeaderName, PRAGMA, PROXY_AUTHENTICATE, UPGRADE,
    WWW_AUTHENTICATE,
};
use http::{Method, StatusCode};
use serde_json::Value;

use super::sandboxes::within;
use super::surface;
use crate::exchange::{Reply, Request};
use crate::oauth::bearer;
use crate::oauth::error::CLIENT_CHALLENGE;
use crate::operation::{Operation, Surface};
use crate::sandbox::Sandbox;
use crate::scenario::plan::PlannedReply;

/// Adds to an answer in place of the true one what that surface would have said with it; what the rule says stays.
pub(crate) fn complete(
    planned: &mut PlannedReply,
    sandbox: &Sandbox,
    (operation, request): (Operation, &Request),
) {
    let Ok(status) = StatusCode::from_u16(planned.status) else {
        return;
    };
    if planned.body.is_none() && status.as_u16() >= 400 {
        planned.body = body(planned, sandbox, (operation, request));
        if planned.body.is_none() && surface::answers_people(operation, request) {
            give_page(planned, status);
        }
    }
    let challenge = challenge(planned, sandbox, operation.surface());
    add(planned, &WWW_AUTHENTICATE, challenge);
    add(planned, &ALLOW, allowed(status, sandbox, request));
    match status {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            add(
                planned,
                &PROXY_AUTHENTICATE,
                Some("Basic realm=\"proxy\"".to_owned()),
            );
        }
        StatusCode::UPGRADE_REQUIRED => {
            add(planned, &UPGRADE, Some("HTTP/2.0".to_owned()));
            add(planned, &CONNECTION, Some("upgrade".to_owned()));
        }
        _ => {}
    }
    for (name, value) in unkept(operation) {
        add(planned, name, Some((*value).to_owned()));
    }
}

/// The scripted answer as it leaves, but for where it redirects to.
pub(crate) fn rendered(
    planned: &PlannedReply,
    sandbox: &Sandbox,
    (operation, request): (Operation, &Request),
) -> Reply {
    let mut planned = planned.clone();
    complete(&mut planned, sandbox, (operation, request));
    let asked = (operation.surface(), request.path());
    planned.render(asked, sandbox.clock.shown())
}

fn add(planned: &mut PlannedReply, name: &HeaderName, value: Option<String>) {
    let mut given = planned.headers.iter();
    let is_given = given.any(|(given, _)| given.eq_ignore_ascii_case(name.as_str()));
    if let (Some(value), false) = (value, is_given) {
        planned.headers.push((name.as_str().to_owned(), value));
    }
}

/// The body where the surface has none of its errors' usual form.
fn body(
    planned: &PlannedReply,
    sandbox: &Sandbox,
    (operation, _): (Operation, &Request),
) -> Option<Value> {
    let is_about_token = matches!(planned.auth_error.as_deref(), Some("invalid_token"));
    let is_bare = operation.surface() == Surface::Identity
        && is_about_token
        && !sandbox.profile.identity_bad_token_body;
    is_bare.then(|| Value::String(String::new()))
}

/// The page that a person is shown where a program would get an error.
fn give_page(planned: &mut PlannedReply, status: StatusCode) {
    let reason = status.canonical_reason().unwrap_or("Unknown error");
    let detail = planned.detail.as_deref().unwrap_or(reason);
    let page = surface::page::trouble(status, reason, detail);
    planned.body = Some(Value::String(
        String::from_utf8_lossy(&page.body).into_owned(),
    ));
    for (name, value) in &page.headers {
        let value = value.to_str().ok().map(str::to_owned);
        add(planned, name, value);
    }
}

/// The `WWW-Authenticate` that every 401 has, [RFC 9110 section 15.5.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2), and
/// a refusal for what the token is, whatever its status.
fn challenge(planned: &PlannedReply, sandbox: &Sandbox, surface: Surface) -> Option<String> {
    let is_401 = planned.status == 401;
    let error = planned.auth_error.as_deref();
    match surface {
        Surface::Scim | Surface::Identity => {
            let realm = &sandbox.id;
            match (error, &planned.detail) {
                (Some(error), _) if !(400..500).contains(&planned.status) || error.is_empty() => {
                    None
                }
                (Some(error), Some(detail)) => Some(bearer::challenge(realm, error, detail)),
                (Some(error), None) => Some(bearer::named_challenge(realm, error)),
                (None, _) => is_401.then(|| bearer::plain_challenge(realm)),
            }
        }
        Surface::OAuth => is_401.then(|| CLIENT_CHALLENGE.to_owned()),
        Surface::Center => is_401.then(|| surface::center::CHALLENGE.to_owned()),
        Surface::Probe | Surface::Control => None,
    }
}

/// The other methods of the resource, which a 405 names,
/// [RFC 9110 section 15.5.6](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6).
fn allowed(status: StatusCode, sandbox: &Sandbox, request: &Request) -> Option<String> {
    if status != StatusCode::METHOD_NOT_ALLOWED {
        return None;
    }
    let path = within(request.path());
    // No path answers this method, so its refusal says which ones the path does answer.
    let unrouted = surface::recognise(sandbox, &Method::TRACE, path).err()?;
    let refusal = surface::refuse_in(sandbox, &unrouted, (request, path));
    // A path that is switched off answers nothing.
    let known = refusal.headers.get(ALLOW);
    let known = known.and_then(|known| known.to_str().ok());
    let refused = &request.method;
    let others = known.unwrap_or_default().split(", ").filter(|method| {
        let is_its_head = refused == Method::GET && *method == Method::HEAD.as_str();
        *method != refused.as_str() && !is_its_head
    });
    Some(others.collect::<Vec<_>>().join(", "))
}

/// What keeps caches from what is said of credentials, [RFC 6749 section 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1).
fn unkept(operation: Operation) -> &'static [(HeaderName, &'static str)] {
    const NO_STORE: (HeaderName, &str) = (CACHE_CONTROL, "no-store");
    const NO_CACHE: (HeaderName, &str) = (PRAGMA, "no-cache");
    const FOR_PEOPLE: [(HeaderName, &str); 1] = [NO_STORE];
    const FOR_PROGRAMS: [(HeaderName, &str); 2] = [NO_STORE, NO_CACHE];
    match operation.surface() {
        Surface::OAuth if !matches!(operation, Operation::OAuthMetadata | Operation::Jwks) => {
            &FOR_PROGRAMS
        }
        Surface::Center | Surface::OAuth => &FOR_PEOPLE,
        Surface::Scim | Surface::Identity | Surface::Probe | Surface::Control => &[],
    }
}
