//! What the values of each data type look like, [RFC 7643 section 2.3](https://www.rfc-editor.org/rfc/rfc7643#section-2.3).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use crate::clock::Timestamp;
use crate::scim::schema::AttributeType;

/// What a value of that type must be, if `value` is not.
pub(super) fn problem(kind: AttributeType, value: &Value) -> Option<&'static str> {
    let text = value.as_str();
    let (fits, wanted) = match kind {
        AttributeType::String => (text.is_some(), "a string"),
        AttributeType::Boolean => (value.is_boolean(), "true or false"),
        AttributeType::Decimal => (value.is_number(), "a number"),
        AttributeType::Integer => (value.is_i64() || value.is_u64(), "a whole number"),
        AttributeType::DateTime => (
            text.is_some_and(|text| Timestamp::parse(text).is_some()),
            "a date-time such as 2030-01-31T08:00:00Z",
        ),
        AttributeType::Binary => (text.is_some_and(is_base64), "base64"),
        AttributeType::Reference => (text.is_some_and(is_reference), "a URI"),
        AttributeType::Complex => (value.is_object(), "an object"),
    };
    (!fits).then_some(wanted)
}

/// Both alphabets of RFC 4648 are taken, padded or not, [RFC 7643 section 2.3.6](https://www.rfc-editor.org/rfc/rfc7643#section-2.3.6).
fn is_base64(text: &str) -> bool {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [alphabet::STANDARD, alphabet::URL_SAFE]
        .iter()
        .any(|alphabet| GeneralPurpose::new(alphabet, config).decode(text).is_ok())
}

/// A URI reference has neither blanks nor control characters; the rest is between client and reader.
fn is_reference(text: &str) -> bool {
    !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(kind: AttributeType, good: &[Value], bad: &[Value]) {
        for value in good {
            assert_eq!(problem(kind, value), None, "{value}");
        }
        for value in bad {
            assert!(problem(kind, value).is_some(), "{value}");
        }
    }

    #[test]
    fn numbers_are_told_apart() {
        check(
            AttributeType::Integer,
            &[json!(1), json!(-1)],
            &[json!(1.5), json!("1")],
        );
        check(
            AttributeType::Decimal,
            &[json!(1), json!(1.5)],
            &[json!("1.5")],
        );
    }

    #[test]
    fn date_time_has_an_offset() {
        let good = [
            json!("2030-01-31T08:00:00Z"),
            json!("2030-01-31T08:00:00.5+01:00"),
        ];
        let bad = [json!("2030-01-31"), json!("2030-01-31T08:00:00"), json!(0)];
        check(AttributeType::DateTime, &good, &bad);
    }

    #[test]
    fn base64_is_taken_in_both_alphabets_padded_or_not() {
        let good = [json!("-_8="), json!("+/8"), json!("")];
        check(
            AttributeType::Binary,
            &good,
            &[json!("a b"), json!("\u{fc}"), json!(1)],
        );
    }

    #[test]
    fn reference_has_no_blanks() {
        let good = [
            json!("https://a.example/x"),
            json!("urn:a:b"),
            json!("../Users/1"),
        ];
        check(
            AttributeType::Reference,
            &good,
            &[json!("a b"), json!("a\n"), json!(1)],
        );
    }
}
