//! The rules of a scenario, found by the operation that they are about.

use std::borrow::Cow;
use std::sync::Arc;

use crate::operation::{OPERATIONS, Operation};
use crate::scenario::facts::{Facts, Wants};
use crate::scenario::rule::Rule;
use crate::scenario::schedule::{Firing, Moment, Per, Scope, States};
use crate::scenario::shortlist::Shortlist;
use crate::scenario::subject;

use super::Extent;

/// A firing that the window of some rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Anchor {
    pub(super) rule: usize,
    pub(super) firing: Firing,
    /// The scope of the rule that asks.
    pub(super) scope: Scope,
}

/// The rules that are about one operation.
#[derive(Clone, Debug, Default)]
struct Listeners {
    /// Their places in the file, in order.
    rules: Vec<usize>,
    /// Which of those that wait for all of a request can hold of it.
    whole: Shortlist,
    /// Which of those that are decided by its head can.
    heads: Shortlist,
    /// What they must know of a request.
    wants: Wants,
    /// Whether some of them wait for a state.
    wait_for_states: bool,
    /// Whether some of them ask more of a request than that it is about the operation.
    have_conditions: bool,
}

/// Which rules are asked about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    /// Those that can hold of it.
    Shortlisted,
    /// All that are about its operation: what is done is the same, and each is told of.
    All,
}

/// Rules that do not change, with what is worth knowing of them before any request comes.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    all: Arc<[Rule]>,
    /// One for each operation; empty where no rule is about it.
    listeners: Vec<Listeners>,
    anchors: Vec<Anchor>,
}

impl Default for Rules {
    /// None, and nothing kept for each operation: most worlds have no rules.
    fn default() -> Self {
        Self {
            all: Arc::from([]),
            listeners: Vec::new(),
            anchors: Vec::new(),
        }
    }
}

impl Rules {
    pub(super) fn new(all: Arc<[Rule]>) -> Self {
        let listeners = OPERATIONS
            .iter()
            .map(|row| listeners(&all, row.operation))
            .collect();
        Self {
            listeners,
            anchors: anchors(&all),
            all,
        }
    }

    pub(super) fn all(&self) -> &[Rule] {
        &self.all
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn rule(&self, place: usize) -> Option<&Rule> {
        self.all.get(place)
    }

    /// The rules about an operation, with their places.
    pub(super) fn about(&self, operation: Operation) -> impl Iterator<Item = (usize, &Rule)> {
        let listeners = self.listeners.get(operation as usize);
        let places = listeners.into_iter().flat_map(|one| &one.rules);
        places.filter_map(|place| Some((*place, self.all.get(*place)?)))
    }

    /// The places of the rules to ask when so much of a request is there.
    pub(super) fn among(
        &self,
        among: Among,
        (facts, extent): (&Facts<'_>, Extent),
    ) -> Cow<'_, [usize]> {
        let Some(listeners) = self.listeners.get(facts.operation as usize) else {
            return Cow::Borrowed(&[]);
        };
        match (among, extent) {
            (Among::Shortlisted, Extent::Whole) => listeners.whole.places(facts),
            (Among::Shortlisted, Extent::Head) => listeners.heads.places(facts),
            (Among::All, extent) => {
                let rules = self.about(facts.operation);
                let suiting = rules.filter(|(_, rule)| extent.suits(rule));
                suiting.map(|(place, _)| place).collect()
            }
        }
    }

    /// Whether some rule about an operation is decided by the head of a request.
    pub(super) fn have_heads(&self, operation: Operation) -> bool {
        let listeners = self.listeners.get(operation as usize);
        listeners.is_some_and(|listeners| !listeners.heads.is_empty())
    }

    /// Whether some rule about an operation waits for a state.
    pub(super) fn wait_for_states(&self, operation: Operation) -> bool {
        let listeners = self.listeners.get(operation as usize);
        listeners.is_some_and(|listeners| listeners.wait_for_states)
    }

    /// Whether some rule about an operation asks more of a request.
    pub(super) fn have_conditions(&self, operation: Operation) -> bool {
        let listeners = self.listeners.get(operation as usize);
        listeners.is_some_and(|listeners| listeners.have_conditions)
    }

    /// What the rules about an operation must know; `None` if there is no such rule.
    pub(super) fn wants(&self, operation: Operation) -> Option<Wants> {
        let listeners = self.listeners.get(operation as usize)?;
        (!listeners.rules.is_empty()).then_some(listeners.wants)
    }

    /// The windows that ask for the firings of a rule.
    pub(super) fn anchors_at(&self, rule: usize) -> impl Iterator<Item = Anchor> {
        let anchors = self.anchors.iter().copied();
        anchors.filter(move |anchor| anchor.rule == rule)
    }

    /// The place of the rule of that id.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.all.iter().position(|rule| rule.id() == id)
    }
}

fn listeners(all: &[Rule], operation: Operation) -> Listeners {
    let listens = |rule: &Rule| rule.on().contains(operation);
    let rules: Vec<_> = all
        .iter()
        .enumerate()
        .filter(|(_, rule)| listens(rule))
        .map(|(place, _)| place)
        .collect();
    let heard = all.iter().filter(|rule| listens(rule)).map(Rule::wants);
    // Whoever asks for the firing of another rule has it noted by a key of his own.
    let asking = all.iter().filter(|_| !rules.is_empty()).map(|rule| {
        let parts = rule.when().per.parts();
        parts.map(Per::wants).fold(Wants::default(), Wants::or)
    });
    let mut wants = heard.chain(asking).fold(Wants::default(), Wants::or);
    if wants.subject {
        wants = wants.or(subject::wants(operation));
    }
    let places = rules.iter();
    let heard = places.filter_map(|place| Some((*place, all.get(*place)?)));
    let of = |extent: Extent| heard.clone().filter(move |(_, rule)| extent.suits(rule));
    let bound = |rule: &Rule| rule.when().state != States::Any;
    Listeners {
        wait_for_states: of(Extent::Whole).any(|(_, rule)| bound(rule)),
        have_conditions: of(Extent::Whole).any(|(_, rule)| !rule.condition().is_empty()),
        whole: Shortlist::of(of(Extent::Whole)),
        heads: Shortlist::of(of(Extent::Head)),
        rules,
        wants,
    }
}

fn anchors(rules: &[Rule]) -> Vec<Anchor> {
    let mut anchors = Vec::new();
    for rule in rules {
        let when = rule.when();
        for moment in [&when.from, &when.to].into_iter().flatten() {
            let Moment::Rule(id, firing, _) = moment else {
                continue;
            };
            let place = rules.iter().position(|rule| rule.id() == id);
            let anchor = place.map(|rule| Anchor {
                rule,
                firing: *firing,
                scope: when.per,
            });
            anchors.extend(anchor.filter(|anchor| !anchors.contains(anchor)));
        }
    }
    anchors
}
