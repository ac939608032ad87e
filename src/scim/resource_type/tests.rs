use super::*;
use crate::scim::schema::{AttributeType, Mutability, Returned, Uniqueness};

#[test]
fn every_built_in_document_is_read() {
    let types = ResourceTypes::built_in();
    let names: Vec<_> = types.all().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["User", "Group"]);
    for document in types.documents() {
        assert!(
            document["attributes"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
        );
    }
    for row in types.all() {
        assert!(
            row.attribute(None, &row.naming)
                .is_some_and(|name| name.required)
        );
    }
}

#[test]
fn attributes_are_found_without_case_and_by_urn() {
    let user = ResourceTypes::built_in().user();
    assert_eq!(
        user.attribute(None, "USERNAME").unwrap().uniqueness,
        Uniqueness::Server
    );
    assert_eq!(
        user.attribute(None, "password").unwrap().mutability,
        Mutability::WriteOnly
    );
    assert_eq!(
        user.attribute(None, "id").unwrap().returned,
        Returned::Always
    );
    assert_eq!(
        user.attribute(None, "meta")
            .unwrap()
            .sub_attribute("Created")
            .unwrap()
            .kind,
        AttributeType::DateTime
    );
    let urn = ENTERPRISE_SCHEMA.to_uppercase();
    assert!(user.attribute(Some(&urn), "employeenumber").is_some());
    assert!(
        user.attribute(Some(USER_SCHEMA), "employeeNumber")
            .is_none()
    );
    assert!(user.attribute(None, "employeeNumber").is_none());
    let group = ResourceTypes::built_in().group();
    assert!(group.schema(ENTERPRISE_SCHEMA).is_none());
}

#[test]
fn resource_types_are_found_by_their_endpoint() {
    let types = ResourceTypes::built_in();
    assert_eq!(types.at_endpoint("/Groups").unwrap().name, "Group");
    assert!(types.at_endpoint("/groups").is_none());
}

#[test]
fn served_documents_leave_the_common_attributes_out() {
    let first = ResourceTypes::built_in().documents().first().unwrap();
    assert_eq!(first["attributes"][0]["name"].as_str(), Some("userName"));
}
