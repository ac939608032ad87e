//! Walks over the text of a filter.

use crate::scim::path::position;

use super::FilterError;

/// A place in a text, always between two characters.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    byte: usize,
    /// In characters from 1; kept in step, since counting anew each time would cost the square of the length.
    position: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn at(text: &'t str, byte: usize) -> Self {
        Self {
            text,
            byte,
            position: position(text, byte),
        }
    }

    pub(super) fn byte(&self) -> usize {
        self.byte
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.byte..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over that many bytes, which the caller has seen to be whole characters.
    pub(super) fn advance(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or_default();
        self.position += passed.chars().count();
        self.byte += bytes;
    }

    pub(super) fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.advance(rest.len() - rest.trim_start_matches(' ').len());
    }

    /// Steps over the character if it is the next one.
    pub(super) fn take(&mut self, c: char) -> bool {
        let is_next = self.peek() == Some(c);
        if is_next {
            self.advance(c.len_utf8());
        }
        is_next
    }

    /// The longest run from here without a blank, a bracket or a quotation mark; may be empty.
    pub(super) fn word(&self) -> &'t str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"'))
            .unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T, FilterError> {
        Err(FilterError {
            at: self.position(),
            message: message.into(),
        })
    }

    /// "expected X, found Y" for what stands here.
    pub(super) fn expected<T>(&self, what: &str) -> Result<T, FilterError> {
        let found = match (self.word(), self.peek()) {
            ("", None) => "the end".to_owned(),
            ("", Some(c)) => format!("'{}'", c.escape_debug()),
            (word, _) => format!("'{}'", shortened(word)),
        };
        self.error(format!("expected {what}, found {found}"))
    }
}

/// At most 40 characters of a word, so that an error does not repeat a whole attack.
fn shortened(word: &str) -> String {
    let mut short: String = word.chars().take(40).collect();
    if short.len() < word.len() {
        short.push('…');
    }
    short.escape_debug().collect()
}
