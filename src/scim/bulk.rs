//! Many operations in one request, [RFC 7644 section 3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7).
//!
//! This reads the request, says in which order its operations make sense, and puts ids in the place of `bulkId`s.

mod order;
mod reference;

use std::collections::HashSet;

use http::Method;
use serde_json::{Map, Value, json};

pub use order::{Step, steps};
pub use reference::{Ids, Reference, without};

use super::error::ScimError;

/// The URN of the request.
pub const REQUEST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// The URN of the answer.
pub const RESPONSE_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// A bulk request.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkRequest {
    /// How many errors there may be until the rest is left undone; without it, any number.
    pub fail_on_errors: Option<usize>,
    /// What is to be done.
    pub operations: Vec<BulkOperation>,
}

/// One operation of a bulk request; what is wrong with it is told when its turn comes.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkOperation {
    /// The method as it was sent.
    pub method: String,
    /// What the client calls the resource that a POST makes.
    pub bulk_id: Option<String>,
    /// The version that the client means.
    pub version: Option<String>,
    /// The path below the base URL.
    pub path: String,
    /// The body.
    pub data: Option<Value>,
    /// Why it cannot be done at all.
    fault: Option<ScimError>,
}

impl BulkRequest {
    /// Reads the body of a bulk request.
    ///
    /// # Errors
    ///
    /// 400 `invalidSyntax` if the message has not its form. A fault of one operation is that operation's own.
    pub fn parse(body: &Value) -> Result<Self, ScimError> {
        let Value::Object(message) = body else {
            return Err(invalid("a bulk request is a JSON object".into()));
        };
        let is_bulk = |urn: &Value| {
            urn.as_str()
                .is_some_and(|urn| urn.eq_ignore_ascii_case(REQUEST_SCHEMA))
        };
        let schemas = member(message, "schemas").and_then(Value::as_array);
        if !schemas.is_some_and(|urns| urns.iter().any(is_bulk)) {
            return Err(invalid(format!("schemas must name {REQUEST_SCHEMA}")));
        }
        let Some(Value::Array(sent)) = member(message, "Operations") else {
            return Err(invalid("Operations must be an array".into()));
        };
        let mut taken = HashSet::new();
        let operations: Result<Vec<_>, _> = sent
            .iter()
            .enumerate()
            .map(|(place, sent)| match sent {
                Value::Object(sent) => Ok(BulkOperation::read(sent, &mut taken)),
                _ => Err(invalid(format!("Operations[{place}] must be an object"))),
            })
            .collect();
        Ok(Self {
            fail_on_errors: fail_on_errors(message)?,
            operations: operations?,
        })
    }
}

fn fail_on_errors(message: &Map<String, Value>) -> Result<Option<usize>, ScimError> {
    match member(message, "failOnErrors") {
        None => Ok(None),
        Some(sent) => match sent.as_u64().and_then(|most| usize::try_from(most).ok()) {
            Some(most) if most > 0 => Ok(Some(most)),
            _ => Err(ScimError::invalid_value(
                "failOnErrors must be a whole number from 1 on",
            )),
        },
    }
}

impl BulkOperation {
    fn read(sent: &Map<String, Value>, taken: &mut HashSet<String>) -> Self {
        let text = |name| member(sent, name).and_then(Value::as_str).map(String::from);
        let mut operation = Self {
            method: text("method").unwrap_or_default(),
            bulk_id: text("bulkId"),
            version: text("version"),
            path: text("path").unwrap_or_default(),
            data: member(sent, "data").cloned(),
            fault: None,
        };
        operation.fault = operation.fault_in(taken).err();
        operation
    }

    /// Looks for what is missing, [RFC 7644 section 3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7).
    fn fault_in(&self, taken: &mut HashSet<String>) -> Result<(), ScimError> {
        let method = match self.method.as_str() {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            _ => return Err(invalid("method must be POST, PUT, PATCH or DELETE".into())),
        };
        if !self.path.starts_with('/') {
            return Err(invalid(
                "path must be one like /Users or /Users/{id}".into(),
            ));
        }
        if method != Method::DELETE && !self.data.as_ref().is_some_and(Value::is_object) {
            return Err(invalid(format!("data is required for {method}")));
        }
        if method != Method::POST {
            return Ok(());
        }
        match &self.bulk_id {
            None => Err(invalid("bulkId is required for POST".into())),
            Some(id) if taken.insert(id.clone()) => Ok(()),
            Some(id) => Err(invalid(format!("bulkId {id} is there twice"))),
        }
    }

