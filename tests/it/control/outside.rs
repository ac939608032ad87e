//! DNS records and web files in the hands of a tester.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goto_double::GotoDouble;
use serde_json::json;

use super::{assert_done, each, tester};
use crate::support::{Client, with};

#[test]
fn records_are_put_read_listed_and_taken_away() {
    let (goto, _client) = crate::support::start();
    let tester = tester(&goto);
    let long = "x".repeat(300);
    let body = json!({ "txt": ["plain", ["in ", "two"], long], "ttl": 60 });
    assert_done(&tester.put("/zone/Mail.Main.com", &body));
    let read = tester.get("/zone/mail.main.com").json();
    assert_eq!(read["txt"], json!(["plain", "in two", long]));
    let names = tester.get("/zone").json();
    let mut listed = names["names"].as_array().unwrap().iter();
    let found = listed.find(|name| name["name"] == "mail.main.com").unwrap();
    assert_eq!(found["ttl"], 60);
    assert_done(&tester.delete("/zone/mail.main.com"));
    assert_eq!(tester.get("/zone/mail.main.com").json()["txt"], json!([]));
    assert_eq!(tester.delete("/zone/mail.main.com").status, 404);
}

#[test]
fn web_file_that_the_double_keeps_proves_a_domain() {
    let (goto, _client) = with(GotoDouble::builder().state("empty"));
    let tester = tester(&goto);
    let account = tester.get("/accounts").json()["accounts"][0].clone();
    let name = account["user_name"].as_str().unwrap().to_owned();
    let domain = name.split_once('@').unwrap().1.to_owned();
    let added = tester.post("/domains", &json!({ "name": domain })).json();
    let code = added["code"].as_str().unwrap();
    let path = "/goto-verification-code.txt";
    let web = format!("/web/{domain}");
    let pair = BASE64_STANDARD.encode(format!("{name}:correct horse battery staple"));
    let center = Client::new(&goto.ready().center_url)
        .header("Authorization", &format!("Basic {pair}"))
        .header("Content-Type", "application/json");
    let verify = || center.post(&format!("/domains/{domain}/verify"), &json!({}));

    assert_done(&tester.put(&web, &json!({ "files": { "/other.txt": "x" } })));
    assert_eq!(verify().json()["status"], "pending");
    let odd = json!({ "files": { path: { "body": "<html>", "status": 503, "media_type": "text/html" } } });
    assert_done(&tester.put(&web, &odd));
    assert_eq!(tester.get(&web).json()["files"][path]["status"], 503);
    assert_eq!(verify().json()["status"], "pending");
    let seen = tester.get(&format!("/domains/{domain}")).json()["look_ups"].to_string();
    assert!(seen.contains("503"), "{seen}");
    let proof = format!("goto-verification-code={code}");
    assert_done(&tester.put(&web, &json!({ "files": { path: proof } })));
    let proved = verify();
    assert_eq!(proved.json()["status"], "verified", "{}", proved.text());
    let asked = tester.get("/journal?operation=probe.file").json();
    assert_eq!(asked["entries"].as_array().unwrap().len(), 3);
    assert_eq!(
        each(&tester.get("/web"), "domains", "domain"),
        [json!(domain)]
    );
    assert_done(&tester.delete(&web));
    assert_eq!(tester.get(&web).status, 404);
}
