//! Every switch over the forms of bodies and operations, on and off, over HTTP.
//!
//! The ground is the profile `rfc`, where nearly all of them are off, so that one switch shows at a time.

mod bodies;
mod operations;

use goto_double::GotoDouble;
use goto_double::profile::{FIELDS, Profile};
use serde_json::{Value, json};

use super::check_error;
use crate::support::{Answer, CORE_USER, Client, ENTERPRISE, PATCH_OP, group, patch, user, with};

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

/// A switch, what is sent, and what comes of it with the switch on and off.
type Case = (&'static str, Ask, Outcome, Outcome);

fn all() -> Vec<Case> {
    let mut all = bodies::all();
    all.extend(operations::all());
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
fn check((field, ask, on, off): &Case) {
    for (thrown, outcome) in [(true, on), (false, off)] {
        let stage = Stage::with(field, thrown);
        let answer = stage.ask(ask);
        let said = format!("{field} {thrown}: {} {}", answer.status, answer.text());
        match outcome {
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
}

#[test]
fn every_switch_makes_its_difference_in_bodies() {
    for case in bodies::all() {
        check(&case);
    }
}

#[test]
fn every_switch_makes_its_difference_in_operations() {
    for case in operations::all() {
        check(&case);
    }
}

#[test]
fn no_switch_of_the_family_is_forgotten_here() {
    let place = |name: &str| FIELDS.iter().position(|field| field.name == name).unwrap();
    let family = &FIELDS[place("any_case_ops")..=place("timezone_checked")];
    let here = all();
    for field in family {
        assert!(
            here.iter().any(|(name, ..)| *name == field.name),
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
    let body = json!({ "schemas": [CORE_USER], "Operations": [{ "op": "replace", "path": "title", "value": "Cook" }] });
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
