//! Makes journals tersely: one line for each exchange.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::asks::Ask;
use crate::clock::Timestamp;
use crate::conformance::client_profile::ClientProfile;
use crate::conformance::judge::{RuleVerdict, judge};
use crate::conformance::run::{Cycle, Run};
use crate::entry::{Change, Entry, Event, Exchange, SubjectKind, Verb};
use crate::exchange::Delivered;
use crate::operation::{Door, recognise};
use crate::scenario::source::{Source, SourceGroup, SourceUser};
use crate::verdict::Verdict;

/// A run in the making.
pub(super) struct Rig {
    pub(super) run: Run,
    pub(super) profile: ClientProfile,
    now: Timestamp,
}

/// The id that a user or group of that name gets.
pub(super) fn id(name: &str) -> String {
    format!("id-{name}")
}

pub(super) fn row(name: &str) -> Value {
    json!({"id": id(name), "userName": name, "active": true})
}

pub(super) fn person(name: &str) -> SourceUser {
    SourceUser {
        external_id: format!("key-{name}"),
        user_name: name.into(),
        active: true,
        given_name: format!("Given {name}"),
        ..SourceUser::default()
    }
}

pub(super) fn people(names: &[&str]) -> Source {
    Source {
        users: names.iter().copied().map(person).collect(),
        groups: Vec::new(),
    }
}

pub(super) fn crowd(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("p{n:03}")).collect()
}

pub(super) fn group(name: &str, members: &[&str]) -> SourceGroup {
    SourceGroup {
        external_id: format!("key-{name}"),
        display_name: name.into(),
        members: members.iter().map(|name| format!("key-{name}")).collect(),
    }
}

impl Rig {
    /// A run whose first cycle provisions these people.
    pub(super) fn new(names: &[&str]) -> Self {
        Self::with(people(names))
    }

    pub(super) fn with(source: Source) -> Self {
        let mut rig = Self {
            run: Run::default(),
            profile: ClientProfile::default(),
            now: Timestamp::parse("2030-01-01T00:00:00Z").unwrap(),
        };
        rig.next(source);
        rig
    }

    /// Begins the next cycle.
    pub(super) fn next(&mut self, source: Source) -> &mut Self {
        let after = self.run.entries.last().map_or(0, |entry| entry.number);
        self.run.cycles.push(Cycle {
            number: u32::try_from(self.run.cycles.len()).unwrap() + 1,
            source,
            after,
            until: after,
            exit: Some(0),
            timed_out: false,
        });
        self
    }

    /// Has the store hold these users from the start.
    pub(super) fn holds(&mut self, names: &[&str]) -> &mut Self {
        self.run
            .before
            .users
            .extend(names.iter().map(|name| row(name)));
        self.ends_with(names)
    }

    /// Has the store hold these users in the end.
    pub(super) fn ends_with(&mut self, names: &[&str]) -> &mut Self {
        self.run
            .after
            .users
            .extend(names.iter().map(|name| row(name)));
        self
    }

    /// Has the store hold that group in the end.
    pub(super) fn ends_with_group(&mut self, name: &str, members: &[&str]) -> &mut Self {
        let members: Vec<_> = members
            .iter()
            .map(|name| json!({"value": id(name)}))
            .collect();
        self.run
            .after
            .groups
            .push(json!({"id": id(name), "displayName": name, "members": members}));
        self
    }

    /// The cycle was stopped at its time limit.
    pub(super) fn times_out(&mut self) -> &mut Self {
        let cycle = self.run.cycles.last_mut().unwrap();
        (cycle.timed_out, cycle.exit) = (true, None);
        self
    }

    pub(super) fn wait(&mut self, milliseconds: u64) -> &mut Self {
        self.now = self.now.plus(Duration::from_millis(milliseconds));
        self
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Plays one exchange: it arrives now and takes ten milliseconds and whatever it is held for.
    pub(super) fn play(&mut self, ask: Ask) -> &mut Self {
        let at = self.now;
        let answered = at.plus(Duration::from_millis(10));
        let ended = answered.plus(ask.held);
        self.append(at, answered, ended, ask);
        self.now = ended;
        self
    }

    /// Plays one that had arrived while the one before was still being answered.
    pub(super) fn play_in_flight(&mut self, ask: Ask) -> &mut Self {
        let at = self.run.entries.last().unwrap().at;
        let ended = self.now;
        self.append(at, ended, ended, ask);
        self
    }

    /// Has this happen to a user behind the client's back.
    pub(super) fn befalls(&mut self, name: &str, verb: Verb) -> &mut Self {
        let number = self.run.entries.last().map_or(0, |entry| entry.number) + 1;
        let change = Change {
            kind: SubjectKind::User,
            id: id(name),
            verb,
        };
        self.run.entries.push(Arc::new(Entry {
            number,
            at: self.now,
            real: Duration::ZERO,
            event: Event::Changed(vec![change]),
        }));
        self.run.cycles.last_mut().unwrap().until = number;
        self
    }

    fn append(&mut self, at: Timestamp, answered: Timestamp, ended: Timestamp, ask: Ask) {
        let number = self.run.entries.last().map_or(0, |entry| entry.number) + 1;
        let delivered = Delivered::default();
        delivered.end(ask.ending, ended.as_millisecond());
        let operation = recognise(Door::Product, &ask.request.method, ask.request.uri.path())
            .ok()
            .map(|(operation, _)| operation);
        let exchange = Exchange {
            request: ask.request,
            operation,
            subject: None,
            token: ask.token,
            near: crate::entry::Near::default(),
            fired: ask.fired,
            varied: Vec::new(),
            changes: ask.changes,
            reply: ask.reply,
            answered,
            delivery: ask.delivery,
            delivered: Arc::new(delivered),
        };
        self.run.entries.push(Arc::new(Entry {
            number,
            at,
            real: Duration::ZERO,
            event: Event::Exchange(Box::new(exchange)),
        }));
        self.run.cycles.last_mut().unwrap().until = number;
    }

    /// Judges the run by one rule.
    pub(super) fn judged(&self, rule: &str) -> RuleVerdict {
        let mut run = self.run.clone();
        run.exercises = vec![rule.into()];
        judge(&run, &self.profile)
            .into_iter()
            .find(|verdict| verdict.rule == rule)
            .unwrap()
    }

    #[track_caller]
    pub(super) fn assert(&self, rule: &str, verdict: Verdict) {
        let judged = self.judged(rule);
        assert_eq!(judged.verdict, verdict, "{rule}: {:#?}", judged.stories);
    }

    #[track_caller]
    pub(super) fn passes(&self, rule: &str) {
        self.assert(rule, Verdict::Pass);
    }

    #[track_caller]
    pub(super) fn fails(&self, rule: &str) {
        self.assert(rule, Verdict::Fail);
    }

    #[track_caller]
    pub(super) fn leaves_open(&self, rule: &str) {
        self.assert(rule, Verdict::NotExercised);
    }
}
