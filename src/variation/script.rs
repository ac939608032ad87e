//! How JSON is spelt: the order of members, the white space between tokens, the escapes in strings.
//!
//! [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259) leaves all three to whoever writes.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Value};

/// The order of the members of objects, [RFC 8259 section 4](https://www.rfc-editor.org/rfc/rfc8259#section-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberOrder {
    Reversed,
    ByName,
    Shuffled(u64),
}

impl MemberOrder {
    /// Puts the members of every object in it in this order.
    pub(super) fn put(self, value: &mut Value) {
        match value {
            Value::Array(elements) => elements.iter_mut().for_each(|element| self.put(element)),
            Value::Object(members) => {
                let mut all: Vec<_> = std::mem::take(members).into_iter().collect();
                for (_, value) in &mut all {
                    self.put(value);
                }
                match self {
                    Self::Reversed => all.reverse(),
                    Self::ByName => all.sort_by(|(left, _), (right, _)| left.cmp(right)),
                    Self::Shuffled(salt) => all.sort_by_cached_key(|(name, _)| mixed(salt, name)),
                }
                *members = all.into_iter().collect::<Map<_, _>>();
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// A number that looks as if drawn for a name: FNV-1a.
fn mixed(salt: u64, name: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ salt;
    let hash = name.bytes().fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The high bits of a short name are hardly mixed.
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ (hash >> 32)
}

/// White space between tokens, [RFC 8259 section 2](https://www.rfc-editor.org/rfc/rfc8259#section-2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum WhiteSpace {
    #[default]
    None,
    Indented,
    Blanks,
}

/// What is escaped though it need not be, [RFC 8259 section 7](https://www.rfc-editor.org/rfc/rfc8259#section-7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Escapes {
    pub(super) non_ascii: bool,
    pub(super) solidus: bool,
}

/// How JSON is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Script {
    pub(super) space: WhiteSpace,
    pub(super) escapes: Escapes,
    depth: usize,
}

impl Script {
    pub(super) fn new(space: WhiteSpace, escapes: Escapes) -> Self {
        Self {
            space,
            escapes,
            depth: 0,
        }
    }

    /// The value as text.
    pub(super) fn write(self, value: &Value) -> Vec<u8> {
        let mut text = Vec::with_capacity(1024);
        // A JSON value can always be written, and a Vec takes all.
        let _ = value.serialize(&mut Serializer::with_formatter(&mut text, self));
        if self.space == WhiteSpace::Indented {
            text.push(b'\n');
        }
        text
    }

    fn line<W: ?Sized + Write>(self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }

    fn between<W: ?Sized + Write>(self, writer: &mut W, is_first: bool) -> io::Result<()> {
        if !is_first {
            writer.write_all(b",")?;
        }
        match self.space {
            WhiteSpace::None => Ok(()),
            WhiteSpace::Indented => self.line(writer),
            WhiteSpace::Blanks => writer.write_all(b" "),
        }
    }

    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: u8) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(&[bracket])
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: u8) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        match self.space {
            WhiteSpace::None => {}
            WhiteSpace::Indented => self.line(writer)?,
            WhiteSpace::Blanks => writer.write_all(b" ")?,
        }
        writer.write_all(&[bracket])
    }
}

impl Formatter for Script {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b'[')
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b']')
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.between(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b'{')
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b'}')
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.between(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(match self.space {
            WhiteSpace::None => b":",
            WhiteSpace::Indented => b": ",
            WhiteSpace::Blanks => b" : ",
        })
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let Escapes { non_ascii, solidus } = self.escapes;
        for letter in fragment.chars() {
            let mut room = [0; 4];
            match letter {
                '/' if solidus => writer.write_all(b"\\/")?,
                letter if non_ascii && !letter.is_ascii() => {
                    let mut units = [0; 2];
                    for unit in letter.encode_utf16(&mut units) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
                letter => writer.write_all(letter.encode_utf8(&mut room).as_bytes())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample() -> Value {
        json!({ "b": [1, { "z": null, "y": "a/b\n\"é😀" }], "a": {}, "empty": [], "c": true })
    }

    #[test]
    fn however_it_is_spelt_it_is_the_same_value() {
        for space in [WhiteSpace::None, WhiteSpace::Indented, WhiteSpace::Blanks] {
            for (non_ascii, solidus) in [(false, false), (true, false), (false, true), (true, true)]
            {
                let text = Script::new(space, Escapes { non_ascii, solidus }).write(&sample());
                let text = String::from_utf8(text).unwrap();
                assert_eq!(
                    serde_json::from_str::<Value>(&text).unwrap(),
                    sample(),
                    "{text}"
                );
                assert_eq!(text.is_ascii(), non_ascii, "{text}");
                assert_eq!(text.contains("a\\/b"), solidus, "{text}");
                assert_eq!(text.contains('\n'), space == WhiteSpace::Indented, "{text}");
            }
        }
        let plain = Script::new(WhiteSpace::None, Escapes::default()).write(&sample());
        assert_eq!(plain, sample().to_string().into_bytes());
    }

    #[test]
    fn members_change_places_and_nothing_else() {
        let names = |value: &Value| {
            value
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<String>()
        };
        let mut orders = Vec::new();
        for order in [
            MemberOrder::Reversed,
            MemberOrder::ByName,
            MemberOrder::Shuffled(1),
            MemberOrder::Shuffled(4),
        ] {
            let mut value = sample();
            order.put(&mut value);
            assert_eq!(value, sample());
            orders.push(names(&value));
        }
        assert_eq!(orders[..2], ["cemptyab", "abcempty"]);
        assert_ne!(orders[2], orders[3]);
    }
}
