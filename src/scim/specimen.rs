//! A user and a group for the unit tests of this room.

use std::sync::Arc;

use serde_json::{Value, json};

use super::resource_type::Kind;
use super::schema::{Extension, ResourceType, Schema};

/// The URN of the extension of [`user`].
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn common() -> Vec<Value> {
    vec![
        json!({"name": "schemas", "type": "reference", "multiValued": true, "returned": "always"}),
        json!({"name": "id", "type": "string", "caseExact": true, "mutability": "readOnly", "returned": "always"}),
        json!({"name": "externalId", "type": "string", "caseExact": true}),
        json!({"name": "meta", "type": "complex", "mutability": "readOnly", "subAttributes": [
            {"name": "resourceType", "type": "string", "caseExact": true, "mutability": "readOnly"},
            {"name": "created", "type": "dateTime", "mutability": "readOnly"},
            {"name": "lastModified", "type": "dateTime", "mutability": "readOnly"},
        ]}),
    ]
}

fn typed(name: &str) -> Value {
    json!({"name": name, "type": "complex", "multiValued": true, "subAttributes": [
        {"name": "value", "type": "string"},
        {"name": "display", "type": "string"},
        {"name": "type", "type": "string"},
        {"name": "primary", "type": "boolean"},
    ]})
}

fn reference(name: &str, mutability: &str) -> Value {
    json!({"name": name, "type": "complex", "multiValued": true, "mutability": mutability, "subAttributes": [
        {"name": "value", "type": "string", "caseExact": true, "mutability": "immutable"},
        {"name": "$ref", "type": "reference", "caseExact": true, "mutability": "immutable"},
        {"name": "type", "type": "string", "mutability": "immutable"},
        {"name": "display", "type": "string", "mutability": "readOnly"},
    ]})
}

fn schema(id: &str, name: &str, attributes: &[Value]) -> Arc<Schema> {
    let document = json!({"id": id, "name": name, "attributes": attributes});
    Arc::new(serde_json::from_value(document).unwrap())
}

fn resource_type(schema: Arc<Schema>, extensions: Vec<Extension>) -> ResourceType {
    ResourceType {
        kind: Kind::User,
        naming: "userName".into(),
        name: schema.name.clone(),
        endpoint: format!("/{}s", schema.name),
        description: String::new(),
        schema,
        extensions,
    }
}

/// A user with something of every data type.
pub(crate) fn user() -> ResourceType {
    let mut attributes = common();
    attributes.extend([
        json!({"name": "userName", "type": "string", "required": true, "uniqueness": "server"}),
        json!({"name": "name", "type": "complex", "subAttributes": [
            {"name": "givenName", "type": "string"},
            {"name": "familyName", "type": "string"},
        ]}),
        json!({"name": "displayName", "type": "string"}),
        json!({"name": "nickName", "type": "string"}),
        json!({"name": "birthPlace", "type": "string", "mutability": "immutable"}),
        json!({"name": "secret", "type": "string", "mutability": "writeOnly", "returned": "never"}),
        json!({"name": "shoes", "type": "integer", "returned": "request"}),
        json!({"name": "hired", "type": "dateTime"}),
        json!({"name": "active", "type": "boolean"}),
        json!({"name": "tags", "type": "string", "multiValued": true}),
        typed("emails"),
        typed("roles"),
        reference("groups", "readOnly"),
        json!({"name": "certificates", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "value", "type": "binary"},
        ]}),
    ]);
    let core = schema(
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "User",
        &attributes,
    );
    let enterprise = schema(
        ENTERPRISE,
        "EnterpriseUser",
        &[
            json!({"name": "employeeNumber", "type": "string"}),
            json!({"name": "department", "type": "string"}),
            json!({"name": "manager", "type": "complex", "subAttributes": [
                {"name": "value", "type": "string", "caseExact": true},
                {"name": "$ref", "type": "reference"},
                {"name": "displayName", "type": "string", "mutability": "readOnly"},
            ]}),
        ],
    );
    let extension = Extension {
        schema: enterprise,
        required: false,
    };
    resource_type(core, vec![extension])
}

/// A group.
pub(crate) fn group() -> ResourceType {
    let mut attributes = common();
    attributes.push(json!({"name": "displayName", "type": "string", "required": true}));
    attributes.push(reference("members", "readWrite"));
    let core = schema(
        "urn:ietf:params:scim:schemas:core:2.0:Group",
        "Group",
        &attributes,
    );
    resource_type(core, Vec::new())
}

/// A user in full dress.
pub(crate) fn anna() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "id": "2819c223",
        "externalId": "Ext-1",
        "meta": {"resourceType": "User", "created": "2030-01-01T00:00:00Z", "lastModified": "2030-01-02T00:00:00Z"},
        "userName": "Anna@Main.com",
        "name": {"givenName": "Anna", "familyName": "Ärmel"},
        "active": true,
        "shoes": 38,
        "tags": ["red", "Blue"],
        "emails": [
            {"value": "anna@work.com", "type": "work", "primary": true},
            {"value": "anna@home.com", "type": "home"},
        ],
        "groups": [{"value": "g1"}],
        ENTERPRISE: {"department": "Tools", "manager": {"value": "m1", "displayName": "Max"}},
    })
}

/// A group with two members.
pub(crate) fn crew() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": "e9e30dba",
        "displayName": "Crew",
        "members": [{"value": "u1", "display": "Anna"}, {"value": "u2"}],
    })
}
