//! The authorization code grant, [RFC 6749 section 4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1).

use std::time::Duration;

use serde_json::json;

use super::{
    ADMIN, CLIENT, REDIRECT, SECRET, allowed, assert_error, authorize_url, browser, code,
    directory, granted, location, parameter, state_with, text, token, trade,
};
use crate::support::browser::form_with;
use crate::support::{Client, start, with};

// RFC 6749 section 4.1.2: "REQUIRED if the "state" parameter was present in the client authorization request.
// The exact value received from the client."
#[test]
fn person_allows_and_the_browser_brings_code_and_state_byte_for_byte() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let state = "%41b+c%2fd~!*'();:@%C3%A4";
    let page = browser.open(&format!("{}&state={state}", authorize_url(&goto, &[])));
    assert_eq!(page.status, 200);
    let page = browser.press(&page, "Next", &[("emailAddress", ADMIN.0)]);
    let page = browser.press(&page, "Sign In", &[("password", ADMIN.1)]);
    assert!(page.text().contains(CLIENT) && page.text().contains("identity:scim.org"));
    let sent = browser.press(&page, "Allow", &[]);
    assert_eq!(sent.status, 302);
    let to = location(&sent);
    let (path, query) = to.split_once('?').unwrap();
    let (code, rest) = query.split_once('&').unwrap();
    assert_eq!(path, REDIRECT);
    assert!(code.starts_with("code=") && code.len() > 25, "{code}");
    assert_eq!(rest, format!("state={state}"));
}

// RFC 6749 section 4.1.4, and what GoTo adds: "principal", the e-mail address.
#[test]
fn code_is_worth_an_access_token_and_a_refresh_token() {
    let (goto, _client) = start();
    let answer = trade(&goto, &code(&goto));
    let body = granted(&answer);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["scope"], "identity:scim.org");
    assert_eq!(body["principal"], ADMIN.0);
    assert!(!text(&body, "refresh_token").is_empty());
    assert_eq!(directory(&goto, &text(&body, "access_token")), 200);
}

#[test]
fn wrong_password_leads_nowhere_and_the_right_one_afterwards_does() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let page = browser.open(&authorize_url(&goto, &[]));
    let page = browser.sign_in(&page, ADMIN.0, "correct horse");
    assert!(page.text().contains("User name or password is not right"));
    let page = browser.press(&page, "Sign In", &[("password", ADMIN.1)]);
    form_with(&page, "Allow");
}

#[test]
fn unknown_user_is_treated_like_a_known_one_on_both_pages() {
    let (goto, _client) = start();
    let pages = ["admin@main.com", "nobody@main.com"].map(|user_name| {
        let mut browser = browser(&goto);
        let first = browser.open(&authorize_url(&goto, &[]));
        let second = browser.press(&first, "Next", &[("emailAddress", user_name)]);
        let third = browser.press(&second, "Sign In", &[("password", "guessed")]);
        [second, third].map(|page| {
            let csrf = form_with(&page, "Sign In")
                .value("csrf")
                .unwrap()
                .to_owned();
            let text = page
                .text()
                .replace(user_name, "NAME")
                .replace(&csrf, "CSRF");
            (page.status, text)
        })
    });
    assert_eq!(pages[0], pages[1]);
}

// RFC 6749 section 10.12: "The client MUST implement CSRF protection"; so must the pages that take a person's word.
#[test]
fn form_without_the_token_of_this_browser_is_refused() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let page = browser.open(&authorize_url(&goto, &[]));
    let form = form_with(&page, "Next");
    for csrf in ["", "0", &"0".repeat(64)] {
        let typed = [
            ("emailAddress", ADMIN.0),
            ("password", ADMIN.1),
            ("csrf", csrf),
        ];
        let answer = browser.send(&form.action, &form.filled("Next", &typed));
        assert_eq!(answer.status, 403, "{csrf:?}");
    }
    let page = browser.open(&authorize_url(&goto, &[]));
    form_with(&page, "Next");
}

#[test]
fn consent_sent_from_another_browser_gives_no_code() {
    let (goto, _client) = start();
    let mut thief = browser(&goto);
    let page = thief.open(&authorize_url(&goto, &[]));
    let stolen = form_with(&page, "Next").value("csrf").unwrap().to_owned();
    let mut victim = browser(&goto);
    let page = victim.open(&authorize_url(&goto, &[]));
    let page = victim.sign_in(&page, ADMIN.0, ADMIN.1);
    let form = form_with(&page, "Allow");
    let answer = victim.send(&form.action, &form.filled("Allow", &[("csrf", &stolen)]));
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header("location"), None);
}

