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

    /// Whether it never holds a rule back, but for the state.
    pub fn is_unconditional(&self) -> bool {
        self.nth.as_ref().is_none_or(Nth::is_every)
            && self.max.is_none()
            && self.p.is_none_or(|p| p >= 1.0)
            && self.from.is_none()
            && self.to.is_none()
            && self.open.is_none()
            && self.over.is_none()
            && self.parallel.is_none()
            && self.repeats != Repeats::Pass
    }
}
