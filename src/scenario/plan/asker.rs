//! Which rule asked for what of a plan: what cannot be done is told beside the rule that wanted it.

use super::Plan;
use crate::entry::Fired;
use crate::exchange::Delivery;

/// For each part of a plan the rule that asked for it, as a place in [`Plan::fired`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Askers {
    mutations: Vec<usize>,
    callback: Vec<usize>,
    data: Vec<usize>,
    token: Option<usize>,
    delivery: Option<usize>,
}

/// One part of a plan, by its place where there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// One of [`Plan::mutations`].
    Mutation(usize),
    /// One of [`Plan::callback`].
    Callback(usize),
    /// One of [`Plan::data`].
    Data(usize),
    /// [`Plan::token`].
    Token,
    /// [`Plan::delivery`].
    Delivery,
}

impl Plan {
    /// Enters a rule that acts: whatever is new in the plan is what it asked for.
    pub fn enter(&mut self, rule: Fired) {
        let by = self.fired.len();
        let Askers {
            mutations,
            callback,
            data,
            token,
            delivery,
        } = &mut self.askers;
        mutations.resize(self.mutations.len(), by);
        callback.resize(self.callback.len(), by);
        data.resize(self.data.len(), by);
        if self.token.is_some() {
            token.get_or_insert(by);
        }
        if self.delivery != Delivery::Whole {
            delivery.get_or_insert(by);
        }
        self.fired.push(rule);
    }

    /// Tells beside the rule that asked for a part why it was not done.
    pub fn undone(&mut self, part: Part, why: String) {
        let by = self.asker(part);
        let Some(rule) = by.and_then(|by| self.fired.get_mut(by)) else {
            return;
        };
        if !rule.undone.contains(&why) {
            rule.undone.push(why);
        }
    }

    /// Of how many faults of the store the rule asked for that asked for this one.
    pub fn data_of_asker(&self, place: usize) -> usize {
        let by = self.askers.data.get(place);
        let all = self.askers.data.iter();
        all.filter(|one| Some(*one) == by).count()
    }

    fn asker(&self, part: Part) -> Option<usize> {
        match part {
            Part::Mutation(place) => self.askers.mutations.get(place).copied(),
            Part::Callback(place) => self.askers.callback.get(place).copied(),
            Part::Data(place) => self.askers.data.get(place).copied(),
            Part::Token => self.askers.token,
            Part::Delivery => self.askers.delivery,
        }
    }
}
