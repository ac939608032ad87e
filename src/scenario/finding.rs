//! What is wrong with a scenario file, and where.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file can be run; something in it has no effect.
    Warning,
    /// The file cannot be run.
    Error,
}

/// One thing that is wrong with a scenario file.
///
/// `Display` writes it without the file's name, as in `12:7: unknown operation "user.create"; did you mean "users.create"?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line, counted from 1.
    pub line: usize,
    /// The character of the line, counted from 1.
    pub column: usize,
    /// The place in the document, [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901).
    pub pointer: String,
    /// What is wrong, without a full stop.
    pub message: String,
    /// The known word that is nearest to an unknown one.
    pub nearest: Option<String>,
    /// How bad it is.
    pub severity: Severity,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        f.write_str(&self.words())
    }
}

impl Finding {
    /// What is wrong, without the place.
    pub fn words(&self) -> String {
        let mut words = match self.severity {
            Severity::Warning => format!("warning: {}", self.message),
            Severity::Error => self.message.clone(),
        };
        if let Some(nearest) = &self.nearest {
            words.push_str("; did you mean \"");
            words.push_str(nearest);
            words.push_str("\"?");
        }
        words
    }
}

/// What is wrong with one value, before anybody knows where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    message: String,
    nearest: Option<String>,
}

impl Complaint {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            nearest: None,
        }
    }

    /// The complaint that `word` is no `kind` that anybody knows.
    pub(super) fn unknown<'w>(
        kind: &str,
        word: &str,
        known: impl IntoIterator<Item = &'w str>,
    ) -> Self {
        /// So few words are listed where none of them is near.
        const FEW: usize = 12;
        let mut known: Vec<&str> = known.into_iter().collect();
        known.dedup();
        let mut complaint = Self::near(
            format!("unknown {kind} \"{word}\""),
            word,
            known.iter().copied(),
        );
        if complaint.nearest.is_none() && !known.is_empty() && known.len() <= FEW {
            complaint.message.push_str("; there is ");
            complaint.message.push_str(&known.join(", "));
        }
        complaint
    }

    /// A complaint about a word, with the known one that looks most like it.
    pub(super) fn near<'w>(
        message: impl Into<String>,
        word: &str,
        known: impl IntoIterator<Item = &'w str>,
    ) -> Self {
        Self {
            message: message.into(),
            nearest: nearest(word, known),
        }
    }
}

impl Complaint {
    /// The same with the command that lists the words there are, where none of them is near.
    pub(super) fn or_see(mut self, list: &str) -> Self {
        if self.nearest.is_none() {
            self.message.push_str("; goto-double list ");
            self.message.push_str(list);
            self.message.push_str(" names them all");
        }
        self
    }
}

impl From<String> for Complaint {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<&str> for Complaint {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

/// The known word that looks most like `word`, if any looks like it at all.
fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<String> {
    const ALIKE: f64 = 0.5;
    known
        .into_iter()
        .map(|candidate| {
            let exact = strsim::normalized_damerau_levenshtein(word, candidate);
            let (word, folded) = (word.to_lowercase(), candidate.to_lowercase());
            let folded = strsim::normalized_damerau_levenshtein(&word, &folded);
            (folded, exact, candidate)
        })
        .filter(|(folded, ..)| *folded >= ALIKE)
        // Another letter case is the smallest of mistakes, yet one: of two alike the exact one is nearer.
        // Of several the first is, which of `RTY-01`, `RTY-11` and `RTY-21` is the one that `RTY-1` comes from.
        .min_by(|(one, exact, _), (other, closer, _)| {
            other.total_cmp(one).then(closer.total_cmp(exact))
        })
        .map(|(_, _, candidate)| candidate.to_owned())
}

/// A place in the document while it is being read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pointer(String);

impl Pointer {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn key(&self, key: &str) -> Self {
        Self(format!(
            "{}/{}",
            self.0,
            key.replace('~', "~0").replace('/', "~1")
        ))
    }

    /// Whether this is the other place, or lies in it.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        let rest = self.0.strip_prefix(&other.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    pub(super) fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }
}

/// Which of the two halves of a member a finding points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Key,
    Value,
}

/// A finding whose line is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raw {
    pub(super) pointer: Pointer,
    pub(super) half: Half,
    pub(super) complaint: Complaint,
    pub(super) severity: Severity,
}

/// Everything found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    all: Vec<Raw>,
    /// Places of which nothing more is said, because what stands there could not be read.
    spoilt: Vec<Pointer>,
}

impl Findings {
    pub(super) fn error(&mut self, at: &Pointer, complaint: impl Into<Complaint>) {
        self.add(at, Half::Value, Severity::Error, complaint.into());
    }

