//! Reads the body of a PATCH into operations.

use serde_json::{Map, Value};

use crate::scim::error::ScimError;
use crate::scim::filter::Leniency;
use crate::scim::path::{PatchPath, key_of};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// One change.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) verb: Verb,
    pub(super) path: Option<PatchPath>,
    /// Null if there is none.
    pub(super) value: Value,
}

/// What an operation does; `op` on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Add,
    Replace,
    Remove,
}

pub(super) fn parse(body: &Value, leniency: Leniency) -> Result<Vec<Operation>, ScimError> {
    let Value::Object(body) = body else {
        return Err(ScimError::invalid_syntax("the body is a JSON object"));
    };
    let names_patch_op = match field(body, "schemas") {
        Some(Value::Array(urns)) => urns.iter().any(|urn| {
            urn.as_str()
                .is_some_and(|urn| urn.eq_ignore_ascii_case(PATCH_OP))
        }),
        _ => false,
    };
    if !names_patch_op && !leniency.is_lenient() {
        return Err(ScimError::invalid_syntax(format!(
            "schemas must name {PATCH_OP}"
        )));
    }
    let operations = match field(body, "Operations") {
        Some(Value::Array(operations)) if !operations.is_empty() => operations,
        _ => {
            return Err(ScimError::invalid_syntax(
                "Operations is an array of one operation or more",
            ));
        }
    };
    let operations = operations.iter().enumerate();
    operations
        .map(|(index, operation)| {
            Operation::parse(operation, leniency).map_err(|mut error| {
                error.detail = format!("Operations[{index}]: {}", error.detail);
                error
            })
        })
        .collect()
}

impl Operation {
    fn parse(operation: &Value, leniency: Leniency) -> Result<Self, ScimError> {
        let Value::Object(operation) = operation else {
            return Err(ScimError::invalid_syntax("an operation is a JSON object"));
        };
        let verb = match field(operation, "op") {
            Some(Value::String(op)) => Verb::parse(op, leniency)?,
            _ => return Err(ScimError::invalid_syntax("op is missing")),
        };
        let path = match field(operation, "path") {
            None => None,
            Some(Value::Null) if leniency.is_lenient() => None,
            Some(Value::String(path)) if path.is_empty() && leniency.is_lenient() => None,
            Some(Value::String(path)) => Some(PatchPath::parse(path, leniency)?),
            Some(_) => return Err(ScimError::invalid_path("path is a string")),
        };
        let value = field(operation, "value");
        if value.is_none() && verb != Verb::Remove {
            return Err(ScimError::invalid_value("add and replace need a value"));
        }
        Ok(Self {
            verb,
            path,
            value: value.cloned().unwrap_or_default(),
        })
    }
}

impl Verb {
    /// The RFC writes them in lower case; Entra capitalises them.
    fn parse(op: &str, leniency: Leniency) -> Result<Self, ScimError> {
        let lower = if leniency.is_lenient() {
            op.to_ascii_lowercase()
        } else {
            op.to_owned()
        };
        match lower.as_str() {
            "add" => Ok(Self::Add),
            "replace" => Ok(Self::Replace),
            "remove" => Ok(Self::Remove),
            _ => Err(ScimError::invalid_syntax(format!(
                "op is add, replace or remove, not '{op}'"
            ))),
        }
    }
}

fn field<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.get(&key_of(object, name))
}
