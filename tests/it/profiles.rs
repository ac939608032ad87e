//! How a profile and further resource types are chosen: on the command line, in a sandbox, in a scenario.

use goto_double::profile::{FIELDS, NAMED};
use goto_double::{GotoDouble, SandboxSpec};
use serde_json::{Value, json};

use crate::support::program::{Served, run, stderr, stdout};
use crate::support::{Client, start, user, with};

/// The profile of the default sandbox, as the control port tells it.
#[track_caller]
fn profile_of(control_url: &str) -> Value {
    let answer = Client::new(control_url).get("/sandboxes/default");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["profile"].clone()
}

#[track_caller]
fn served(arguments: &[&str]) -> Value {
    profile_of(&Served::start(arguments).text("control_url"))
}

/// What `serve` says when it does not start.
#[track_caller]
fn refusal(arguments: &[&str]) -> String {
    let free = [
        "serve",
        "--port",
        "0",
        "--control-port",
        "0",
        "--dns-port",
        "0",
    ];
    let output = run(&[&free, arguments].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stdout(&output).is_empty());
    stderr(&output)
}

/// A file with that content, and the folder that keeps it.
fn file(content: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.json");
    std::fs::write(&path, content).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn serve_takes_a_profile_by_name_file_and_field() {
    let goto = served(&[]);
    assert_eq!(
        (&goto["user_domain_verified"], &goto["user_name_length"]),
        (&json!(true), &json!(128))
    );
    let rfc = served(&["--profile", "rfc"]);
    assert_eq!(
        (&rfc["user_domain_verified"], &rfc["user_name_length"]),
        (&json!(false), &Value::Null)
    );
    let (_folder, path) = file(r#"{ "base": "rfc", "page_size": 7, "user_name_length": 20 }"#);
    let mine = served(&["--profile", &path]);
    assert_eq!(
        (
            &mine["page_size"],
            &mine["user_name_length"],
            &mine["user_domain_verified"]
        ),
        (&json!(7), &json!(20), &json!(false))
    );
    let one = served(&["--profile", "user_patch_answer=no-content"]);
    assert_eq!(one["user_patch_answer"], "no-content");
}

#[test]
fn later_profile_wins() {
    let (_folder, path) = file(r#"{ "page_size": 7 }"#);
    let file_last = served(&[
        "--profile",
        "rfc",
        "--profile",
        "page_size=5",
        "--profile",
        &path,
    ]);
    assert_eq!(
        (&file_last["page_size"], &file_last["user_domain_verified"]),
        (&json!(7), &json!(false))
    );
    let name_last = served(&["--profile", &path, "--profile", "rfc"]);
    assert_eq!(
        (&name_last["page_size"], &name_last["user_domain_verified"]),
        (&json!(100), &json!(false))
    );
}

#[test]
fn profile_that_cannot_be_is_refused_with_what_to_do() {
    let (_folder, wrong) = file("{ \"page_size\": }");
    let (_folder, list) = file("[]");
    for (word, parts) in [
        ("rcf", ["did you mean rfc?", "entra-lenient"]),
        (
            "page_sise=5",
            ["unknown field `page_sise`", "did you mean page_size?"],
        ),
        (
            "page_size=many",
            ["page_size: invalid type", "--profile page_size=many"],
        ),
        (
            "user_patch_answer=perhaps",
            ["unknown variant `perhaps`", "no-content"],
        ),
        (
            "no-such.json",
            ["cannot read the profile no-such.json", "o such file"],
        ),
        (&wrong, ["line 1 column 16", &wrong]),
        (&list, ["a JSON object is wanted", &list]),
    ] {
        let said = refusal(&["--profile", word]);
        assert!(
            parts.iter().all(|part| said.contains(part)),
            "{word}: {said}"
        );
    }
}

#[test]
fn conform_judges_against_a_named_profile() {
    let arguments = ["conform", "--scenario", "create-answer-lost", "--profile"];
    let passed = run(&[&arguments[..], &["rfc"]].concat());
    assert_eq!(
        passed.status.code(),
        Some(0),
        "{}{}",
        stdout(&passed),
        stderr(&passed)
    );
    // Nothing can be created there, so the client cannot do its work.
    let failed = run(&[&arguments[..], &["user_name_length=3"]].concat());
    assert_eq!(
        failed.status.code(),
        Some(1),
        "{}{}",
        stdout(&failed),
        stderr(&failed)
    );
    let refused = run(&[&arguments[..], &["rcf"]].concat());
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn list_profile_shows_every_field_and_every_named_profile_within_100_columns() {
    let output = run(&["list", "profile"]);
    assert_eq!(output.status.code(), Some(0));
    let said = stdout(&output);
    for name in NAMED
        .iter()
        .map(|one| one.name)
        .chain(FIELDS.iter().map(|field| field.name))
    {
        assert!(said.lines().any(|line| line.starts_with(name)), "{name}");
    }
    for line in said.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let length = said
        .lines()
        .find(|line| line.starts_with("user_name_length"))
        .unwrap();
    let cells: Vec<_> = length.split_whitespace().collect();
    assert_eq!(cells, ["user_name_length", "128", "null"]);
}

#[test]
fn shells_complete_the_named_profiles() {
    for shell in ["bash", "zsh", "fish"] {
        let said = stdout(&run(&["completions", shell]));
        assert!(said.contains("entra-lenient"), "{shell}");
    }
}

#[test]
fn sandbox_is_created_with_a_profile() {
    let (goto, _client) = start();
    let control = Client::new(&goto.ready().control_url).header("Content-Type", "application/json");
    for (profile, page_size, verified) in [
        (json!("rfc"), 100, false),
        (json!({ "base": "rfc", "page_size": 5 }), 5, false),
        (json!({ "page_size": 5 }), 5, true),
    ] {
        let made = control.post("/sandboxes", &json!({ "profile": profile }));
        assert_eq!(made.status, 201, "{}", made.text());
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let shown = control.get(&format!("/sandboxes/{id}")).json()["profile"].clone();
        assert_eq!(shown["page_size"], page_size, "{profile}");
        assert_eq!(shown["user_domain_verified"], verified, "{profile}");
        // It is still there after a reset.
        assert!(
            control
                .post(&format!("/sandboxes/{id}/reset"), &json!({}))
                .status
                < 300
        );
        let again = control.get(&format!("/sandboxes/{id}")).json()["profile"].clone();
        assert_eq!(again, shown);
    }
    for (profile, part) in [
        (json!("rcf"), "did you mean rfc?"),
        (json!({ "page_sise": 5 }), "did you mean page_size?"),
        (json!(7), "the name of a profile"),
    ] {
        let refused = control.post("/sandboxes", &json!({ "profile": profile }));
        assert_eq!(refused.status, 400, "{profile}: {}", refused.text());
        assert!(refused.text().contains(part), "{}", refused.text());
    }
}

#[test]
fn profile_of_a_sandbox_wins_over_its_scenario_field_by_field() {
    let scenario = json!({ "scenario": "small", "v": 1, "rules": [],
        "given": { "profile": { "base": "rfc", "page_size": 3, "page_size_most": 9 } } });
    let (goto, client) = with(
        GotoDouble::builder()
            .scenario(scenario.to_string())
            .profile("page_size", 4),
    );
    let profile = profile_of(&goto.ready().control_url);
    assert_eq!(
        (&profile["page_size"], &profile["page_size_most"]),
        (&json!(4), &json!(9))
    );
    // What the RFCs know nothing of is off: nobody has verified this domain.
    assert_eq!(
        client.post("/Users", &user("ada@elsewhere.example")).status,
        201
    );
    let spec = SandboxSpec {
        scenario: Some(scenario),
        profile: Some(json!({ "base": "goto" })),
        ..SandboxSpec::default()
    };
    let other = goto.control().create(spec).unwrap();
    let sandbox = other.sandbox().unwrap();
    assert!(sandbox.profile.user_domain_verified);
    assert_eq!(sandbox.profile.page_size, 3);
    drop(goto.verdict());
}

#[test]
fn check_finds_a_wrong_profile_in_a_scenario() {
    for (profile, part) in [
        (json!({ "base": "rcf" }), "did you mean rfc?"),
        (
            json!({ "base": "rfc", "page_sise": 3 }),
            "did you mean page_size?",
        ),
    ] {
        let scenario =
            json!({ "scenario": "x", "v": 1, "rules": [], "given": { "profile": profile } });
        let (_folder, path) = file(&scenario.to_string());
        let output = run(&["check", &path]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stdout(&output).contains(part), "{}", stdout(&output));
    }
}

#[test]
fn serve_reads_schemas_from_a_folder() {
    let served = Served::start(&["--schemas", "fixtures/schemas/example", "--profile", "rfc"]);
    let client = Client::new(&served.text("scim_url")).bearer(&served.text("token"));
    assert_eq!(client.get("/ResourceTypes").json()["totalResults"], 3);
    assert_eq!(client.get("/Devices").json()["totalResults"], 0);
}

#[test]
fn folder_of_schemas_with_mistakes_is_refused_with_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert!(
        refusal(&["--schemas", "no-such-folder"]).contains("cannot read the folder no-such-folder")
    );
    assert!(refusal(&["--schemas", path]).contains("there is no *.json file"));
    let put =
        |name: &str, content: &str| std::fs::write(folder.path().join(name), content).unwrap();
    put("a.json", "{");
    put("b.json", "[1");
    put("notes.txt", "nothing");
    let said = refusal(&["--schemas", path]);
    assert!(
        said.contains("a.json: EOF") && said.contains("b.json: EOF"),
        "{said}"
    );
    put(
        "a.json",
        r#"{ "id": "urn:example:thing:1.0", "attributes": [{ "name": "a", "type": "text" }] }"#,
    );
    put(
        "b.json",
        r#"{ "name": "Thing", "endpoint": "/Users", "schema": "urn:example:thing:1.0" }"#,
    );
    let said = refusal(&["--schemas", path]);
    assert!(
        said.contains("a.json: attributes[0].type")
            && said.contains("b.json: endpoint: /Users is taken by User"),
        "{said}"
    );
    let conform = run(&["conform", "--schemas", path]);
    assert_eq!(conform.status.code(), Some(2));
}

#[test]
fn conform_serves_loaded_types_too() {
    let output = run(&[
        "conform",
        "--scenario",
        "create-answer-lost",
        "--schemas",
        "fixtures/schemas/example",
    ]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
}
