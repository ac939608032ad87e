//! "You have now created an organization [...] by verifying your domain, and the account used during this verification
//! process is now the organization admin" (Microsoft's GoTo provisioning tutorial, step 2).

use goto_double::{GotoDouble, Verdict};
use serde_json::{Value, json};

use super::{ADMIN, add, assert_proven, empty, press, put_txt, script, text, verify};
use crate::support::{Client, user};

fn directory(goto: &GotoDouble) -> Client {
    Client::new(goto.scim_url()).bearer(goto.token())
}

fn prove(goto: &GotoDouble, name: &str) -> Value {
    put_txt(goto, name, &[&text(&add(goto, name), "/record/value")]);
    verify(goto, name)
}

#[test]
fn account_without_an_organization_is_offered_the_domain_of_its_address() {
    let goto = empty();
    let page = script(&goto, ADMIN).get("").json();
    assert_eq!(page["organization"], Value::Null);
    assert_eq!(page["offered"], "main.com");
    assert_eq!(page["domains"], json!([]));
}

#[test]
fn first_verified_domain_makes_an_organization_and_its_prover_the_admin() {
    let goto = empty();
    let refused = directory(&goto).post("/Users", &user("ada@main.com"));
    assert_eq!(refused.status, 403);
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .contains("insufficient_scope")
    );
    assert_eq!(directory(&goto).get("/Users").status, 403);
    assert_proven(&prove(&goto, "main.com"));
    assert_eq!(
        directory(&goto)
            .post("/Users", &user("ada@main.com"))
            .status,
        201
    );
    let page = script(&goto, ADMIN).get("").json();
    assert_eq!(page["organization"], "main.com");
    assert_eq!(page["offered"], Value::Null);
}

#[test]
fn account_without_an_organization_may_prove_no_domain_but_its_own() {
    let goto = empty();
    let refused = script(&goto, ADMIN).post("/domains", &json!({ "domain": "other.com" }));
    assert_eq!(refused.status, 403);
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("own e-mail address")
    );
}

#[test]
fn users_of_a_domain_can_be_provisioned_once_it_is_verified() {
    let goto = empty();
    prove(&goto, "main.com");
    let strange = user("ada@second.com");
    assert_eq!(directory(&goto).post("/Users", &strange).status, 400);
    add(&goto, "second.com");
    assert_eq!(directory(&goto).post("/Users", &strange).status, 400);
    let value = text(
        &script(&goto, ADMIN).get("/domains/second.com").json(),
        "/record/value",
    );
    put_txt(&goto, "second.com", &[&value]);
    assert_proven(&verify(&goto, "second.com"));
    assert_eq!(directory(&goto).post("/Users", &strange).status, 201);
    assert_eq!(
        script(&goto, ADMIN).get("").json()["organization"],
        "main.com"
    );
}

