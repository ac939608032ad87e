//! What a judgement came to, and the story that backs it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Says what a rule or an expectation made of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The client was seen to do what was asked.
    Pass,
    /// The client broke a recommendation, not a requirement.
    Warn,
    /// The client broke a requirement.
    Fail,
    /// The situation never arose, so nothing is known.
    NotExercised,
    /// The situation arose, but what was seen allows both readings.
    Inconclusive,
}

impl Verdict {
    /// The one of several verdicts that decides: what was broken once is broken.
    pub fn worst(verdicts: impl IntoIterator<Item = Self>) -> Option<Self> {
        let gravity = |verdict: &Self| match verdict {
            Self::Pass => 0,
            Self::Warn => 1,
            Self::NotExercised => 2,
            Self::Inconclusive => 3,
            Self::Fail => 4,
        };
        verdicts.into_iter().max_by_key(gravity)
    }

    /// Whether it lets a run pass.
    pub fn stands(self) -> bool {
        matches!(self, Self::Pass | Self::Warn)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::NotExercised => "not exercised",
            Self::Inconclusive => "inconclusive",
        })
    }
}

/// Tells one piece of evidence: the journal entries, what was due, what came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Sequence numbers of the journal entries that show it, oldest first.
    pub entries: Vec<u64>,
    /// What the client should have done, as a sentence.
    pub expected: String,
    /// What the client did, as a sentence.
    pub seen: String,
}
