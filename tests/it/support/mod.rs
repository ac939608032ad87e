//! What every test here uses: a running double, and a small HTTP client that hides nothing.

pub mod browser;
pub mod client;
pub mod program;
pub mod raw;
pub mod secure;
pub mod suite;

use goto_double::GotoDouble;
use serde_json::{Value, json};

pub use self::browser::Browser;
pub use self::client::{Answer, Client};

pub const CORE_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const CORE_GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A double with every default, and a client that carries its ready token.
pub fn start() -> (GotoDouble, Client) {
    with(GotoDouble::builder())
}

/// A double as described, and a client that carries its ready token.
pub fn with(builder: goto_double::Builder) -> (GotoDouble, Client) {
    let goto = builder.seed(7).start().unwrap();
    let client = Client::new(goto.scim_url()).bearer(goto.token());
    (goto, client)
}

/// A user body with nothing but what is needed.
pub fn user(name: &str) -> Value {
    json!({ "schemas": [CORE_USER], "userName": name, "name": { "givenName": "Ada", "familyName": "Lovelace" }, "active": true })
}

/// A group body.
pub fn group(name: &str) -> Value {
    json!({ "schemas": [CORE_GROUP], "displayName": name })
}

/// A `PatchOp` body.
pub fn patch(operations: Value) -> Value {
    json!({ "schemas": [PATCH_OP], "Operations": operations })
}

/// Creates a user and gives its id.
#[track_caller]
pub fn create_user(client: &Client, name: &str) -> String {
    let answer = client.post("/Users", &user(name));
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Creates a group and gives its id.
#[track_caller]
pub fn create_group(client: &Client, name: &str) -> String {
    let answer = client.post("/Groups", &group(name));
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}
