//! SCIM bodies as a judge reads them: names without case, nothing refused, nothing assumed.

use serde_json::{Map, Value};

/// The value of a member of an object, whose name is compared without case
/// ([RFC 7643 section 2.1](https://www.rfc-editor.org/rfc/rfc7643#section-2.1)).
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    find(value.as_object()?, name)
}

fn find<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// The text of a member of an object.
pub(crate) fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    member(value, name)?.as_str()
}

/// How names that are not case-exact are compared.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// One operation of a PATCH body.
#[derive(Clone, Debug)]
pub(crate) struct PatchStep<'v> {
    /// `op` in lower case; empty if there is none.
    pub(crate) op: String,
    /// `path` as it was sent.
    pub(crate) path: Option<&'v str>,
    /// `value`.
    pub(crate) value: Option<&'v Value>,
}

impl PatchStep<'_> {
    /// The path in lower case and without the URN of the core schemas in front.
    pub(crate) fn attribute(&self) -> Option<String> {
        let path = self.path?.trim().to_ascii_lowercase();
        for urn in [
            "urn:ietf:params:scim:schemas:core:2.0:user:",
            "urn:ietf:params:scim:schemas:core:2.0:group:",
        ] {
            if let Some(rest) = path.strip_prefix(urn) {
                return Some(rest.to_owned());
            }
        }
        Some(path)
    }
}

/// The operations of a PATCH body.
pub(crate) fn patch_steps(body: &Value) -> Vec<PatchStep<'_>> {
    let operations = member(body, "Operations").and_then(Value::as_array);
    operations
        .into_iter()
        .flatten()
        .map(|operation| PatchStep {
            op: text(operation, "op")
                .unwrap_or_default()
                .to_ascii_lowercase(),
            path: text(operation, "path"),
            value: member(operation, "value"),
        })
        .collect()
}

/// What a body assigns, as (attribute in lower case, value): for POST and PUT the top level, for PATCH what is
/// added or replaced. The parts of a complex attribute come as `name.givenname`, those of an extension by their own name.
pub(crate) fn assignments(body: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    if member(body, "Operations").is_none() {
        spread(body, "", &mut found);
        return found;
    }
    for step in patch_steps(body)
        .into_iter()
        .filter(|step| step.op != "remove")
    {
        let Some(value) = step.value else { continue };
        match step.attribute() {
            None => spread(value, "", &mut found),
            Some(path) => {
                let name = extension_attribute(&path).unwrap_or(&path);
                if value.is_object() {
                    spread(value, &format!("{name}."), &mut found);
                } else {
                    found.push((name.to_owned(), value));
                }
            }
        }
    }
    found
}

fn extension_attribute(path: &str) -> Option<&str> {
    let (_, name) = path.strip_prefix("urn:")?.rsplit_once(':')?;
    Some(name)
}

fn spread<'v>(value: &'v Value, prefix: &str, found: &mut Vec<(String, &'v Value)>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let key = key.to_ascii_lowercase();
        if !value.is_object() {
            let name = extension_attribute(&key).unwrap_or(&key);
            found.push((format!("{prefix}{name}"), value));
        } else if key.starts_with("urn:") {
            spread(value, "", found);
        } else {
            spread(value, &format!("{prefix}{key}."), found);
        }
    }
}

/// Every value that a body gives to `active`.
pub(crate) fn active_values(body: &Value) -> Vec<&Value> {
    assignments(body)
        .into_iter()
        .filter(|(name, value)| name == "active" && !value.is_null())
        .map(|(_, value)| value)
        .collect()
}

/// A boolean, also where it is written as text.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The same JSON with the members of every object sorted, as text: equal text is equal meaning.
pub(crate) fn canonical(value: &Value) -> String {
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Object(object) => {
                let mut keys: Vec<_> = object.iter().collect();
                keys.sort_by_key(|(key, _)| *key);
                Value::Object(
                    keys.into_iter()
                        .map(|(key, value)| (key.clone(), sorted(value)))
                        .collect(),
                )
            }
            Value::Array(values) => values.iter().map(sorted).collect(),
            other => other.clone(),
        }
    }
    sorted(value).to_string()
}

/// The `value` of each member that a group body names, with whether it takes them away.
pub(crate) fn members_named(body: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    let mut lists = Vec::new();
    if member(body, "Operations").is_none() {
        lists.extend(member(body, "members"));
    }
    for step in patch_steps(body) {
        match (step.attribute(), step.value) {
            (Some(path), Some(value)) if path == "members" => lists.push(value),
            (None, Some(value)) => lists.extend(member(value, "members")),
            _ => {}
        }
    }
    for list in lists {
        let each = match list {
            Value::Array(values) => values.as_slice(),
            other => std::slice::from_ref(other),
        };
        // Some clients send the bare id in place of the object; what is named stays the same.
        found.extend(each.iter().filter_map(|each| match each {
            Value::Object(object) => find(object, "value"),
            other => Some(other),
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn assignments_read_alike_from_every_form() {
        let put = json!({"userName": "a", "name": {"givenName": "A"},
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "D"}});
        let patch = json!({"Operations": [
            {"op": "Replace", "path": "userName", "value": "a"},
            {"op": "add", "value": {"name": {"givenName": "A"}}},
            {"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "D"}]});
        assert_eq!(assignments(&put), assignments(&patch));
        assert_eq!(assignments(&put)[2].0, "department");
    }

    #[test]
    fn active_is_found_under_its_full_name_too() {
        let body = json!({"Operations": [{"op": "replace",
            "path": "urn:ietf:params:scim:schemas:core:2.0:User:active", "value": "False"}]});
        assert_eq!(active_values(&body), [&json!("False")]);
    }

    #[test]
    fn order_of_members_makes_no_difference() {
        assert_eq!(
            canonical(&json!({"a": 1, "b": [{"d": 1, "c": 2}]})),
            canonical(&json!({"b": [{"c": 2, "d": 1}], "a": 1}))
        );
    }
}
