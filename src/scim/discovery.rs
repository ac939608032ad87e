//! What a service provider says of itself, [RFC 7644 section 4](https://www.rfc-editor.org/rfc/rfc7644#section-4).
//!
//! `base` is the SCIM base URL, as in `http://127.0.0.1:8080/scim/v2`, without a trailing slash.

use serde_json::{Map, Value, json};

use super::error::ScimError;
use super::resource_type::ResourceTypes;
use super::schema::ResourceType;
use crate::profile::Profile;

const CONFIG_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const RESOURCE_TYPE_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

/// Which optional features there are, [RFC 7643 section 5](https://www.rfc-editor.org/rfc/rfc7643#section-5).
pub fn service_provider_config(profile: &Profile, base: &str) -> Value {
    let (operations, payload) = if profile.bulk {
        (profile.bulk_operations, profile.bulk_payload_bytes)
    } else {
        (0, 0)
    };
    let mut config = json!({
        "schemas": [CONFIG_SCHEMA],
        "patch": { "supported": profile.patch },
        "bulk": { "supported": profile.bulk, "maxOperations": operations, "maxPayloadSize": payload },
        "filter": { "supported": true, "maxResults": profile.page_size_most },
        "changePassword": { "supported": profile.change_password },
        "sort": { "supported": profile.sort },
        "etag": { "supported": profile.etags },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "OAuth Bearer Token",
            "description": "The access token of an OAuth 2.0 authorization server in the Authorization header field",
            "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": true,
        }],
    });
    if profile.cursor_paging {
        config["pagination"] = pagination(profile);
    }
    config["meta"] = meta(
        "ServiceProviderConfig",
        &format!("{base}/ServiceProviderConfig"),
    );
    config
}

/// How lists are paged, [RFC 9865 section 4](https://www.rfc-editor.org/rfc/rfc9865#section-4).
fn pagination(profile: &Profile) -> Value {
    json!({
        "cursor": true,
        "index": true,
        "defaultPaginationMethod": "index",
        "defaultPageSize": profile.page_size.min(profile.page_size_most),
        "maxPageSize": profile.page_size_most,
        "cursorTimeout": profile.cursor_seconds,
    })
}

/// Every resource type, [RFC 7643 section 6](https://www.rfc-editor.org/rfc/rfc7643#section-6).
pub fn resource_type_documents(types: &ResourceTypes, base: &str) -> Vec<Value> {
    types
        .all()
        .map(|row| resource_type_document(row, base))
        .collect()
}

/// The resource type of that name; names are compared with case, as they stand in a path.
///
/// # Errors
///
/// 404 if there is none.
pub fn resource_type_named(
    types: &ResourceTypes,
    name: &str,
    base: &str,
) -> Result<Value, ScimError> {
    types
        .all()
        .find(|row| row.name == name)
        .map(|row| resource_type_document(row, base))
        .ok_or_else(|| ScimError::not_found(format_args!("ResourceType {name}")))
}

fn resource_type_document(row: &ResourceType, base: &str) -> Value {
    let extensions: Vec<Value> = row
        .extensions
        .iter()
        .map(|extension| json!({ "schema": extension.schema.id, "required": extension.required }))
        .collect();
    let mut document = json!({
        "schemas": [RESOURCE_TYPE_SCHEMA],
        "id": row.name,
        "name": row.name,
        "endpoint": row.endpoint,
        "description": row.description,
        "schema": row.schema.id,
    });
    if !extensions.is_empty() {
        document["schemaExtensions"] = extensions.into();
    }
    document["meta"] = meta(
        "ResourceType",
        &format!("{base}/ResourceTypes/{}", row.name),
    );
    document
}

/// Every schema, [RFC 7643 section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7).
pub fn schemas(types: &ResourceTypes, base: &str) -> Vec<Value> {
    types
        .documents()
        .iter()
        .map(|document| located(document, base))
        .collect()
}

/// The schema of that URN, compared without case.
///
/// # Errors
///
/// 404 if there is none.
pub fn schema_named(types: &ResourceTypes, urn: &str, base: &str) -> Result<Value, ScimError> {
    let is_it = |document: &&Value| {
        document["id"]
            .as_str()
            .is_some_and(|id| id.eq_ignore_ascii_case(urn))
    };
    types
        .documents()
        .iter()
        .find(is_it)
        .map(|document| located(document, base))
        .ok_or_else(|| ScimError::not_found(format_args!("Schema {urn}")))
}

fn located(document: &Value, base: &str) -> Value {
    let mut document = document.clone();
    let id = document["id"].as_str().unwrap_or_default();
    let meta = meta("Schema", &format!("{base}/Schemas/{id}"));
    document["meta"] = meta;
    document
}

fn meta(resource_type: &str, location: &str) -> Value {
    let mut meta = Map::new();
    meta.insert("resourceType".into(), resource_type.into());
    meta.insert("location".into(), location.into());
    Value::Object(meta)
}

/// Refuses a filter on a discovery endpoint, [RFC 7644 section 4](https://www.rfc-editor.org/rfc/rfc7644#section-4).
///
/// The other query parameters of lists are ignored there.
///
/// # Errors
///
/// 403 if `query` holds a filter.
pub fn refuse_filter(query: &str) -> Result<(), ScimError> {
    let filtered = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "filter");
    if filtered {
        return Err(ScimError::forbidden("a discovery endpoint takes no filter"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::resource_type::ENTERPRISE_SCHEMA;
    use super::*;

    const BASE: &str = "http://double/scim/v2";

    fn types() -> &'static ResourceTypes {
        ResourceTypes::built_in()
    }

    #[test]
    fn config_tells_the_page_size_of_the_profile() {
        let config = service_provider_config(&Profile::default(), BASE);
        assert_eq!(config["filter"]["maxResults"], 200);
        assert_eq!(
            config["meta"]["location"],
            "http://double/scim/v2/ServiceProviderConfig"
        );
    }

    #[test]
    fn only_users_have_an_extension() {
        let [user, group] = &resource_type_documents(types(), BASE)[..] else {
            panic!("two resource types");
        };
        assert_eq!(user["schemaExtensions"][0]["schema"], ENTERPRISE_SCHEMA);
        assert!(group.get("schemaExtensions").is_none());
        assert_eq!(
            resource_type_named(types(), "Group", BASE).as_ref(),
            Ok(group)
        );
        assert!(resource_type_named(types(), "Robot", BASE).is_err());
    }

    #[test]
    fn schema_is_found_by_its_urn() {
        let schema = schema_named(types(), &ENTERPRISE_SCHEMA.to_uppercase(), BASE).unwrap();
        assert_eq!(schema["id"], ENTERPRISE_SCHEMA);
        assert_eq!(schema["meta"]["resourceType"], "Schema");
        assert_eq!(schemas(types(), BASE).len(), 3);
        assert!(schema_named(types(), "urn:none", BASE).is_err());
    }

    #[test]
    fn filter_is_forbidden_and_paging_is_not() {
        assert_eq!(refuse_filter("filter=id+pr").unwrap_err().status, 403);
        assert!(refuse_filter("count=5").is_ok());
    }
}
