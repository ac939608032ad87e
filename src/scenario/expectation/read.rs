//! Reads the expectations of a file.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::scenario::count::Count;
use crate::scenario::file;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::predicate::{Predicate, Test};
use crate::scenario::schedule::{Scope, duration};
use crate::scenario::selector::Operations;

use super::{
    Anchor, AtLeast, Backoff, Calls, Expectation, Filter, Final, Level, Select, Selection, Step,
    StepKind, That, Wait,
};

/// Reads the parts of one expectation and notes what is wrong with them.
struct Reader<'r> {
    at: Pointer,
    findings: &'r mut Findings,
}

impl Reader<'_> {
    fn duration(&mut self, name: &str, text: Option<&String>) -> Option<Duration> {
        let text = text?;
        self.findings.keep(&self.at.key(name), duration(text))
    }

    fn slack(&mut self, text: Option<&String>) -> Duration {
        self.duration("slack", text).unwrap_or_default()
    }

    fn per(&mut self, value: Option<&Value>) -> Option<Scope> {
        Scope::read(value?, &self.at.key("per"), self.findings)
    }

    fn count(&mut self, name: &str, value: Option<&Value>) -> Option<Count> {
        let value = value?;
        self.findings.keep(&self.at.key(name), Count::parse(value))
    }

    fn operations(&mut self, name: &str, value: &Value) -> Option<Operations> {
        Operations::read(value, &self.at.key(name), self.findings)
    }

    fn condition(&mut self, members: &Map<String, Value>) -> Vec<Predicate> {
        Predicate::read_all(members, &self.at.key("if"), self.findings)
    }

    fn selection(&mut self, on: Option<&Value>, like: Option<&String>) -> Option<Selection> {
        match (on, like) {
            (Some(on), None) => self.operations("on", on).map(Selection::On),
            (None, Some(rule)) => Some(Selection::Like(rule.clone())),
            _ => {
                self.findings
                    .error(&self.at, "expected one of \"on\" and \"like\"");
                None
            }
        }
    }
}

impl Expectation {
    pub(in crate::scenario) fn read(
        entry: &file::Expectation,
        at: &Pointer,
        findings: &mut Findings,
    ) -> Option<Self> {
        let level = entry
            .level
            .as_deref()
            .and_then(|level| findings.keep(&at.key("level"), Level::parse(level)));
        if entry.rule.is_none() {
            for (name, present) in [
                ("id", entry.id.is_some()),
                ("level", entry.level.is_some()),
                ("that", entry.that.is_some()),
            ] {
                if !present {
                    findings.error(
                        at,
                        format!("an expectation without \"rule\" needs \"{name}\""),
                    );
                }
            }
        }
        let that = match &entry.that {
            Some(that) => Some(That::read(that, &at.key("that"), findings)?),
            None => None,
        };
        Some(Self {
            id: entry.id.clone().or_else(|| entry.rule.clone())?,
            rule: entry.rule.clone(),
            level: level.unwrap_or_default(),
            reference: entry.reference.clone(),
            that,
        })
    }
}

impl That {
    fn read(that: &file::That, at: &Pointer, findings: &mut Findings) -> Option<Self> {
        let kinds = [
            that.wait.is_some(),
            that.calls.is_some(),
            that.order.is_some(),
            that.backoff.is_some(),
            that.finally.is_some(),
        ];
        if kinds.iter().filter(|kind| **kind).count() != 1 {
            findings.error(
                at,
                "expected exactly one of wait, calls, order, backoff, final",
            );
            return None;
        }
        let mut reader = Reader {
            at: at.clone(),
            findings,
        };
        if let Some(wait) = &that.wait {
            reader.at = at.key("wait");
            return reader.wait(wait).map(Self::Wait);
        }
        if let Some(calls) = &that.calls {
            reader.at = at.key("calls");
            return reader.calls(calls).map(Self::Calls);
        }
        if let Some(backoff) = &that.backoff {
            reader.at = at.key("backoff");
            return reader.backoff(backoff).map(Self::Backoff);
        }
        if let Some(finally) = &that.finally {
            reader.at = at.key("final");
            return reader.finally(finally).map(Self::Final);
        }
        reader.at = at.key("order");
        let steps = that.order.as_ref()?;
        reader.order(steps).map(Self::Order)
    }
}

