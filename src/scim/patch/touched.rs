//! Which members of a group a PATCH can touch, told from its body alone.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::profile::Profile;
use crate::scim::filter::Leniency;
use crate::scim::path::{PatchPath, Target, key_of};
use crate::scim::schema::{Attribute, AttributeType, Mutability, ResourceType};

/// What of a group a PATCH must be shown so that it does to that part what it would do to the whole.
///
/// A PATCH applied to a group with only these members leaves those that it leaves in the whole group, changed alike and
/// in the same order; whoever joins comes after all others either way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// It may touch any member.
    Everything,
    /// It touches nobody but those of these ids.
    Members(BTreeSet<String>),
}

/// Which members the PATCH can touch; whatever is not plainly one of the few usual forms may touch them all.
pub fn touched(resource_type: &ResourceType, body: &Value, profile: &Profile) -> Touched {
    let reader = Reader {
        resource_type,
        leniency: Leniency::from(profile),
        // By the RFC a remove has no value, and then all go.
        removes_by_value: profile.remove_by_value_list,
    };
    if resource_type.schema.attribute("members").is_none() {
        return Touched::Everything;
    }
    match reader.all(body) {
        Some(touch) => Touched::Members(touch.ids),
        None => Touched::Everything,
    }
}

/// What is known so far of the members that operations touch.
#[derive(Default)]
struct Touch {
    ids: BTreeSet<String>,
    /// Those that an operation takes out.
    removed: BTreeSet<String>,
}

impl Touch {
    /// Who is taken out and put in again stands last then, and a part alone does not show that.
    fn add(&mut self, ids: Vec<String>) -> Option<()> {
        if ids.iter().any(|id| self.removed.contains(id)) {
            return None;
        }
        self.ids.extend(ids);
        Some(())
    }

    fn remove(&mut self, ids: Vec<String>) {
        self.removed.extend(ids.iter().cloned());
        self.ids.extend(ids);
    }
}

/// What an operation does to members, as far as that is plain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Add,
    Replace,
    Remove,
}

/// Reads a body; wherever it finds `None`, all members may be touched.
struct Reader<'a> {
    resource_type: &'a ResourceType,
    leniency: Leniency,
    removes_by_value: bool,
}

impl Reader<'_> {
    fn all(&self, body: &Value) -> Option<Touch> {
        let operations = field(body.as_object()?, "Operations")?.as_array()?;
        let mut touch = Touch::default();
        for operation in operations {
            self.operation(operation.as_object()?, &mut touch)?;
        }
        Some(touch)
    }

    fn operation(&self, operation: &Map<String, Value>, touch: &mut Touch) -> Option<()> {
        let verb = match field(operation, "op")?
            .as_str()?
            .to_ascii_lowercase()
            .as_str()
        {
            "add" => Verb::Add,
            "replace" => Verb::Replace,
            "remove" => Verb::Remove,
            _ => return None,
        };
        let value = field(operation, "value");
        let path = match field(operation, "path") {
            None | Some(Value::Null) => return self.pathless(verb, value?, touch),
            Some(path) => path.as_str()?,
        };
        if path.is_empty() {
            return self.pathless(verb, value?, touch);
        }
        let path = PatchPath::parse(path, self.leniency).ok()?;
        let Some(Target::Attribute(located)) = path.attribute.target(self.resource_type) else {
            return None;
        };
        if located.extension.is_some() || !is_members(located.attribute) {
            return Some(());
        }
        if located.sub.is_some() || !is_usual(located.attribute) {
            return None;
        }
        match (verb, &path.filter) {
            (Verb::Add, None) => touch.add(named(located.attribute, value?)?),
            (Verb::Remove, None) if self.removes_by_value => {
                touch.remove(named(located.attribute, value?)?);
                Some(())
            }
            (Verb::Remove, Some(filter)) => {
                let compared = filter.equalities()?;
                let [(part, Value::String(id))] = compared.as_slice() else {
                    return None;
                };
                let is_value = part.urn.is_none()
                    && part.sub.is_none()
                    && part.name.eq_ignore_ascii_case("value");
                touch.remove(vec![plain(located.attribute, id).filter(|_| is_value)?]);
                Some(())
            }
            _ => None,
        }
    }

    /// A value object that names attributes: those others than `members` touch no member.
    fn pathless(&self, verb: Verb, value: &Value, touch: &mut Touch) -> Option<()> {
        for (key, value) in value.as_object()? {
            let Some(attribute) = self.resource_type.schema.attribute(key) else {
                // What spells out a path is not looked into.
                if key.eq_ignore_ascii_case("schemas") {
                    continue;
                }
                return None;
            };
            if !is_members(attribute) {
                continue;
            }
            if verb != Verb::Add || !is_usual(attribute) {
                return None;
            }
            touch.add(named(attribute, value)?)?;
        }
        Some(())
    }
}

fn is_members(attribute: &Attribute) -> bool {
    attribute.name.eq_ignore_ascii_case("members")
}

/// Whether a list of members behaves as the core schema of groups has it, where one value says nothing of another.
fn is_usual(attribute: &Attribute) -> bool {
    attribute.multi_valued
        && attribute.kind == AttributeType::Complex
        && attribute.mutability == Mutability::ReadWrite
        && !attribute.required
        && attribute.sub_attribute("$ref").is_some()
        && attribute.sub_attribute("value").is_some()
}

/// The ids that a list of members names, or a lone member.
fn named(attribute: &Attribute, value: &Value) -> Option<Vec<String>> {
    let members = match value {
        Value::Array(members) => members.as_slice(),
        one => std::slice::from_ref(one),
    };
    members.iter().map(|member| id(attribute, member)).collect()
}

fn id(attribute: &Attribute, member: &Value) -> Option<String> {
    match member {
        Value::String(id) => plain(attribute, id),
        Value::Object(parts) => {
            // One that is primary takes that from another.
            let is_usual = |key: &String| {
                let usual = ["value", "$ref", "type", "display"];
                usual.iter().any(|name| key.eq_ignore_ascii_case(name))
            };
            if !parts.keys().all(is_usual) {
                return None;
            }
            plain(attribute, field(parts, "value")?.as_str()?)
        }
        _ => None,
    }
}

/// An id that is the same to the attribute as no other text, and that is no JSON in a string.
fn plain(attribute: &Attribute, id: &str) -> Option<String> {
    let exact = attribute.sub_attribute("value")?.case_exact;
    let has_case = |c: char| !c.is_ascii() || c.is_ascii_alphabetic();
    let is_json = id.trim_start().starts_with(['[', '{']);
    let is_plain = !id.is_empty() && !is_json && (exact || !id.contains(has_case));
    is_plain.then(|| id.to_owned())
}

fn field<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.get(&key_of(object, name))
}
