//! The client in front of login pages and a token endpoint.

use super::rig::{Rig, Twist};
use super::*;
use crate::entropy::Entropy;

const NAME: &str =
    "<form method=post action=/login><input type=email name=u><button>Next</button></form>";
const PASSWORD: &str = "<form method=post action=/login><input type=hidden name=u value=a>\
    <input type=password name=p><button>Sign In</button></form>";
const CONSENT: &str = "<form method=post action='/approve'><button name=d value=no>Deny</button>\
    <button name=d value=yes>Allow</button></form>";
const FIRST: &str = r#"{"access_token":"a1","token_type":"Bearer","refresh_token":"r1"}"#;
const NEXT: &str = r#"{"access_token":"a2","token_type":"Bearer"}"#;

/// A rig whose client has no token and an admin to allow it.
async fn rig() -> Rig {
    let mut rig = Rig::start().await;
    let base = rig.settings.scim_url.clone();
    rig.settings = Settings {
        scim_url: base.clone(),
        authorize_url: Some(format!("{base}/authorize")),
        token_url: Some(format!("{base}/token")),
        client_id: Some("c".into()),
        client_secret: Some("s".into()),
        redirect_uri: Some("http://localhost/back".into()),
        admin_user: Some("admin@main.com".into()),
        admin_password: Some("secret".into()),
        ..Settings::default()
    };
    rig.twist(
        "GET /authorize",
        Twist::Instead(302, "Location: /login\r\nSet-Cookie: s=1; Path=/\r\n"),
    );
    rig.twist("GET /login", Twist::Body(NAME));
    rig.twist("POST /login", Twist::Body(PASSWORD));
    rig.twist("POST /login", Twist::Instead(303, "Location: /approve\r\n"));
    rig.twist("GET /approve", Twist::Body(CONSENT));
    rig
}

fn callback(state: &str) -> Twist {
    let headers = format!("Location: http://localhost/back?code=x&state={state}\r\n");
    Twist::Instead(302, headers.leak())
}

#[tokio::test]
async fn admin_signs_in_and_the_code_becomes_a_token() {
    let mut rig = rig().await;
    let state = Entropy::from_seed(0).draw("client/state", 0).token();
    rig.twist("POST /approve", callback(&state));
    rig.twist("POST /token", Twist::Body(FIRST));
    let (summary, seen) = rig.cycle(&people(1)).await;
    assert_eq!(
        (summary.created, summary.exit_code()),
        (1, 0),
        "{summary:?} {seen:?}"
    );
    // The next cycle begins with the token at hand.
    assert_eq!(count(&rig.cycle(&people(1)).await.1, "POST /token"), 0);
}

#[tokio::test]
async fn callback_with_a_foreign_state_leads_to_no_token_request() {
    for (defect, requests) in [(None, 0), (Some(Defect::IgnoreState), 1)] {
        let mut rig = rig().await;
        rig.settings.defect = defect;
        rig.twist("POST /approve", callback("foreign"));
        rig.twist("POST /token", Twist::Body(FIRST));
        let (summary, seen) = rig.cycle(&people(1)).await;
        assert_eq!(count(&seen, "POST /token"), requests, "{seen:?}");
        assert_eq!(summary.stopped.is_some(), defect.is_none());
    }
}

#[tokio::test]
async fn refresh_token_is_kept_if_the_answer_brings_none() {
    for (defect, kept) in [(None, "r0"), (Some(Defect::DropRefreshToken), "undefined")] {
        let mut rig = rig().await;
        rig.settings.token = Some("dead".into());
        rig.settings.refresh_token = Some("r0".into());
        rig.settings.defect = defect;
        rig.twist("GET /Users", Twist::Instead(401, ""));
        rig.twist("POST /token", Twist::Body(NEXT));
        let (summary, seen) = rig.cycle(&people(1)).await;
        assert_eq!(
            (summary.created, count(&seen, "POST /token")),
            (1, 1),
            "{seen:?}"
        );
        assert_eq!(rig.memory.tokens.access.as_deref(), Some("a2"));
        assert_eq!(rig.memory.tokens.refresh.as_deref(), Some(kept));
    }
}
