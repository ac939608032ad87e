//! The true answer in another wrapping: each rule is the example that the reference page shows for it.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{documented, exchanges, playing, stored};
use crate::support::raw::hear;
use crate::support::{Answer, create_user, user};

/// Three creates, of which the example of that name wraps the second; all of them are stored.
#[track_caller]
fn created(name: &str) -> Answer {
    let (goto, client) = playing(documented(name, 2));
    create_user(&client, "ada@main.com");
    let odd = client.post("/Users", &user("bob@main.com"));
    create_user(&client, "eve@main.com");
    assert_eq!(
        stored(&goto),
        ["ada@main.com", "bob@main.com", "eve@main.com"]
    );
    assert!(exchanges(&goto, "users.create")[1].committed());
    odd
}

/// Three reads of one user or list, of which the example of that name wraps the second.
#[track_caller]
fn read(name: &str) -> [Answer; 2] {
    let (_goto, client) = playing(documented(name, 2));
    let id = create_user(&client, "ada@main.com");
    let is_list = documented(name, 2)[0]["on"] == "users.list";
    let path = if is_list {
        "/Users".to_owned()
    } else {
        format!("/Users/{id}")
    };
    let [plain, odd, last] = [(); 3].map(|()| client.get(&path));
    assert_eq!((plain.status, &plain.body), (last.status, &last.body));
    assert_eq!(last.header("content-type"), Some("application/scim+json"));
    [plain, odd]
}

#[test]
fn created_user_is_told_with_200() {
    let odd = created("mutate status");
    assert_eq!(
        (odd.status, &odd.json()["userName"]),
        (200, &json!("bob@main.com"))
    );
}

#[test]
fn true_answer_takes_any_final_status() {
    for (status, has_body) in [
        (202, true),
        (204, false),
        (299, true),
        (599, true),
        (999, true),
    ] {
        let (goto, client) = playing(
            json!([{ "id": "odd", "on": "users.create", "when": { "nth": 1 },
            "do": { "mutate": format!("status:{status}") } }]),
        );
        let odd = client.post("/Users", &user("ada@main.com"));
        assert_eq!((odd.status, !odd.body.is_empty()), (status, has_body));
        assert_eq!(stored(&goto), ["ada@main.com"]);
    }
}

#[test]
fn deletion_is_told_with_200() {
    let (goto, client) =
        playing(json!([{ "id": "ok", "on": "users.delete", "do": { "mutate": "status:200" } }]));
    let id = create_user(&client, "ada@main.com");
    let gone = client.delete(&format!("/Users/{id}"));
    assert_eq!((gone.status, gone.body.len()), (200, 0));
    assert!(stored(&goto).is_empty());
}

#[test]
fn body_is_missing_for_once() {
    let odd = created("mutate no_body");
    assert_eq!((odd.status, odd.body.len()), (201, 0));
    assert_eq!(
        (odd.header("content-length"), odd.header("content-type")),
        (Some("0"), None)
    );
}

#[test]
fn media_type_is_wrong_for_once() {
    let [plain, odd] = read("mutate content_type");
    assert_eq!(odd.header("content-type"), Some("text/plain"));
    assert_eq!((odd.status, odd.body), (200, plain.body));
}

#[test]
fn media_type_is_missing_for_once() {
    let [plain, odd] = read("mutate no_content_type");
    assert_eq!(odd.header("content-type"), None);
    assert_eq!((odd.status, odd.body), (200, plain.body));
}

#[test]
fn byte_order_mark_stands_before_the_json() {
    let [plain, odd] = read("mutate bom");
    assert_eq!(
        odd.body.strip_prefix(b"\xef\xbb\xbf"),
        Some(plain.body.as_slice())
    );
    assert_eq!(
        odd.header("content-length"),
        Some(odd.body.len().to_string().as_str())
    );
}

#[test]
fn page_stands_in_place_of_the_created_user() {
    let odd = created("mutate html");
    assert_eq!(odd.status, 201);
    assert!(odd.text().starts_with("<!DOCTYPE html>"), "{}", odd.text());
    assert!(odd.header("content-type").unwrap().starts_with("text/html"));
}

#[test]
fn gzip_is_readable_by_who_reads_gzip() {
    let [plain, odd] = read("mutate gzip");
    assert_eq!(odd.header("content-encoding"), Some("gzip"));
    assert_eq!(
        odd.header("content-length"),
        Some(odd.body.len().to_string().as_str())
    );
    let mut reader = Command::new("python3")
        .args([
            "-c",
            "import gzip, sys; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    reader.stdin.take().unwrap().write_all(&odd.body).unwrap();
    assert_eq!(reader.wait_with_output().unwrap().stdout, plain.body);
}

#[test]
fn wrapping_comes_after_every_change_of_the_json() {
    let (_goto, client) = playing(
        json!([{ "id": "both", "on": "users.list", "do": { "mutate": [
        "bom", { "op": "replace", "path": "/totalResults", "value": 9 } ] } }]),
    );
    let odd = client.get("/Users");
    let body: Value =
        serde_json::from_slice(odd.body.strip_prefix(b"\xef\xbb\xbf").unwrap()).unwrap();
    assert_eq!(body["totalResults"], 9);
}

#[test]
fn answer_without_a_body_cannot_be_packed_and_the_journal_says_so() {
    let (goto, client) = playing(
        json!([{ "id": "packed", "on": "users.patch", "do": { "mutate": ["status:204", "gzip"] } }]),
    );
    let id = create_user(&client, "ada@main.com");
    let heard = hear(
        &client.header("Content-Type", "application/scim+json").header("Connection", "close"),
        "PATCH",
        &format!("/Users/{id}"),
        br#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":"Dr"}]}"#,
    );
    assert!(heard.head().starts_with("HTTP/1.1 204"), "{}", heard.text());
    let what = exchanges(&goto, "users.patch")[0].fired[0].told();
    assert!(what.contains("not done"), "{what}");
}
