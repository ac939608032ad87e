//! Unchanged OAuth libraries: the crate `oauth2` and the `PyPI` package Authlib, through the pages as a browser goes.

use std::process::Command;

use goto_double::GotoDouble;
use oauth2::basic::{BasicClient, BasicErrorResponseType};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, ConfigurationError, CsrfToken,
    EmptyExtraTokenFields, HttpRequest, HttpResponse, IntrospectionUrl, PkceCodeChallenge,
    RedirectUrl, RequestTokenError, RevocationUrl, Scope, StandardRevocableToken,
    TokenIntrospectionResponse, TokenResponse, TokenUrl,
};
use serde_json::Value;

use super::{ADMIN, CLIENT, PUBLIC, REDIRECT, SECRET, browser, directory, location, parameter};
use crate::support::program::{ROOT, Served, python, stderr, stdout};
use crate::support::{Client, start, with};

/// The library's way to the network: nothing but a socket.
fn over_the_wire(request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let url = request.uri().to_string();
    let mut client = Client::new(&url);
    for (name, value) in request.headers() {
        client = client.header(name.as_str(), value.to_str().unwrap());
    }
    let answer = client.send(request.method().as_str(), "", request.body())?;
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    Ok(response.body(answer.body).unwrap())
}

/// Signs in and allows what is asked, and gives where the browser is sent in the end.
fn allowed(goto: &GotoDouble, url: &str) -> String {
    let mut browser = browser(goto);
    let page = browser.open(url);
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    if page.status == 302 {
        return location(&page);
    }
    location(&browser.press(&page, "Allow", &[]))
}

/// The code flow with PKCE, a refresh and a revocation, by a client with a secret or without.
fn walk(goto: &GotoDouble, (id, secret): (&str, Option<&str>)) {
    let ready = goto.ready();
    let mut library = BasicClient::new(ClientId::new(id.to_owned()))
        .set_auth_uri(AuthUrl::new(ready.authorize_url.clone()).unwrap())
        .set_token_uri(TokenUrl::new(ready.token_url.clone()).unwrap())
        .set_revocation_url(RevocationUrl::new(ready.revoke_url.clone()).unwrap())
        .set_redirect_uri(RedirectUrl::new(REDIRECT.to_owned()).unwrap());
    if let Some(secret) = secret {
        library = library.set_client_secret(ClientSecret::new(secret.to_owned()));
    }
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = library
        .authorize_url(CsrfToken::new_random)
        .add_scope(Scope::new("identity:scim.org".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let back = allowed(goto, url.as_str());
    assert_eq!(parameter(&back, "state").as_ref(), Some(state.secret()));
    let code = parameter(&back, "code").unwrap();
    let token = library
        .exchange_code(AuthorizationCode::new(code.clone()))
        .set_pkce_verifier(verifier)
        .request(&over_the_wire)
        .unwrap();
    assert_eq!(token.expires_in().unwrap().as_secs(), 3600);
    assert_eq!(directory(goto, token.access_token().secret()), 200);
    let kept = token.refresh_token().unwrap();
    let fresh = library
        .exchange_refresh_token(kept)
        .request(&over_the_wire)
        .unwrap();
    assert_ne!(fresh.access_token().secret(), token.access_token().secret());
    assert_eq!(directory(goto, fresh.access_token().secret()), 200);
    let revocable = StandardRevocableToken::from(fresh.refresh_token().unwrap_or(kept));
    // The library revokes by HTTPS only, and says so before it sends anything.
    let refused = library.revoke_token(revocable).err();
    assert!(matches!(refused, Some(ConfigurationError::InsecureUrl(_))));
    let again = library
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(oauth2::PkceCodeVerifier::new("v".repeat(43)))
        .request(&over_the_wire);
    let Err(RequestTokenError::ServerResponse(refusal)) = again else {
        panic!("{again:?}")
    };
    assert_eq!(refusal.error(), &BasicErrorResponseType::InvalidGrant);
    assert_eq!(directory(goto, fresh.access_token().secret()), 401);
}

#[test]
fn crate_oauth2_goes_through_the_code_flow_with_a_secret() {
    walk(&start().0, (CLIENT, Some(SECRET)));
}

#[test]
fn crate_oauth2_goes_through_the_code_flow_without_a_secret() {
    walk(&start().0, (PUBLIC, None));
}

#[test]
fn crate_oauth2_copes_with_rotation() {
    walk(
        &with(GotoDouble::builder().profile("refresh_token_rotates", true)).0,
        (CLIENT, Some(SECRET)),
    );
}

#[test]
fn crate_oauth2_gets_a_token_in_its_own_name_and_asks_about_it() {
    let (goto, _client) = start();
    let ready = goto.ready();
    let introspect = ready.token_url.replace("/token", "/introspect");
    let library = BasicClient::new(ClientId::new(CLIENT.to_owned()))
        .set_client_secret(ClientSecret::new(SECRET.to_owned()))
        .set_token_uri(TokenUrl::new(ready.token_url.clone()).unwrap())
        .set_introspection_url(IntrospectionUrl::new(introspect).unwrap());
    let token: oauth2::StandardTokenResponse<EmptyExtraTokenFields, _> = library
        .exchange_client_credentials()
        .add_scope(Scope::new("identity:scim.org".to_owned()))
        .request(&over_the_wire)
        .unwrap();
    assert!(token.refresh_token().is_none());
    assert_eq!(directory(&goto, token.access_token().secret()), 200);
    let said = library
        .introspect(token.access_token())
        .request(&over_the_wire)
        .unwrap();
    assert!(said.active());
    assert_eq!(said.username(), Some(ADMIN.0));
}

/// Authlib against a served double; it prints what each step brought.
#[track_caller]
fn authlib(serving: &[&str], client: &str, more: &[&str]) -> Value {
    let served = Served::start(serving);
    let output = Command::new(python())
        .arg("tests/oauth_client.py")
        .args([served.text("metadata_url"), served.text("scim_url")])
        .args([client, SECRET, REDIRECT, ADMIN.0, ADMIN.1])
        .args(more)
        .env("AUTHLIB_INSECURE_TRANSPORT", "1")
        .current_dir(ROOT)
        .output()
        .unwrap();
    let said = format!("{}{}", stdout(&output), stderr(&output));
    assert!(output.status.success(), "{said}");
    serde_json::from_str(&stdout(&output)).unwrap_or_else(|error| panic!("{error}: {said}"))
}

#[track_caller]
fn assert_walked(brought: &Value) {
    assert_eq!(brought["principal"], ADMIN.0, "{brought}");
    assert_eq!(brought["another"], true, "{brought}");
    assert_eq!(
        brought["statuses"],
        serde_json::json!([200, 200, 200, 401]),
        "{brought}"
    );
    assert_eq!(brought["saved"], 2, "{brought}");
}

#[test]
fn authlib_goes_through_the_code_flow_and_refreshes_by_itself() {
    let brought = authlib(&[], CLIENT, &[]);
    assert_walked(&brought);
    assert_eq!(brought["active"], true);
}

#[test]
fn authlib_goes_through_the_code_flow_without_a_secret() {
    assert_walked(&authlib(&[], PUBLIC, &["--public"]));
}
