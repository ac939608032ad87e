//! From bytes to JSON in one pass, refusing what would hurt on the way.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::profile::Profile;

/// Reads JSON, to the depth that the profile allows and with each name once per object unless the profile is lax.
///
/// # Errors
///
/// What is wrong, with line and column.
///
/// # Examples
///
/// ```
/// # use goto_double::{profile::Profile, scim::resource::read};
/// let profile = Profile::default();
/// assert_eq!(read(br#"{"a": [1, null]}"#, &profile).unwrap(), serde_json::json!({"a": [1, null]}));
/// let refused = read(br#"{"a": 1, "a": 2}"#, &profile).unwrap_err();
/// assert!(refused.starts_with("\"a\" is named twice at line 1 column"), "{refused}");
/// ```
pub fn read(bytes: &[u8], profile: &Profile) -> Result<Value, String> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let seed = Reading { depth: 0, profile };
    let value = seed.deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| error.to_string())
}

/// A value on its way in, so many arrays and objects deep.
#[derive(Clone, Copy)]
struct Reading<'p> {
    depth: usize,
    profile: &'p Profile,
}

impl Reading<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        let most = self.profile.json_depth;
        if self.depth >= most {
            let detail = format!("arrays and objects nest more than {most} deep");
            return Err(E::custom(detail));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(value) = values.next_element_seed(inner)? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let is_known = !self.profile.repeated_names && object.contains_key(&name);
            if is_known {
                let detail = format!("{name:?} is named twice");
                return Err(A::Error::custom(detail));
            }
            let value = members.next_value_seed(inner)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_value_is_read_as_serde_json_reads_it() {
        let text = r#" {"a": [1, -1, 1.5, 18446744073709551615, "\u00fc", "x", true, false, null, {}], "b": {"c": []}} "#;
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(read(text.as_bytes(), &Profile::default()), Ok(expected));
    }

    #[test]
    fn repeated_name_is_refused_at_any_depth_or_the_last_one_counts() {
        let text = br#"{"a": [{"b": 1, "b": 2}]}"#;
        let refused = read(text, &Profile::default()).unwrap_err();
        assert!(
            refused.starts_with("\"b\" is named twice at line 1 column 19"),
            "{refused}"
        );
        let lax = Profile {
            repeated_names: true,
            ..Profile::default()
        };
        assert_eq!(read(text, &lax), Ok(json!({"a": [{"b": 2}]})));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let profile = Profile::default();
        assert!(read(nested(64).as_bytes(), &profile).is_ok());
        let refused = read(nested(65).as_bytes(), &profile).unwrap_err();
        assert!(refused.contains("more than 64 deep"), "{refused}");
        assert!(read(nested(100_000).as_bytes(), &profile).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_as_serde_json_does(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let expected = serde_json::from_slice::<Value>(&bytes).ok();
            prop_assert_eq!(read(&bytes, &Profile::default()).ok(), expected);
        }
    }
}
