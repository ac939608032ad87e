//! What real clients are known to do, and every profile with a name must stand: each clause is a test, under each profile.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{found, list, member_ids, resources};
use crate::support::{
    Answer, CORE_GROUP, CORE_USER, Client, ENTERPRISE, create_group, create_user, group, patch,
    user, with,
};

/// The profiles that every clause below holds under.
const PROFILES: &[&str] = &["goto", "rfc", "entra-lenient"];

const ENTRA_GROUP: &str =
    "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// Tells a clause to a double of each profile.
#[track_caller]
fn under_every_profile(clause: impl Fn(&Client)) {
    let failing = failing(clause);
    assert!(failing.is_empty(), "the clause fails under {failing:?}");
}

/// The same where one profile does not stand the clause; once it does, that is a failure too.
#[track_caller]
fn under_every_profile_but(exception: &str, clause: impl Fn(&Client)) {
    assert_eq!(failing(clause), [exception], "the clause fails under these");
}

/// The profiles that a clause fails under.
fn failing(clause: impl Fn(&Client)) -> Vec<&'static str> {
    let fails = |profile: &&str| {
        let (_goto, client) = with(GotoDouble::builder().profile_named(*profile));
        catch_unwind(AssertUnwindSafe(|| clause(&client))).is_err()
    };
    PROFILES.iter().copied().filter(fails).collect()
}

