//! How an answer deviates: the numbers of a list, entity tags, the shape of its JSON, and what is around it.

use http::{HeaderValue, StatusCode};

/// A number that a list tells beside its rows and its total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListNumber {
    /// `startIndex`.
    StartIndex,
    /// `itemsPerPage`.
    ItemsPerPage,
}

/// How a number is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// It is not there.
    Missing,
    /// It is one more.
    Wrong,
    /// It is text.
    Text,
}

/// What is odd about an entity tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagMode {
    /// There is none.
    Missing,
    /// It is another one each time, although nothing changed.
    Changing(u64),
    /// It is strong, though the versions are weak.
    Strong,
}

/// Another shape of the JSON of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An `id` of digits goes out as a number.
    NumberId,
    /// Names of attributes go out in capitals.
    UpperNames,
    /// Names of attributes go out in small letters.
    LowerNames,
    /// The rows of a list stand under `resources`.
    Resources,
    /// Attributes and an extension go out that no schema has.
    ExtraAttributes,
    /// Attributes without a value are written so.
    Unassigned(Unassigned),
    /// Members and the values of attributes go out in the opposite order.
    Reordered,
    /// Numbers go out as text.
    StringNumbers,
    /// The text of attributes goes out in capitals.
    Rewritten,
    /// The dates of `meta` say the same moment with another offset.
    OffsetDates,
    /// The dates of `meta` say the same moment with more digits.
    LongDates,
}

/// How an attribute without a value is written; the three mean the same,
/// [RFC 7643 section 2.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unassigned {
    /// As `null`.
    Null,
    /// As an empty list, where it has several values; else not at all.
    List,
    /// Not at all.
    Absent,
    /// In each of these ways in turn.
    Turns,
}

/// How an answer is wrapped.
#[derive(Clone, Debug, PartialEq)]
pub enum Dress {
    /// A byte order mark stands before the body.
    Bom,
    /// The body is a page for a person, with the media type of one.
    Html,
    /// The body goes out compressed, whether or not the client said that it reads that.
    Gzip,
    /// The body says to be of this media type, or of none.
    ContentType(Option<HeaderValue>),
    /// The status is this one.
    Status(StatusCode),
    /// There is no body.
    NoBody,
    /// The body has a member of so many bytes more.
    Padded(usize),
    /// A member stands twice in the body, first with a lie.
    TwiceNamed,
}
