//! Changing and deleting a resource that is known by its id.

use http::Method;
use serde_json::{Map, Value, json};

use super::change::PATCH_URN;
use super::http::Request;
use super::lookup::{Kind, path_of};
use super::session::{Answer, Read, Stop, is_gone};
use super::{Client, Defect, body};

/// What a write came to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Written {
    /// It took effect; the resource as it now is, if the answer brought it.
    Done(Option<Value>),
    /// There is no resource of that id.
    Gone,
    /// It was refused for good.
    Refused { status: u16, why: String },
    /// Whether it took effect is not known.
    Unknown(String),
}

impl Client<'_> {
    /// Patches one resource, [RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2).
    pub(super) async fn patch(
        &mut self,
        kind: Kind,
        id: &str,
        operations: Vec<Value>,
    ) -> Result<Written, Stop> {
        let body = patch_body(operations, self.settings.defect);
        let request = self.on(Method::PATCH, kind, id).body(body.to_string());
        self.write(&request).await
    }

    /// Deletes one resource; that there is none is what was wanted.
    pub(super) async fn delete(&mut self, kind: Kind, id: &str) -> Result<Written, Stop> {
        let request = self.on(Method::DELETE, kind, id);
        Ok(match self.write(&request).await? {
            Written::Gone => {
                if self.has(Defect::RepeatDelete) {
                    self.insist(&request).await?;
                }
                Written::Done(None)
            }
            written => written,
        })
    }

    /// Whether a resource that seems to be missing really is.
    pub(super) async fn is_really_gone(&mut self, kind: Kind, id: &str) -> Result<bool, Stop> {
        let path = path_of(kind, id, self.settings.defect);
        let is_gone = self.read(&path, "excludedAttributes=members").await? == Read::Gone;
        if is_gone && self.has(Defect::KeepDeadId) {
            let request = self.on(Method::GET, kind, id);
            self.insist(&request).await?;
            return Ok(false);
        }
        Ok(is_gone)
    }

    pub(super) fn on(&self, method: Method, kind: Kind, id: &str) -> Request {
        let path = path_of(kind, id, self.settings.defect);
        Request::new(method, self.scim.address().target(&path, ""))
    }

    async fn write(&mut self, request: &Request) -> Result<Written, Stop> {
        let patience = self.patience();
        let reply = match self.repeat(request, |_| true, patience).await? {
            Answer::Reply(reply) => reply,
            Answer::Unknown(why) => return Ok(Written::Unknown(why)),
        };
        if reply.is_success() {
            return Ok(Written::Done(body::object(&reply)));
        }
        if is_gone(reply.status) {
            if self.has(Defect::KeepDeadId) && request.method == Method::PATCH {
                self.insist(request).await?;
            } else {
                return Ok(Written::Gone);
            }
        }
        Ok(Written::Refused {
            status: reply.status,
            why: body::complaint(&reply),
        })
    }
}

pub(super) fn patch_body(mut operations: Vec<Value>, defect: Option<Defect>) -> Value {
    if defect == Some(Defect::TextBoolean) {
        for operation in &mut operations {
            if let Some(value) = operation.get_mut("value")
                && let Some(active) = value.as_bool()
            {
                *value = Value::from(if active { "True" } else { "False" });
            }
        }
    }
    let mut body = Map::new();
    if defect != Some(Defect::PatchWithoutSchemas) {
        body.insert("schemas".into(), json!([PATCH_URN]));
    }
    body.insert("Operations".into(), Value::Array(operations));
    Value::Object(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_stay_booleans() {
        let body = |defect| {
            let operation = json!({"op": "replace", "path": "active", "value": false});
            patch_body(vec![operation], defect)
        };
        assert_eq!(body(None)["Operations"][0]["value"], json!(false));
        assert_eq!(body(None)["schemas"], json!([PATCH_URN]));
        let text = body(Some(Defect::TextBoolean));
        assert_eq!(text["Operations"][0]["value"], json!("False"));
        assert!(
            body(Some(Defect::PatchWithoutSchemas))
                .get("schemas")
                .is_none()
        );
    }
}
