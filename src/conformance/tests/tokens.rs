//! AUT-03, AUT-04, OAU-02 and OAU-17.

use serde_json::{Value, json};

use super::asks::{Ask, ask, create, lookup, token};
use super::support::Rig;
use crate::verdict::Verdict;

fn refresh(with: &str) -> Ask {
    token(&[("grant_type", "refresh_token"), ("refresh_token", with)])
}

fn first_grant() -> Ask {
    token(&[("grant_type", "client_credentials")])
}

fn dead(bearer: &str) -> Ask {
    create("ada").refused(401).bearer(bearer)
}

/// A client whose token worked once and then died under a create.
fn bereft() -> Rig {
    let mut rig = Rig::new(&["ada"]);
    rig.play(first_grant())
        .play(lookup("ada", &[]).bearer("old"));
    rig.leaves_open("AUT-03");
    rig.leaves_open("AUT-04");
    rig.play(dead("old"));
    rig
}

#[test]
fn dead_token_is_replaced_and_the_request_replayed_once() {
    bereft()
        .play(refresh("r"))
        .play(create("ada").bearer("new"))
        .passes("AUT-03");
    bereft()
        .play(create("ada").bearer("old").refused(401))
        .fails("AUT-03");
    bereft().play(refresh("r")).fails("AUT-03");
    bereft().fails("AUT-03");
    bereft().times_out().assert("AUT-03", Verdict::Inconclusive);
    bereft()
        .play(refresh("r"))
        .play(dead("new"))
        .play(refresh("r"))
        .play(dead("newer"))
        .fails("AUT-03");
}

#[test]
fn token_that_cannot_be_refreshed_is_no_matter_of_refreshing() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(lookup("ada", &[]).bearer("fixed"))
        .play(dead("fixed"))
        .leaves_open("AUT-03");
    bereft()
        .play(refresh("r").refused(400))
        .leaves_open("AUT-03");
}

#[test]
fn client_that_is_shut_out_falls_silent() {
    bereft().passes("AUT-04");
    let mut rig = bereft();
    rig.play(refresh("r")).play(dead("new"));
    for _ in 0..3 {
        rig.play(dead("new"));
    }
    rig.passes("AUT-04");
    rig.play(dead("new")).fails("AUT-04");
    bereft()
        .play(refresh("r"))
        .play(create("ada").bearer("new"))
        .leaves_open("AUT-04");
}

#[test]
fn requests_in_flight_when_the_door_shut_are_innocent() {
    let mut rig = bereft();
    for _ in 0..9 {
        rig.play_in_flight(dead("old"));
    }
    rig.passes("AUT-04");
}

fn authorized(returned: &str) -> Rig {
    let mut rig = Rig::new(&[]);
    rig.play(
        ask(
            "GET",
            "/oauth/authorize?response_type=code&state=mine",
            Value::Null,
        )
        .redirects("/login"),
    );
    rig.leaves_open("OAU-02");
    rig.play(ask("POST", "/oauth/approve", Value::Null).redirects(returned));
    rig
}

fn redeem() -> Ask {
    token(&[("grant_type", "authorization_code"), ("code", "c1")])
}

#[test]
fn forged_callback_is_not_redeemed() {
    for forged in [
        "http://127.0.0.1/callback?code=c1&state=theirs",
        "http://127.0.0.1/callback?code=c1",
    ] {
        authorized(forged).passes("OAU-02");
        authorized(forged).play(redeem()).fails("OAU-02");
    }
    authorized("http://127.0.0.1/callback?code=c1&state=mine")
        .play(redeem())
        .leaves_open("OAU-02");
}

#[test]
fn refresh_token_stays_when_no_new_one_comes() {
    let mut rig = Rig::new(&[]);
    rig.play(refresh("r")).leaves_open("OAU-17");
    rig.play(refresh("r")).passes("OAU-17");
    rig.play(refresh("undefined")).fails("OAU-17");
    let mut rig = Rig::new(&[]);
    rig.play(refresh("r")).play(redeem()).fails("OAU-17");
    let mut rig = Rig::new(&["ada"]);
    rig.play(refresh("r"))
        .play(lookup("ada", &[]).bearer("t"))
        .play(dead("t"))
        .fails("OAU-17");
    let rotated = refresh("r").json(&json!({"access_token": "t", "refresh_token": "r2"}));
    let mut rig = Rig::new(&[]);
    rig.play(rotated).play(refresh("r2")).leaves_open("OAU-17");
}