impl Reader<'_> {
    fn wait(&mut self, wait: &file::Wait) -> Option<Wait> {
        let next = self.operations("next", &wait.next);
        let at_least = match wait.at_least.as_deref() {
            Some("retry_after") => Some(AtLeast::RetryAfter),
            _ => self
                .duration("at_least", wait.at_least.as_ref())
                .map(AtLeast::Length),
        };
        if wait.at_least.is_none() && wait.at_most.is_none() {
            self.findings
                .error(&self.at, "expected \"at_least\" or \"at_most\"");
        }
        let after = if wait.after.contains(['.', '*']) {
            let at = self.at.key("after");
            Anchor::Calls(self.findings.keep(&at, Operations::parse(&wait.after))?)
        } else {
            Anchor::Rule(wait.after.clone())
        };
        Some(Wait {
            after,
            next: next?,
            at_least,
            at_most: self.duration("at_most", wait.at_most.as_ref()),
            slack: self.slack(wait.slack.as_ref()),
            per: self.per(wait.per.as_ref()).unwrap_or_default(),
        })
    }

    fn calls(&mut self, calls: &file::Calls) -> Option<Calls> {
        let selection = self.selection(calls.on.as_ref(), calls.like.as_ref());
        let condition = self.condition(&calls.condition);
        let count = self.count("count", Some(&calls.count));
        if calls.within.is_some() && calls.after.is_none() {
            self.findings.error(
                &self.at.key("within"),
                "there is no \"after\" to count from",
            );
        }
        Some(Calls {
            filter: Filter {
                selection: selection?,
                condition,
            },
            after: calls.after.clone(),
            before: calls.before.clone(),
            within: self.duration("within", calls.within.as_ref()),
            slack: self.slack(calls.slack.as_ref()),
            per: self.per(calls.per.as_ref()).unwrap_or_default(),
            count: count?,
        })
    }

    fn order(&mut self, steps: &[file::Step]) -> Option<Vec<Step>> {
        if steps.len() < 2 {
            self.findings
                .error(&self.at, "an order needs two steps at least");
            return None;
        }
        let mut all = Vec::with_capacity(steps.len());
        for (index, step) in steps.iter().enumerate() {
            let mut reader = Reader {
                at: self.at.index(index),
                findings: &mut *self.findings,
            };
            all.push(reader.step(step));
        }
        all.into_iter().collect()
    }

    fn step(&mut self, step: &file::Step) -> Option<Step> {
        let condition = self.condition(&step.condition);
        let per = self.per(step.per.as_ref());
        let kind = match &step.rule {
            Some(rule) if step.on.is_none() && step.like.is_none() => StepKind::Rule(rule.clone()),
            Some(_) => {
                self.findings
                    .error(&self.at, "expected one of \"rule\", \"like\" and \"on\"");
                return None;
            }
            None => StepKind::Calls(self.selection(step.on.as_ref(), step.like.as_ref())?),
        };
        Some(Step {
            kind,
            condition,
            per,
        })
    }

    fn backoff(&mut self, backoff: &file::Backoff) -> Option<Backoff> {
        if backoff
            .growth
            .is_some_and(|growth| !(1.0..=100.0).contains(&growth))
        {
            self.findings
                .error(&self.at.key("growth"), "growth lies between 1 and 100");
        }
        if backoff.growth.is_none() && backoff.cap.is_none() && backoff.first.is_none() {
            self.findings
                .error(&self.at, "expected \"growth\", \"cap\" or \"first\"");
        }
        let selection = self.selection(backoff.on.as_ref(), backoff.like.as_ref());
        let condition = self.condition(&backoff.condition);
        Some(Backoff {
            filter: Filter {
                selection: selection?,
                condition,
            },
            after: backoff.after.clone(),
            per: self.per(backoff.per.as_ref()).unwrap_or_default(),
            first: self.duration("first", backoff.first.as_ref()),
            growth: backoff.growth,
            cap: self.duration("cap", backoff.cap.as_ref()),
            slack: self.slack(backoff.slack.as_ref()),
        })
    }

    fn finally(&mut self, finally: &file::Final) -> Option<Final> {
        let at = self.at.key("select");
        let select = self.findings.keep(&at, Select::parse(&finally.select));
        if finally.count.is_none() && finally.per_group.is_none() {
            self.findings
                .error(&self.at, "expected \"count\" or \"per_group\"");
        }
        if finally.per_group.is_some() != finally.group_by.is_some() {
            self.findings
                .error(&self.at, "\"group_by\" and \"per_group\" go together");
        }
        let mut condition = Vec::new();
        for (path, test) in &finally.condition {
            let at = self.at.key("where").key(path);
            let test = Test::read(test, &at, self.findings);
            condition.extend(test.map(|test| (path.clone(), test)));
        }
        Some(Final {
            select: select?,
            condition,
            group_by: finally.group_by.clone(),
            per_group: self.count("per_group", finally.per_group.as_ref()),
            count: self.count("count", finally.count.as_ref()),
        })
    }
}

impl Level {
    fn parse(text: &str) -> Result<Self, Complaint> {
        [Self::Must, Self::Should, Self::May]
            .into_iter()
            .find(|level| level.name() == text)
            .ok_or_else(|| Complaint::unknown("level", text, ["must", "should", "may"]))
    }
}

impl Select {
    fn parse(text: &str) -> Result<Self, Complaint> {
        [Self::Users, Self::Groups, Self::Domains]
            .into_iter()
            .find(|select| select.name() == text)
            .ok_or_else(|| Complaint::unknown("selection", text, ["users", "groups", "domains"]))
    }
}
