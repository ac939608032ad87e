//! When a rule acts: which occurrence, how often, with what chance, in which span of time.

mod moment;
mod nth;
mod repeats;
mod scope;
mod states;
mod written;

use super::file;
use super::finding::{Findings, Pointer};
use super::limit::Limit;

pub use self::moment::{Firing, Moment, Open};
pub(super) use self::moment::{duration, is_ambiguous};
pub use self::nth::Nth;
#[cfg(test)]
pub(super) use self::repeats::REPEATS;
pub use self::repeats::Repeats;
pub(super) use self::scope::PERS;
pub use self::scope::{Per, Scope};
pub use self::states::States;

/// The `when` of a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// The states the sandbox must be in.
    pub state: States,
    /// Which occurrences.
    pub nth: Option<Nth>,
    /// How often at most.
    pub max: Option<u64>,
    /// With what probability.
    pub p: Option<f64>,
    /// Not before this moment.
    pub from: Option<Moment>,
    /// Before this moment.
    pub to: Option<Moment>,
    /// Only at the beginning of each of many equal spans.
    pub open: Option<Open>,
    /// Only what goes beyond this limit.
    pub over: Option<Limit>,
    /// Only beside more than so many others that are under way.
    pub parallel: Option<u64>,
    /// What a write is that was counted before.
    pub repeats: Repeats,
    /// Within what occurrences and firings are counted.
    pub per: Scope,
}

impl Schedule {
    pub(super) fn read(when: &file::When, at: &Pointer, findings: &mut Findings) -> Self {
        let moment = |name: &str, text: &Option<String>, findings: &mut Findings| {
            let text = text.as_deref()?;
            findings.keep(&at.key(name), Moment::parse(text))
        };
        let from = moment("from", &when.from, findings);
        let to = moment("to", &when.to, findings);
        if let Some(p) = when.p
            && !(0.0..=1.0).contains(&p)
        {
            findings.error(
                &at.key("p"),
                format!("{p} is no probability: it lies between 0 and 1"),
            );
        }
        let state = when.state.as_ref();
        let state = state.and_then(|state| States::read(state, &at.key("state"), findings));
        let nth = when
            .nth
            .as_ref()
            .and_then(|nth| findings.keep(&at.key("nth"), Nth::parse(nth)));
        let open = when
            .open
            .as_deref()
            .and_then(|open| findings.keep(&at.key("open"), Open::parse(open)));
        let over = when
            .over
            .as_deref()
            .and_then(|over| findings.keep(&at.key("over"), Limit::parse(over)));
        let repeats = when
            .repeats
            .as_deref()
            .and_then(|repeats| findings.keep(&at.key("repeats"), Repeats::parse(repeats)));
        let per = when.per.as_ref();
        let per = per.and_then(|per| Scope::read(per, &at.key("per"), findings));
        Self {
            state: state.unwrap_or_default(),
            nth,
            max: when.max,
            p: when.p,
            from,
            to,
            open,
            over,
            parallel: when.parallel,
            repeats: repeats.unwrap_or_default(),
            per: per.unwrap_or_default(),
        }
    }

    /// Whether it never holds a rule back on what the other lets pass, but for the state.
    pub(super) fn lets_pass_what(&self, other: &Self) -> bool {
        self.nth.as_ref().is_none_or(Nth::is_every)
            && self.max.is_none()
            && self.acts_on_all_it_names()
            && self.repeats != Repeats::Pass
            && self.is_open_with(other)
    }

    /// Whether neither chance nor a limit keeps it from what its numbers name.
    pub(super) fn acts_on_all_it_names(&self) -> bool {
        self.p.is_none_or(|p| p >= 1.0) && self.over.is_none() && self.parallel.is_none()
    }

    /// Whether its window is open whenever the other one is.
    fn is_open_with(&self, other: &Self) -> bool {
        // A moment after the firing of a rule is one of each key.
        let is_same = |mine: &Option<Moment>, other_one: &Option<Moment>| {
            let is_keyed = matches!(mine, Some(Moment::Rule(..)));
            mine == other_one && (!is_keyed || self.per == other.per)
        };
        let is_from_same = is_same(&self.from, &other.from);
        (self.from.is_none() || is_from_same)
            && (self.to.is_none() || is_same(&self.to, &other.to))
            && (self.open.is_none() || (self.open == other.open && is_from_same))
    }
}
