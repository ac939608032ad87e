//! Every switch over the forms of bodies and operations, on and off, over HTTP.
//!
//! The ground is the profile `rfc`, where nearly all of them are off, so that one switch shows at a time.

use goto_double::GotoDouble;
use goto_double::profile::{FIELDS, Profile};
use serde_json::{Value, json};

use super::check_error;
use crate::support::{
    Answer, CORE_GROUP, CORE_USER, Client, ENTERPRISE, PATCH_OP, group, patch, user, with,
};

/// What is sent; `{ada}`, `{bob}` and `{group}` stand for the ids of who is there.
enum Ask {
    CreateUser(Value),
    CreateGroup(Value),
    /// The text of a body, for what no JSON value can hold.
    CreateUserOf(&'static str),
    PutUser(Value),
    PatchUser(Value),
    PatchGroup(Value),
    /// A whole body, not only its operations.
    PatchUserBy(Value),
}

/// What comes of it.
enum Outcome {
    /// 400 with that `scimType`.
    Refused(&'static str),
    /// The resource then has that value there; null if it has none.
    Has(&'static str, Value),
}

use Ask::{CreateGroup, CreateUser, CreateUserOf, PatchGroup, PatchUser, PatchUserBy, PutUser};
use Outcome::{Has, Refused};

struct Case {
    field: &'static str,
    ask: Ask,
    on: Outcome,
    off: Outcome,
}

fn case(field: &'static str, ask: Ask, on: Outcome, off: Outcome) -> Case {
    Case {
        field,
        ask,
        on,
        off,
    }
}

/// A new user with these members.
fn eve(more: Value) -> Ask {
    let mut body = json!({ "schemas": [CORE_USER], "userName": "eve@main.com" });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    CreateUser(body)
}

fn set_title(op: &str, value: Value) -> Value {
    json!([{ "op": op, "path": "title", "value": value }])
}

/// The forms of whole bodies and of the values in them.
fn of_bodies() -> Vec<Case> {
    const ENTRA: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    const DEPARTMENT: &str =
        "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department";
    const TWICE: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a@main.com","userName":"b@main.com"}"#;
    let syntax = || Refused("invalidSyntax");
    let value = || Refused("invalidValue");
    let bare = json!({ "userName": "eve@main.com" });
    let private = json!({ "schemas": [CORE_GROUP, ENTRA], "displayName": "Cooks" });
    let tours = json!({ ENTERPRISE: { "department": "Tours" } });
    let spelt_out = json!({
        "schemas": [CORE_USER, ENTERPRISE], "userName": "eve@main.com",
        format!("{ENTERPRISE}:department"): "Tours", "name.givenName": "Eve", "name": { "familyName": "Moss" },
    });
    let two_works =
        json!({ "emails": [{ "value": "a", "type": "work" }, { "value": "b", "type": "WORK" }] });
    let json_text = json!({ "roles": [r#"{"value":"guide","display":"Guide"}"#] });
    vec![
        case(
            "missing_schemas",
            CreateUser(bare),
            Has("/userName", json!("eve@main.com")),
            syntax(),
        ),
        case(
            "unlisted_schemas",
            eve(tours),
            Has(DEPARTMENT, json!("Tours")),
            syntax(),
        ),
        case(
            "private_schemas",
            CreateGroup(private),
            Has("/schemas", json!([CORE_GROUP])),
            syntax(),
        ),
        case(
            "repeated_names",
            CreateUserOf(TWICE),
            Has("/userName", json!("b@main.com")),
            syntax(),
        ),
        case(
            "repeated_names",
            eve(json!({ "title": "a", "TITLE": "b" })),
            Has("/title", json!("b")),
            syntax(),
        ),
        case(
            "null_values",
            eve(json!({ "title": null })),
            Has("/title", Value::Null),
            value(),
        ),
        case(
            "null_values",
            eve(json!({ "emails": [] })),
            Has("/emails", Value::Null),
            value(),
        ),
        case(
            "empty_strings_as_absent",
            eve(json!({ "active": "" })),
            Has("/active", json!(true)),
            value(),
        ),
        case(
            "string_booleans",
            eve(json!({ "active": "False" })),
            Has("/active", json!(false)),
            value(),
        ),
        case(
            "lone_value_for_list",
            eve(json!({ "emails": { "value": "a" } })),
            Has("/emails/0/value", json!("a")),
            value(),
        ),
        case(
            "array_for_single_value",
            eve(json!({ "name": [{ "givenName": "Eve" }] })),
            Has("/name/givenName", json!("Eve")),
            value(),
        ),
        case(
            "bare_string_values",
            eve(json!({ "roles": ["guide"] })),
            Has("/roles/0/value", json!("guide")),
            value(),
        ),
        case(
            "wrapped_values",
            eve(json!({ "title": { "$ref": null, "value": "Cook" } })),
            Has("/title", json!("Cook")),
            value(),
        ),
        case(
            "values_as_json_text",
            eve(json_text),
            Has("/roles/0/display", json!("Guide")),
            value(),
        ),
        case(
            "dotted_keys",
            CreateUser(spelt_out.clone()),
            Has("/name", json!({ "familyName": "Moss", "givenName": "Eve" })),
            syntax(),
        ),
        case(
            "dotted_keys",
            PutUser(spelt_out),
            Has(DEPARTMENT, json!("Tours")),
            syntax(),
        ),
        case(
            "unique_type",
            eve(two_works),
            value(),
            Has("/emails/1/type", json!("WORK")),
        ),
        case(
            "locale_checked",
            eve(json!({ "locale": "zh-Hant-TW" })),
            value(),
            Has("/locale", json!("zh-Hant-TW")),
        ),
        case(
            "timezone_checked",
            eve(json!({ "timezone": "Mars/Olympus" })),
            value(),
            Has("/timezone", json!("Mars/Olympus")),
        ),
    ]
}

/// The forms of operations and of the values in them.
fn of_operations() -> Vec<Case> {
    const MANAGER: &str =
        "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/value";
    let syntax = || Refused("invalidSyntax");
    let value = || Refused("invalidValue");
    let titled = |title: &str| Has("/title", json!(title));
    let manager = |value: Value| {
        PatchUser(
            json!([{ "op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": value }]),
        )
    };
    let other_mail =
        json!([{ "op": "replace", "path": r#"emails[type eq "other"].value"#, "value": "o" }]);
    let no_such_mail = json!([{ "op": "remove", "path": r#"emails[type eq "other"]"# }]);
    let members = |op: &str| {
        PatchGroup(json!([{ "op": op, "path": "members", "value": [{ "value": "{bob}" }] }]))
    };
    let dotted = json!([{ "op": "replace", "value": { "name.givenName": "Eve" } }]);
    let resent = json!([{ "op": "replace", "value": { "id": "{group}", "displayName": "Cooks" } }]);
    let unnamed = json!({ "Operations": set_title("replace", json!("Cook")) });
    let roles = json!([{ "op": "add", "path": "roles", "value": r#"{"value":"guide"}"# }]);
    let active =
        |value: &str| PatchUser(json!([{ "op": "replace", "path": "active", "value": value }]));
    vec![
        case(
            "any_case_ops",
            PatchUser(set_title("Replace", json!("Cook"))),
            titled("Cook"),
            syntax(),
        ),
        case(
            "missing_schemas",
            PatchUserBy(unnamed),
            titled("Cook"),
            syntax(),
        ),
        case(
            "null_path",
            PatchUser(json!([{ "op": "add", "path": null, "value": { "title": "Cook" } }])),
            titled("Cook"),
            Refused("invalidPath"),
        ),
        case(
            "null_path",
            PatchUser(json!([{ "op": "add", "path": "", "value": { "title": "Cook" } }])),
            titled("Cook"),
            Refused("invalidPath"),
        ),
        case(
            "null_values",
            PatchUser(set_title("replace", Value::Null)),
            Has("/title", Value::Null),
            value(),
        ),
        case(
            "empty_strings_as_absent",
            active(""),
            Has("/active", Value::Null),
            value(),
        ),
        case(
            "string_booleans",
            active("False"),
            Has("/active", json!(false)),
            value(),
        ),
        case(
            "lone_value_for_list",
            PatchUser(json!([{ "op": "add", "path": "emails", "value": { "value": "a" } }])),
            Has("/emails/1/value", json!("a")),
            value(),
        ),
        case(
            "array_for_single_value",
            manager(json!([{ "value": "8" }])),
            Has(MANAGER, json!("8")),
            value(),
        ),
        case(
            "bare_string_values",
            manager(json!("8")),
            Has(MANAGER, json!("8")),
            value(),
        ),
        case(
            "wrapped_values",
            PatchUser(set_title("add", json!({ "$ref": null, "value": "Cook" }))),
            titled("Cook"),
            value(),
        ),
        case(
            "values_as_json_text",
            PatchUser(roles),
            Has("/roles/0/value", json!("guide")),
            value(),
        ),
        case(
            "empty_value_clears_reference",
            manager(json!({ "value": "" })),
            Has(MANAGER, Value::Null),
            Has(MANAGER, json!("")),
        ),
        case(
            "dotted_keys",
            PatchUser(dotted),
            Has("/name/givenName", json!("Eve")),
            syntax(),
        ),
        case(
            "filtered_path_creates",
            PatchUser(other_mail),
            Has("/emails/1", json!({ "type": "other", "value": "o" })),
            Refused("noTarget"),
        ),
        case(
            "remove_without_match",
            PatchUser(no_such_mail),
            Has("/emails/0/value", json!("w")),
            Refused("noTarget"),
        ),
        case(
            "single_member_replace_adds",
            members("replace"),
            Has("/members/1/value", json!("{bob}")),
            Has("/members/0/value", json!("{bob}")),
        ),
        // "If the target location is a multi-valued attribute and no filter is specified, the attribute and all values
        // are removed", RFC 7644 section 3.5.2.2.
        case(
            "remove_by_value_list",
            members("remove"),
            Has("/members/0/value", json!("{ada}")),
            Has("/members", Value::Null),
        ),
        case(
            "resent_read_only",
            PatchGroup(resent),
            Has("/displayName", json!("Cooks")),
            Refused("mutability"),
        ),
        case(
            "unique_type",
            PatchUser(
                json!([{ "op": "add", "path": "emails", "value": [{ "value": "v", "type": "work" }] }]),
            ),
            value(),
            Has("/emails/1/value", json!("v")),
        ),
    ]
}

fn all() -> Vec<Case> {
    let mut all = of_bodies();
    all.extend(of_operations());
    all
}

/// A double with one switch thrown, and with two users and a group in it.
struct Stage {
    _goto: GotoDouble,
    client: Client,
    ids: [(&'static str, String); 3],
}

impl Stage {
    fn with(field: &str, thrown: bool) -> Self {
        let builder = GotoDouble::builder().profile_named("rfc");
        let (goto, client) = with(builder.profile(field, thrown));
        let made = |answer: Answer| {
            assert_eq!(answer.status, 201, "{}", answer.text());
            answer.json()["id"].as_str().unwrap().to_owned()
        };
        let mut ada = user("ada@main.com");
        ada["schemas"] = json!([CORE_USER, ENTERPRISE]);
        ada["title"] = json!("Guide");
        ada["emails"] = json!([{ "value": "w", "type": "work" }]);
        ada[ENTERPRISE] = json!({ "manager": { "value": "7" } });
        let ada = made(client.post("/Users", &ada));
        let bob = made(client.post("/Users", &user("bob@main.com")));
        let mut guides = group("Guides");
        let first = if field == "single_member_replace_adds" {
            vec![&ada]
        } else {
            vec![&ada, &bob]
        };
        guides["members"] = first.iter().map(|id| json!({ "value": id })).collect();
        let guides = made(client.post("/Groups", &guides));
        Self {
            _goto: goto,
            client,
            ids: [("{ada}", ada), ("{bob}", bob), ("{group}", guides)],
        }
    }

    fn filled(&self, value: &Value) -> Value {
        let mut text = value.to_string();
        for (name, id) in &self.ids {
            text = text.replace(name, id);
        }
        serde_json::from_str(&text).unwrap()
    }

    fn ask(&self, ask: &Ask) -> Answer {
        let [(_, ada), _, (_, group)] = &self.ids;
        let (user, group) = (format!("/Users/{ada}"), format!("/Groups/{group}"));
        let client = &self.client;
        match ask {
            CreateUser(body) => client.post("/Users", &self.filled(body)),
            CreateGroup(body) => client.post("/Groups", &self.filled(body)),
            CreateUserOf(text) => client
                .clone()
                .header("Content-Type", "application/scim+json")
                .send("POST", "/Users", text.as_bytes())
                .unwrap(),
            PutUser(body) => client.put(&user, &self.filled(body)),
            PatchUser(operations) => client.patch(&user, &patch(self.filled(operations))),
            PatchGroup(operations) => client.patch(&group, &patch(self.filled(operations))),
            PatchUserBy(body) => client.patch(&user, &self.filled(body)),
        }
    }
}

#[track_caller]
fn check(case: &Case, thrown: bool) {
    let stage = Stage::with(case.field, thrown);
    let answer = stage.ask(&case.ask);
    let said = format!(
        "{} {thrown}: {} {}",
        case.field,
        answer.status,
        answer.text()
    );
    match if thrown { &case.on } else { &case.off } {
        Refused(scim_type) => {
            assert_eq!(answer.status, 400, "{said}");
            check_error(&answer, 400, scim_type, "");
        }
        Has(pointer, expected) => {
            assert!(matches!(answer.status, 200 | 201), "{said}");
            let body = answer.json();
            let found = body.pointer(pointer).unwrap_or(&Value::Null);
            assert_eq!(found, &stage.filled(expected), "{said}");
        }
    }
}

#[test]
fn every_switch_makes_its_difference_in_bodies() {
    for case in of_bodies() {
        check(&case, true);
        check(&case, false);
    }
}

#[test]
fn every_switch_makes_its_difference_in_operations() {
    for case in of_operations() {
        check(&case, true);
        check(&case, false);
    }
}

#[test]
fn no_switch_of_the_family_is_forgotten_here() {
    let place = |name: &str| FIELDS.iter().position(|field| field.name == name).unwrap();
    let family = &FIELDS[place("any_case_ops")..=place("timezone_checked")];
    let here = all();
    for field in family {
        assert!(
            here.iter().any(|case| case.field == field.name),
            "{}",
            field.name
        );
    }
}

/// The two that cannot be told apart, so that no profile but the most lenient one takes Entra's meaning.
#[test]
fn replace_with_one_member_means_what_it_says_unless_everything_is_taken() {
    let adds = |name: &str| Profile::named(name).unwrap().single_member_replace_adds;
    assert_eq!(
        (adds("goto"), adds("rfc"), adds("entra-lenient")),
        (false, false, true)
    );
}

// RFC 7644 section 3.5.2: "The body of each request MUST contain the "schemas" attribute with the URI value of
// "urn:ietf:params:scim:api:messages:2.0:PatchOp"."
#[test]
fn patch_of_another_schema_is_taken_only_where_none_is_wanted() {
    let body = json!({ "schemas": [CORE_USER], "Operations": set_title("replace", json!("Cook")) });
    let off = Stage::with("missing_schemas", false);
    check_error(
        &off.ask(&PatchUserBy(body.clone())),
        400,
        "invalidSyntax",
        PATCH_OP,
    );
    let on = Stage::with("missing_schemas", true);
    assert_eq!(on.ask(&PatchUserBy(body)).status, 200);
}
