//! Proof Key for Code Exchange, [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636).

use goto_double::GotoDouble;

use super::{
    PUBLIC, REDIRECT, allowed, assert_error, authorize_url, browser, code, directory, granted,
    location, parameter, text, token,
};
use crate::support::{Answer, start};

// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const S256: (&str, &str) = ("code_challenge_method", "S256");

#[track_caller]
fn code_of_public(goto: &GotoDouble) -> String {
    let more = [("client_id", PUBLIC), ("code_challenge", CHALLENGE), S256];
    parameter(&allowed(goto, &more), "code").unwrap()
}

#[track_caller]
fn trade(goto: &GotoDouble, code: &str, verifier: Option<&str>) -> Answer {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", PUBLIC),
        ("code", code),
        ("redirect_uri", REDIRECT),
    ];
    fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    token(goto, &fields)
}

// RFC 9700 section 2.1.1: "Public clients MUST use PKCE".
#[test]
fn public_client_without_a_challenge_is_sent_back_with_an_error() {
    let (goto, _client) = start();
    let answer = browser(&goto).get(&authorize_url(&goto, &[("client_id", PUBLIC)]));
    let to = location(&answer);
    assert_eq!(parameter(&to, "error").as_deref(), Some("invalid_request"));
    assert!(
        parameter(&to, "error_description")
            .unwrap()
            .contains("code_challenge")
    );
}

// RFC 7636 section 4.4.1: a transformation that is not supported is "invalid_request"; without a method it is plain.
#[test]
fn only_s256_is_taken() {
    let (goto, _client) = start();
    for more in [
        vec![
            ("code_challenge_method", "plain"),
            ("code_challenge", VERIFIER),
        ],
        vec![("code_challenge", CHALLENGE)],
        vec![
            ("code_challenge_method", "s256"),
            ("code_challenge", CHALLENGE),
        ],
        vec![S256],
        vec![
            S256,
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
            ),
        ],
        vec![
            S256,
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
            ),
        ],
    ] {
        let url = authorize_url(&goto, &[vec![("client_id", PUBLIC)], more.clone()].concat());
        let to = location(&browser(&goto).get(&url));
        assert_eq!(
            parameter(&to, "error").as_deref(),
            Some("invalid_request"),
            "{more:?}"
        );
    }
}

// RFC 7636 section 4.6, with the numbers of appendix B.
#[test]
fn verifier_that_fits_the_challenge_brings_a_token() {
    let (goto, _client) = start();
    let body = granted(&trade(&goto, &code_of_public(&goto), Some(VERIFIER)));
    assert_eq!(directory(&goto, &text(&body, "access_token")), 200);
    let kept = text(&body, "refresh_token");
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", PUBLIC),
        ("refresh_token", &*kept),
    ];
    granted(&token(&goto, &fields));
}

// RFC 7636 section 4.6: "If the values are not equal, an error response indicating "invalid_grant" [...] MUST be returned."
#[test]
fn wrong_or_missing_verifier_brings_none() {
    let (goto, _client) = start();
    let code = code_of_public(&goto);
    let longer = format!("{VERIFIER}0");
    for verifier in [
        None,
        Some(CHALLENGE),
        Some(&*longer),
        Some("short"),
        Some(""),
    ] {
        assert_error(&trade(&goto, &code, verifier), 400, "invalid_grant");
    }
    granted(&trade(&goto, &code, Some(VERIFIER)));
}

#[test]
fn confidential_client_that_promised_must_keep_its_promise() {
    let (goto, _client) = start();
    let url = allowed(&goto, &[("code_challenge", CHALLENGE), S256]);
    let code = parameter(&url, "code").unwrap();
    assert_error(&super::trade(&goto, &code), 400, "invalid_grant");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    granted(&token(&goto, &fields));
}

// RFC 9700 section 4.8.2: "a code_verifier [...] only accepted if a code_challenge parameter was present".
#[test]
fn verifier_without_a_challenge_is_a_downgrade_and_refused() {
    let (goto, _client) = start();
    let code = code(&goto);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    assert_error(&token(&goto, &fields), 400, "invalid_grant");
}
