//! `do.data: hidden`: a name that is taken by somebody whom no read shows.

use serde_json::{Value, json};

use super::{looking_for, names, older, playing_with, stored};
use crate::support::{create_user, user};

fn hiding() -> Value {
    json!([{ "id": "ghost", "on": ["users.get", "users.list", "users.search", "identity.users.list"],
        "do": { "data": "hidden:Ghost@main.com" } }])
}

#[test]
fn name_is_taken_by_somebody_whom_nothing_shows() {
    let mut ghost = user("ghost@main.com");
    ghost["id"] = json!("1000000000000000007");
    let (goto, client) = playing_with(hiding(), json!({ "users": [ghost] }));
    create_user(&client, "ada@main.com");
    let refused = client.post("/Users", &user("GHOST@main.com"));
    assert_eq!(
        (refused.status, &refused.json()["scimType"]),
        (409, &json!("uniqueness"))
    );
    let nobody = client.get(&looking_for("ghost@main.com")).json();
    assert_eq!(
        (&nobody["totalResults"], names(&nobody).len()),
        (&json!(0), 0)
    );
    assert_eq!(names(&client.get("/Users").json()), ["ada@main.com"]);
    assert_eq!(client.get("/Users/1000000000000000007").status, 404);
    let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] });
    let found = client.post("/Users/.search", &search).json();
    assert_eq!(names(&found), ["ada@main.com"]);
    assert_eq!(names(&older(&goto).get("/Users").json()), ["ada@main.com"]);
    assert_eq!(stored(&goto), ["ghost@main.com", "ada@main.com"]);
    // Whoever knows the address reaches it all the same.
    assert_eq!(client.delete("/Users/1000000000000000007").status, 204);
    create_user(&client, "ghost@main.com");
}

#[test]
fn name_of_a_deleted_user_stays_taken_where_the_profile_says_so() {
    let given = json!({ "profile": { "deleted_name_reserved": true } });
    let (_goto, client) = playing_with(json!([]), given);
    let id = create_user(&client, "ada@main.com");
    assert_eq!(client.delete(&format!("/Users/{id}")).status, 204);
    assert_eq!(client.post("/Users", &user("ada@main.com")).status, 409);
    assert_eq!(
        client.get(&looking_for("ada@main.com")).json()["totalResults"],
        0
    );
}
