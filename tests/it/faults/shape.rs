//! The same JSON in another shape: each rule is the example that the reference page shows for it.

use serde_json::{Value, json};

use super::{documented, playing, stored};
use crate::support::{create_user, user};

/// The JSON of three reads of one user, of which the example of that name alters the second.
#[track_caller]
fn read(name: &str) -> [Value; 3] {
    asked(name, |id| format!("/Users/{id}"))
}

/// The same with three lists.
#[track_caller]
fn listed(name: &str) -> [Value; 3] {
    asked(name, |_| "/Users".to_owned())
}

#[track_caller]
fn asked(name: &str, path: impl Fn(&str) -> String) -> [Value; 3] {
    let (_goto, client) = playing(documented(name, 2));
    let id = create_user(&client, "ada@main.com");
    let answers = [(); 3].map(|()| client.get(&path(&id)).json());
    assert_eq!(answers[0], answers[2], "only the second is altered");
    answers
}

#[test]
fn number_id_has_every_digit_of_the_text() {
    let (_goto, client) = playing(documented("mutate number_id", 2));
    create_user(&client, "ada@main.com");
    let made = client.post("/Users", &user("bob@main.com"));
    assert_eq!(made.status, 201);
    let id = made.json()["id"].as_u64().expect("a number");
    assert!(id > 1 << 53, "a double-precision number does not hold it");
    assert_eq!(
        client.get(&format!("/Users/{id}")).json()["id"],
        id.to_string()
    );
    create_user(&client, "eve@main.com");
}

#[test]
fn names_of_members_change_their_case_and_values_do_not() {
    type Case = fn(&str) -> String;
    let names: [(&str, Case); 2] = [
        ("mutate upper_names", str::to_ascii_uppercase),
        ("mutate lower_names", str::to_ascii_lowercase),
    ];
    for (name, case) in names {
        let [plain, odd, _] = read(name);
        assert!(odd.get("userName").is_none());
        assert_eq!(odd[case("userName")], plain["userName"]);
        assert_eq!(odd[case("name")][case("givenName")], "Ada");
    }
}

#[test]
fn rows_stand_under_resources_in_small_letters() {
    let [plain, odd, _] = listed("mutate resources");
    assert_eq!(odd["resources"], plain["Resources"]);
    assert!(odd.get("Resources").is_none());
}

#[test]
fn extra_attributes_come_with_an_extension_that_schemas_names() {
    let [plain, odd, _] = read("mutate extra_attributes");
    let schemas = odd["schemas"].as_array().unwrap();
    let unknown = schemas.last().unwrap().as_str().unwrap();
    assert!(
        !plain["schemas"]
            .as_array()
            .unwrap()
            .contains(&json!(unknown))
    );
    assert!(odd[unknown].is_object() && odd["unknownText"].is_string());
    for (name, value) in plain.as_object().unwrap() {
        assert!(name == "schemas" || odd[name] == *value, "{name} stays");
    }
}

#[test]
fn what_has_no_value_is_null_then_absent_then_an_empty_list() {
    let mut rule = documented("mutate unassigned", 2);
    rule[0]["when"] = json!({ "nth": "2-4" });
    let (_goto, client) = playing(rule);
    let id = create_user(&client, "ada@main.com");
    let answers = [(); 5].map(|()| client.get(&format!("/Users/{id}")).json());
    assert_eq!(answers[0], answers[4]);
    assert_eq!(
        (answers[1].get("title"), answers[1].get("roles")),
        (Some(&Value::Null), Some(&Value::Null))
    );
    assert_eq!(
        (answers[2].get("title"), answers[2].get("roles")),
        (None, None)
    );
    assert_eq!(
        (answers[3].get("title"), answers[3].get("roles")),
        (None, Some(&json!([])))
    );
    assert!(
        answers
            .iter()
            .all(|answer| answer["userName"] == "ada@main.com")
    );
}

#[test]
fn members_come_in_the_opposite_order_and_say_the_same() {
    let (_goto, client) = playing(documented("mutate reordered", 2));
    let id = create_user(&client, "ada@main.com");
    let path = format!("/Users/{id}");
    let names = |body: &Value| {
        body.as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    let (plain, odd) = (client.get(&path).json(), client.get(&path).json());
    assert_eq!(
        names(&odd),
        names(&plain).into_iter().rev().collect::<Vec<_>>()
    );
    assert_eq!(
        (&odd["id"], &odd["name"]["givenName"]),
        (&plain["id"], &plain["name"]["givenName"])
    );
    assert_eq!(names(&client.get(&path).json()), names(&plain));
}

#[test]
fn numbers_are_text_for_once() {
    let [plain, odd, _] = listed("mutate string_numbers");
    assert_eq!(
        (&plain["totalResults"], &odd["totalResults"]),
        (&json!(1), &json!("1"))
    );
    assert_eq!(odd["Resources"], plain["Resources"]);
}

#[test]
fn rewritten_values_are_in_the_answer_and_not_in_the_store() {
    let (goto, client) = playing(documented("mutate rewritten", 2));
    create_user(&client, "ada@main.com");
    let made = client.post("/Users", &user("bob@main.com")).json();
    assert_eq!(
        (&made["userName"], &made["name"]["givenName"]),
        (&json!("BOB@MAIN.COM"), &json!("ADA"))
    );
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    assert_eq!(client.get(&path).json()["userName"], "bob@main.com");
    assert_eq!(stored(&goto), ["ada@main.com", "bob@main.com"]);
}
