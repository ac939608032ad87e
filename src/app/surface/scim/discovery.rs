//! What the service says of itself; all of it in [`crate::scim::discovery`].

use http::StatusCode;
use http::header::AUTHORIZATION;
use serde_json::Value;

use crate::app::call::Call;
use crate::exchange::Reply;
use crate::operation::Operation;
use crate::scim::error::ScimError;
use crate::scim::{dialect, discovery};

/// Whether a caller is shown a document without being asked who it is.
///
/// [RFC 7643 section 5](https://www.rfc-editor.org/rfc/rfc7643#section-5) advises it; a token that is presented counts.
pub(super) fn is_open_to(call: Call<'_>) -> bool {
    call.sandbox.profile.discovery_open
        && is_discovery(call.operation)
        && !call.request.headers.contains_key(AUTHORIZATION)
}

fn is_discovery(operation: Operation) -> bool {
    use Operation as O;
    matches!(
        operation,
        O::ServiceProviderConfig
            | O::ListResourceTypes
            | O::GetResourceType
            | O::ListSchemas
            | O::GetSchema
    )
}

/// [RFC 7644 section 4](https://www.rfc-editor.org/rfc/rfc7644#section-4).
pub(super) fn answer(call: Call<'_>) -> Result<Reply, ScimError> {
    discovery::refuse_filter(call.request.query())?;
    let sandbox = call.sandbox;
    let (base, types) = (super::base(call), &sandbox.setting.types);
    let named = || super::last_segment(call);
    let document = match call.operation {
        Operation::ServiceProviderConfig => {
            discovery::service_provider_config(&sandbox.profile, &base)
        }
        Operation::ListResourceTypes => {
            return Ok(listed(&discovery::resource_type_documents(types, &base)));
        }
        Operation::GetResourceType => discovery::resource_type_named(types, &named()?, &base)?,
        Operation::ListSchemas => return Ok(listed(&discovery::schemas(types, &base))),
        Operation::GetSchema => discovery::schema_named(types, &named()?, &base)?,
        other => return Err(ScimError::not_implemented(other.name())),
    };
    Ok(dialect::reply(StatusCode::OK, document.to_string()))
}

fn listed(documents: &[Value]) -> Reply {
    let rows: Vec<String> = documents.iter().map(Value::to_string).collect();
    dialect::reply(StatusCode::OK, dialect::list_body(rows.len(), 1, &rows))
}