#[test]
fn second_press_looks_nothing_up_and_changes_nothing() {
    let goto = empty();
    prove(&goto, "main.com");
    put_txt(&goto, "main.com", &[]);
    let before = probes(&goto);
    let again = verify(&goto, "main.com");
    assert_proven(&again);
    assert_eq!(probes(&goto), before);
    assert_eq!(
        script(&goto, ADMIN).get("").json()["domains"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

fn probes(goto: &GotoDouble) -> usize {
    let is_probe = |event: &_| matches!(event, goto_double::entry::Event::Probe(_));
    goto.journal()
        .iter()
        .filter(|entry| is_probe(&entry.event))
        .count()
}

#[test]
fn presses_at_once_make_one_organization() {
    let goto = empty();
    put_txt(
        &goto,
        "main.com",
        &[&text(&add(&goto, "main.com"), "/record/value")],
    );
    std::thread::scope(|scope| {
        let presses: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| press(&goto, "main.com")))
            .collect();
        for one in presses {
            assert_proven(&one.join().unwrap().json());
        }
    });
    let settled = goto
        .journal()
        .iter()
        .filter_map(|entry| entry.exchange().map(|one| one.changes.len()))
        .sum::<usize>();
    assert_eq!(settled, 2, "one added, one verified");
    let id = text(
        &directory(&goto)
            .post("/Users", &user("ada@main.com"))
            .json(),
        "/id",
    );
    assert_eq!(directory(&goto).get(&format!("/Users/{id}")).status, 200);
}

#[test]
fn domain_that_one_organization_verified_is_refused_to_another() {
    let accounts = json!([
        { "user_name": "first@main.com", "password": "one" },
        { "user_name": "second@main.com", "password": "two" },
    ]);
    let state = json!({ "accounts": accounts });
    let goto = GotoDouble::builder().state(state).seed(7).start().unwrap();
    let (first, second) = (
        script(&goto, ("first@main.com", "one")),
        script(&goto, ("second@main.com", "two")),
    );
    let wanted = json!({ "domain": "main.com" });
    let (mine, theirs) = (
        first.post("/domains", &wanted).json(),
        second.post("/domains", &wanted).json(),
    );
    assert_ne!(mine["code"], theirs["code"]);
    put_txt(
        &goto,
        "main.com",
        &[
            &text(&mine, "/record/value"),
            &text(&theirs, "/record/value"),
        ],
    );
    assert_proven(&first.post("/domains/main.com/verify", &json!({})).json());
    let late = second.post("/domains/main.com/verify", &json!({}));
    assert_eq!(late.status, 409, "{}", late.text());
    assert_eq!(
        goto.verdict().worst().filter(|one| *one == Verdict::Fail),
        None
    );
}

/// A world of two organizations, each with its admin and its domain.
fn two() -> (GotoDouble, Client, Client) {
    let accounts = json!([
        { "user_name": "one@first.com", "password": "one" },
        { "user_name": "two@second.com", "password": "two" },
    ]);
    let state = json!({ "accounts": accounts });
    let goto = GotoDouble::builder().state(state).seed(7).start().unwrap();
    let prove = |who: (&str, &str), name: &str| {
        let script = script(&goto, who);
        let domain = script.post("/domains", &json!({ "domain": name })).json();
        put_txt(&goto, name, &[&text(&domain, "/record/value")]);
        assert_proven(
            &script
                .post(&format!("/domains/{name}/verify"), &json!({}))
                .json(),
        );
        script
    };
    let first = prove(("one@first.com", "one"), "first.com");
    let second = prove(("two@second.com", "two"), "second.com");
    (goto, first, second)
}

#[test]
fn two_organizations_may_both_try_for_a_domain_and_one_gets_it() {
    let (goto, first, second) = two();
    let wanted = json!({ "domain": "third.com" });
    let codes = [&first, &second].map(|script| {
        let domain = script.post("/domains", &wanted).json();
        text(&domain, "/record/value")
    });
    put_txt(&goto, "third.com", &[&codes[0], &codes[1]]);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let presses: Vec<_> = (0..8)
            .map(|turn| if turn % 2 == 0 { &first } else { &second })
            .map(|script| scope.spawn(|| script.post("/domains/third.com/verify", &json!({}))))
            .collect();
        presses
            .into_iter()
            .map(|press| press.join().unwrap().status)
            .collect()
    });
    let even: Vec<u16> = statuses.iter().step_by(2).copied().collect();
    let odd: Vec<u16> = statuses.iter().skip(1).step_by(2).copied().collect();
    let won = |statuses: &[u16]| statuses.iter().all(|status| *status == 200);
    let lost = |statuses: &[u16]| statuses.iter().all(|status| *status == 409);
    assert!(
        (won(&even) && lost(&odd)) || (lost(&even) && won(&odd)),
        "{statuses:?}"
    );
    let verified = |script: &Client| {
        script
            .get("/domains")
            .text()
            .matches("\"verified\"")
            .count()
    };
    // "verified" is the name of a member of each domain as well, and the state of those that are.
    let (one, other) = (verified(&first), verified(&second));
    assert_eq!(one.abs_diff(other), 1, "{one} {other}");
}

#[test]
fn organizations_do_not_see_each_other() {
    let (_goto, first, second) = two();
    assert_eq!(second.get("/domains/first.com").status, 404);
    assert_eq!(
        second.post("/domains/first.com/verify", &json!({})).status,
        404
    );
    assert_eq!(second.delete("/domains/first.com").status, 404);
    assert_eq!(
        second
            .post("/domains", &json!({ "domain": "first.com" }))
            .status,
        409
    );
    let key = text(&first.get("/users").json(), "/users/0/key");
    assert_eq!(
        second.get("/users").json()["users"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(second.get(&format!("/users/{key}")).status, 404);
    let change = second.post(&format!("/users/{key}"), &json!({ "role": "user" }));
    assert_eq!(change.status, 404);
    assert_eq!(second.delete(&format!("/users/{key}")).status, 404);
    let add = json!({ "user_name": "new@first.com", "password": "x" });
    assert_eq!(second.post("/users", &add).status, 400);
    assert_eq!(first.get("/users").status, 200);
}
