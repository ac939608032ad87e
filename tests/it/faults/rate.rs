//! `when.over` and `do.rate_limit`: a token bucket, and what the answers tell of it.

use std::time::Duration;

use goto_double::MintRequest;
use serde_json::json;

use super::{documented, exchanges, fired, playing};
use crate::support::{Answer, Client};

fn told(answer: &Answer) -> [&str; 3] {
    ["limit", "remaining", "reset"].map(|name| {
        answer
            .header(&format!("x-ratelimit-{name}"))
            .unwrap_or_default()
    })
}

#[test]
fn bucket_of_a_token_empties_refuses_and_fills_again() {
    let mut rule = documented("rate bucket", 1);
    rule[0]["when"] = json!({ "over": "10/1s", "per": "token" });
    let (goto, client) = playing(rule);
    for left in (0..10).rev() {
        let served = client.get("/Users");
        assert_eq!(
            (served.status, told(&served)[..2].to_vec()),
            (200, vec!["10", left.to_string().as_str()])
        );
    }
    for _ in 0..3 {
        let refused = client.get("/Users");
        assert_eq!((refused.status, told(&refused)), (429, ["10", "0", "1"]));
        assert_eq!(refused.header("retry-after"), Some("1"));
    }
    // What no rule is about costs nothing and tells nothing.
    assert_eq!(told(&client.get("/Groups")), ["", "", ""]);
    goto.control().advance(Duration::from_millis(200)).unwrap();
    let served = [(); 3].map(|()| client.get("/Users").status);
    assert_eq!(served, [200, 200, 429]);
    goto.control().advance(Duration::from_secs(1)).unwrap();
    assert_eq!(told(&client.get("/Users")), ["10", "9", "1"]);
    assert_eq!(fired(&goto, "bucket"), 4);
    let acted = exchanges(&goto, "users.list");
    assert!(
        acted
            .iter()
            .all(|one| one.fired.len() == usize::from(one.reply.status == 429))
    );
}

#[test]
fn each_token_has_a_bucket_and_the_sandbox_has_one() {
    for (per, second) in [("token", 200), ("client", 429), ("sandbox", 429)] {
        let (goto, client) = playing(json!([{ "id": "bucket", "on": "users.list",
            "when": { "over": "2/1m", "per": per }, "do": { "reply": { "status": 429 } } }]));
        let minted = goto.control().mint_token(&MintRequest::default()).unwrap();
        let other = Client::new(goto.scim_url()).bearer(&minted.access_token);
        let first = [(); 3].map(|()| client.get("/Users").status);
        assert_eq!(first, [200, 200, 429], "{per}");
        assert_eq!(other.get("/Users").status, second, "{per}");
    }
}

#[test]
fn limit_is_told_in_each_style() {
    for (style, fields) in [
        (
            "x-ratelimit",
            [
                ("x-ratelimit-limit", "3"),
                ("x-ratelimit-remaining", "2"),
                ("x-ratelimit-reset", "20"),
            ],
        ),
        // 2030-01-01T00:00:20Z.
        (
            "x-ratelimit-epoch",
            [
                ("x-ratelimit-limit", "3"),
                ("x-ratelimit-remaining", "2"),
                ("x-ratelimit-reset", "1893456020"),
            ],
        ),
        (
            "ratelimit-fields",
            [
                ("ratelimit-limit", "3"),
                ("ratelimit-remaining", "2"),
                ("ratelimit-reset", "20"),
            ],
        ),
        (
            "ratelimit",
            [
                ("ratelimit-policy", "\"default\";q=3;w=60"),
                ("ratelimit", "\"default\";r=2;t=20"),
                ("content-type", "application/scim+json"),
            ],
        ),
    ] {
        let (_goto, client) = playing(json!([{ "id": "bucket", "on": "users.list",
            "when": { "over": "3/1m" }, "do": { "reply": { "status": 429 }, "rate_limit": style } }]));
        let served = client.get("/Users");
        assert_eq!(served.status, 200);
        for (name, value) in fields {
            assert_eq!(served.header(name), Some(value), "{style}");
        }
    }
}
