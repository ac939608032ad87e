//! Judges a run: every rule that stands, and every rule the scenario names.
//!
//! A broken rule is a `fail` whatever its level: the catalogue's level stands beside the verdict, so nobody takes
//! a `SHOULD` for a `MUST`. `warn` is kept for the variants that the catalogue itself tolerates with a warning,
//! such as members removed by a value list. Of the occasions of a rule the gravest one counts
//! ([`Verdict::on_one`]): one failure among many passes is a failure, and one that could not be told leaves the rule
//! inconclusive.

use crate::conformance::catalogue::{self, Rule};
use crate::conformance::client_profile::ClientProfile;
use crate::conformance::rules::{OBSERVERS, Observed};
use crate::conformance::run::Run;
use crate::conformance::view::View;
use crate::verdict::{Story, Verdict};

/// The most stories that one verdict quotes; more of the same tell nothing new.
const MOST_STORIES: usize = 12;

/// What a run says of one rule of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleVerdict {
    /// The rule's id.
    pub rule: &'static str,
    /// What the run says of it.
    pub verdict: Verdict,
    /// The occasions that decided so.
    pub stories: Vec<Story>,
}

/// Judges a run by every rule that stands or that the scenario names.
///
/// A named rule that no judge looks for yet is among the verdicts too, as one that was not exercised: whoever asked
/// for it must not take silence for a pass.
///
/// # Examples
///
/// ```
/// use goto_double::conformance::client_profile::ClientProfile;
/// use goto_double::conformance::judge::judge;
/// use goto_double::conformance::run::Run;
/// use goto_double::verdict::Verdict;
///
/// let run = Run { exercises: vec!["RTY-01".into()], ..Run::default() };
/// let verdicts = judge(&run, &ClientProfile::default());
/// let throttled = verdicts.iter().find(|verdict| verdict.rule == "RTY-01").unwrap();
/// assert_eq!(throttled.verdict, Verdict::NotExercised); // nothing happened: never a pass
/// ```
pub fn judge(run: &Run, profile: &ClientProfile) -> Vec<RuleVerdict> {
    let view = View::new(run, profile);
    let is_named = |id: &str| run.exercises.iter().any(|named| named == id);
    let judged = OBSERVERS
        .iter()
        .filter(|observer| observer.standing || is_named(observer.id))
        .map(|observer| settle(observer.id, (observer.observe)(&view)));
    let silent = catalogue::rules()
        .filter(|rule| is_named(rule.id) && !is_judged(rule.id))
        .map(not_judged);
    judged.chain(silent).collect()
}

/// Tells whether there is a judge for a rule; of any other nothing is ever known.
pub fn is_judged(rule: &str) -> bool {
    implemented().any(|judged| judged == rule)
}

fn not_judged(rule: &Rule) -> RuleVerdict {
    RuleVerdict {
        rule: rule.id,
        verdict: Verdict::NotExercised,
        stories: vec![Story {
            entries: Vec::new(),
            expected: rule.sentence.to_owned(),
            seen: "no judge looks for this rule yet, so nothing is known of it".to_owned(),
        }],
    }
}

/// Lists the ids of the rules that are judged, in the order of the catalogue.
pub fn implemented() -> impl Iterator<Item = &'static str> {
    OBSERVERS.iter().map(|observer| observer.id)
}

/// Tells whether a rule is judged on every run, named by the scenario or not.
pub fn is_standing(rule: &str) -> bool {
    OBSERVERS
        .iter()
        .any(|observer| observer.standing && observer.id == rule)
}

fn settle(rule: &'static str, observed: Observed) -> RuleVerdict {
    let (verdict, mut stories) = Story::settle(observed.into_occasions());
    stories.truncate(MOST_STORIES);
    RuleVerdict {
        rule,
        verdict,
        stories,
    }
}
