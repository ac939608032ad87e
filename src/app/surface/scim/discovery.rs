//! What the service says of itself; all of it in [`crate::scim::discovery`].

use http::StatusCode;
use serde_json::Value;

use super::Scene;
use crate::exchange::Reply;
use crate::operation::Operation;
use crate::scim::error::ScimError;
use crate::scim::{dialect, discovery};

impl Scene<'_> {
    /// [RFC 7644 section 4](https://www.rfc-editor.org/rfc/rfc7644#section-4).
    pub(super) fn discover(&self) -> Result<Reply, ScimError> {
        discovery::refuse_filter(self.call.request.query())?;
        let (base, types) = (self.base(), self.types());
        let document = match self.call.operation {
            Operation::ServiceProviderConfig => {
                discovery::service_provider_config(self.profile(), &base)
            }
            Operation::ListResourceTypes => {
                return Ok(listed(&discovery::resource_type_documents(types, &base)));
            }
            Operation::GetResourceType => {
                discovery::resource_type_named(types, &self.segment()?, &base)?
            }
            Operation::ListSchemas => return Ok(listed(&discovery::schemas(types, &base))),
            Operation::GetSchema => discovery::schema_named(types, &self.segment()?, &base)?,
            other => return Err(ScimError::not_implemented(other.name())),
        };
        Ok(dialect::reply(StatusCode::OK, document.to_string()))
    }
}

fn listed(documents: &[Value]) -> Reply {
    let rows: Vec<String> = documents.iter().map(Value::to_string).collect();
    dialect::reply(StatusCode::OK, dialect::list_body(rows.len(), 1, &rows))
}
