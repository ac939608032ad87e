//! What the older dialect says of itself, with the members that GoTo's published SCIM OpenAPI has.

use serde_json::{Value, json};

use super::{CORE_SCHEMA, Part, Shape};
use crate::profile::Profile;
use crate::scim::schema::{Attribute, Mutability, ResourceType};

const DOCUMENTATION: &str = "https://developer.goto.com/Scim";

/// Which optional features there are, [SCIM 1.1 schema section 9](https://datatracker.ietf.org/doc/html/draft-scim-core-schema-01#section-9).
///
/// GoTo models `authenticationSchemes` as one object, where SCIM 1.1 has a list; it publishes no values at all.
pub fn service_provider_configs(profile: &Profile) -> Value {
    let feature = |supported: bool| json!({ "supported": supported });
    json!({
        "schemas": [CORE_SCHEMA],
        "documentationUrl": DOCUMENTATION,
        "patch": feature(profile.patch),
        "bulk": feature(false),
        "filter": feature(true),
        "changePassword": feature(profile.change_password),
        "sort": feature(profile.sort),
        "etag": feature(false),
        "xmlDataFormat": feature(false),
        "authenticationSchemes": {
            "name": "OAuth Bearer Token",
            "description": "The access token of an OAuth 2.0 authorization server in the Authorization header field",
            "specUrl": "https://www.rfc-editor.org/rfc/rfc6750",
            "documentationUrl": DOCUMENTATION,
        },
    })
}

/// The schema of a kind of resource, [SCIM 1.1 schema section 10](https://datatracker.ietf.org/doc/html/draft-scim-core-schema-01#section-10).
pub fn schema(shape: &Shape, resource_type: &ResourceType) -> Value {
    const COMMON: [Part; 2] = [
        Part {
            name: "id",
            subs: &[],
        },
        Part {
            name: "meta",
            subs: &["created", "location"],
        },
    ];
    let secret = shape.write_only.iter().map(|name| (*name, [].as_slice()));
    let attributes: Vec<Value> = COMMON
        .iter()
        .chain(shape.attributes)
        .map(|part| (part.name, part.subs))
        .chain(secret)
        .filter_map(|(name, subs)| {
            let attribute = resource_type.attribute(None, name)?;
            Some(described(attribute, subs))
        })
        .collect();
    json!({
        "id": format!("{CORE_SCHEMA}:{}", shape.name),
        "name": shape.name,
        "description": resource_type.description,
        "schema": CORE_SCHEMA,
        "endpoint": shape.endpoint,
        "attributes": attributes,
    })
}

fn described(attribute: &Attribute, subs: &[&str]) -> Value {
    let parts = subs.iter().filter_map(|name| attribute.sub_attribute(name));
    let parts: Vec<Value> = parts.map(characteristics).collect();
    let mut described = characteristics(attribute);
    described["multiValued"] = attribute.multi_valued.into();
    described["schema"] = CORE_SCHEMA.into();
    if !parts.is_empty() {
        described["subAttributes"] = parts.into();
    }
    described
}

fn characteristics(attribute: &Attribute) -> Value {
    json!({
        "name": attribute.name,
        "type": attribute.kind,
        "description": attribute.description,
        "readOnly": attribute.mutability == Mutability::ReadOnly,
        "required": attribute.required,
        "caseExact": attribute.case_exact,
    })
}

#[cfg(test)]
mod tests {
    use super::super::USER;
    use super::*;
    use crate::scim::resource_type::ResourceTypes;

    #[test]
    fn schema_of_users_lists_what_the_dialect_knows() {
        let schema = schema(&USER, ResourceTypes::built_in().user());
        assert_eq!(schema["id"], "urn:scim:schemas:core:1.0:User");
        let attributes = schema["attributes"].as_array().unwrap();
        let names: Vec<_> = attributes
            .iter()
            .filter_map(|one| one["name"].as_str())
            .collect();
        let expected = [
            "id",
            "meta",
            "userName",
            "displayName",
            "name",
            "locale",
            "timezone",
            "password",
        ];
        assert_eq!(names, expected);
        assert_eq!(attributes[0]["readOnly"], true);
        assert_eq!(attributes[4]["subAttributes"].as_array().unwrap().len(), 2);
    }
}
