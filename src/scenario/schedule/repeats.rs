//! What a write is to a rule that has counted the same write before.

use crate::scenario::finding::Complaint;

/// What becomes of a write that comes again: the same operation on the same target with the same content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeats {
    /// It is an occurrence like any other.
    #[default]
    Count,
    /// It is none: the rule neither counts it nor acts on it.
    Pass,
    /// It is the same occurrence once more, with the same number and the same draw.
    Same,
}

pub(in crate::scenario) const REPEATS: [(&str, Repeats, &str); 3] = [
    (
        "count",
        Repeats::Count,
        "an occurrence like any other, the default",
    ),
    (
        "pass",
        Repeats::Pass,
        "no occurrence: the rule neither counts it nor acts on it",
    ),
    (
        "same",
        Repeats::Same,
        "the same occurrence once more, with the same number and the same draw",
    ),
];

impl Repeats {
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        let known = || REPEATS.map(|(name, ..)| name);
        REPEATS
            .iter()
            .find(|(name, ..)| *name == text)
            .map(|(_, repeats, _)| *repeats)
            .ok_or_else(|| Complaint::unknown("word for repeats", text, known()))
    }
}
