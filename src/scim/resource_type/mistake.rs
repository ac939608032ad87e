//! What can be wrong with documents that describe schemas and resource types.

use std::fmt;

use thiserror::Error;

/// Says everything that is wrong with the documents that were to be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct LoadError {
    /// Every mistake, in the order of the documents.
    pub mistakes: Vec<Mistake>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            mistake.fmt(f)?;
        }
        Ok(())
    }
}

/// Says what is wrong at one place of one document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Mistake {
    /// The name of the document, as the caller gave it.
    pub file: String,
    /// Where in the document, as in `attributes[2].type`; empty for the document as a whole.
    pub path: String,
    /// What is wrong there.
    pub wrong: Wrong,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        self.wrong.fmt(f)
    }
}

/// What can be wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Wrong {
    /// It describes neither.
    #[error(
        "this is neither a schema (it has no attributes) nor a resource type (it has no endpoint)"
    )]
    NeitherKind,
    /// A member is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A member is of another type.
    #[error("must be {0}")]
    Type(&'static str),
    /// A member that no such document has.
    #[error("no such member{}", hint(.0.as_deref()))]
    UnknownMember(Option<String>),
    /// A word that is none of those there are.
    #[error("{word:?} is none of {known}{}", hint(.meant.as_deref()))]
    UnknownWord {
        /// The word.
        word: String,
        /// The words there are.
        known: String,
        /// The nearest of them.
        meant: Option<String>,
    },
    /// An id that cannot stand in front of an attribute.
    #[error("{0:?} is no schema URN, as in urn:example:params:scim:schemas:core:2.0:Device")]
    Urn(String),
    /// A name that attributes cannot have.
    #[error("{0:?} is no attribute name: a letter, then letters, digits, - and _")]
    AttributeName(String),
    /// A name that every resource has already, with other characteristics.
    #[error("{0} is an attribute that every resource has, and it cannot be made another")]
    CommonAttribute(String),
    /// A name, id or endpoint that something else has.
    #[error("{name} is taken by {by}")]
    Taken {
        /// The name.
        name: String,
        /// What has it.
        by: String,
    },
    /// A complex attribute without parts.
    #[error("a complex attribute needs subAttributes")]
    NoParts,
    /// Parts of an attribute that is not complex.
    #[error("only a complex attribute has subAttributes")]
    Parts,
    /// A complex attribute within another.
    #[error("a sub-attribute cannot be complex itself (RFC 7643 section 2.3.8)")]
    Nested,
    /// Reference types of what is no reference.
    #[error("only a reference has referenceTypes")]
    ReferenceTypes,
    /// A uniqueness that means nothing.
    #[error("a complex attribute cannot be unique, though its sub-attributes can")]
    Unique,
    /// A secret that is shown.
    #[error("what is writeOnly is never returned, so returned must be \"never\"")]
    Shown,
    /// An endpoint that is no path segment.
    #[error("{0:?} is no endpoint: a slash and one plain path segment, as in /Devices")]
    Endpoint(String),
    /// A type name that cannot stand in a path.
    #[error("{0:?} is no name of a resource type: letters, digits, - and _")]
    TypeName(String),
    /// A member of a built-in type that is given another value.
    #[error("the resource type {name} is built in, and this is {is} there")]
    BuiltIn {
        /// The resource type.
        name: String,
        /// What the member is.
        is: String,
    },
    /// A schema that is nowhere.
    #[error("no document defines the schema {urn}{}", hint(.meant.as_deref()))]
    UnknownSchema {
        /// Its URN.
        urn: String,
        /// The nearest one there is.
        meant: Option<String>,
    },
    /// A schema that a resource type is made of, in another's place.
    #[error("{urn} is the core schema of the resource type {by}")]
    CoreElsewhere {
        /// Its URN.
        urn: String,
        /// The resource type.
        by: String,
    },
    /// An extension that the type has already, be it as its core.
    #[error("the resource type has {0} already")]
    ExtendedTwice(String),
    /// A schema that nothing is made of.
    #[error(
        "no resource type uses this schema; name it in the schemaExtensions of one, or as its schema"
    )]
    Unused,
    /// More types than there are places.
    #[error("there are more resource types than can be counted")]
    TooMany,
}

fn hint(meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("; did you mean {meant}?"),
        None => String::new(),
    }
}

/// The nearest of the words there are, if one is near.
pub(super) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<String> {
    let folded = word.to_lowercase();
    known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&folded, &known.to_lowercase()), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known.to_owned())
}
