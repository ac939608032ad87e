//! A text that stands in the JSON of every resource which a filter finds: what a walk over all looks for first.

use memchr::memchr2_iter;

use crate::scim::path::Target;
use crate::scim::schema::{AttributeType, ResourceType};

use super::{Comparison, Expression, Filter, Literal, Operator};

/// A text without which the JSON of a resource holds nothing that a filter finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// ASCII that JSON does not escape, and that only its own letters become when case is folded.
    text: Vec<u8>,
}

impl Filter {
    /// What must stand in a resource that the filter finds; nothing if that cannot be told.
    ///
    /// A text attribute that equals a text holds each part of it, in this case or the other.
    pub fn needle(&self, resource_type: &ResourceType) -> Option<Needle> {
        let text = needed(&self.expression, resource_type)?;
        Some(Needle { text: text.into() })
    }
}

impl Needle {
    /// Whether it stands in a JSON text, in whatever case.
    pub fn is_in(&self, json: &[u8]) -> bool {
        let Some(first) = self.text.first() else {
            return true;
        };
        let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
        memchr2_iter(lower, upper, json).any(|place| {
            let found = json.get(place..place + self.text.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(&self.text))
        })
    }
}

fn needed<'f>(expression: &'f Expression, resource_type: &ResourceType) -> Option<&'f [u8]> {
    match expression {
        Expression::Comparison(comparison) => compared(comparison, resource_type),
        Expression::And(parts) => {
            let needed = parts.iter().filter_map(|part| needed(part, resource_type));
            needed.max_by_key(|text| text.len())
        }
        Expression::Presence(_)
        | Expression::Values(..)
        | Expression::Not(_)
        | Expression::Or(_) => None,
    }
}

fn compared<'f>(comparison: &'f Comparison, resource_type: &ResourceType) -> Option<&'f [u8]> {
    let (Operator::Equal, Literal::Text(text)) = (comparison.operator, &comparison.literal) else {
        return None;
    };
    let Some(Target::Attribute(located)) = comparison.place.path.target(resource_type) else {
        return None;
    };
    // Dates and numbers may be the same in another spelling.
    let is_text = located.sub.unwrap_or(located.attribute).kind == AttributeType::String;
    let longest = text
        .as_bytes()
        .split(|byte| !stays(*byte))
        .max_by_key(|part| part.len());
    // Beyond ASCII one letter may become several.
    longest.filter(|part| is_text && text.is_ascii() && !part.is_empty())
}

/// Whether a byte stands as it is in JSON, and is in no case what another character becomes: the Kelvin sign becomes a k.
fn stays(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte) && !matches!(byte, b'"' | b'\\' | b'k' | b'K')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::Leniency;
    use super::*;
    use crate::scim::resource_type::ResourceTypes;

    #[track_caller]
    fn check(filter: &str, expected: Option<&str>) {
        let filter = Filter::parse(filter, Leniency::Lenient).unwrap();
        let found = filter.needle(ResourceTypes::built_in().user());
        let found = found.map(|needle| String::from_utf8(needle.text).unwrap());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn longest_part_that_cannot_be_spelt_otherwise_is_needed() {
        check(r#"name.familyName eq "x""#, Some("x"));
        check(r#"title eq "Baker \\ Denscheid""#, Some(" Denscheid"));
        check(r#"title eq "a" and nickName eq "bcd""#, Some("bcd"));
        check(r#"title eq "a" and active eq true"#, Some("a"));
        check(r#"title eq "kk""#, None);
        check(r#"title eq "Müller""#, None);
    }

    #[test]
    fn filters_that_find_without_the_text_need_nothing() {
        check(r#"title ne "x""#, None);
        check(r#"title co "x""#, None);
        check(r#"not (title eq "x")"#, None);
        check(r#"title eq "x" or nickName eq "y""#, None);
        check(r#"meta.created eq "2030-01-01T00:00:00Z""#, None);
        check(r#"active eq "true""#, None);
        check(r#"emails[value eq "x"]"#, None);
    }

    fn any_text() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec![
            "a", "A", "i", "k", "K", "\u{212a}", "İ", "i\u{307}", "ſ", "s", "ß", "\"", "\\", "\n",
            "7", " ",
        ]);
        prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn what_a_filter_finds_holds_its_needle(value in any_text(), wanted in any_text()) {
            let user = ResourceTypes::built_in().user();
            let literal = Value::from(wanted).to_string();
            let filter = Filter::parse(&format!("title eq {literal}"), Leniency::Strict);
            let Ok(filter) = filter else { return Ok(()) };
            let json = Value::from(value.as_str()).to_string();
            let resource = json!({ "userName": "x", "title": value });
            if let Some(needle) = filter.needle(user)
                && filter.matches(&resource, user)
            {
                prop_assert!(needle.is_in(json.as_bytes()), "{json} {filter}");
            }
        }
    }
}
