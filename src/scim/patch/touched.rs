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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::apply;
    use super::*;
    use crate::scim::resource_type::ResourceTypes;

    fn group() -> &'static ResourceType {
        ResourceTypes::built_in().group()
    }

    #[track_caller]
    fn check(operations: &Value, expected: Option<&[&str]>) {
        let body = json!({ "Operations": operations });
        let expected = expected.map_or(Touched::Everything, |ids| {
            Touched::Members(ids.iter().map(|id| (*id).to_owned()).collect())
        });
        let found = touched(group(), &body, &Profile::default());
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn usual_operations_touch_whom_they_name() {
        let named = json!([{ "value": "7", "type": "User" }, "8"]);
        check(
            &json!([{ "op": "Add", "path": "members", "value": named }]),
            Some(&["7", "8"]),
        );
        check(
            &json!([{ "op": "remove", "path": "members", "value": { "value": "7" } }]),
            Some(&["7"]),
        );
        check(
            &json!([{ "op": "remove", "path": "members[value eq \"7\"]" }]),
            Some(&["7"]),
        );
        check(
            &json!([{ "op": "add", "value": { "displayName": "x", "MEMBERS": ["9"] } }]),
            Some(&["9"]),
        );
        check(
            &json!([{ "op": "replace", "path": "displayName", "value": "x" }]),
            Some(&[]),
        );
    }

    #[test]
    fn whatever_is_not_plain_touches_everything() {
        let any = [
            json!([{ "op": "replace", "path": "members", "value": ["7"] }]),
            json!([{ "op": "remove", "path": "members" }]),
            json!([{ "op": "remove", "path": "members[type eq \"User\"]" }]),
            json!([{ "op": "remove", "path": "members[value eq \"7\" or value eq \"8\"]" }]),
            json!([{ "op": "replace", "path": "members[value eq \"7\"].type", "value": "x" }]),
            json!([{ "op": "add", "path": "members", "value": [{ "display": "Ada" }] }]),
            json!([{ "op": "add", "path": "members", "value": [{ "value": "7", "primary": true }] }]),
            json!([{ "op": "replace", "value": { "members": ["7"] } }]),
            json!([{ "op": "add", "value": { "members.value": "7" } }]),
            // A text with letters is the same as another in another case.
            json!([{ "op": "add", "path": "members", "value": ["u7"] }]),
            // Taken out and put in again, it stands last.
            json!([
                { "op": "remove", "path": "members[value eq \"7\"]" },
                { "op": "add", "path": "members", "value": ["7"] },
            ]),
            json!("none"),
        ];
        for operations in &any {
            check(operations, None);
        }
    }

    #[test]
    fn remove_with_values_touches_everything_where_it_takes_all_out() {
        let profile = Profile {
            remove_by_value_list: false,
            ..Profile::default()
        };
        let value = json!([{ "value": "7" }]);
        let body = json!({ "Operations": [{ "op": "remove", "path": "members", "value": value }] });
        assert_eq!(touched(group(), &body, &profile), Touched::Everything);
    }

    fn any_id() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "1", "2", "3", "4", "5", "6", "22", "u1", "U1", "", "[1]",
        ])
    }

    fn any_member() -> impl Strategy<Value = Value> {
        let more = prop::sample::select(vec![
            json!({}),
            json!({ "type": "User" }),
            json!({ "display": "Ada" }),
            json!({ "primary": true }),
            json!({ "$ref": "x" }),
            json!({ "shoes": 7 }),
        ]);
        let whole = (any_id(), more, prop::sample::select(vec!["value", "VALUE"])).prop_map(
            |(id, mut more, key)| {
                more[key] = id.into();
                more
            },
        );
        prop_oneof![
            6 => whole,
            2 => any_id().prop_map(Value::from),
            1 => Just(json!({ "display": "Ada" })),
            1 => Just(json!(7)),
            1 => Just(Value::Null),
        ]
    }

    fn any_operation() -> impl Strategy<Value = Value> {
        let members = prop_oneof![
            4 => prop::collection::vec(any_member(), 0..4).prop_map(Value::from),
            1 => any_member(),
        ];
        let verb = prop::sample::select(vec!["add", "remove", "Remove", "replace"]);
        let by_id = any_id().prop_map(|id| format!("members[value eq \"{id}\"]"));
        let other = prop::sample::select(vec![
            "members.value",
            "members[type eq \"User\"]",
            "members[value eq \"2\"].display",
            "displayName",
            "urn:ietf:params:scim:schemas:core:2.0:Group:members",
            "externalId",
            "nothing",
        ]);
        let path = prop_oneof![
            4 => Just("members".to_owned()),
            4 => by_id,
            1 => other.prop_map(str::to_owned),
        ];
        let pathless =
            prop::sample::select(vec!["members", "Members", "displayName", "shoes", "id"]);
        prop_oneof![
            6 => (verb.clone(), path, members.clone())
                .prop_map(|(op, path, value)| json!({ "op": op, "path": path, "value": value })),
            1 => any_id().prop_map(|id| {
                json!({ "op": "remove", "path": format!("members[value eq \"{id}\"]") })
            }),
            1 => (verb, pathless, members)
                .prop_map(|(op, key, value)| json!({ "op": op, "value": { key: value } })),
        ]
    }

    fn crew(ids: &[&str]) -> Value {
        let member = |id: &&str| json!({ "value": id, "$ref": format!("/{id}"), "type": "User" });
        let members: Vec<Value> = ids.iter().map(member).collect();
        json!({ "id": "g", "displayName": "Crew", "members": members })
    }

    fn name(member: &Value) -> &str {
        member["value"].as_str().unwrap_or_default()
    }

    fn take_members(group: &mut Value) -> Vec<Value> {
        let group = group.as_object_mut().unwrap();
        match group.shift_remove("members") {
            Some(Value::Array(members)) => members,
            _ => Vec::new(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn part_becomes_what_it_becomes_within_the_whole(
            ids in prop::sample::subsequence(vec!["1", "2", "3", "4", "u1", "U1", "9"], 0..7),
            operations in prop::collection::vec(any_operation(), 1..4),
            letter in any::<bool>(),
        ) {
            let profile = if letter { Profile::letter() } else { Profile::default() };
            let body = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": operations,
            });
            let Touched::Members(shown) = touched(group(), &body, &profile) else {
                return Ok(());
            };
            let whole = crew(&ids);
            let mut part = whole.clone();
            let mut members = take_members(&mut part);
            let seen: Vec<Value> =
                members.iter().filter(|one| shown.contains(name(one))).cloned().collect();
            if !seen.is_empty() {
                part["members"] = seen.into();
            }
            let expected = apply(group(), &whole, &body, &profile);
            let found = apply(group(), &part, &body, &profile);
            let (mut expected, mut found) = match (expected, found) {
                (Ok(expected), Ok(found)) => (expected, found),
                (expected, found) => {
                    prop_assert_eq!(expected, found);
                    return Ok(());
                }
            };
            // What the store does with the part: whom it does not name goes, whom it names anew comes last.
            let mut kept = take_members(&mut found);
            members.retain_mut(|member| {
                if !shown.contains(name(member)) {
                    return true;
                }
                let place = kept.iter().position(|one| name(one) == name(member));
                place.is_some_and(|place| {
                    *member = kept.remove(place);
                    true
                })
            });
            members.extend(kept);
            prop_assert_eq!(take_members(&mut expected), members);
            prop_assert_eq!(expected, found);
        }
    }
}
