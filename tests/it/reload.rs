//! A scenario file that is changed while `serve` plays it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::Client;
use crate::support::program::Served;

struct Playing {
    folder: TempDir,
    path: PathBuf,
    served: Served,
    client: Client,
    tester: Client,
}

fn busy(id: &str, nth: u64, status: u16) -> Value {
    json!({ "id": id, "on": "users.list", "when": { "nth": nth }, "do": { "reply": { "status": status } } })
}

fn file(rules: &Value) -> Value {
    json!({ "scenario": "live", "v": 1, "rules": rules })
}

/// `serve` with a file of these words, behind a link if so wanted.
fn serving(file: &Value, further: &[&str]) -> Playing {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.json");
    fs::write(&path, file.to_string()).unwrap();
    at(folder, path, further)
}

fn at(folder: TempDir, path: PathBuf, further: &[&str]) -> Playing {
    let mut arguments = vec!["--scenario", path.to_str().unwrap()];
    arguments.extend(further);
    let served = Served::start(&arguments);
    let client = Client::new(&served.text("scim_url")).bearer(&served.text("token"));
    let tester = format!("{}/sandboxes/default", served.text("control_url"));
    let tester = Client::new(&tester).header("Content-Type", "application/json");
    Playing {
        folder,
        path,
        served,
        client,
        tester,
    }
}

impl Playing {
    fn lists(&self, often: usize) -> Vec<u16> {
        let statuses = (0..often).map(|_| self.client.get("/Users").status);
        statuses.collect()
    }

    /// Writes the file as it stands and waits for what is said of it.
    fn write(&mut self, text: &str, words: &str) -> String {
        fs::write(&self.path, text).unwrap();
        self.served.until_says(words)
    }

    fn changes(&self) -> Vec<Value> {
        let entries = self.tester.get("/journal?kind=rules-changed").json();
        entries["entries"].as_array().unwrap().clone()
    }
}

#[test]
fn changed_file_holds_at_once_and_what_did_not_change_goes_on() {
    let mut playing = serving(
        &file(&json!([busy("a", 2, 500), busy("b", 4, 429)])),
        &["--seed", "5"],
    );
    let made = playing
        .client
        .post("/Users", &crate::support::user("ada@main.com"));
    assert_eq!(made.status, 201);
    assert_eq!(playing.lists(1), [200]);
    let changed = file(&json!([
        busy("a", 2, 503),
        busy("b", 4, 429),
        busy("c", 9, 500)
    ]));
    let said = playing.write(&changed.to_string(), "read anew");
    assert!(
        said.contains("added c; changed, counting anew: a; 1 as before; state \"start\""),
        "{said}"
    );
    // The first list since for "a", the second to fourth since the start for "b".
    assert_eq!(playing.lists(3), [200, 503, 429]);
    let users = playing.client.get("/Users").json();
    assert_eq!(users["totalResults"], 1, "{users}");
    let journalled = playing.changes();
    assert_eq!(journalled.len(), 1);
    assert_eq!(journalled[0]["by"], "file");
    let sandbox = playing.tester.get("").json();
    assert_eq!(sandbox["seed"], 5);
    // A reset goes back to the file as it is now.
    assert_eq!(playing.tester.post("/reset", &json!({})).status, 204);
    assert_eq!(playing.lists(2), [200, 503]);
}

#[test]
fn file_with_mistakes_changes_nothing_and_says_them_as_check_does() {
    let mut playing = serving(&file(&json!([busy("a", 2, 500)])), &[]);
    let wrong = "{ \"scenario\": \"live\", \"v\": 1, \"rules\": [\n  { \"id\": \"a\", \"on\": \"users.lst\", \"do\": { \"wire\": \"rest\" } }] }";
    let said = playing.write(wrong, "not taken");
    let path = playing.path.display().to_string();
    let place =
        format!("{path}:2:22: unknown operation \"users.lst\"; did you mean \"users.list\"?");
    assert!(said.contains(&place), "{said}");
    assert!(
        said.contains("it has 2 mistakes; the rules stay as they were"),
        "{said}"
    );
    assert_eq!(playing.lists(3), [200, 500, 200]);
    assert_eq!(playing.changes().len(), 0);
    // Whoever does not see the terminal finds it in the journal.
    let refused = playing.tester.get("/journal?kind=rules-refused").json();
    assert_eq!(refused["entries"][0]["kind"], "rules-refused", "{refused}");
    assert_eq!(
        refused["entries"][0]["findings"],
        json!([
            "2:22: unknown operation \"users.lst\"; did you mean \"users.list\"?",
            "2:51: unknown fault of the wire \"rest\"; did you mean \"reset\"?"
        ])
    );
    // Mended, it is taken.
    let mended = file(&json!([busy("a", 1, 429)])).to_string();
    playing.write(&mended, "read anew");
    assert_eq!(playing.lists(2), [429, 200]);
}

#[test]
fn editors_that_put_another_file_in_its_place_are_seen_again_and_again() {
    let mut playing = serving(&file(&json!([])), &[]);
    for status in [429_u16, 500, 503] {
        let other = playing.folder.path().join("live.json.tmp");
        fs::write(&other, file(&json!([busy("a", 1, status)])).to_string()).unwrap();
        fs::rename(&other, &playing.path).unwrap();
        playing.served.until_says("read anew");
        assert_eq!(playing.lists(2), [status, 200]);
    }
}

