//! The SCIM surface from outside, filed by the clauses of RFC 7644; what is GoTo's own is in `goto_rules`, and what
//! provisioning clients really send in `clients`.

mod bad_input;
mod clients;
mod every_client;
mod goto_rules;
mod groups;
mod loaded_extension;
mod loaded_types;
mod oracle_filter;
mod oracle_paging;
mod races;
mod rfc7643_2_attributes;
mod rfc7643_3_resources;
mod rfc7643_4_core;
mod rfc9865_cursor;
mod s3_11_me;
mod s3_12_error;
mod s3_14_versioning;
mod s3_2_methods;
mod s3_3_create;
mod s3_4_1_get;
mod s3_4_2_1_endpoints;
mod s3_4_2_2_filter;
mod s3_4_2_2_switches;
mod s3_4_2_3_sort;
mod s3_4_2_4_page;
mod s3_4_3_search;
mod s3_5_1_replace;
mod s3_5_2_patch;
mod s3_6_delete;
mod s3_7_bulk;
mod s3_8_formats;
mod s3_9_attributes;
mod s4_discovery;
mod suspension;
mod switches;
mod users_endpoint;

use goto_double::GotoDouble;
use serde_json::{Value, json};

use crate::support::{Answer, Client, ENTERPRISE, create_group, patch, user};

pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
pub const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// Checks that an answer is a SCIM Error in full: media type, schema, `status` as a string, keyword, and what it says.
#[track_caller]
pub fn check_error(answer: &Answer, status: u16, scim_type: &str, part: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        Some("application/scim+json"),
        "{answer:?}"
    );
    let body = answer.json();
    assert_eq!(body["schemas"], json!([ERROR]), "{body}");
    assert_eq!(body["status"], json!(status.to_string()), "{body}");
    assert_eq!(
        body["scimType"].as_str().unwrap_or_default(),
        scim_type,
        "{body}"
    );
    let detail = body["detail"].as_str().unwrap();
    assert!(!detail.is_empty() && detail.contains(part), "{body}");
}

/// Asks a list with these parameters, form-encoded, so that blanks go as `+`.
#[track_caller]
pub fn list(client: &Client, endpoint: &str, parameters: &[(&str, &str)]) -> Answer {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    client.get(&format!("{endpoint}?{query}"))
}

/// The resources of a list that must have succeeded.
#[track_caller]
pub fn resources(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["schemas"], json!([LIST]), "{body}");
    let rows = body["Resources"].as_array().unwrap().clone();
    assert_eq!(body["itemsPerPage"], rows.len(), "{body}");
    rows
}

/// What the resources of a list are known by: the part of `userName` before the `@`, or `displayName`.
#[track_caller]
pub fn names(answer: &Answer) -> Vec<String> {
    let name = |row: &Value| {
        let name = row["userName"].as_str().or(row["displayName"].as_str());
        let name = name.unwrap_or_else(|| panic!("{row}"));
        name.split('@').next().unwrap_or_default().to_owned()
    };
    resources(answer).iter().map(name).collect()
}

/// Who is found by a filter.
#[track_caller]
pub fn found(client: &Client, endpoint: &str, filter: &str) -> Vec<String> {
    names(&list(client, endpoint, &[("filter", filter)]))
}

/// The ids in `members`, in order.
pub fn member_ids(group: &Value) -> Vec<String> {
    let members = group["members"].as_array().cloned().unwrap_or_default();
    let id = |member: &Value| member["value"].as_str().unwrap().to_owned();
    members.iter().map(id).collect()
}

/// A group with these members.
#[track_caller]
pub fn group_of(client: &Client, name: &str, members: &[&str]) -> String {
    let id = create_group(client, name);
    add_members(client, &id, members);
    id
}

#[track_caller]
pub fn add_members(client: &Client, group: &str, members: &[&str]) {
    if members.is_empty() {
        return;
    }
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let operations = json!([{ "op": "add", "path": "members", "value": members }]);
    let answer = client.patch(&format!("/Groups/{group}"), &patch(operations));
    assert_eq!(answer.status, 204, "{}", answer.text());
}

/// The same client with a fresh token of that account.
#[track_caller]
pub fn as_account(goto: &GotoDouble, client: &Client, account: &str) -> Client {
    let control = Client::new(&goto.ready().control_url).header("Content-Type", "application/json");
    let minted = control.post("/sandboxes/default/tokens", &json!({ "account": account }));
    assert!(minted.status < 300, "{}", minted.text());
    let token = minted.json()["access_token"].as_str().unwrap().to_owned();
    client.clone().bearer(&token)
}

/// Four people who differ in what filters ask for.
#[track_caller]
pub fn cast(client: &Client) {
    let anna = json!({
        "externalId": "E-1", "title": "Guide", "nickName": "Änni",
        "emails": [{ "value": "anna@work.example", "type": "work", "primary": true }, { "value": "anna@home.example", "type": "home" }],
        ENTERPRISE: { "department": "Tours", "manager": { "value": "4711" } },
    });
    let bert = json!({
        "externalId": "E-2", "title": "Driver", "active": false,
        "emails": [{ "value": "bert@work.example", "type": "work" }],
    });
    let cora = json!({ "externalId": "e-1", ENTERPRISE: { "department": "Sales" } });
    let dora =
        json!({ "title": "guide", "phoneNumbers": [{ "value": "+49 1", "type": "mobile" }] });
    for (name, family, more) in [
        ("anna", "Berg", anna),
        ("bert", "Cole", bert),
        ("cora", "Dahl", cora),
        ("dora", "Berg", dora),
    ] {
        let mut body = user(&format!("{name}@main.com"));
        body["name"] = json!({ "givenName": name, "familyName": family });
        let more = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        assert_eq!(client.post("/Users", &body).status, 201);
    }
}
