//! What the commands write: results to standard output, everything else to standard error.

use std::error::Error;
use std::io::{self, Write};

/// Writes one line to standard output; a reader that has gone away is no error.
pub(super) fn line(text: impl AsRef<str>) {
    drop(writeln!(anstream::stdout(), "{}", text.as_ref()));
}

/// Writes one line to standard error.
pub(super) fn note(text: impl AsRef<str>) {
    drop(writeln!(anstream::stderr(), "{}", text.as_ref()));
}

/// Writes an error and what lies behind it.
pub(super) fn failure(error: &dyn Error) {
    let mut text = format!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    note(text);
}

/// Standard output that keeps colours on a terminal and strips them elsewhere.
pub(super) fn stdout() -> impl Write {
    anstream::stdout()
}

/// Whether somebody watches standard error.
pub(super) fn is_watched() -> bool {
    io::IsTerminal::is_terminal(&io::stderr())
}