    pub(super) fn warn(&mut self, at: &Pointer, complaint: impl Into<Complaint>) {
        self.add(at, Half::Value, Severity::Warning, complaint.into());
    }

    pub(super) fn error_at_key(&mut self, at: &Pointer, complaint: impl Into<Complaint>) {
        self.add(at, Half::Key, Severity::Error, complaint.into());
    }

    pub(super) fn warn_at_key(&mut self, at: &Pointer, complaint: impl Into<Complaint>) {
        self.add(at, Half::Key, Severity::Warning, complaint.into());
    }

    /// The value, or the complaint noted.
    pub(super) fn keep<T>(&mut self, at: &Pointer, read: Result<T, Complaint>) -> Option<T> {
        read.map_err(|complaint| self.error(at, complaint)).ok()
    }

    /// Says no more of a place: whatever else looks wrong there follows from what was found.
    pub(super) fn spoil(&mut self, at: &Pointer) {
        if !self.is_spoilt(at) {
            self.spoilt.push(at.clone());
        }
    }

    /// Whether a place, or one around it, could not be read.
    pub(super) fn is_spoilt(&self, at: &Pointer) -> bool {
        self.spoilt.iter().any(|spoilt| at.is_within(spoilt))
    }

    /// Whether something in a place could not be read.
    pub(super) fn is_spoilt_within(&self, at: &Pointer) -> bool {
        self.spoilt.iter().any(|spoilt| spoilt.is_within(at))
    }

    /// How many places are spoilt; [`heal`](Self::heal) goes back to that.
    pub(super) fn spoilt(&self) -> usize {
        self.spoilt.len()
    }

    /// Forgets what was spoilt since: another row of the matrix fills other values in.
    pub(super) fn heal(&mut self, spoilt: usize) {
        self.spoilt.truncate(spoilt);
    }

    fn add(&mut self, at: &Pointer, half: Half, severity: Severity, complaint: Complaint) {
        if self.is_spoilt(at) {
            return;
        }
        let raw = Raw {
            pointer: at.clone(),
            half,
            complaint,
            severity,
        };
        // Each row of a matrix finds the same again; once is enough.
        if !self.all.contains(&raw) {
            self.all.push(raw);
        }
    }

    pub(super) fn into_raw(self) -> Vec<Raw> {
        self.all
    }

    #[cfg(test)]
    pub(super) fn messages(&self) -> Vec<String> {
        self.all
            .iter()
            .map(|raw| raw.complaint.message.clone())
            .collect()
    }
}

impl Raw {
    pub(super) fn placed(self, line: usize, column: usize) -> Finding {
        Finding {
            line,
            column,
            pointer: self.pointer.0,
            message: on_one_line(&self.complaint.message),
            nearest: self.complaint.nearest.as_deref().map(on_one_line),
            severity: self.severity,
        }
    }
}

/// A message that quotes a file stays one line of sensible length, whatever the file holds.
fn on_one_line(message: &str) -> String {
    const LONGEST: usize = 300;
    let mut line = String::with_capacity(message.len());
    for (index, letter) in message.chars().enumerate() {
        if index == LONGEST {
            line.push('…');
            break;
        }
        if letter.is_control() {
            line.extend(letter.escape_default());
        } else {
            line.push(letter);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finding_reads_as_one_line() {
        let complaint =
            Complaint::unknown("operation", "user.create", ["users.create", "oauth.token"]);
        let finding = Raw {
            pointer: Pointer::default().key("rules").index(0).key("on"),
            half: Half::Value,
            complaint,
            severity: Severity::Error,
        }
        .placed(12, 7);
        assert_eq!(
            finding.to_string(),
            "12:7: unknown operation \"user.create\"; did you mean \"users.create\"?"
        );
        assert_eq!(finding.pointer, "/rules/0/on");
    }

    #[test]
    fn message_stays_one_line_whatever_it_quotes() {
        assert_eq!(
            on_one_line("no \"a\r\n\u{1b}[2J\""),
            "no \"a\\r\\n\\u{1b}[2J\""
        );
        assert_eq!(on_one_line(&"x".repeat(5000)).chars().count(), 301);
    }

    #[test]
    fn word_that_looks_like_nothing_known_has_no_nearest() {
        assert_eq!(nearest("zebra", ["users.create"]), None);
    }

    #[test]
    fn number_without_its_zero_is_that_number() {
        let known = ["RTY-01", "RTY-11", "RTY-21"];
        assert_eq!(nearest("RTY-1", known).as_deref(), Some("RTY-01"));
    }
}
