//! Reads the body of a PATCH into operations.

use serde_json::{Map, Value};

use crate::scim::error::ScimError;

use crate::scim::path::{PatchPath, key_of};

use super::value::Rules;

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// What the URNs of all messages begin with, [RFC 7644 section 8.2](https://www.rfc-editor.org/rfc/rfc7644#section-8.2).
const MESSAGES: &str = "urn:ietf:params:scim:api:messages:";

/// What a refusal begins with that is about the path of an operation.
const PATH: &str = ".path: ";

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

pub(super) fn parse(body: &Value, rules: Rules<'_>) -> Result<Vec<Operation>, ScimError> {
    let Value::Object(body) = body else {
        return Err(ScimError::invalid_syntax("the body is a JSON object"));
    };
    rules.refuse_twice(body, &["schemas", "Operations"])?;
    check_schemas(field(body, "schemas"), rules)?;
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
            Operation::parse(operation, rules).map_err(|error| at(index, error))
        })
        .collect()
}

/// Refuses a body that says it is no PATCH.
fn check_schemas(schemas: Option<&Value>, rules: Rules<'_>) -> Result<(), ScimError> {
    let urns = schemas.and_then(Value::as_array);
    let mut names = urns.into_iter().flatten().filter_map(Value::as_str);
    if names.clone().any(|urn| urn.eq_ignore_ascii_case(PATCH_OP)) {
        return Ok(());
    }
    // Clients leave the URN out, or name that of the resource; none means another message and sends operations.
    let is_another = names.any(|urn| {
        let head = urn.get(..MESSAGES.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(MESSAGES))
    });
    if is_another || !rules.profile.missing_schemas {
        let detail = format!("schemas must name {PATCH_OP}");
        return Err(ScimError::invalid_syntax(detail));
    }
    Ok(())
}

/// Says which operation is wrong.
pub(super) fn at(index: usize, mut error: ScimError) -> ScimError {
    let says_where = error.detail.starts_with(PATH);
    let part = if says_where { "" } else { ": " };
    error.detail = format!("Operations[{index}]{part}{}", error.detail);
    error
}

impl Operation {
    fn parse(operation: &Value, rules: Rules<'_>) -> Result<Self, ScimError> {
        let Value::Object(operation) = operation else {
            return Err(ScimError::invalid_syntax("an operation is a JSON object"));
        };
        rules.refuse_twice(operation, &["op", "path", "value"])?;
        let verb = match field(operation, "op") {
            Some(Value::String(op)) => Verb::parse(op, rules)?,
            Some(_) => return Err(ScimError::invalid_syntax("op is a string")),
            None => return Err(ScimError::invalid_syntax("op is missing")),
        };
        let path = match field(operation, "path") {
            None => None,
            Some(Value::Null) if rules.profile.null_path => None,
            Some(Value::String(path)) if path.is_empty() && rules.profile.null_path => None,
            Some(Value::String(path)) => {
                let path = PatchPath::parse(path, rules.leniency).map_err(ScimError::from);
                Some(path.map_err(in_path)?)
            }
            Some(_) => return Err(in_path(ScimError::invalid_path("a path is a string"))),
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

/// Says that it is the path that is wrong.
fn in_path(mut error: ScimError) -> ScimError {
    error.detail = format!("{PATH}{}", error.detail);
    error
}

impl Verb {
    /// The RFC writes them in lower case; Entra capitalises them.
    fn parse(op: &str, rules: Rules<'_>) -> Result<Self, ScimError> {
        let is = |name: &str| {
            op == name || (rules.profile.any_case_ops && op.eq_ignore_ascii_case(name))
        };
        match op {
            _ if is("add") => Ok(Self::Add),
            _ if is("replace") => Ok(Self::Replace),
            _ if is("remove") => Ok(Self::Remove),
            _ => Err(ScimError::invalid_syntax(format!(
                "op is add, replace or remove, not '{op}'"
            ))),
        }
    }
}

fn field<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.get(&key_of(object, name))
}
