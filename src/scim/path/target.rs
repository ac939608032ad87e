//! What a path names in a resource type, and where that is in a resource.

use serde_json::{Map, Value};

use crate::scim::schema::{Attribute, Extension, ResourceType};

use super::AttributePath;

/// Says what an [`AttributePath`] names in a resource type.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// The URN of the core schema: all core attributes.
    Core,
    /// The URN of an extension: its whole object.
    Extension(&'a Extension),
    /// An attribute or one of its sub-attributes.
    Attribute(Located<'a>),
}

/// An attribute and the schema it was found in.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a> {
    /// The extension, or nothing for the core schema.
    pub extension: Option<&'a Extension>,
    /// The attribute.
    pub attribute: &'a Attribute,
    /// The sub-attribute, if the path names one.
    pub sub: Option<&'a Attribute>,
}

impl AttributePath {
    /// Finds what the path names; nothing if no schema of the resource type defines it.
    ///
    /// A name without URN is looked for in the core schema first and in the extensions then:
    /// [RFC 7644 section 3.10](https://www.rfc-editor.org/rfc/rfc7644#section-3.10) only recommends to qualify those,
    /// and Entra writes a bare `manager`.
    pub fn target<'a>(&self, resource_type: &'a ResourceType) -> Option<Target<'a>> {
        let Some(urn) = &self.urn else {
            return self.unqualified(resource_type);
        };
        if self.is_all_of(&resource_type.schema.id) {
            return Some(Target::Core);
        }
        let whole = |extension: &&Extension| self.is_all_of(&extension.schema.id);
        if let Some(extension) = resource_type.extensions.iter().find(whole) {
            return Some(Target::Extension(extension));
        }
        if resource_type.schema.id.eq_ignore_ascii_case(urn) {
            return self.locate(None, resource_type.schema.attribute(&self.name)?);
        }
        let extension = extension_of(resource_type, urn)?;
        self.locate(Some(extension), extension.schema.attribute(&self.name)?)
    }

    fn unqualified<'a>(&self, resource_type: &'a ResourceType) -> Option<Target<'a>> {
        if let Some(attribute) = resource_type.schema.attribute(&self.name) {
            return self.locate(None, attribute);
        }
        resource_type.extensions.iter().find_map(|extension| {
            self.locate(Some(extension), extension.schema.attribute(&self.name)?)
        })
    }

    /// Whether the whole path is that URN, without case; what follows its last dot was read as a sub-attribute.
    fn is_all_of(&self, id: &str) -> bool {
        let Some((head, tail)) = id.rsplit_once(':') else {
            return false;
        };
        let is_tail = match &self.sub {
            None => tail.eq_ignore_ascii_case(&self.name),
            Some(sub) => tail.split_once('.').is_some_and(|(name, rest)| {
                name.eq_ignore_ascii_case(&self.name) && rest.eq_ignore_ascii_case(sub)
            }),
        };
        is_tail
            && self
                .urn
                .as_deref()
                .is_some_and(|urn| urn.eq_ignore_ascii_case(head))
    }

    fn locate<'a>(
        &self,
        extension: Option<&'a Extension>,
        attribute: &'a Attribute,
    ) -> Option<Target<'a>> {
        let sub = match &self.sub {
            Some(name) => Some(attribute.part(name)?),
            None => None,
        };
        Some(Target::Attribute(Located {
            extension,
            attribute,
            sub,
        }))
    }
}

impl Located<'_> {
    /// The value of the attribute, not yet of the sub-attribute, in a resource.
    pub fn value<'v>(&self, resource: &'v Value) -> Option<&'v Value> {
        let container = match self.extension {
            Some(extension) => member(resource, &extension.schema.id)?,
            None => resource,
        };
        member(container, &self.attribute.name)
    }
}

