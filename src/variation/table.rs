//! The points at which the RFCs leave an answer open, one row each.

/// One point at which more than one answer is lawful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its name in journals and lists; also the stream of its draws.
    pub name: &'static str,
    /// The clause that leaves it open.
    pub clause: &'static str,
    /// What varies.
    pub about: &'static str,
    /// The lawful forms; the first is what goes out where nothing varies.
    pub forms: &'static [&'static str],
}

macro_rules! points {
    ($($(#[doc = $about:literal])+ $name:ident = $text:literal, $clause:literal, [$($form:literal),+];)*) => {
        $($(#[doc = $about])+
        pub(super) const $name: Point = Point {
            name: $text,
            clause: $clause,
            about: concat!($($about),+),
            forms: &[$($form),+],
        };)*

        /// Every point, in the order of the reference page.
        pub const POINTS: &[Point] = &[$($name),*];
    };
}

points! {
    ///The shape of the ids of resources that a client creates by SCIM 2.0.
    ID_FORM = "id-form", "RFC 7643 3.1", ["digits", "uuid", "opaque"];
    ///The shape of entity tags and of `meta.version`; all are weak.
    ETAG_FORM = "etag-form", "RFC 9110 8.8.3", ["number", "letters", "revision"];
    ///The shape of authorization codes and refresh tokens, whose sizes and characters a client must not guess.
    TOKEN_FORM = "token-form", "RFC 6749 5.1, A.11, A.17", ["hexadecimal", "long", "symbols"];
    ///How a PATCH that succeeded is answered, unless the client names attributes.
    PATCH_ANSWER = "patch-answer", "RFC 7644 3.5.2", ["200", "204"];
    ///The order of the rows of a list for which no `sortBy` is asked, the same on each of its pages.
    ROW_ORDER = "row-order", "RFC 7644 3.4.2.3", ["oldest first", "newest first"];
    ///How many rows a page holds at the most, whatever `count` asks for.
    PAGE_SIZE = "page-size", "RFC 7644 3.4.2.4", ["as asked", "at most 7", "at most 3"];
    ///Whether `startIndex` and `itemsPerPage` are there in a list that is complete.
    PAGING_MEMBERS = "paging-members", "RFC 7644 3.4.2", ["present", "absent"];
    ///Whether a list that found nothing has `Resources`.
    EMPTY_LIST = "empty-list", "RFC 7644 3.4.2", ["empty", "absent"];
    ///The order of the URNs in `schemas`.
    SCHEMAS_ORDER = "schemas-order", "RFC 7643 3", ["core first", "reversed"];
    ///The order of the `members` of a group and of the `groups` of a user.
    MEMBERS_ORDER = "members-order", "RFC 7643 2.4, RFC 7644 3.5.2", ["oldest first", "reversed"];
    ///How attributes without a value are shown, where the client names none.
    UNASSIGNED = "unassigned", "RFC 7643 2.5", ["absent", "null", "empty list"];
    ///How `meta.created` and `meta.lastModified` write the same moment.
    DATE_FORM = "date-form", "RFC 7643 2.3.5", ["Z", "+00:00", "fraction"];
    ///What the `detail` of a SCIM error says.
    ERROR_DETAIL = "error-detail", "RFC 7644 3.12", ["own words", "other words", "absent"];
    ///Members of a token answer that no specification knows.
    TOKEN_MEMBERS = "token-members", "RFC 6749 5.1", ["known", "further"];
    ///The letter case of `token_type`.
    TOKEN_TYPE = "token-type", "RFC 6749 5.1", ["Bearer", "bearer", "BEARER"];
    ///The order of the members of JSON objects.
    MEMBER_ORDER = "member-order", "RFC 8259 4, RFC 7643 2.3.8", ["as stored", "reversed", "by name", "shuffled"];
    ///White space between the tokens of JSON.
    WHITE_SPACE = "white-space", "RFC 8259 2", ["none", "indented", "blanks"];
    ///Characters of JSON strings that are written as escapes.
    ESCAPES = "escapes", "RFC 8259 7", ["only needed", "non-ASCII", "solidus", "both"];
    ///A parameter of the media type of JSON.
    MEDIA_PARAMETER = "media-parameter", "RFC 9110 8.3.1, RFC 8259 11", ["none", "charset=utf-8", "charset=\"UTF-8\""];
    ///Whether the `Location` of what was created is a whole URI.
    LOCATION_FORM = "location-form", "RFC 9110 10.2.2", ["absolute", "relative"];
    ///How `Retry-After` says the same moment, where the scenario does not fix the form.
    RETRY_AFTER = "retry-after", "RFC 9110 10.2.3", ["seconds", "date"];
    ///The letter case of the authentication scheme in `WWW-Authenticate`.
    CHALLENGE = "challenge", "RFC 9110 11.1", ["Bearer", "bearer"];
    ///Header fields that a client need not know.
    FURTHER_FIELDS = "further-fields", "RFC 9110 5.1", ["none", "some"];
    ///The order of header fields of different names.
    FIELD_ORDER = "field-order", "RFC 9110 5.3", ["usual", "reversed"];
    ///Whether HTTP/1.1 says that the connection persists, which it does anyway.
    PERSISTENCE = "persistence", "RFC 9112 9.3", ["unsaid", "keep-alive"];
    ///The letter case of header field names; HTTP/2 has small letters only.
    FIELD_CASE = "field-case", "RFC 9110 5.1", ["small letters", "Title-Case", "CAPITALS"];
    ///How the end of the body is told: by its length, or chunk by chunk; HTTP/2 then leaves its length open.
    FRAMING = "framing", "RFC 9112 6, RFC 9112 7.1", ["content-length", "one chunk", "many chunks"];
    ///The words behind the status code of HTTP/1.1.
    REASON = "reason", "RFC 9112 4", ["usual", "absent", "other words"];
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_point_has_a_name_of_its_own_a_clause_and_a_choice() {
        let names: BTreeSet<_> = POINTS.iter().map(|point| point.name).collect();
        assert_eq!(names.len(), POINTS.len());
        for point in POINTS {
            assert!(point.clause.starts_with("RFC "), "{}", point.name);
            assert!(
                point.forms.len() > 1 && point.about.ends_with('.'),
                "{}",
                point.name
            );
            let forms: BTreeSet<_> = point.forms.iter().collect();
            assert_eq!(forms.len(), point.forms.len(), "{}", point.name);
        }
    }
}
