//! Changes a resource as a PATCH asks, [RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2).

mod known;
mod object;
mod operation;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
mod remove;
#[cfg(test)]
mod tests;
mod value;
mod values;
mod write;

use serde_json::{Map, Value};

use crate::profile::Profile;

use super::error::ScimError;
use super::path::{AttributePath, Located, PatchPath, Target, key_of};
use super::schema::{Extension, Mutability, ResourceType};
use object::with_object;
use operation::{Operation, Verb};
use value::Rules;

/// Makes of a resource what the body of a PATCH asks; all operations succeed or none.
///
/// Only what concerns the operations is checked: paths, mutability, the types of the values written. Whoever keeps
/// the result lets the schemas accept it as a whole, as on a create.
pub fn apply(
    resource_type: &ResourceType,
    current: &Value,
    body: &Value,
    profile: &Profile,
) -> Result<Value, ScimError> {
    let rules = Rules::of(profile);
    let operations = operation::parse(body, rules)?;
    let mut patch = Patch {
        resource_type,
        rules,
        resource: current.as_object().cloned().unwrap_or_default(),
    };
    for (index, operation) in operations.iter().enumerate() {
        let done = patch.run(operation);
        done.map_err(|error| operation::at(index, error))?;
    }
    patch.keep_schemas_in_step();
    Ok(Value::Object(patch.resource))
}

/// A resource on its way from one state to the next.
struct Patch<'a> {
    resource_type: &'a ResourceType,
    rules: Rules<'a>,
    resource: Map<String, Value>,
}

/// The place of an operation, looked up in the schemas.
struct Place<'a> {
    located: Located<'a>,
    path: &'a PatchPath,
}

impl<'a> Patch<'a> {
    fn run(&mut self, operation: &Operation) -> Result<(), ScimError> {
        let Operation { verb, path, value } = operation;
        match (path, verb) {
            (Some(path), _) => self.at(path, *verb, value),
            (None, Verb::Remove) => Err(ScimError::no_target("remove needs a path")),
            (None, Verb::Add | Verb::Replace) => self.members(*verb, value),
        }
    }

    fn at(&mut self, path: &PatchPath, verb: Verb, value: &Value) -> Result<(), ScimError> {
        if is_schemas(&path.attribute) {
            return match verb {
                Verb::Remove => Err(required(path)),
                // The list follows from the extensions that the resource has in the end.
                Verb::Add | Verb::Replace => Ok(()),
            };
        }
        let resource_type = self.resource_type;
        match path.attribute.target(resource_type) {
            None => Err(ScimError::invalid_path(format!(
                "no schema of a {} defines {}",
                resource_type.name, path.attribute
            ))),
            Some(Target::Attribute(located)) => {
                self.attribute(&Place { located, path }, verb, value)
            }
            Some(_) if path.filter.is_some() => Err(ScimError::invalid_path(format!(
                "{} is a schema, it has no values to pick from",
                path.attribute
            ))),
            Some(Target::Core) => match verb {
                Verb::Remove => Err(ScimError::no_target(format!(
                    "{} is the core schema, only its attributes can be removed",
                    path.attribute
                ))),
                Verb::Add | Verb::Replace => self.members(verb, value),
            },
            Some(Target::Extension(extension)) => match verb {
                Verb::Remove => self.remove_extension(extension),
                Verb::Add | Verb::Replace => self.extension(extension, verb, value),
            },
        }
    }

    fn attribute(&mut self, place: &Place<'_>, verb: Verb, value: &Value) -> Result<(), ScimError> {
        let Located {
            extension,
            attribute,
            sub,
        } = place.located;
        let is_read_only = |mutability| mutability == Mutability::ReadOnly;
        if is_read_only(attribute.mutability) || sub.is_some_and(|sub| is_read_only(sub.mutability))
        {
            return Err(ScimError::mutability(format!(
                "{} is read-only",
                place.path
            )));
        }
        if let Some(filter) = &place.path.filter {
            if !attribute.multi_valued {
                return Err(ScimError::invalid_path(format!(
                    "{} has one value, there is none to pick",
                    place.path.attribute
                )));
            }
            filter.check_value(attribute)?;
        }
        let rules = self.rules;
        let change = |container: &mut Map<String, Value>| match verb {
            Verb::Remove => remove::remove(container, place, (rules, value)),
            Verb::Add | Verb::Replace => write::write(container, place, (rules, verb, value)),
        };
        match extension {
            Some(extension) => with_object(&mut self.resource, &extension.schema.id, change),
            None => change(&mut self.resource),
        }
    }

    /// Writes each member of a value object to the attribute it names.
    fn members(&mut self, verb: Verb, value: &Value) -> Result<(), ScimError> {
        let members = self.rules.object("without a path the value", value)?;
        for (key, value) in &members {
            self.member(verb, key, value)?;
        }
        Ok(())
    }

