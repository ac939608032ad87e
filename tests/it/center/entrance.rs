//! Ways in and out: sign up, sign in, sign out, and the first page.

use goto_double::GotoDouble;
use serde_json::json;

use super::{ADMIN, assert_problem, at, put_txt, script, sign_in, text};
use crate::support::browser::form_with;
use crate::support::{Answer, Browser, Client, start};

const GRACE: (&str, &str) = ("grace@navy.example", "nanoseconds");

fn nobody() -> GotoDouble {
    GotoDouble::builder()
        .state(json!({}))
        .seed(7)
        .start()
        .unwrap()
}

#[track_caller]
fn sign_up(goto: &GotoDouble, (email, password): (&str, &str)) -> (Browser, Answer) {
    let mut browser = Browser::new(&goto.ready().center_url);
    let page = browser.open(&at(goto, "/sign-up"));
    let typed = [
        ("email", email),
        ("given_name", "Grace"),
        ("family_name", "Hopper"),
        ("password", password),
    ];
    let page = browser.press(&page, "Create account", &typed);
    (browser, page)
}

// Step 2 word by word, from nothing: account, prompt, record, Verify, organization, admin.
#[test]
fn whoever_signs_up_is_prompted_and_becomes_the_admin_of_what_they_prove() {
    let goto = nobody();
    let (mut browser, page) = sign_up(&goto, GRACE);
    assert!(
        page.text().contains("navy.example") && page.text().contains("10 days left"),
        "{}",
        page.text()
    );
    let domain = script(&goto, GRACE).get("/domains/navy.example").json();
    put_txt(&goto, "navy.example", &[&text(&domain, "/record/value")]);
    let page = browser.press(&page, "Verify", &[]);
    assert!(page.text().contains("Admin (Read &amp; Write)"));
    let users = script(&goto, GRACE).get("/users").json();
    assert_eq!(users["users"].as_array().unwrap().len(), 1);
    assert_eq!(users["users"][0]["role"], "read-write");
    assert_eq!(users["users"][0]["given_name"], "Grace");
}

#[test]
fn address_without_a_path_leads_to_the_first_page() {
    let (goto, _client) = start();
    let mut browser = Browser::new(&goto.ready().center_url);
    let page = browser.open("/");
    assert!(page.text().contains("Sign in to the Organization Center"));
}

#[test]
fn mistakes_in_the_form_are_told_beside_it_and_nobody_is_made() {
    let goto = nobody();
    let long = format!("{}@navy.example", "a".repeat(120));
    for (email, password) in [
        ("grace", "x"),
        ("@navy.example", "x"),
        ("a b@navy.example", "x"),
        ("a@b@navy.example", "x"),
        ("grace@navy", "x"),
        (&*long, "x"),
        (GRACE.0, ""),
        (GRACE.0, &"x".repeat(257)),
        ("<script>@x.com\u{0}", "x"),
    ] {
        let (_, page) = sign_up(&goto, (email, password));
        assert_eq!(page.status, 400, "{email}");
        let form = form_with(&page, "Create account");
        assert_eq!(form.value("email"), Some(email));
        assert_eq!(form.value("given_name"), Some("Grace"));
        assert_eq!(
            form.value("password"),
            Some(""),
            "a password never comes back"
        );
        assert!(page.text().contains("aria-invalid=\"true\""), "{email}");
        assert!(!page.text().contains("<script"));
    }
    assert_problem(&script(&goto, GRACE).get("/domains"), 401);
}

#[test]
fn user_name_is_taken_once_in_whatever_case() {
    let goto = nobody();
    sign_up(&goto, GRACE);
    let (_, page) = sign_up(&goto, ("GRACE@navy.example", "x"));
    assert_eq!(page.status, 409);
    assert!(page.text().contains("belongs to an account already"));
    assert_eq!(script(&goto, GRACE).get("/domains").status, 200);
}

#[test]
fn script_signs_up_as_well() {
    let goto = nobody();
    let client = Client::new(&goto.ready().center_url).header("Content-Type", "application/json");
    let wanted = json!({ "user_name": GRACE.0, "password": GRACE.1 });
    let made = client.post("/sign-up", &wanted);
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["user_name"], GRACE.0);
    assert_problem(&client.post("/sign-up", &wanted), 409);
    let more = json!({ "user_name": "a@b.com", "password": "x", "role": "read-write" });
    assert_problem(&client.post("/sign-up", &more), 400);
    assert_eq!(
        script(&goto, GRACE).get("").json()["offered"],
        "navy.example"
    );
}

// A cookie that was read once must be worth nothing after its owner signed out.
#[test]
fn whoever_signs_out_is_out_and_the_old_cookie_opens_nothing() {
    let (goto, _client) = start();
    let (mut browser, page) = sign_in(&goto, ADMIN);
    let mut thief = browser.clone();
    let page = browser.press(&page, "Sign out", &[]);
    form_with(&page, "Next");
    assert_eq!(thief.get(&goto.ready().center_url).status, 303);
    let (_, page) = sign_in(&goto, ADMIN);
    assert!(page.text().contains("Sign out"));
}

#[test]
fn reset_forgets_who_signed_up() {
    let goto = nobody();
    sign_up(&goto, GRACE);
    goto.control().reset().unwrap();
    assert_problem(&script(&goto, GRACE).get("/domains"), 401);
    let (_, page) = sign_up(&goto, GRACE);
    assert_eq!(page.status, 200);
}

#[test]
fn password_of_a_form_is_in_no_journal() {
    let goto = nobody();
    sign_up(&goto, ("grace@navy.example", "nano-secret-seconds"));
    let url = format!("{}/sandboxes/default/journal", goto.ready().control_url);
    let journal = Client::new(&url).get("").text();
    assert!(journal.contains("center.sign-up") && journal.contains("grace"));
    assert!(!journal.contains("nano-secret-seconds"));
}

#[test]
fn address_nothing_answers_is_a_page_for_people_and_a_problem_for_scripts() {
    let (goto, _client) = start();
    let (mut browser, _) = sign_in(&goto, ADMIN);
    let page = browser.get(&at(&goto, "/nowhere"));
    assert_eq!(page.status, 404);
    assert!(page.text().contains("There is no such page"));
    let wrong = browser.get(&at(&goto, "/sign-out"));
    assert_eq!(wrong.status, 405);
    // RFC 9110 section 15.5.6: a 405 "MUST" list what the resource does support.
    assert_eq!(wrong.header("allow"), Some("POST"));
    assert_problem_without_store(&script(&goto, ADMIN).get("/nowhere"), 404);
}

#[track_caller]
fn assert_problem_without_store(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status);
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
}