#[test]
fn signing_in_changes_the_cookie_so_that_nobody_can_plant_it() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let page = browser.open(&authorize_url(&goto, &[]));
    let before = browser.cookies.clone();
    browser.sign_in(&page, ADMIN.0, ADMIN.1);
    assert_eq!(before.len(), 1);
    assert_eq!(browser.cookies.len(), 1);
    assert_ne!(before, browser.cookies);
}

#[test]
fn sign_in_lasts_eight_hours_on_the_clock_of_the_sandbox() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let page = browser.open(&authorize_url(&goto, &[]));
    browser.sign_in(&page, ADMIN.0, ADMIN.1);
    form_with(&browser.open(&authorize_url(&goto, &[])), "Allow");
    goto.control()
        .advance(Duration::from_secs(8 * 3600))
        .unwrap();
    form_with(&browser.open(&authorize_url(&goto, &[])), "Next");
}

#[test]
fn consent_is_asked_for_once_and_again_for_more() {
    let clients = json!([{
        "client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [REDIRECT],
        "scopes": ["identity:scim.org", "identity:scim.me"],
    }]);
    let (goto, _client) = with(goto_double::GotoDouble::builder().state(state_with(clients)));
    let mut browser = browser(&goto);
    let narrow = authorize_url(&goto, &[("scope", "identity:scim.org")]);
    let page = browser.open(&narrow);
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    browser.press(&page, "Allow", &[]);
    let again = browser.open(&narrow);
    assert!(parameter(&location(&again), "code").is_some());
    form_with(&browser.open(&authorize_url(&goto, &[])), "Allow");
}

// RFC 6749 section 4.1.2.1: "access_denied: The resource owner or authorization server denied the request."
#[test]
fn denial_goes_back_as_access_denied_with_the_state_and_gives_no_consent() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let url = authorize_url(&goto, &[("state", "a b")]);
    let page = browser.open(&url);
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    let to = location(&browser.press(&page, "Deny", &[]));
    assert!(to.starts_with(REDIRECT), "{to}");
    assert_eq!(parameter(&to, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&to, "state").as_deref(), Some("a b"));
    assert_eq!(parameter(&to, "code"), None);
    form_with(&browser.open(&url), "Allow");
}

// RFC 6749 section 4.1.2.1: "MUST NOT automatically redirect the user-agent to the invalid redirection URI."
#[test]
fn unknown_client_or_redirect_uri_is_told_on_a_page_and_never_by_a_redirect() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    for (name, value) in [
        ("client_id", "nobody"),
        ("client_id", ""),
        ("redirect_uri", "http://127.0.0.1/callback/"),
        ("redirect_uri", "http://127.0.0.1/Callback"),
        ("redirect_uri", "http://127.0.0.1:80/callback"),
        ("redirect_uri", "http://127.0.0.1/callback?x=1"),
        ("redirect_uri", "http://evil.example/callback"),
        ("redirect_uri", ""),
    ] {
        let answer = browser.get(&authorize_url(&goto, &[(name, value)]));
        assert_eq!(answer.status, 400, "{name}={value}");
        assert_eq!(answer.header("location"), None, "{name}={value}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
    }
    let twice = format!("{}&client_id={CLIENT}", authorize_url(&goto, &[]));
    assert_eq!(browser.get(&twice).status, 400);
}

// RFC 6749 section 4.1.2.1; section 3.1: "Request and response parameters MUST NOT be included more than once."
#[test]
fn other_mistakes_go_back_to_the_client() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    for (mistake, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("scope", "unheard:of"), "invalid_scope"),
        (("scope", "a\"b"), "invalid_scope"),
        (("code_challenge", "short"), "invalid_request"),
    ] {
        let answer = browser.get(&authorize_url(&goto, &[mistake, ("state", "s")]));
        let to = location(&answer);
        assert!(to.starts_with(REDIRECT), "{to}");
        assert_eq!(parameter(&to, "error").as_deref(), Some(error), "{to}");
        assert_eq!(parameter(&to, "state").as_deref(), Some("s"), "{to}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let twice = authorize_url(&goto, &[("scope", "a"), ("scope", "b")]);
    let to = location(&browser.get(&twice));
    assert_eq!(parameter(&to, "error").as_deref(), Some("invalid_request"));
}

// RFC 6749 section 4.1.2: "If an authorization code is used more than once, the authorization server MUST deny
// the request and SHOULD revoke (when possible) all tokens previously issued based on that authorization code."
#[test]
fn code_is_good_once_and_its_second_use_revokes_what_it_gave() {
    let (goto, _client) = start();
    let code = code(&goto);
    let body = granted(&trade(&goto, &code));
    let (access, refresh) = (text(&body, "access_token"), text(&body, "refresh_token"));
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*refresh),
    ];
    let second = text(&granted(&token(&goto, &fields)), "access_token");
    assert_error(&trade(&goto, &code), 400, "invalid_grant");
    assert_eq!(directory(&goto, &access), 401);
    assert_eq!(directory(&goto, &second), 401);
    assert_error(&token(&goto, &fields), 400, "invalid_grant");
    assert_eq!(directory(&goto, goto.token()), 200);
}

