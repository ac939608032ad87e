//! A required extension that was loaded, with every kind of attribute in it: what holds for the core holds for it too.

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{check_error, found, list};
use crate::support::{Answer, CORE_USER, Client, patch, with};

const SHIP: &str = "urn:example:params:scim:schemas:extension:ship:2.0:User";

fn documents() -> Vec<(String, Value)> {
    let schema = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": SHIP, "name": "Ship",
        "attributes": [
            { "name": "cabins", "type": "complex", "multiValued": true, "subAttributes": [
                { "name": "value", "type": "string", "caseExact": true },
                { "name": "deck", "type": "integer" },
                { "name": "label", "type": "string" },
                { "name": "primary", "type": "boolean" },
                { "name": "key", "type": "string", "mutability": "immutable" },
                { "name": "seen", "type": "dateTime", "mutability": "readOnly" },
                { "name": "secret", "type": "string", "mutability": "writeOnly", "returned": "never" },
            ]},
            { "name": "flag", "type": "string", "returned": "always" },
            { "name": "port", "type": "string", "required": true },
            { "name": "once", "type": "string", "mutability": "immutable" },
            { "name": "levels", "type": "integer", "multiValued": true },
        ],
    });
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": "User", "name": "User",
        "endpoint": "/Users", "schema": CORE_USER, "schemaExtensions": [{ "schema": SHIP, "required": true }],
    });
    vec![("ship.json".into(), schema), ("user.json".into(), user)]
}

fn start() -> (GotoDouble, Client) {
    with(
        GotoDouble::builder()
            .profile_named("rfc")
            .schemas(documents()),
    )
}

/// A member of the crew with two cabins.
fn ada() -> Value {
    json!({ "schemas": [CORE_USER, SHIP], "userName": "ada@main.com", SHIP: {
        "port": "Hamburg", "flag": "blue", "once": "first", "levels": [3, 1],
        "cabins": [
            { "value": "A1", "deck": 3, "label": "fore", "primary": true, "key": "k1", "secret": "s" },
            { "value": "B2", "deck": 5, "label": "aft", "key": "k2" },
        ],
    }})
}

#[track_caller]
fn aboard(client: &Client) -> String {
    let made = client.post("/Users", &ada());
    assert_eq!(made.status, 201, "{}", made.text());
    format!("/Users/{}", made.json()["id"].as_str().unwrap())
}

fn at(path: &str) -> String {
    format!("{SHIP}:{path}")
}

fn change(client: &Client, path: &str, operation: Value) -> Answer {
    client.patch(path, &patch(json!([operation])))
}

// RFC 7643 section 6, schemaExtensions.required: "If true, a resource of this type MUST include this schema extension
// and also include any attributes declared as required in this schema extension."
#[test]
fn required_extension_cannot_be_missing_nor_taken_away() {
    let (_goto, client) = start();
    let mut bare = ada();
    bare.as_object_mut().unwrap().remove(SHIP);
    bare["schemas"] = json!([CORE_USER]);
    check_error(&client.post("/Users", &bare), 400, "invalidValue", SHIP);
    let path = aboard(&client);
    check_error(&client.put(&path, &bare), 400, "invalidValue", "");
    for gone in [SHIP.to_owned(), at("port")] {
        let answer = change(&client, &path, json!({ "op": "remove", "path": gone }));
        check_error(&answer, 400, "mutability", "required");
    }
    assert_eq!(client.get(&path).json()[SHIP]["port"], "Hamburg");
}

// RFC 7644 section 3.4.2.2: "Attribute names […] MUST be […] prefixed with […] the schema URN" and "emails[type eq …]".
#[test]
fn filters_group_and_negate_among_the_values_of_an_extension() {
    let (_goto, client) = start();
    aboard(&client);
    for (filter, is_found) in [
        (r#"cabins[deck gt 4 and label eq "AFT"]"#, true),
        (r#"cabins[deck gt 4 and label eq "fore"]"#, false),
        (
            r#"cabins[not (deck gt 4) and (label eq "fore" or label eq "mid")]"#,
            true,
        ),
        ("cabins[not (deck gt 2)]", false),
        (r#"cabins[value eq "a1"]"#, false),
        ("cabins.deck ge 5", true),
        ("levels gt 2", true),
        ("levels[value lt 1]", false),
        ("cabins.seen pr", false),
    ] {
        let filter = at(filter);
        let expected: &[&str] = if is_found { &["ada"] } else { &[] };
        assert_eq!(found(&client, "/Users", &filter), expected, "{filter}");
        let negated = format!("not ({filter}) or (userName sw \"z\" and {filter})");
        let expected: &[&str] = if is_found { &[] } else { &["ada"] };
        assert_eq!(found(&client, "/Users", &negated), expected, "{negated}");
    }
    for filter in [r#"cabins[secret eq "s"]"#, "cabins.primary gt true"] {
        let answer = list(&client, "/Users", &[("filter", &at(filter))]);
        check_error(&answer, 400, "invalidFilter", "character");
    }
}

// RFC 7644 section 3.5.2: "the "path" attribute […] valuePath [subAttr]".
#[test]
fn patch_picks_among_the_values_of_an_extension() {
    let (_goto, client) = start();
    let path = aboard(&client);
    let cabins = |operation: Value| {
        let answer = change(&client, &path, operation);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()[SHIP]["cabins"].clone()
    };
    let label = at("cabins[deck gt 4].label");
    let after = cabins(json!({ "op": "replace", "path": label, "value": "stern" }));
    assert_eq!(
        (&after[0]["label"], &after[1]["label"]),
        (&json!("fore"), &json!("stern"))
    );
    let primary = at(r#"cabins[label eq "stern" and not (deck lt 5)].primary"#);
    let after = cabins(json!({ "op": "replace", "path": primary, "value": true }));
    assert_ne!(after[0]["primary"], true);
    assert_eq!(after[1]["primary"], true);
    let after = cabins(json!({ "op": "remove", "path": at("cabins[primary eq true]") }));
    assert_eq!(after.as_array().unwrap().len(), 1);
    for (part, value) in [
        ("cabins[deck eq 3].key", json!("other")),
        ("cabins[deck eq 3].seen", json!("2030-01-01T00:00:00Z")),
        ("once", json!("second")),
    ] {
        let operation = json!({ "op": "replace", "path": at(part), "value": value });
        check_error(&change(&client, &path, operation), 400, "mutability", "");
    }
    let none = json!({ "op": "replace", "path": at("cabins[deck eq 9].label"), "value": "x" });
    check_error(&change(&client, &path, none), 400, "noTarget", "");
}

// RFC 7644 section 3.9: excludedAttributes "SHALL have no effect on attributes whose schema "returned" setting is
// "always"", also where the whole schema is named.
#[test]
fn what_is_always_returned_outlives_the_exclusion_of_its_extension() {
    let (_goto, client) = start();
    let path = aboard(&client);
    let seen = |query: &str| client.get(&format!("{path}?{query}")).json()[SHIP].clone();
    assert_eq!(
        seen(&format!("excludedAttributes={SHIP}")),
        json!({ "flag": "blue" })
    );
    assert_eq!(seen("attributes=userName"), json!({ "flag": "blue" }));
    assert_eq!(
        seen(&format!("attributes={}", at("cabins.deck"))),
        json!({ "flag": "blue", "cabins": [{ "deck": 3 }, { "deck": 5 }] })
    );
    let whole = seen(&format!("attributes={SHIP}"));
    assert_eq!(whole["port"], "Hamburg");
    assert!(!whole.to_string().contains("secret"), "{whole}");
}