/// The extension with that URN, compared without case.
pub(crate) fn extension_of<'a>(
    resource_type: &'a ResourceType,
    urn: &str,
) -> Option<&'a Extension> {
    resource_type
        .extensions
        .iter()
        .find(|extension| extension.schema.id.eq_ignore_ascii_case(urn))
}

/// The member of that name, compared without case, if it is there and not null.
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let object = value.as_object()?;
    let found = object.get(name).or_else(|| {
        let mut members = object.iter();
        members.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    })?;
    (!found.is_null()).then_some(found)
}

/// The spelling under which an object holds that name, or the name itself if it does not.
pub(crate) fn key_of(object: &Map<String, Value>, name: &str) -> String {
    let mut keys = object.keys();
    keys.find(|key| key.eq_ignore_ascii_case(name))
        .map_or_else(|| name.to_owned(), Clone::clone)
}

#[cfg(test)]
mod tests {
    use crate::scim::specimen;

    use super::*;

    #[track_caller]
    fn target(path: &str) -> String {
        let user = specimen::user();
        match AttributePath::parse(path).unwrap().target(&user) {
            None => "nothing".into(),
            Some(Target::Core) => "core".into(),
            Some(Target::Extension(extension)) => extension.schema.name.clone(),
            Some(Target::Attribute(located)) => format!(
                "{}/{}/{}",
                located
                    .extension
                    .map_or("", |extension| &extension.schema.name),
                located.attribute.name,
                located.sub.map_or("", |sub| &sub.name)
            ),
        }
    }

    #[test]
    fn names_and_urns_are_found_without_case() {
        assert_eq!(target("USERNAME"), "/userName/");
        assert_eq!(target("Name.GivenName"), "/name/givenName");
        assert_eq!(
            target("urn:ietf:params:scim:schemas:core:2.0:user:userName"),
            "/userName/"
        );
    }

    #[test]
    fn bare_urn_means_the_whole_schema() {
        assert_eq!(target("urn:ietf:params:scim:schemas:core:2.0:User"), "core");
        assert_eq!(target(specimen::ENTERPRISE), "EnterpriseUser");
    }

    #[test]
    fn extension_attributes_are_found_with_and_without_urn() {
        assert_eq!(
            target(&format!("{}:manager.value", specimen::ENTERPRISE)),
            "EnterpriseUser/manager/value"
        );
        assert_eq!(target("manager"), "EnterpriseUser/manager/");
    }

    #[test]
    fn urns_may_hold_dots_and_end_in_versions() {
        let named = |id: &str, path: &str| {
            let mut user = specimen::user();
            let mut schema = (*user.extensions[0].schema).clone();
            schema.id = id.into();
            user.extensions[0].schema = schema.into();
            match AttributePath::parse(path).unwrap().target(&user) {
                Some(Target::Extension(_)) => "whole".to_owned(),
                Some(Target::Attribute(located)) => located.attribute.name.clone(),
                Some(Target::Core) | None => "nothing".into(),
            }
        };
        for id in [
            "urn:scim:schemas:extension:getgo:1.0",
            "urn:example.com:2.0",
            "urn:example:people.v2",
            "urn:example:people.v2.1",
            "urn:example:2.0:User",
            "urn:example:3com",
        ] {
            assert_eq!(named(id, id), "whole", "{id}");
            assert_eq!(named(id, &id.to_uppercase()), "whole", "{id}");
            assert_eq!(named(id, &format!("{id}:department")), "department", "{id}");
            assert_eq!(named(id, &format!("{id}:manager.value")), "manager", "{id}");
        }
        assert_eq!(
            named("urn:example:people.v2", "urn:example:people"),
            "nothing"
        );
        assert_eq!(
            named("urn:example:people.v2", "urn:example:people.v3"),
            "nothing"
        );
    }

    #[test]
    fn unknown_names_find_nothing() {
        assert_eq!(target("shoeSize"), "nothing");
        assert_eq!(target("name.nickname"), "nothing");
        assert_eq!(target("urn:other:2.0:User:department"), "nothing");
    }
}