#[test]
fn of_many_trades_of_one_code_at_once_one_wins_and_is_undone() {
    let (goto, _client) = start();
    let code = code(&goto);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let trades: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| trade(&goto, &code)))
            .collect();
        trades.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let won: Vec<_> = answers.iter().filter(|one| one.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(directory(&goto, &text(&won[0].json(), "access_token")), 401);
}

// RFC 6749 section 4.1.2: "A maximum authorization code lifetime of 10 minutes is RECOMMENDED."
#[test]
fn code_ends_after_ten_minutes_on_the_clock() {
    let clock = goto_double::scenario::script::ClockSetting::parse("manual").unwrap();
    let (goto, _client) = with(goto_double::GotoDouble::builder().clock(clock));
    let (late, early) = (code(&goto), code(&goto));
    goto.control()
        .advance(Duration::from_millis(599_999))
        .unwrap();
    granted(&trade(&goto, &early));
    goto.control().advance(Duration::from_millis(1)).unwrap();
    assert_error(&trade(&goto, &late), 400, "invalid_grant");
}

// RFC 6749 section 4.1.3: "ensure that the authorization code was issued to the authenticated confidential client".
#[test]
fn code_is_worth_nothing_to_another_client_and_stays_good_for_its_own() {
    let other = json!([
        { "client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [REDIRECT], "scopes": ["identity:scim.org"] },
        { "client_id": "other", "client_secret": "theirs", "redirect_uris": [REDIRECT], "scopes": ["identity:scim.org"] },
    ]);
    let (goto, _client) = with(goto_double::GotoDouble::builder().state(state_with(other)));
    let code = code(&goto);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", REDIRECT),
        ("client_id", "other"),
        ("client_secret", "theirs"),
    ];
    assert_error(&token(&goto, &fields), 400, "invalid_grant");
    granted(&trade(&goto, &code));
}

// RFC 6749 section 4.1.3: "redirect_uri REQUIRED, if the "redirect_uri" parameter was included in the authorization
// request [...], and their values MUST be identical."
#[test]
fn redirect_uri_of_the_token_request_is_that_of_the_authorization_request() {
    let (goto, _client) = start();
    let code = code(&goto);
    let bare = [("grant_type", "authorization_code"), ("code", &*code)];
    assert_error(&token(&goto, &bare), 400, "invalid_grant");
    let registered = "https://portal.azure.com/TokenAuthorize";
    let other = [bare[0], bare[1], ("redirect_uri", registered)];
    assert_error(&token(&goto, &other), 400, "invalid_grant");
    granted(&trade(&goto, &code));
}

#[test]
fn nothing_but_a_code_that_was_given_is_a_code() {
    let (goto, _client) = start();
    let code = code(&goto);
    assert_error(&trade(&goto, "guessed"), 400, "invalid_grant");
    assert_error(&trade(&goto, &code.to_uppercase()), 400, "invalid_grant");
    let nothing = [("grant_type", "authorization_code"), ("code", "")];
    assert_error(&token(&goto, &nothing), 400, "invalid_request");
}

#[test]
fn login_page_leads_to_nobody_elses_server() {
    let (goto, _client) = start();
    let base = goto.ready().authorize_url.replace("/oauth/authorize", "");
    for service in [
        "http%3A%2F%2Fevil.example%2Foauth%2Fapprove%3Fx",
        "%2F%2Fevil.example%2F",
        "%2Foauth%2Fapprove%3F%0D%0AX%3A1",
        "",
    ] {
        let url = format!("{base}/login?service={service}");
        let answer = Client::new(&url).get("");
        let expected = if service.is_empty() { 200 } else { 400 };
        assert_eq!(answer.status, expected, "{service}");
    }
}

#[test]
fn each_run_of_the_pages_gives_another_code() {
    let (goto, _client) = start();
    let (one, other) = (allowed(&goto, &[]), allowed(&goto, &[]));
    assert_ne!(parameter(&one, "code"), parameter(&other, "code"));
}
