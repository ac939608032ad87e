//! The Organization Center as JSON for scripts and as pages for people, over the same calls.

use goto_double::GotoDouble;
use serde_json::json;

use super::{
    ADMIN, AUDITOR, MEMBER, add, assert_problem, empty, put_txt, script, sign_in, text, verify,
};
use crate::support::browser::form_with;
use crate::support::{Browser, Client, start};

#[test]
fn added_domain_tells_everything_that_is_to_be_published() {
    let goto = empty();
    let wanted = json!({ "domain": "Main.Com" });
    let answer = script(&goto, ADMIN).post("/domains", &wanted);
    assert_eq!(answer.status, 201);
    let location = answer.header("location").unwrap();
    assert_eq!(
        location,
        format!("{}/domains/main.com", goto.ready().center_url)
    );
    let domain = answer.json();
    assert_eq!(domain["name"], "main.com");
    assert_eq!(domain["status"], "pending");
    assert_eq!(domain["record"]["type"], "TXT");
    assert_eq!(domain["look_ups"], json!([]));
    assert_eq!(script(&goto, ADMIN).get("/domains/MAIN.com").json(), domain);
    assert_eq!(
        script(&goto, ADMIN).get("/domains").json()["domains"],
        json!([domain])
    );
}

// RFC 9457 section 3, and RFC 9110 section 11.6.1 for the challenge.
#[test]
fn script_that_does_not_sign_in_is_told_how() {
    let goto = empty();
    for who in [(ADMIN.0, "wrong"), ("nobody@main.com", ADMIN.1)] {
        let answer = script(&goto, who).get("/domains");
        assert_problem(&answer, 401);
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .starts_with("Basic realm=")
        );
    }
    let nobody = Client::new(&goto.ready().center_url).header("Accept", "application/json");
    assert_problem(&nobody.get("/domains"), 401);
}

#[test]
fn names_that_are_no_domains_and_bodies_that_are_no_requests_are_problems() {
    let goto = empty();
    let script = script(&goto, ADMIN);
    for name in [
        "",
        "localhost",
        "a..b",
        "-a.com",
        "ä.com",
        "10.0.0.1",
        "main.com/x",
        "a b.com",
        "<script>.com",
    ] {
        assert_problem(&script.post("/domains", &json!({ "domain": name })), 400);
    }
    for body in [
        json!({}),
        json!([]),
        json!({ "domain": 1 }),
        json!({ "domain": "main.com", "more": 1 }),
    ] {
        assert_problem(&script.post("/domains", &body), 400);
    }
    assert_problem(&script.send("POST", "/domains", b"{").unwrap(), 400);
    assert_eq!(script.get("/domains").json()["domains"], json!([]));
}

#[test]
fn domain_nobody_added_is_404_for_every_method() {
    let goto = empty();
    let script = script(&goto, ADMIN);
    assert_problem(&script.get("/domains/main.com"), 404);
    assert_problem(&script.delete("/domains/main.com"), 404);
    assert_problem(&script.post("/domains/main.com/verify", &json!({})), 404);
    assert_problem(&script.get("/domains/%FF"), 404);
}

#[test]
fn domain_can_be_deleted_until_it_is_verified() {
    let goto = empty();
    let script = script(&goto, ADMIN);
    let old = text(&add(&goto, "main.com"), "/code");
    let gone = script.delete("/domains/main.com");
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    assert_problem(&script.delete("/domains/main.com"), 404);
    let new = add(&goto, "main.com");
    assert_ne!(text(&new, "/code"), old);
    put_txt(&goto, "main.com", &[&text(&new, "/record/value")]);
    verify(&goto, "main.com");
    assert_problem(&script.delete("/domains/main.com"), 409);
}

#[test]
fn roles_decide_who_may_look_and_who_may_change() {
    let (goto, _client) = start();
    let wanted = json!({ "domain": "second.com" });
    let auditor = script(&goto, AUDITOR);
    assert_eq!(
        auditor.get("/domains").json()["domains"][0]["name"],
        "main.com"
    );
    assert_problem(&auditor.post("/domains", &wanted), 403);
    assert_problem(&auditor.delete("/domains/main.com"), 403);
    assert_problem(&auditor.post("/domains/main.com/verify", &json!({})), 403);
    let member = script(&goto, MEMBER);
    assert_problem(&member.get("/domains"), 403);
    assert_problem(&member.post("/domains", &wanted), 403);
}

