//! JSON as somebody wrote it: what is an object is written as one, and `null` is not the same as nothing.
//!
//! serde reads a struct out of a list too, and takes `null` for an absent option; the file has one form for each thing.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserializer, IntoDeserializer, Unexpected, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::{Error, Value};

/// One value of the file.
#[derive(Clone, Copy)]
pub(super) struct Written<'v>(pub(super) &'v Value);

/// A whole number, be it written as `3` or as `3.0`.
pub(in crate::scenario) fn whole(value: &Value) -> Option<u64> {
    u64::deserialize(Written(value)).ok()
}

impl<'v> Written<'v> {
    /// A whole number may be written as `3.0`, as JSON Schema has it.
    fn whole<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        /// Beyond this a float does not tell neighbours apart.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let written = self.0.as_f64().filter(|_| self.0.is_f64());
        match written {
            Some(number) if number.fract() == 0.0 && number.abs() < EXACT => {
                // Lossless: it has no fraction and lies within what a float counts exactly.
                #[expect(clippy::cast_possible_truncation, reason = "it is a whole number")]
                visitor.visit_i64(number as i64)
            }
            _ => self.deserialize_any(visitor),
        }
    }
}

/// Reads each of these as a whole number.
macro_rules! whole_numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
            self.whole(visitor)
        })*
    };
}

impl<'v> Deserializer<'v> for Written<'v> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => number.deserialize_any(visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(elements) => {
                visitor.visit_seq(SeqDeserializer::new(elements.iter().map(Written)))
            }
            Value::Object(members) => {
                let members = members.iter();
                let members = members.map(|(name, value)| (name.as_str(), Written(value)));
                visitor.visit_map(MapDeserializer::new(members))
            }
        }
    }

    fn deserialize_option<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(_) => Err(de::Error::invalid_type(Unexpected::Seq, &"an object")),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            // A map of serde_json takes it for an empty one.
            Value::Null => Err(de::Error::invalid_type(Unexpected::Unit, &"an object")),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'v>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    forward_to_deserialize_any! {
        <W: Visitor<'v>>
        bool i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        identifier ignored_any
    }
}

impl<'v> IntoDeserializer<'v, Error> for Written<'v> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Thing {
        name: Option<String>,
        size: Option<u16>,
        any: Option<Value>,
        #[serde(default)]
        members: serde_json::Map<String, Value>,
    }

    fn read(value: &Value) -> Result<Thing, String> {
        Thing::deserialize(Written(value)).map_err(|error| error.to_string())
    }

    #[test]
    fn object_is_no_list_and_null_is_no_absence() {
        assert!(read(&json!(["a", 1, 2])).unwrap_err().contains("an object"));
        assert!(read(&json!({"size": null})).is_err());
        assert!(read(&json!({"members": null})).is_err());
        assert!(read(&json!({"members": {"a": null}})).is_ok());
        assert_eq!(
            read(&json!({"any": null})).unwrap().any,
            Some(Value::Null),
            "a value of any kind may be null"
        );
        assert_eq!(read(&json!({})).unwrap().name, None);
    }

    #[test]
    fn whole_number_is_one_however_it_is_written() {
        assert_eq!(read(&json!({"size": 3.0})).unwrap().size, Some(3));
        assert!(read(&json!({"size": 3.5})).is_err());
        assert!(read(&json!({"size": -3.0})).is_err());
        let kept = read(&json!({"any": {"b": 3.0, "a": [1.5]}})).unwrap().any;
        assert_eq!(kept, Some(json!({"b": 3.0, "a": [1.5]})));
    }
}
