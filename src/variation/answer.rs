//! Varies a whole answer: its JSON, its header fields, and how the socket writes it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG};
use http::{Method, StatusCode, Version};
use serde_json::{Map, Value};

use super::resource::Shown;
use super::script::{Escapes, MemberOrder, Script, WhiteSpace};
use super::{Manner, Taken, field, list, resource, table, token};
use crate::entry::Choice;
use crate::exchange::{Framing, NameCase, Reason, Reply, Spelling};
use crate::operation::{Operation, Surface};

/// What was asked, and what else acts on the answer.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// What was asked.
    pub operation: Operation,
    /// Whether the client says itself which attributes it wants.
    pub names_attributes: bool,
    /// The protocol version.
    pub version: Version,
    /// Whether the client lets the connection end with this answer.
    pub is_last: bool,
    /// Whether a rule works on this answer: then nothing is taken from it that the rule may be about, and it is
    /// spelt as the rule leaves it.
    pub is_scripted: bool,
}

impl Manner {
    /// Varies an answer of the handler's, and tells what was chosen.
    pub fn shape(&self, asked: Answered, reply: &mut Reply) -> Vec<Choice> {
        let mut taken = Taken::new(self);
        if reply.headers.contains_key(ETAG) {
            taken.note(table::ETAG_FORM, self.etag_form());
        }
        let read = is_json(reply).then(|| serde_json::from_slice(&reply.body).ok());
        if let Some(mut value) = read.flatten() {
            if let Value::Object(object) = &mut value {
                object_of(asked, object, &mut taken);
            }
            reply.body = written(asked, value, &mut taken);
            field::media_type(&mut reply.headers, &mut taken);
        }
        if asked.operation.surface() == Surface::Scim {
            field::location(reply.status, &mut reply.headers, &mut taken);
        }
        field::challenge(&mut reply.headers, &mut taken);
        if asked.version == Version::HTTP_11 && !asked.is_last {
            field::persistence(&mut reply.headers, &mut taken);
        }
        field::all(&mut reply.headers, &mut taken);
        taken.choices
    }

    /// How the socket writes an answer that leaves whole, and what was chosen for that; one to HEAD has no body.
    pub fn spell(
        &self,
        method: &Method,
        version: Version,
        reply: &Reply,
    ) -> (Spelling, Vec<Choice>) {
        let mut taken = Taken::new(self);
        let mut spelling = Spelling::default();
        let is_first = version == Version::HTTP_11;
        if is_first {
            spelling.names = match taken.take(table::FIELD_CASE) {
                0 => NameCase::Small,
                1 => NameCase::Title,
                _ => NameCase::Capital,
            };
            spelling.reason = match taken.take(table::REASON) {
                0 => Reason::Usual,
                1 => Reason::Absent,
                _ => Reason::Other,
            };
        }
        let has_body = *method != Method::HEAD && !reply.body.is_empty();
        let is_framed = (is_first || version == Version::HTTP_2) && has_body;
        if is_framed && reply.status != StatusCode::NO_CONTENT {
            spelling.framing = match taken.take(table::FRAMING) {
                0 => Framing::Length,
                1 => Framing::OneChunk,
                _ => Framing::ManyChunks,
            };
        }
        (spelling, taken.choices)
    }
}

fn is_json(reply: &Reply) -> bool {
    let kind = reply.headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    !reply.body.is_empty() && kind.is_some_and(|kind| kind.contains("json"))
}

/// Varies what an object says in another, equal way.
fn object_of(asked: Answered, object: &mut Map<String, Value>, taken: &mut Taken<'_>) {
    match asked.operation.surface() {
        Surface::OAuth if !asked.is_scripted => token::vary(object, taken),
        Surface::Scim => {
            let shown = if asked.is_scripted || asked.names_attributes {
                Shown::Chosen
            } else {
                Shown::All
            };
            if list::is_list(object) {
                if let Some(Value::Array(rows)) = object.get_mut("Resources") {
                    let mut rows: Vec<_> =
                        rows.iter_mut().filter_map(Value::as_object_mut).collect();
                    rows.retain(|row| is_resource(row));
                    resource::vary(&mut rows, shown, taken);
                }
                if !asked.is_scripted {
                    list::vary(object, taken);
                }
            } else if is_resource(object) {
                resource::vary(&mut [object], shown, taken);
            } else if !asked.is_scripted {
                list::error(object, taken);
            }
        }
        _ => {}
    }
}

/// Users, groups and resources of loaded types have an id; messages and discovery documents are something else.
fn is_resource(object: &Map<String, Value>) -> bool {
    let kind = object.get("meta").and_then(|meta| meta.get("resourceType"));
    let is_discovery = kind.is_some_and(|kind| {
        ["Schema", "ResourceType", "ServiceProviderConfig"]
            .iter()
            .any(|other| kind == other)
    });
    object.contains_key("id") && !is_discovery
}

/// The JSON in the script that was drawn for it.
fn written(asked: Answered, mut value: Value, taken: &mut Taken<'_>) -> Bytes {
    let order = match taken.take(table::MEMBER_ORDER) {
        0 => None,
        1 => Some(MemberOrder::Reversed),
        2 => Some(MemberOrder::ByName),
        _ => Some(MemberOrder::Shuffled(
            taken.manner.draw(table::MEMBER_ORDER).number(),
        )),
    };
    if let Some(order) = order {
        order.put(&mut value);
    }
    if asked.is_scripted {
        return Script::default().write(&value).into();
    }
    let space = match taken.take(table::WHITE_SPACE) {
        0 => WhiteSpace::None,
        1 => WhiteSpace::Indented,
        _ => WhiteSpace::Blanks,
    };
    let escapes = taken.take(table::ESCAPES);
    let escapes = Escapes {
        non_ascii: escapes & 1 == 1,
        solidus: escapes & 2 == 2,
    };
    Script::new(space, escapes).write(&value).into()
}
