//! `do.reply.redirect`: a client sent elsewhere, and what it finds there.

use serde_json::json;

use super::{documented, exchanges, fired, playing};
use crate::support::{Client, create_user};

/// Where the client is sent that asks for `/Users?count=1` while the rule acts, which is the second time of three.
#[track_caller]
fn sent(to: &str) -> (Client, String) {
    let mut rule = documented("reply.redirect", 2);
    rule[0]["do"]["reply"]["redirect"] = json!(to);
    let (_goto, client) = playing(rule);
    let answers = [(); 3].map(|()| client.get("/Users?count=1"));
    assert_eq!(answers.each_ref().map(|one| one.status), [200, 307, 200]);
    assert_eq!(
        (answers[0].header("location"), answers[2].header("location")),
        (None, None)
    );
    let location = answers[1].header("location").unwrap().to_owned();
    (client, location)
}

#[test]
fn same_address_is_written_whole_or_relative() {
    let (client, location) = sent("same");
    assert_eq!(
        location,
        format!("http://{}/scim/v2/Users?count=1", client.host())
    );
    let (_client, location) = sent("relative");
    assert_eq!(location, "/scim/v2/Users?count=1");
    let (client, location) = sent("http");
    assert_eq!(
        location,
        format!("http://{}/scim/v2/Users?count=1", client.host())
    );
}

#[test]
fn client_that_follows_to_another_host_with_its_token_is_seen() {
    let (goto, client) = playing(documented("reply.redirect", 1));
    let away = client.get("/Users");
    assert_eq!((away.status, away.body.len()), (307, 0));
    let port = client.host().rsplit(':').next().unwrap();
    let other = format!("http://localhost:{port}/scim/v2/Users");
    assert_eq!(away.header("location"), Some(other.as_str()));
    // A careful client leaves the token at home; a careless one shows it, and both are in the journal.
    let base = other.strip_suffix("/Users").unwrap();
    assert_eq!(Client::new(base).get("/Users").status, 401);
    assert_eq!(
        Client::new(base).bearer(goto.token()).get("/Users").status,
        200
    );
    let seen: Vec<_> = exchanges(&goto, "users.list")
        .iter()
        .map(|one| {
            let host = one.request.headers["host"].to_str().unwrap();
            (host.starts_with("localhost"), one.token.live)
        })
        .collect();
    assert_eq!(seen, [(false, true), (true, false), (true, true)]);
    assert_eq!(fired(&goto, "moved"), 1);
}

#[test]
fn loop_leads_to_a_new_address_each_time_until_the_rule_is_done() {
    let (_goto, client) = playing(
        json!([{ "id": "round", "on": "users.list", "when": { "max": 4 },
        "do": { "reply": { "status": 302, "redirect": "loop" } } }]),
    );
    create_user(&client, "ada@main.com");
    let mut path = "/Users?count=1".to_owned();
    for hop in 1..=4 {
        let away = client.get(&path);
        assert_eq!(away.status, 302);
        let next = away
            .header("location")
            .unwrap()
            .split("/scim/v2")
            .nth(1)
            .unwrap()
            .to_owned();
        assert_eq!(next, format!("/Users?count=1&hop={hop}"));
        path = next;
    }
    assert_eq!(client.get(&path).json()["totalResults"], 1);
}