    /// The method, if the operation can be tried.
    ///
    /// # Errors
    ///
    /// 400 `invalidSyntax` that says what is missing.
    pub fn method(&self) -> Result<Method, ScimError> {
        match &self.fault {
            Some(fault) => Err(fault.clone()),
            None => Method::from_bytes(self.method.as_bytes())
                .map_err(|_| invalid("method is none of HTTP's".into())),
        }
    }

    /// What it is known by in this request, if it is a POST that can be tried.
    pub fn name(&self) -> Option<&str> {
        let is_post = self.fault.is_none() && self.method == "POST";
        self.bulk_id.as_deref().filter(|_| is_post)
    }
}

/// What became of one operation.
#[derive(Clone, Debug)]
pub struct BulkResult {
    /// The status code it would have been answered with.
    pub status: http::StatusCode,
    /// Where its resource is; nowhere for a POST that failed.
    pub location: Option<String>,
    /// The version its resource has now.
    pub version: Option<String>,
    /// The error, if it is one.
    pub response: Option<Value>,
}

/// The body of the answer; `status` is a string in it.
///
/// RFC 7644 section 3.7.3 speaks of an object with a `code`, as drafts had it; its examples have the string.
pub fn response_body<'r>(
    results: impl Iterator<Item = (&'r BulkOperation, &'r BulkResult)>,
) -> String {
    let rows: Vec<Value> = results.map(|(sent, result)| row(sent, result)).collect();
    json!({ "schemas": [RESPONSE_SCHEMA], "Operations": rows }).to_string()
}

fn row(sent: &BulkOperation, result: &BulkResult) -> Value {
    let mut row = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            row.insert(name.to_owned(), value);
        }
    };
    put("location", result.location.clone().map(Value::from));
    put("method", Some(sent.method.as_str().into()));
    put("bulkId", sent.bulk_id.clone().map(Value::from));
    put("version", result.version.clone().map(Value::from));
    put("status", Some(result.status.as_str().into()));
    put("response", result.response.clone());
    Value::Object(row)
}

/// A member of a message; names have no case.
fn member<'m>(message: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    let exact = message.get(name);
    let found = exact.or_else(|| {
        let mut members = message.iter();
        let (_, value) = members.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value)
    });
    found.filter(|value| !value.is_null())
}

fn invalid(detail: String) -> ScimError {
    ScimError::invalid_syntax(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(operations: &Value) -> Value {
        json!({ "schemas": [REQUEST_SCHEMA], "Operations": operations })
    }

    fn fault(operation: &Value) -> String {
        let parsed = BulkRequest::parse(&request(&json!([operation]))).unwrap();
        parsed.operations[0].method().unwrap_err().detail
    }

    #[test]
    fn message_of_another_form_is_refused_as_a_whole() {
        for body in [
            json!([]),
            json!({ "Operations": [] }),
            json!({ "schemas": [REQUEST_SCHEMA] }),
            json!({ "schemas": [REQUEST_SCHEMA], "Operations": {} }),
            request(&json!(["POST"])),
        ] {
            assert!(BulkRequest::parse(&body).is_err(), "{body}");
        }
        for most in [json!(0), json!(-1), json!("1"), json!(1.5)] {
            let mut body = request(&json!([]));
            body["failOnErrors"] = most;
            assert!(BulkRequest::parse(&body).is_err(), "{body}");
        }
    }

    #[test]
    fn fault_of_an_operation_is_its_own() {
        assert!(fault(&json!({ "path": "/Users" })).contains("method"));
        assert!(fault(&json!({ "method": "GET", "path": "/Users" })).contains("method"));
        assert!(fault(&json!({ "method": "DELETE", "path": "Users/1" })).contains("path"));
        assert!(fault(&json!({ "method": "PUT", "path": "/Users/1" })).contains("data"));
        let post = json!({ "method": "POST", "path": "/Users", "data": {} });
        assert!(fault(&post).contains("bulkId"));
    }

    #[test]
    fn second_operation_of_a_name_is_at_fault() {
        let post = json!({ "method": "POST", "path": "/Users", "bulkId": "q", "data": {} });
        let parsed = BulkRequest::parse(&request(&json!([post, post]))).unwrap();
        let names: Vec<_> = parsed.operations.iter().map(BulkOperation::name).collect();
        assert_eq!(names, [Some("q"), None]);
    }
}