#[cfg(unix)]
#[test]
fn file_behind_a_link_is_watched_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("real")).unwrap();
    let real = folder.path().join("real/live.json");
    fs::write(&real, file(&json!([])).to_string()).unwrap();
    let link = folder.path().join("live.json");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let mut playing = at(folder, link, &[]);
    fs::write(&real, file(&json!([busy("a", 1, 429)])).to_string()).unwrap();
    playing.served.until_says("read anew");
    assert_eq!(playing.lists(2), [429, 200]);
}

#[test]
fn row_stays_and_a_file_without_it_is_not_taken() {
    let rows = |statuses: Value| {
        json!({ "scenario": "live", "v": 1, "each": { "status": statuses },
            "rules": [{ "id": "a", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": "${status}" } } }] })
    };
    let mut playing = serving(&rows(json!([429, 503])), &["--row", "status=503"]);
    assert_eq!(playing.lists(1), [503]);
    let other = rows(json!([500, 429, 503]))
        .to_string()
        .replace("\"nth\":1", "\"nth\":2");
    playing.write(&other, "read anew");
    assert_eq!(playing.lists(2), [200, 503]);
    let said = playing.write(&rows(json!([429])).to_string(), "not taken");
    assert!(said.contains("no row of that name"), "{said}");
}

#[test]
fn what_only_a_start_can_heed_is_said() {
    let mut playing = serving(&file(&json!([busy("a", 1, 429)])), &["--seed", "5"]);
    let mut other = file(&json!([busy("a", 1, 429)]));
    other["seed"] = 9.into();
    other["given"] = json!({ "users": [{ "userName": "bob@main.com" }] });
    other["clock"] = json!({ "mode": "manual" });
    let said = playing.write(&other.to_string(), "read anew");
    assert!(said.contains("1 as before"), "{said}");
    assert!(
        said.contains("only from the next start on: given, clock, seed"),
        "{said}"
    );
    assert_eq!(
        playing.changes()[0]["restart"],
        json!(["given", "clock", "seed"])
    );
    assert_eq!(playing.lists(1), [429]);
    assert_eq!(playing.client.get("/Users").json()["totalResults"], 0);
    assert_eq!(playing.tester.get("").json()["seed"], 5);
}

#[test]
fn without_reload_the_file_is_read_once() {
    let mut playing = serving(&file(&json!([busy("a", 2, 429)])), &["--no-reload"]);
    fs::write(&playing.path, file(&json!([])).to_string()).unwrap();
    assert_eq!(playing.lists(2), [200, 429]);
    let (_, said) = {
        playing.served.until_says("curl");
        playing.served.interrupt()
    };
    assert!(!said.contains("read anew"), "{said}");
    assert!(Path::new(&playing.path).exists());
}

#[cfg(unix)]
#[test]
fn link_that_comes_to_lead_elsewhere_is_followed_there() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let inside = |name: &str| folder.path().join(name);
    for (place, status) in [("one", 429), ("two", 500)] {
        fs::create_dir(inside(place)).unwrap();
        let text = file(&json!([busy("a", 1, status)])).to_string();
        fs::write(inside(place).join("live.json"), text).unwrap();
    }
    symlink(inside("one/live.json"), inside("live.json")).unwrap();
    let (link, two) = (inside("live.json"), inside("two/live.json"));
    let other = inside("other.json");
    let mut playing = at(folder, link.clone(), &[]);
    assert_eq!(playing.lists(1), [429]);
    symlink(&two, &other).unwrap();
    fs::rename(&other, &link).unwrap();
    playing.served.until_says("read anew");
    assert_eq!(playing.lists(2), [500, 200]);
    // Where it leads now is watched from now on.
    fs::write(&two, file(&json!([busy("a", 1, 503)])).to_string()).unwrap();
    playing.served.until_says("read anew");
    assert_eq!(playing.lists(2), [503, 200]);
}

#[test]
fn file_that_is_gone_is_said_once_and_leaves_the_rules_until_it_is_back() {
    let mut playing = serving(&file(&json!([busy("a", 2, 429)])), &[]);
    assert_eq!(playing.lists(1), [200]);
    fs::remove_file(&playing.path).unwrap();
    let said = playing.served.until_says("cannot be read");
    assert!(said.contains("the rules stay as they were"), "{said}");
    assert_eq!(playing.lists(2), [429, 200]);
    playing.write(&file(&json!([busy("a", 1, 503)])).to_string(), "read anew");
    assert_eq!(playing.lists(2), [503, 200]);
    // Half a file is refused with its place, and taken once it is whole.
    let whole = file(&json!([busy("a", 1, 500)])).to_string();
    let (half, _) = whole.split_at(whole.len() / 2);
    playing.write(half, "not taken");
    assert_eq!(playing.lists(1), [200]);
    playing.write(&whole, "read anew");
    assert_eq!(playing.lists(2), [500, 200]);
}
