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
    /// What several verdicts on *one* rule or expectation come to: the gravest of those that know something.
    ///
    /// A fail weighs most, then inconclusive, warn and pass. Where nobody got there, nothing is known.
    ///
    /// # Examples
    ///
    /// ```
    /// use goto_double::verdict::Verdict::{self, Fail, Inconclusive, NotExercised, Pass, Warn};
    /// assert_eq!(Verdict::on_one([Pass, Fail, Inconclusive]), Fail);
    /// assert_eq!(Verdict::on_one([Warn, Inconclusive, Pass]), Inconclusive);
    /// assert_eq!(Verdict::on_one([Pass, NotExercised]), Pass);
    /// assert_eq!(Verdict::on_one([]), NotExercised);
    /// ```
    pub fn on_one(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let known = verdicts
            .into_iter()
            .filter(|one| *one != Self::NotExercised);
        known
            .max_by_key(|one| one.gravity())
            .unwrap_or(Self::NotExercised)
    }

    /// What the verdicts on *different* rules and expectations come to: the gravest; none if nothing was judged.
    ///
    /// What was never exercised is missing here, so it weighs more than a pass or a warn.
    ///
    /// # Examples
    ///
    /// ```
    /// use goto_double::verdict::Verdict::{self, Inconclusive, NotExercised, Pass, Warn};
    /// assert_eq!(Verdict::on_all([Pass, NotExercised, Warn]), Some(NotExercised));
    /// assert_eq!(Verdict::on_all([Inconclusive, NotExercised]), Some(Inconclusive));
    /// ```
    pub fn on_all(verdicts: impl IntoIterator<Item = Self>) -> Option<Self> {
        verdicts.into_iter().max_by_key(|one| one.gravity())
    }

    /// How much stands against the client; whatever lets a run pass weighs less than what does not.
    fn gravity(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Warn => 1,
            Self::NotExercised => 2,
            Self::Inconclusive => 3,
            Self::Fail => 4,
        }
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

impl Story {
    /// What the occasions of one rule or expectation come to, and the stories of those that decided so.
    pub fn settle(occasions: Vec<(Verdict, Self)>) -> (Verdict, Vec<Self>) {
        let verdict = Verdict::on_one(occasions.iter().map(|(of, _)| *of));
        let deciding = occasions.into_iter().filter(|(of, _)| *of == verdict);
        (verdict, deciding.map(|(_, story)| story).collect())
    }
}
