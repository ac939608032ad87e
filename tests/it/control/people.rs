//! Accounts with their roles, and domains, in the hands of a tester.

use goto_double::GotoDouble;
use serde_json::json;

use super::{assert_done, assert_problem, each, tester};
use crate::support::{Client, start, user, with};

#[test]
fn account_is_made_demoted_and_removed_and_its_tokens_go_with_it() {
    let (goto, _client) = start();
    let tester = tester(&goto);
    let spec = json!({ "user_name": "eve@main.com", "password": "pw", "given_name": "Eve", "role": "read-write" });
    let made = tester.post("/accounts", &spec);
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(
        made.header("location"),
        Some("/sandboxes/default/accounts/eve@main.com")
    );
    assert_eq!(made.json()["role"], "read-write");
    assert_eq!(tester.get("/accounts/eve%40main.com").json(), made.json());
    let key = made.json()["key"].as_str().unwrap().to_owned();
    assert_eq!(tester.get(&format!("/accounts/{key}")).json(), made.json());

    let minted = tester
        .post("/tokens", &json!({ "account": "eve@main.com" }))
        .json();
    let scim = Client::new(goto.scim_url()).bearer(minted["access_token"].as_str().unwrap());
    assert_eq!(scim.post("/Users", &user("ada@main.com")).status, 201);
    let changed = tester.patch(
        "/accounts/eve@main.com",
        &json!({ "role": "user", "family_name": "E" }),
    );
    assert_eq!(
        (&changed.json()["role"], &changed.json()["family_name"]),
        (&json!("user"), &json!("E"))
    );
    assert_eq!(scim.post("/Users", &user("bob@main.com")).status, 403);
    assert_done(&tester.delete("/accounts/eve@main.com"));
    assert_eq!(scim.get("/Users").status, 401);
    assert_eq!(tester.get("/accounts/eve@main.com").status, 404);
    let noted = tester.get("/journal?kind=changed").json();
    assert_eq!(noted["entries"].as_array().unwrap().len(), 3);
}

#[test]
fn account_alone_has_no_role_and_may_be_made_where_nobody_is() {
    let (goto, _client) = with(GotoDouble::builder().state("empty"));
    let tester = tester(&goto);
    let alone = json!({ "user_name": "eve@other.com", "password": "pw" });
    let made = tester.post("/accounts", &alone);
    assert_eq!(
        (made.status, &made.json()["organization"]),
        (201, &json!(null))
    );
    let ranked = tester.patch("/accounts/eve@other.com", &json!({ "role": "user" }));
    assert_problem(&ranked, 409, None);
    let added = tester.post(
        "/domains",
        &json!({ "name": "other.com", "account": "eve@other.com" }),
    );
    assert_eq!(added.status, 201, "{}", added.text());
    let proved = tester.post("/domains/other.com/verify", &json!({})).json();
    assert_eq!(
        (&proved["status"], &proved["organization"]),
        (&json!("verified"), &json!("other.com"))
    );
    let admin = tester.get("/accounts/eve@other.com").json();
    assert_eq!(
        (&admin["organization"], &admin["role"]),
        (&json!("other.com"), &json!("read-write"))
    );
}

#[test]
fn domain_is_added_proved_and_taken_away() {
    let (goto, client) = start();
    let tester = tester(&goto);
    let code = "0c9e1a3c-2f4e-4d5b-9a5c-1d2e3f405162";
    let added = tester.post("/domains", &json!({ "name": "New.com", "code": code }));
    assert_eq!(added.status, 201, "{}", added.text());
    assert_eq!(
        (&added.json()["status"], &added.json()["code"]),
        (&json!("pending"), &json!(code))
    );
    assert_ne!(client.post("/Users", &user("ada@new.com")).status, 201);
    assert_eq!(
        tester.post("/domains/new.com/verify", &json!({})).json()["status"],
        "verified"
    );
    assert_eq!(client.post("/Users", &user("ada@new.com")).status, 201);
    assert!(each(&tester.get("/domains"), "domains", "name").contains(&json!("new.com")));
    assert_done(&tester.delete("/domains/new.com"));
    assert_eq!(tester.get("/domains/new.com").status, 404);
    assert_ne!(client.post("/Users", &user("bob@new.com")).status, 201);

    let given = tester.post(
        "/domains",
        &json!({ "name": "third.com", "status": "verified" }),
    );
    assert_eq!(given.json()["deadline"], json!(null));
    tester.post("/domains", &json!({ "name": "fourth.com" }));
    tester.post("/clock", &json!({ "advance": "11d" }));
    assert_eq!(
        tester.get("/domains/fourth.com").json()["status"],
        "expired"
    );
}
