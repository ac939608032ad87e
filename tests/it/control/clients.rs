//! OAuth clients and tokens in the hands of a tester.

use serde_json::json;

use super::{assert_done, each, tester};
use crate::support::{Client, start};

#[test]
fn client_is_registered_used_changed_and_deleted() {
    let (goto, _client) = start();
    let tester = tester(&goto);
    let account = tester.get("/accounts").json()["accounts"][0]["user_name"].clone();
    let spec = json!({ "client_secret": "hush", "scopes": ["identity:scim.org"],
        "redirect_uris": ["http://127.0.0.1/a"], "account": account, "grants": ["client_credentials"] });
    let before = each(&tester.get("/clients"), "clients", "client_id").len();
    let made = tester.post("/clients", &spec);
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["client_id"].as_str().unwrap().to_owned();
    let place = format!("/sandboxes/default/clients/{id}");
    assert_eq!(made.header("location"), Some(place.as_str()));
    assert_eq!(tester.get(&format!("/clients/{id}")).json(), made.json());
    assert_eq!(
        each(&tester.get("/clients"), "clients", "client_id").len(),
        before + 1
    );

    let product = Client::new(&format!("http://{}", goto.addresses().product));
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &*id),
        ("client_secret", "hush"),
    ];
    let token = product.form("/oauth/token", &form);
    assert_eq!(token.status, 200, "{}", token.text());
    let uris = json!({ "redirect_uris": ["http://127.0.0.1/b"] });
    let changed = tester.patch(&format!("/clients/{id}"), &uris);
    assert_eq!(changed.json()["redirect_uris"], uris["redirect_uris"]);

    let token = token.json()["access_token"].as_str().unwrap().to_owned();
    let scim = Client::new(goto.scim_url()).bearer(&token);
    assert_eq!(scim.get("/Users").status, 200);
    assert_done(&tester.delete(&format!("/clients/{id}")));
    assert_eq!(scim.get("/Users").status, 401);
    assert_eq!(product.form("/oauth/token", &form).status, 401);
    assert_eq!(tester.get(&format!("/clients/{id}")).status, 404);
}

#[test]
fn one_token_is_revoked_and_the_others_live() {
    let (goto, client) = start();
    let tester = tester(&goto);
    let before = each(&tester.get("/tokens"), "tokens", "fingerprint");
    let minted = tester.post("/tokens", &json!({})).json();
    let other = Client::new(goto.scim_url()).bearer(minted["access_token"].as_str().unwrap());
    assert_eq!(other.get("/Users").status, 200);
    let listed = tester.get("/tokens");
    assert!(
        !listed
            .text()
            .contains(minted["access_token"].as_str().unwrap())
    );
    let fresh = each(&listed, "tokens", "fingerprint");
    let fresh: Vec<_> = fresh.iter().filter(|one| !before.contains(one)).collect();
    assert_eq!(fresh.len(), 1);
    let path = format!("/tokens/{}", fresh[0].as_str().unwrap());
    assert_done(&tester.delete(&path));
    assert_eq!(other.get("/Users").status, 401);
    assert_eq!(client.get("/Users").status, 200);
    assert_eq!(tester.delete(&path).status, 404);
    assert_done(&tester.delete("/tokens"));
    assert_eq!(client.get("/Users").status, 401);
    assert!(each(&tester.get("/tokens"), "tokens", "account").is_empty());
}
