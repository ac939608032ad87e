//! The shapes of texts that a client must take as they are: ids, entity tags, codes and tokens.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::entropy::{Draw, Entropy};

/// From which chance ids are drawn, and in which shape.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    /// The chance.
    pub entropy: Entropy,
    /// The shape.
    pub form: IdForm,
}

impl From<Entropy> for Ids {
    fn from(entropy: Entropy) -> Self {
        Self {
            entropy,
            form: IdForm::Digits,
        }
    }
}

/// The shape of an id, which is opaque to the client,
/// [RFC 7643 section 3.1](https://www.rfc-editor.org/rfc/rfc7643#section-3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdForm {
    /// 19 digits, as GoTo's keys are.
    #[default]
    Digits,
    /// A UUID.
    Uuid,
    /// Letters of both cases, digits and whatever else a path holds unencoded.
    Opaque,
}

impl IdForm {
    pub(super) fn of(form: usize) -> Self {
        match form {
            0 => Self::Digits,
            1 => Self::Uuid,
            _ => Self::Opaque,
        }
    }

    /// The id that a draw stands for.
    pub fn written(self, draw: Draw) -> String {
        match self {
            Self::Digits => draw.decimal19(),
            Self::Uuid => draw.uuid(),
            Self::Opaque => {
                let [first, rest @ ..] = draw.bytes();
                let text = BASE64_URL_SAFE_NO_PAD.encode(rest.get(..15).unwrap_or(&rest));
                let (start, end) = text.split_at(10);
                // A letter in front, so that no segment of a path is dots alone.
                let letter = char::from(b'A' + first % 26);
                format!("{letter}~{start}.{end}")
            }
        }
    }
}

/// The shape of entity tags; all are weak, since the same version goes out in more than one form,
/// [RFC 9110 section 8.8.1](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EtagForm {
    /// The number of the version.
    #[default]
    Number,
    /// The number in letters.
    Letters,
    /// A long text with characters that only an entity tag holds.
    Revision,
}

impl EtagForm {
    pub(super) fn of(form: usize) -> Self {
        match form {
            0 => Self::Number,
            1 => Self::Letters,
            _ => Self::Revision,
        }
    }

    /// The entity tag of a version.
    pub fn written(self, version: u64) -> String {
        match self {
            Self::Number => format!("W/\"{version}\""),
            Self::Letters => {
                let letter = |digit: u8| char::from(digit - b'0' + b'a');
                let letters: String = version.to_string().bytes().map(letter).collect();
                format!("W/\"{letters}\"")
            }
            Self::Revision => format!("W/\"rev:{version:012};~{{{version}}}\""),
        }
    }
}

/// The shape of codes and refresh tokens, of visible characters in any number,
/// [RFC 6749 appendix A.17](https://www.rfc-editor.org/rfc/rfc6749#appendix-A.17).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenForm {
    /// 64 hexadecimal digits.
    #[default]
    Hexadecimal,
    /// More than a thousand characters.
    Long,
    /// With characters that a form and a query must encode.
    Symbols,
}

impl TokenForm {
    pub(super) fn of(form: usize) -> Self {
        match form {
            0 => Self::Hexadecimal,
            1 => Self::Long,
            _ => Self::Symbols,
        }
    }

    /// The text that a draw stands for.
    pub fn written(self, draw: Draw) -> String {
        match self {
            Self::Hexadecimal => draw.token(),
            Self::Long => {
                let part = BASE64_URL_SAFE_NO_PAD.encode(draw.bytes());
                [part.as_str(); 28].join(".")
            }
            Self::Symbols => {
                let part = BASE64_URL_SAFE_NO_PAD.encode(draw.bytes());
                format!("{part}+/&%=?#:==")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_need_no_encoding_in_a_path_and_are_no_dots() {
        for n in 0..500 {
            let draw = Entropy::from_seed(5).draw("id", n);
            for form in [IdForm::Digits, IdForm::Uuid, IdForm::Opaque] {
                let id = form.written(draw);
                let plain =
                    |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
                assert!(id.chars().all(plain), "{id}");
                assert!(id.starts_with(|letter: char| letter.is_ascii_alphanumeric()));
            }
        }
    }

    #[test]
    fn entity_tags_are_weak_and_tell_versions_apart() {
        for form in [EtagForm::Number, EtagForm::Letters, EtagForm::Revision] {
            let tags: Vec<_> = (1..200).map(|version| form.written(version)).collect();
            assert!(
                tags.iter()
                    .all(|tag| tag.starts_with("W/\"") && tag.ends_with('"'))
            );
            let inside = |tag: &String| {
                tag.trim_start_matches("W/\"")
                    .trim_end_matches('"')
                    .to_owned()
            };
            // RFC 9110 section 8.8.3: etagc.
            assert!(
                tags.iter()
                    .all(|tag| inside(tag).bytes().all(|byte| (0x23..0x7f).contains(&byte)))
            );
            let all: std::collections::BTreeSet<_> = tags.iter().collect();
            assert_eq!(all.len(), tags.len());
        }
    }

    #[test]
    fn tokens_are_visible_characters() {
        for form in [TokenForm::Hexadecimal, TokenForm::Long, TokenForm::Symbols] {
            let token = form.written(Entropy::from_seed(5).draw("token", 0));
            assert!(
                token.bytes().all(|byte| (0x21..0x7f).contains(&byte)),
                "{token}"
            );
        }
        assert!(
            TokenForm::Long
                .written(Entropy::from_seed(5).draw("token", 0))
                .len()
                > 1000
        );
    }
}
