//! Versions of resources, [RFC 7644 section 3.14](https://www.rfc-editor.org/rfc/rfc7644#section-3.14).

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{check_error, list, resources};
use crate::support::{Client, create_group, create_user, patch, start, user, with};

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

// RFC 9110 section 13.1.2: if the condition is false, "the origin server MUST respond with either a) the 304 (Not Modified) status code if the request method is GET or HEAD or b) the 412
// (Precondition Failed) status code for all other request methods."
#[test]
fn write_to_a_version_that_must_not_match_is_412() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let before = client.get(&path).json();
    for tag in ["*", &etag(&client, &path)] {
        let known = client.clone().header("If-None-Match", tag);
        check_error(&known.patch(&path, &title("Guide")), 412, "", "version");
        check_error(&known.put(&path, &user("bob@main.com")), 412, "", "version");
        check_error(&known.delete(&path), 412, "", "version");
        let head = known.send("HEAD", &path, b"").unwrap();
        assert_eq!((head.status, head.body.len()), (304, 0));
    }
    assert_eq!(client.get(&path).json(), before);
    let other = client.clone().header("If-None-Match", "W/\"99\"");
    assert_eq!(other.patch(&path, &title("Guide")).status, 200);
}

// RFC 9110 section 13.1.1: If-Match "can also be used with other methods to abort a request if the selected
// representation does not match".
#[test]
fn read_of_another_version_is_412() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let stale = client.clone().header("If-Match", "W/\"99\"");
    check_error(&stale.get(&path), 412, "", "version");
    let known = client.clone().header("If-Match", &etag(&client, &path));
    assert_eq!(known.get(&path).status, 200);
}

// RFC 6585 section 3: "The 428 status code indicates that the origin server requires the request to be conditional."
#[test]
fn write_without_a_condition_is_428_where_the_profile_wants_one() {
    let (_goto, client) = with(GotoDouble::builder().profile("if_match_required", true));
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let before = client.get(&path).json();
    check_error(&client.patch(&path, &title("Guide")), 428, "", "If-Match");
    check_error(
        &client.put(&path, &user("bob@main.com")),
        428,
        "",
        "If-Match",
    );
    check_error(&client.delete(&path), 428, "", "If-Match");
    check_error(&client.delete("/Users/4711"), 404, "", "4711");
    assert_eq!(client.get(&path).json(), before);
    let conditional = client.clone().header("If-Match", &etag(&client, &path));
    assert_eq!(conditional.patch(&path, &title("Guide")).status, 200);
    assert_eq!(
        client.clone().header("If-Match", "*").delete(&path).status,
        204
    );
}

// "Service providers MAY support weak ETags": without them there is no version, and no condition is heeded.
#[test]
fn nothing_has_a_version_where_the_profile_has_none() {
    let builder = GotoDouble::builder().profile("etags", false);
    let (_goto, client) = with(builder.profile("if_match_required", true));
    let made = client.post("/Users", &user("ada@main.com"));
    let path = format!("/Users/{}", made.json()["id"].as_str().unwrap());
    let stale = client
        .clone()
        .header("If-Match", "W/\"99\"")
        .header("If-None-Match", "*");
    let answers = [
        made,
        stale.get(&path),
        stale.get(&format!("{path}?attributes=meta")),
        stale.patch(&path, &title("Guide")),
        client.put(&path, &user("bob@main.com")),
    ];
    for answer in answers {
        assert!(answer.status < 300, "{}", answer.text());
        assert_eq!(answer.header("etag"), None);
        let meta = &answer.json()["meta"];
        assert!(
            meta["location"].is_string() && meta.get("version").is_none(),
            "{meta}"
        );
    }
    let listed = list(&client, "/Users", &[("filter", "userName pr")]);
    assert!(resources(&listed)[0]["meta"].get("version").is_none());
    let group = format!("/Groups/{}", create_group(&client, "Guides"));
    let renamed = patch(json!([{ "op": "replace", "path": "displayName", "value": "Drivers" }]));
    assert_eq!(client.patch(&group, &renamed).header("etag"), None);
    assert_eq!(client.delete(&path).status, 204);
    let config = client.get("/ServiceProviderConfig").json();
    assert_eq!(config["etag"]["supported"], false);
}

// The example of section 3.5.2.1: a PATCH answered 204 carries ETag and Location.
#[test]
fn patch_answered_204_says_where_the_resource_is() {
    let (goto, client) = start();
    let id = create_group(&client, "Guides");
    let renamed = patch(json!([{ "op": "replace", "path": "displayName", "value": "Drivers" }]));
    let answer = client.patch(&format!("/Groups/{id}"), &renamed);
    let location = format!("{}/Groups/{id}", goto.scim_url());
    assert_eq!(
        (answer.status, answer.header("location")),
        (204, Some(location.as_str()))
    );
}

// Section 3.5.2.1: "Unless other operations change the resource, this operation SHALL NOT change the modify timestamp".
#[test]
fn patch_that_changes_nothing_leaves_version_and_date() {
    let (goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    assert_eq!(client.patch(&path, &title("Guide")).status, 200);
    let before = client.get(&path).json();
    goto.control()
        .advance(std::time::Duration::from_secs(60))
        .unwrap();
    let same = json!([
        { "op": "replace", "path": "title", "value": "Guide" },
        { "op": "add", "value": { "active": true } },
        { "op": "remove", "path": "nickName" },
    ]);
    let answer = client.patch(&path, &patch(same));
    assert_eq!((answer.status, answer.json()), (200, before.clone()));
    assert_eq!(client.get(&path).json(), before);
}