    fn member(&mut self, verb: Verb, key: &str, value: &Value) -> Result<(), ScimError> {
        let resource_type = self.resource_type;
        let mut extensions = resource_type.extensions.iter();
        if let Some(extension) =
            extensions.find(|extension| extension.schema.id.eq_ignore_ascii_case(key))
        {
            return self.extension(extension, verb, value);
        }
        let path = match resource_type.schema.attribute(key) {
            Some(attribute) => Some(path_to(None, &attribute.name)),
            None if is_schemas_key(key) => return Ok(()),
            None => self.spelt_out(key),
        };
        let Some(path) = path else {
            return self.rules.unknown(key);
        };
        self.unless_resent(&path, verb, value)
    }

    /// The path that a dotted key or one with a full URN stands for.
    fn spelt_out(&self, key: &str) -> Option<PatchPath> {
        if !self.rules.profile.dotted_keys {
            return None;
        }
        let path = PatchPath::parse(key, self.rules.leniency).ok()?;
        path.attribute.target(self.resource_type)?;
        Some(path)
    }

    /// Okta sends the `id` along with a change; a read-only attribute that stays what it is does no harm.
    fn unless_resent(
        &mut self,
        path: &PatchPath,
        verb: Verb,
        value: &Value,
    ) -> Result<(), ScimError> {
        if self.rules.profile.resent_read_only
            && let Some(Target::Attribute(located)) = path.attribute.target(self.resource_type)
            && located.attribute.mutability == Mutability::ReadOnly
            && located.sub.is_none()
            && self
                .resource
                .get(&key_of(&self.resource, &located.attribute.name))
                == Some(value)
        {
            return Ok(());
        }
        self.at(path, verb, value)
    }

    fn extension(
        &mut self,
        extension: &'a Extension,
        verb: Verb,
        value: &Value,
    ) -> Result<(), ScimError> {
        let urn = &extension.schema.id;
        if value.is_null() {
            return self.remove_extension(extension);
        }
        for (key, value) in &self.rules.object(urn, value)? {
            let qualified = format!("{urn}:{key}");
            let path = match extension.schema.attribute(key) {
                Some(attribute) => Some(path_to(Some(urn), &attribute.name)),
                // RFC 7643 section 3 lets any JSON structure say which schemas its attributes are of.
                None if is_schemas_key(key) => continue,
                None => self.spelt_out(&qualified),
            };
            match path {
                Some(path) => self.at(&path, verb, value)?,
                None => self.rules.unknown(&qualified)?,
            }
        }
        Ok(())
    }

    fn remove_extension(&mut self, extension: &Extension) -> Result<(), ScimError> {
        let urn = &extension.schema.id;
        let key = key_of(&self.resource, urn);
        let Some(present) = self.resource.get(&key) else {
            return Ok(());
        };
        if extension.required {
            return Err(ScimError::mutability(format!("{urn} is required")));
        }
        for attribute in &extension.schema.attributes {
            let is_fixed = attribute.required
                || matches!(
                    attribute.mutability,
                    Mutability::ReadOnly | Mutability::Immutable
                );
            if is_fixed && super::path::member(present, &attribute.name).is_some() {
                let detail = format!("{urn}:{} cannot be removed", attribute.name);
                return Err(ScimError::mutability(detail));
            }
        }
        self.resource.shift_remove(&key);
        Ok(())
    }

    /// An extension that the resource now has is named in `schemas`, one that it no longer has is not.
    fn keep_schemas_in_step(&mut self) {
        let key = key_of(&self.resource, "schemas");
        let mut urns = match self.resource.get(&key) {
            Some(Value::Array(urns)) => urns.clone(),
            _ => vec![self.resource_type.schema.id.as_str().into()],
        };
        for extension in &self.resource_type.extensions {
            let id = &extension.schema.id;
            let is_id = |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(id));
            let is_used = self.resource.contains_key(&key_of(&self.resource, id));
            if !is_used {
                urns.retain(|urn| !is_id(urn));
            } else if !urns.iter().any(is_id) {
                urns.push(id.as_str().into());
            }
        }
        self.resource.insert(key, Value::Array(urns));
    }
}

fn path_to(urn: Option<&str>, name: &str) -> PatchPath {
    PatchPath {
        attribute: AttributePath {
            urn: urn.map(Into::into),
            name: name.into(),
            sub: None,
        },
        filter: None,
    }
}

fn is_schemas(path: &AttributePath) -> bool {
    path.sub.is_none() && is_schemas_key(&path.name)
}

fn is_schemas_key(key: &str) -> bool {
    key.eq_ignore_ascii_case("schemas")
}

/// RFC 7644 section 3.5.2.2 calls the loss of a required attribute an error of mutability.
fn required(path: &PatchPath) -> ScimError {
    ScimError::mutability(format!("{path} is required"))
}