// "The domain used in your account's email address is the domain that you're prompted to verify within 10 days"
// (Microsoft's GoTo provisioning tutorial, step 2).
#[test]
fn person_is_prompted_for_the_own_domain_and_verifies_it_by_pressing_buttons() {
    let goto = empty();
    let (mut browser, page) = sign_in(&goto, ADMIN);
    assert!(
        page.text().contains("no organization yet"),
        "{}",
        page.text()
    );
    let domain = script(&goto, ADMIN).get("/domains/main.com").json();
    let value = text(&domain, "/record/value");
    assert!(page.text().contains(&value) && page.text().contains("10 days"));
    let again = browser.open(&goto.ready().center_url);
    assert!(again.text().contains(&value), "the code stays");
    let page = browser.press(&page, "Verify", &[]);
    assert!(page.text().contains("NXDOMAIN"), "{}", page.text());
    put_txt(&goto, "main.com", &[&value]);
    let page = browser.press(&page, "Verify", &[]);
    assert!(page.text().contains("Verified"), "{}", page.text());
    assert!(!page.text().contains(">Verify<"));
    assert_eq!(
        script(&goto, ADMIN).get("/domains/main.com").json()["status"],
        "verified"
    );
}

#[test]
fn form_from_another_site_is_refused() {
    let (goto, _client) = start();
    let (mut browser, page) = sign_in(&goto, ADMIN);
    let form = form_with(&page, "Add domain");
    let before = changes(&goto);
    let forged = form.filled("Add domain", &[("csrf", &"0".repeat(64))]);
    assert_eq!(browser.send(&form.action, &forged).status, 403);
    let bare = [("domain".to_owned(), "main.com".to_owned())];
    assert_eq!(browser.send(&form.action, &bare).status, 403);
    for path in [
        "/center/domains/main.com/verify",
        "/center/domains/main.com/delete",
        "/center/users",
        "/center/users/1",
        "/center/users/1/delete",
        "/center/clients",
        "/center/clients/1",
        "/center/clients/1/delete",
        "/center/sign-out",
        "/center/sign-up",
        "/center/sign-in",
    ] {
        let answer = browser.send(path, &form.filled("Add domain", &[("csrf", "x")]));
        assert_eq!(answer.status, 403, "{path}");
    }
    assert_eq!(changes(&goto), before);
    let page = browser.open(&goto.ready().center_url);
    form_with(&page, "Sign out");
}

/// How many changes the journal tells of.
fn changes(goto: &GotoDouble) -> usize {
    let entries = goto.journal();
    let exchanges = entries.iter().filter_map(|entry| entry.exchange());
    exchanges.map(|one| one.changes.len()).sum()
}

#[test]
fn person_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back() {
    let goto = empty();
    let mut browser = Browser::new(&goto.ready().center_url);
    let first = browser.get(&goto.ready().center_url);
    assert_eq!(first.status, 303);
    let page = browser.open(&goto.ready().center_url);
    assert!(page.text().contains("Organization Center"));
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    form_with(&page, "Verify");
}

#[test]
fn role_shows_in_what_the_page_offers() {
    let (goto, _client) = start();
    let (_, page) = sign_in(&goto, AUDITOR);
    assert!(page.text().contains("Admin (Read Only)"), "{}", page.text());
    assert!(!page.text().contains("Add domain"));
    let (_, page) = sign_in(&goto, MEMBER);
    assert_eq!(page.status, 403);
}

#[test]
fn mistakes_of_a_person_are_told_on_a_page_and_escaped() {
    let (goto, _client) = start();
    let (mut browser, page) = sign_in(&goto, ADMIN);
    for name in [
        "<script>alert(1)</script>",
        "a..b.com",
        "localhost",
        &"a".repeat(100_000),
    ] {
        let answer = browser.press(&page, "Add domain", &[("domain", name)]);
        assert!((400..404).contains(&answer.status), "{name}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(!answer.text().contains("<script"), "{}", answer.text());
        assert!(answer.text().contains("<title>Problem: Domains"), "{name}");
        let form = form_with(&answer, "Add domain");
        assert_eq!(form.value("domain"), Some(name), "it is as it was typed");
    }
}

#[test]
fn what_strangers_publish_is_shown_as_text() {
    let goto = empty();
    let (mut browser, page) = sign_in(&goto, ADMIN);
    put_txt(
        &goto,
        "main.com",
        &["goto-verification-code=<script>alert(1)</script>"],
    );
    let page = browser.press(&page, "Verify", &[]);
    assert!(
        page.text().contains("&lt;script&gt;") && !page.text().contains("<script"),
        "{}",
        page.text()
    );
}
