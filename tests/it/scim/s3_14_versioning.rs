//! Versions of resources, [RFC 7644 section 3.14](https://www.rfc-editor.org/rfc/rfc7644#section-3.14).

use serde_json::{Value, json};

use super::check_error;
use crate::support::{Client, create_group, create_user, patch, start, user};

fn title(text: &str) -> Value {
    patch(json!([{ "op": "replace", "path": "title", "value": text }]))
}

fn etag(client: &Client, path: &str) -> String {
    client.get(path).header("etag").unwrap().to_owned()
}

// "When supported, SCIM ETags MUST be specified as an HTTP header and SHOULD be specified within the version attribute
// contained in the resource's meta attribute."
#[test]
fn version_is_a_weak_tag_in_header_and_meta_and_moves_with_each_change() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let first = client.get(&path);
    let tag = first.header("etag").unwrap();
    assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");
    assert_eq!(first.json()["meta"]["version"], tag);
    assert_eq!(client.patch(&path, &title("Guide")).status, 200);
    assert_ne!(etag(&client, &path), tag);
}

// "If the resource has not changed, the service provider simply returns an empty body with a 304 (Not Modified)
// response code."
#[test]
fn read_of_a_known_version_is_304_without_a_body() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let tag = etag(&client, &path);
    for known in [
        tag.clone(),
        tag.replace("W/", ""),
        "*".into(),
        format!("\"x\", {tag}"),
    ] {
        let answer = client.clone().header("If-None-Match", &known).get(&path);
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{known}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
    assert_eq!(client.patch(&path, &title("Guide")).status, 200);
    assert_eq!(
        client
            .clone()
            .header("If-None-Match", &tag)
            .get(&path)
            .status,
        200
    );
}

// "…the client MAY supply an If-Match header for PUT and PATCH operations to ensure that the requested operation
// succeeds only if the supplied ETag matches the latest service provider resource"; RFC 9110 section 13.1.1: if not,
// 412 (Precondition Failed).
#[test]
fn write_to_another_version_is_412_and_changes_nothing() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let before = client.get(&path).json();
    for stale in ["W/\"99\"", "\"99\"", "junk", "", "W/\"0\", W/\"99\""] {
        let stale = client.clone().header("If-Match", stale);
        check_error(&stale.patch(&path, &title("Guide")), 412, "", "version");
        check_error(&stale.put(&path, &user("bob@main.com")), 412, "", "version");
        check_error(&stale.delete(&path), 412, "", "version");
    }
    assert_eq!(client.get(&path).json(), before);
}

#[test]
fn write_to_the_named_version_is_done() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let conditional = |tag: &str| client.clone().header("If-Match", tag);
    assert_eq!(
        conditional(&etag(&client, &path))
            .patch(&path, &title("Guide"))
            .status,
        200
    );
    assert_eq!(
        conditional(&etag(&client, &path))
            .put(&path, &user("bob@main.com"))
            .status,
        200
    );
    assert_eq!(conditional("*").patch(&path, &title("Driver")).status, 200);
    let listed = format!("W/\"99\", {}", etag(&client, &path));
    assert_eq!(conditional(&listed).delete(&path).status, 204);
}

#[test]
fn of_two_writers_with_one_version_one_is_refused() {
    let (_goto, client) = start();
    let path = format!("/Groups/{}", create_group(&client, "Guides"));
    let both = client.clone().header("If-Match", &etag(&client, &path));
    let rename =
        |name: &str| patch(json!([{ "op": "replace", "path": "displayName", "value": name }]));
    assert_eq!(both.patch(&path, &rename("One")).status, 204);
    check_error(&both.patch(&path, &rename("Two")), 412, "", "version");
    assert_eq!(client.get(&path).json()["displayName"], "One");
}

#[test]
fn unknown_resource_is_404_whatever_version_is_named() {
    let (_goto, client) = start();
    let any = client
        .clone()
        .header("If-Match", "*")
        .header("If-None-Match", "*");
    check_error(&any.get("/Users/4711"), 404, "", "4711");
    check_error(&any.delete("/Users/4711"), 404, "", "4711");
}

#[test]
fn patch_answered_204_names_the_new_version_too() {
    let (_goto, client) = start();
    let path = format!("/Groups/{}", create_group(&client, "Guides"));
    let answer = client.patch(
        &path,
        &patch(json!([{ "op": "replace", "path": "displayName", "value": "Drivers" }])),
    );
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("etag"), Some(etag(&client, &path).as_str()));
}
