//! Every block of the README is executed: Rust as a doctest, the rest here.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::program::{PROGRAM, ROOT, Served, stderr, stdout};

/// The fenced blocks of one language, in order.
fn blocks(language: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap().to_owned())
        .collect()
}

/// Runs a block in a folder of its own, with the binary under test on the path.
///
/// `cargo` there is a stand-in: it runs the binary that was built for this test, and installs nothing, for the test
/// must neither build a second time nor change the machine.
fn bash(script: &str, variables: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(PROGRAM, bin.join("goto-double")).unwrap();
    let stand_in = bin.join("cargo");
    let text = "#!/bin/sh\ncase \"$1 $2 $3\" in\n  \"run --release --\") shift 3; exec goto-double \"$@\";;\n  \"install --path .\") exit 0;;\nesac\necho \"not in this test: cargo $*\" >&2\nexit 1\n";
    fs::write(&stand_in, text).unwrap();
    fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(folder.path())
        .env("PATH", path);
    command.envs(variables.iter().copied()).output().unwrap()
}

#[track_caller]
fn passes(output: &Output) -> String {
    let said = format!("{}{}", stdout(output), stderr(output));
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn shell_blocks_do_what_they_say() {
    let blocks = blocks("sh");
    assert_eq!(blocks.len(), 8, "a new block needs its test");
    assert!(passes(&bash(&blocks[0], &[])).contains("40 rules: 40 pass"));
    // The second block runs all tests, this one among them: CI calls it, and here it is enough that it is there.
    assert_eq!(blocks[1], "bash tests/run");
    assert!(Path::new(ROOT).join("tests/run").exists());
    assert!(
        fs::read_to_string(Path::new(ROOT).join(".ci/run"))
            .unwrap()
            .contains("bash tests/run")
    );
    assert!(passes(&bash(&blocks[2], &[])).contains("PASS"));
    let said = passes(&bash(&blocks[3], &[]));
    assert!(
        said.contains("\"Resources\"") && said.contains("\"429\""),
        "{said}"
    );
    let said = passes(&bash(&blocks[4], &[]));
    assert!(
        said.contains(": ok") && said.contains("acts  busy  reply 429"),
        "{said}"
    );
    let said = passes(&bash(&blocks[5], &[]));
    assert!(
        said.contains("\"retry_after\": \"${quota}\"") && said.contains("PASS"),
        "{said}"
    );
    let said = passes(&bash(&blocks[6], &[]));
    assert!(
        said.contains("user_name_length") && said.matches("PASS").count() == 2,
        "{said}"
    );
    let said = passes(&bash(&blocks[7], &[]));
    assert!(
        said.contains("member-order") && said.matches("PASS").count() == 2,
        "{said}"
    );
}

#[test]
fn curl_session_creates_finds_and_is_refused_when_the_token_has_died() {
    let served = Served::start(&[]);
    let [block, _, _] = blocks("curl").try_into().unwrap();
    let token = served.text("token");
    let variables = [
        ("SCIM", served.text("scim_url")),
        ("CONTROL", served.text("control_url")),
        ("TOKEN", token),
    ];
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let said = passes(&bash(&block, &variables));
    assert!(said.contains("\"totalResults\":1"), "{said}");
    assert!(
        said.contains("401 Unauthorized") && said.contains("invalid_token"),
        "{said}"
    );
    assert!(said.contains("users.create"), "{said}");
}

#[test]
fn rule_comes_while_it_runs_and_its_near_miss_is_told() {
    let served = Served::start(&[]);
    let [_, block, _] = blocks("curl").try_into().unwrap();
    let variables = [
        ("SCIM", served.text("scim_url")),
        ("CONTROL", served.text("control_url")),
        ("TOKEN", served.text("token")),
    ];
    let variables = variables.each_ref().map(|(name, value)| (*name, &**value));
    let said = passes(&bash(&block, &variables));
    assert!(said.contains("HTTP/1.1 200 OK"), "{said}");
    assert!(said.contains("HTTP/1.1 429 Too Many Requests"), "{said}");
    assert!(said.contains("\"kept_by\": \"nth\""), "{said}");
    let rules = format!("{}/sandboxes/default/rules", served.text("control_url"));
    let rules = crate::support::Client::new(&rules).get("").json();
    assert_eq!(rules["rules"], serde_json::json!([]));
}

#[test]
fn unchanged_urls_of_the_real_service_are_answered_by_the_double() {
    let served = Served::start(&[]);
    let [_, _, block] = blocks("curl").try_into().unwrap();
    let url = served.text("center_url");
    let host = url.split('/').nth(2).unwrap();
    let variables = [("HOST", host), ("TOKEN", &served.text("token"))];
    let said = passes(&bash(&block, &variables));
    assert!(
        said.contains("Sign in to the Organization Center"),
        "{said}"
    );
    assert!(said.contains("\"totalResults\":0"), "{said}");
}