/// A group that is created with these members.
#[track_caller]
fn group_with(client: &Client, name: &str, members: &[&str]) -> String {
    let mut body = group(name);
    body["members"] = members.iter().map(|id| json!({ "value": id })).collect();
    let made = client.post("/Groups", &body);
    check(&made, &[201]);
    made.json()["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn check(answer: &Answer, expected: &[u16]) {
    assert!(expected.contains(&answer.status), "{answer:?}");
}

/// Changes a resource, which may be answered with it or without.
#[track_caller]
fn change(client: &Client, path: &str, body: &Value) -> Value {
    check(&client.patch(path, body), &[200, 204]);
    client.get(path).json()
}

#[test]
fn attributes_beyond_the_nine_of_the_mapping_are_kept_on_the_first_write() {
    under_every_profile(|client| {
        let more = json!({
            "displayName": "Ada Lovelace",
            "emails": [{ "value": "ada@main.com", "type": "work", "primary": true }],
            "roles": [{ "value": "guide", "display": "Guide" }],
            "photos": [{ "value": "https://main.com/ada.png", "type": "photo" }],
            "title": "Countess", "nickName": "Ada", "locale": "en-US", "preferredLanguage": "en",
            "phoneNumbers": [{ "value": "+49 30 1234", "type": "work" }],
            "addresses": [{ "type": "work", "locality": "London", "country": "GB" }],
        });
        let mut body = user("ada@main.com");
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = client.post("/Users", &body);
        check(&made, &[201]);
        let read = client
            .get(&format!("/Users/{}", made.json()["id"].as_str().unwrap()))
            .json();
        for (name, value) in more.as_object().unwrap() {
            assert_eq!((&made.json()[name], &read[name]), (value, value), "{name}");
        }
    });
}

#[test]
fn remove_at_members_with_a_value_list_takes_out_only_those_named() {
    under_every_profile(|client| {
        let people: Vec<String> = ["ada", "bob", "cid"]
            .iter()
            .map(|name| create_user(client, &format!("{name}@main.com")))
            .collect();
        let [ada, bob, cid] = &people[..] else {
            panic!("three people");
        };
        let path = format!("/Groups/{}", group_with(client, "Guides", &[ada, bob, cid]));
        let remove =
            |value: Value| patch(json!([{ "op": "remove", "path": "members", "value": value }]));
        let group = change(client, &path, &remove(json!([{ "value": ada }])));
        assert_eq!(member_ids(&group), [bob.as_str(), cid]);
        let group = change(
            client,
            &path,
            &remove(json!([{ "$ref": null, "value": cid }])),
        );
        assert_eq!(member_ids(&group), [bob.as_str()]);
    });
}

#[test]
fn body_without_schemas_is_taken() {
    under_every_profile(|client| {
        let mut body = user("ada@main.com");
        body.as_object_mut().unwrap().shift_remove("schemas");
        let made = client.post("/Users", &body);
        check(&made, &[201]);
        assert_eq!(made.json()["schemas"], json!([CORE_USER]));
        let path = format!("/Users/{}", made.json()["id"].as_str().unwrap());
        check(&client.put(&path, &body), &[200]);
        let group = client.post("/Groups", &json!({ "displayName": "Guides" }));
        check(&group, &[201]);
        assert_eq!(group.json()["schemas"], json!([CORE_GROUP]));
    });
}

#[test]
fn change_without_schemas_is_taken() {
    under_every_profile(|client| {
        let path = format!("/Users/{}", create_user(client, "ada@main.com"));
        let body =
            json!({ "Operations": [{ "op": "replace", "path": "title", "value": "Countess" }] });
        assert_eq!(change(client, &path, &body)["title"], "Countess");
    });
}

#[test]
fn nulls_and_empty_texts_are_no_mistake() {
    under_every_profile(|client| {
        let mut body = user("ada@main.com");
        for name in ["title", "emails", "phoneNumbers", "externalId"] {
            body[name] = Value::Null;
        }
        body["name"]["middleName"] = Value::Null;
        body["nickName"] = json!("");
        body["roles"] = json!([]);
        let made = client.post("/Users", &body);
        check(&made, &[201]);
        assert!(!made.text().contains("null"), "{}", made.text());
        let path = format!("/Users/{}", made.json()["id"].as_str().unwrap());
        check(&client.put(&path, &body), &[200]);
        let emptied = patch(json!([{ "op": "replace", "path": "title", "value": "" }]));
        let title = change(client, &path, &emptied).get("title").cloned();
        assert!(title.is_none_or(|title| title == ""));
    });
}

#[test]
fn empty_texts_are_no_mistake_wherever_text_may_stand() {
    under_every_profile(|client| {
        let mut body = user("ada@main.com");
        let texts = "displayName nickName title userType preferredLanguage locale timezone profileUrl externalId";
        for name in texts.split(' ') {
            // The letter takes a `locale` and a `timezone` as it takes any text.
            body[name] = json!("");
        }
        body["name"] = json!({ "givenName": "", "familyName": "", "formatted": "" });
        body["schemas"] = json!([CORE_USER, ENTERPRISE]);
        body[ENTERPRISE] =
            json!({ "department": "", "division": "", "costCenter": "", "employeeNumber": "" });
        let made = client.post("/Users", &body);
        check(&made, &[201]);
        let path = format!("/Users/{}", made.json()["id"].as_str().unwrap());
        check(&client.put(&path, &body), &[200]);
        for name in texts.split(' ') {
            let emptied = patch(json!([{ "op": "replace", "path": name, "value": "" }]));
            change(client, &path, &emptied);
        }
    });
}

#[test]
fn path_of_null_is_no_path() {
    under_every_profile(|client| {
        let path = format!("/Users/{}", create_user(client, "ada@main.com"));
        let body = patch(json!([{ "op": "replace", "path": null, "value": { "active": false } }]));
        assert_eq!(change(client, &path, &body)["active"], false);
    });
}

#[test]
fn private_schema_of_a_group_is_passed_over() {
    under_every_profile(|client| {
        let body = json!({
            "schemas": [CORE_GROUP, ENTRA_GROUP], "externalId": "g-1", "displayName": "Guides",
            "meta": { "resourceType": "Group" }, "members": [],
        });
        let made = client.post("/Groups", &body);
        check(&made, &[201]);
        assert_eq!(made.json()["schemas"], json!([CORE_GROUP]));
        assert_eq!(made.json()["displayName"], "Guides");
    });
}

#[test]
fn both_media_types_are_read_with_and_without_a_charset() {
    under_every_profile(|client| {
        for (place, media_type) in [
            "application/scim+json",
            "application/scim+json; charset=utf-8",
            "application/scim+json;charset=UTF-8",
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON;charset=\"utf-8\"",
        ]
        .into_iter()
        .enumerate()
        {
            let client = client.clone().header("Content-Type", media_type);
            let made = client.post("/Users", &user(&format!("u{place}@main.com")));
            check(&made, &[201]);
            assert_eq!(made.header("content-type"), Some("application/scim+json"));
            let path = format!("/Users/{}", made.json()["id"].as_str().unwrap());
            let body = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
            check(&client.patch(&path, &body), &[200, 204]);
        }
    });
}

#[test]
fn unknown_query_parameters_are_ignored() {
    under_every_profile(|client| {
        let id = create_user(client, "ada@main.com");
        let path = format!("/Users/{id}?aadOptscim062020&tenant=7");
        check(&client.get(&path), &[200]);
        let body = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
        check(&client.patch(&path, &body), &[200, 204]);
        check(&client.put(&path, &user("ada@main.com")), &[200]);
        let query = "aadOptscim062020&filter=userName+eq+%22ada%40main.com%22&nextPage=x";
        let rows = resources(&client.get(&format!("/Users?{query}")));
        assert_eq!(rows.len(), 1);
        check(&client.get("/Schemas?aadOptscim062020"), &[200]);
        let made = client.post("/Users?aadOptscim062020", &user("bob@main.com"));
        check(&made, &[201]);
        check(&client.delete(&path), &[204]);
    });
}

#[test]
fn filters_that_link_people_and_ask_for_members_are_answered() {
    under_every_profile(|client| {
        let mut body = user("ada@main.com");
        body["externalId"] = json!("0a21f0f2-8d2a");
        let made = client.post("/Users", &body).json();
        let ada = made["id"].as_str().unwrap();
        let bob = create_user(client, "bob@main.com");
        let guides = group_with(client, "Guides", &[ada]);
        create_group(client, "Cooks");
        assert_eq!(
            found(client, "/Users", r#"externalId eq "0a21f0f2-8d2a""#),
            ["ada"]
        );
        assert!(found(client, "/Users", r#"externalId eq "0A21F0F2-8D2A""#).is_empty());
        for (member, expected) in [(ada, &["Guides"][..]), (bob.as_str(), &[])] {
            for filter in [
                format!(r#"members.value eq "{member}""#),
                format!(r#"id eq "{guides}" and members eq "{member}""#),
            ] {
                assert_eq!(found(client, "/Groups", &filter), expected, "{filter}");
            }
        }
    });
}

#[test]
fn page_of_ten_thousand_is_as_large_as_pages_get() {
    under_every_profile(|client| {
        for place in 0..3 {
            create_user(client, &format!("u{place}@main.com"));
        }
        let answer = list(client, "/Users", &[("count", "10000")]);
        assert_eq!(resources(&answer).len(), 3);
        assert_eq!(answer.json()["totalResults"], 3);
    });
}

#[test]
fn page_beyond_the_end_is_empty_and_tells_the_total() {
    under_every_profile(|client| {
        create_user(client, "ada@main.com");
        let answer = list(client, "/Users", &[("startIndex", "101"), ("count", "100")]);
        assert!(resources(&answer).is_empty());
        assert_eq!(answer.json()["totalResults"], 1);
        let none = list(client, "/Groups", &[("startIndex", "2")]);
        assert!(resources(&none).is_empty());
        assert_eq!(none.json()["totalResults"], 0);
    });
}

/// The members that RFC 7643 gives the documents of sections 5 to 7, and to what they contain; `meta` is section 3.1.
const OF_CONFIG: &[&str] = &[
    "schemas",
    "documentationUri",
    "patch",
    "bulk",
    "filter",
    "changePassword",
    "sort",
    "etag",
    "authenticationSchemes",
    "meta",
    "supported",
    "maxOperations",
    "maxPayloadSize",
    "maxResults",
    "type",
    "name",
    "description",
    "specUri",
    "primary",
];
const OF_RESOURCE_TYPE: &[&str] = &[
    "schemas",
    "id",
    "name",
    "description",
    "endpoint",
    "schema",
    "schemaExtensions",
    "required",
    "meta",
];
const OF_SCHEMA: &[&str] = &[
    "schemas",
    "id",
    "name",
    "description",
    "attributes",
    "meta",
    "type",
    "subAttributes",
    "multiValued",
    "required",
    "canonicalValues",
    "caseExact",
    "mutability",
    "returned",
    "uniqueness",
    "referenceTypes",
];
const OF_META: &[&str] = &[
    "resourceType",
    "created",
    "lastModified",
    "location",
    "version",
];
const OF_LIST: &[&str] = &[
    "schemas",
    "totalResults",
    "startIndex",
    "itemsPerPage",
    "Resources",
];

/// Every member name of a document, at whatever depth; those of `meta` are checked here.
fn names_in<'d>(document: &'d Value, names: &mut BTreeSet<&'d str>) {
    match document {
        Value::Array(list) => list.iter().for_each(|one| names_in(one, names)),
        Value::Object(members) => {
            for (name, value) in members {
                names.insert(name);
                if name == "meta" {
                    check_names(value, OF_META);
                } else {
                    names_in(value, names);
                }
            }
        }
        _ => {}
    }
}

#[track_caller]
fn check_names(document: &Value, known: &[&str]) {
    let mut names = BTreeSet::new();
    names_in(document, &mut names);
    let unknown: Vec<_> = names.iter().filter(|name| !known.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?} in {document}");
}

// Old strict clients stop at a member they do not know.
#[test]
fn discovery_documents_have_no_members_beyond_those_of_the_rfc() {
    // That profile offers cursors, and RFC 9865 section 4 has it say so in a member of its own.
    under_every_profile_but("rfc", |client| {
        check_names(&client.get("/ServiceProviderConfig").json(), OF_CONFIG);
        for (path, known) in [
            ("/ResourceTypes", OF_RESOURCE_TYPE),
            ("/Schemas", OF_SCHEMA),
        ] {
            let answer = client.get(path);
            for row in resources(&answer) {
                check_names(&row, known);
                let location = row["meta"]["location"].as_str().unwrap();
                let (_, own) = location.split_once("/scim/v2").unwrap();
                check_names(&client.get(own).json(), known);
            }
            let body = answer.json();
            let envelope = body.as_object().unwrap().keys();
            assert!(
                envelope
                    .clone()
                    .all(|name| OF_LIST.contains(&name.as_str()))
            );
        }
    });
}
