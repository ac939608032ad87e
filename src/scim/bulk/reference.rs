//! `bulkId:qwerty`, the name of a resource before it has an id,
//! [RFC 7644 section 3.7.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.7.2).

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value};

use super::BulkOperation;
use crate::scim::error::ScimError;

const PREFIX: &str = "bulkId:";

/// What a `bulkId` stands for so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The resource of that id.
    Made(String),
    /// Nothing: the operation that was to make it failed.
    Failed,
}

/// The `bulkId`s of a request whose operations have had their turn.
#[derive(Clone, Debug, Default)]
pub struct Ids(HashMap<String, Reference>);

impl Ids {
    /// Notes what a `bulkId` stands for from now on.
    pub fn settle(&mut self, bulk_id: &str, reference: Reference) {
        self.0.insert(bulk_id.to_owned(), reference);
    }

    /// Whether an operation of that name has had its turn.
    pub fn has(&self, bulk_id: &str) -> bool {
        self.0.contains_key(bulk_id)
    }

    /// A path with ids in the place of `bulkId`s.
    ///
    /// # Errors
    ///
    /// As of [`in_data`](Self::in_data).
    pub fn in_path(&self, path: &str) -> Result<String, ScimError> {
        let text = self.in_text(path).into_owned();
        match mentioned(&text).first() {
            Some(left) => Err(self.unresolved(left)),
            None => Ok(text),
        }
    }

    /// A body with ids in the place of `bulkId`s.
    ///
    /// # Errors
    ///
    /// 400 `invalidValue` if a value is a reference to an operation that failed, or to none.
    pub fn in_data(&self, data: &Value) -> Result<Value, ScimError> {
        match data {
            Value::String(text) => {
                let text = self.in_text(text);
                match text.strip_prefix(PREFIX) {
                    Some(left) => Err(self.unresolved(left)),
                    None => Ok(text.into()),
                }
            }
            Value::Array(values) => values.iter().map(|value| self.in_data(value)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| Ok((name.clone(), self.in_data(value)?)))
                .collect::<Result<Map<_, _>, _>>()
                .map(Value::Object),
            other => Ok(other.clone()),
        }
    }

    fn in_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        rewrite(text, &mut |name| match self.0.get(name)? {
            Reference::Made(id) => Some(id.clone()),
            Reference::Failed => None,
        })
    }

    fn unresolved(&self, name: &str) -> ScimError {
        ScimError::invalid_value(match self.0.get(name) {
            Some(_) => format!("{PREFIX}{name}: the operation that was to create it failed"),
            None => format!("{PREFIX}{name}: no operation of this request creates that"),
        })
    }
}

impl BulkOperation {
    /// The `bulkId`s that its path and its data mention.
    pub(super) fn mentions(&self) -> Vec<String> {
        let mut names = mentioned(&self.path);
        if let Some(data) = &self.data {
            gather(data, &mut names);
        }
        names
    }
}

/// The data of a POST without the values that mention one of these names, and whether there was any.
///
/// A complex value goes as a whole: a member without its `value` would be none.
pub fn without(data: &Value, is_open: &dyn Fn(&str) -> bool) -> (Value, bool) {
    let kept = pruned(data, is_open, Level::Resource).unwrap_or(Value::Null);
    let cut = kept != *data;
    (kept, cut)
}

#[derive(Clone, Copy, PartialEq)]
enum Level {
    /// The resource itself, or one of its extensions.
    Resource,
    Below,
}

fn pruned(value: &Value, is_open: &dyn Fn(&str) -> bool, level: Level) -> Option<Value> {
    match value {
        Value::String(text) => {
            let open = mentioned(text).iter().any(|name| is_open(name));
            (!open).then(|| value.clone())
        }
        Value::Array(values) => {
            let kept = values.iter();
            Some(
                kept.filter_map(|one| pruned(one, is_open, Level::Below))
                    .collect(),
            )
        }
        Value::Object(members) => {
            let mut kept = Map::new();
            for (name, inner) in members {
                let is_extension = level == Level::Resource && name.starts_with("urn:");
                let below = if is_extension {
                    Level::Resource
                } else {
                    Level::Below
                };
                match pruned(inner, is_open, below) {
                    Some(inner) => drop(kept.insert(name.clone(), inner)),
                    None if level == Level::Below => return None,
                    None => {}
                }
            }
            Some(Value::Object(kept))
        }
        other => Some(other.clone()),
    }
}

fn gather(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::String(text) => names.extend(mentioned(text)),
        Value::Array(values) => values.iter().for_each(|value| gather(value, names)),
        Value::Object(members) => members.values().for_each(|value| gather(value, names)),
        _ => {}
    }
}

/// The names after each `bulkId:` in a text.
fn mentioned(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    rewrite(text, &mut |name| {
        names.push(name.to_owned());
        None
    });
    names
}

/// Puts something else in the place of each `bulkId:name` in a text that has an answer.
///
/// A text that is nothing but a reference may have any name; within a path or a filter a name ends where that does.
fn rewrite<'t>(text: &'t str, answer: &mut dyn FnMut(&str) -> Option<String>) -> Cow<'t, str> {
    if let Some(name) = text.strip_prefix(PREFIX) {
        return answer(name).map_or(Cow::Borrowed(text), Cow::Owned);
    }
    let mut pieces = text.split(PREFIX);
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_end = |letter: char| letter.is_whitespace() || "\"/[](),?#".contains(letter);
        let (name, rest) = piece.split_at(piece.find(is_end).unwrap_or(piece.len()));
        match answer(name) {
            Some(other) => whole.push_str(&other),
            None => whole.extend([PREFIX, name]),
        }
        whole.push_str(rest);
    }
    Cow::Owned(whole)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids() -> Ids {
        let mut ids = Ids::default();
        ids.settle("q", Reference::Made("17".into()));
        ids.settle("bad", Reference::Failed);
        ids
    }

    #[test]
    fn id_takes_the_place_of_its_name_wherever_it_stands() {
        let data = json!({
            "members": [{ "value": "bulkId:q", "$ref": "../Users/bulkId:q" }],
            "Operations": [{ "path": "members[value eq \"bulkId:q\"]" }],
            "title": "bulk", "count": 3,
        });
        let expected = json!({
            "members": [{ "value": "17", "$ref": "../Users/17" }],
            "Operations": [{ "path": "members[value eq \"17\"]" }],
            "title": "bulk", "count": 3,
        });
        assert_eq!(ids().in_data(&data), Ok(expected));
        assert_eq!(
            ids().in_path("/Users/bulkId:q?x=1"),
            Ok("/Users/17?x=1".into())
        );
    }

    #[test]
    fn name_of_nothing_is_refused() {
        for (name, why) in [("bad", "failed"), ("nobody", "no operation")] {
            let error = ids()
                .in_data(&json!([format!("bulkId:{name}")]))
                .unwrap_err();
            assert!(error.detail.contains(why), "{error}");
            assert!(ids().in_path(&format!("/Users/bulkId:{name}")).is_err());
        }
    }

    #[test]
    fn open_reference_takes_its_complex_value_along() {
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let data = json!({
            "displayName": "A", "nickName": "bulkId:x",
            "members": [{ "value": "bulkId:x", "type": "Group" }, { "value": "1" }],
            urn: { "department": "Tours", "manager": { "value": "bulkId:x" } },
        });
        let expected = json!({
            "displayName": "A", "members": [{ "value": "1" }], urn: { "department": "Tours" },
        });
        assert_eq!(without(&data, &|name| name == "x"), (expected, true));
        assert_eq!(without(&data, &|_| false), (data.clone(), false));
    }
}
