//! What the fuzz targets share: a small world without sockets, and what must hold of every answer of it.

mod dialect;
mod sound;
mod world;

pub use self::dialect::{check_answer, check_list, check_refusal, json, same_but_for_meta};
pub use self::world::{Row, World};

/// The text of an input; nothing if it is none.
pub fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// Any bytes as a part of a query.
pub fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
