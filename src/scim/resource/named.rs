//! The `schemas` of a body, [RFC 7643 section 3](https://www.rfc-editor.org/rfc/rfc7643#section-3).

use serde_json::{Map, Value};

use crate::profile::Profile;
use crate::scim::error::ScimError;
use crate::scim::resource_type::ENTERPRISE_SCHEMA;
use crate::scim::schema::ResourceType;

/// How many URNs are compared with each other; far more than any resource has extensions.
const MOST: usize = 100;

/// The URNs that a body names in `schemas`; nothing if it has no such member.
#[derive(Debug, Default)]
pub(super) struct Named(Option<Vec<Value>>);

impl Named {
    pub(super) fn take(&mut self, schemas: Value, profile: &Profile) -> Result<(), ScimError> {
        let urns = match schemas {
            Value::Null => return Ok(()),
            Value::Array(urns) if urns.len() > MOST => {
                let detail = format!("schemas names more than {MOST} URNs");
                return Err(ScimError::invalid_syntax(detail));
            }
            Value::Array(urns) if urns.iter().all(Value::is_string) => urns,
            _ => {
                let detail = "schemas must be an array of URNs";
                return Err(ScimError::invalid_syntax(detail));
            }
        };
        if self.0.replace(urns).is_some() && !profile.repeated_names {
            return Err(ScimError::invalid_syntax("schemas is named twice"));
        }
        Ok(())
    }

    /// Checks the URNs against the type of the resource and what its body uses.
    pub(super) fn check(
        &self,
        resource_type: &ResourceType,
        attributes: &Map<String, Value>,
        profile: &Profile,
    ) -> Result<(), ScimError> {
        for (index, urn) in self.urns().enumerate() {
            if resource_type.schema(urn).is_none() && !(profile.private_schemas && is_private(urn))
            {
                let name = &resource_type.name;
                let detail = format!("schemas[{index}]: {urn} is no schema of a {name}");
                return Err(ScimError::invalid_syntax(detail));
            }
            let mut before = self.urns().take(index);
            if !profile.repeated_names && before.any(|other| other.eq_ignore_ascii_case(urn)) {
                let detail = format!("schemas[{index}]: {urn} is named twice");
                return Err(ScimError::invalid_syntax(detail));
            }
        }
        let core = &resource_type.schema.id;
        if !profile.missing_schemas && !self.has(core) {
            return Err(ScimError::invalid_syntax(format!(
                "schemas must name {core}"
            )));
        }
        if profile.unlisted_schemas {
            return Ok(());
        }
        let ids = resource_type.extensions.iter().map(|one| &one.schema.id);
        let used = ids.filter(|id| attributes.contains_key(*id));
        match used.into_iter().find(|id| !self.has(id)) {
            Some(id) => {
                let detail = format!("schemas does not name {id}, which the body uses");
                Err(ScimError::invalid_syntax(detail))
            }
            None => Ok(()),
        }
    }

    fn urns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().filter_map(Value::as_str)
    }

    fn has(&self, id: &str) -> bool {
        self.urns().any(|urn| urn.eq_ignore_ascii_case(id))
    }
}

/// Whether a URN is one that RFC 7643 does not give to another kind of resource.
fn is_private(urn: &str) -> bool {
    const CORE: &str = "urn:ietf:params:scim:schemas:core:";
    let is_core = urn
        .get(..CORE.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(CORE));
    !is_core && !urn.eq_ignore_ascii_case(ENTERPRISE_SCHEMA)
}
