//! The rules of a world while it runs: the tester's verbs.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::spec::{known_rules, read_script, row_of};
use super::{Control, ControlError};
use crate::app::sandboxes::DEFAULT;
use crate::engine::standing::{KeyStanding, RuleStanding};
use crate::entry::{Event, RulesChange};
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::{Finding, Known, Scenario};

/// The rules in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RulesView {
    /// The name of the scenario, if there is one.
    pub scenario: Option<String>,
    /// The state that the rules are in.
    pub state: String,
    /// How many requests a rule passed over because it counts for as many keys as it may.
    pub passed_over: u64,
    /// The rules, in the order in which they are asked.
    pub rules: Vec<RuleView>,
}

/// One rule in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleView {
    /// Its id.
    pub id: String,
    /// How often it acted, over all keys.
    pub fired: u64,
    /// For how many keys it counts.
    pub keys: usize,
    /// What it counted for some of them, in the order of their names.
    pub counted: Vec<KeyView>,
    /// The rule as it is written, with the values of the row filled in.
    pub rule: Value,
}

/// What a rule counted for one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyView {
    /// The key; empty where the rule counts for the whole world.
    pub key: String,
    /// How often the rule held.
    pub seen: u64,
    /// How often it acted.
    pub fired: u64,
}

/// A rule to be added.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// The rule, as a scenario file would have it.
    pub rule: Value,
    /// The id of the rule before which it is to stand.
    #[serde(default)]
    pub before: Option<String>,
    /// The id of the rule after which it is to stand; at the end if neither is named.
    #[serde(default)]
    pub after: Option<String>,
}

/// The rules that are to take the place of all others.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesSpec {
    /// The rules, as a scenario file would have them.
    pub rules: Vec<Value>,
}

/// How the rules changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RulesChanged {
    /// What is different now; the same stands in the journal.
    pub change: RulesChange,
    /// What has no effect in the rules, though they can be played.
    pub warnings: Vec<Finding>,
}

impl Control {
    /// The rules in force, with their counters and the state they are in.
    pub fn rules(&self) -> Result<RulesView, ControlError> {
        let sandbox = self.sandbox()?;
        let scenario = sandbox.engine.scenario();
        let written = scenario.as_deref().map(Scenario::written_rules);
        let written = written.unwrap_or_default().iter().cloned();
        let standings = sandbox.engine.standings().into_iter();
        Ok(RulesView {
            scenario: scenario.as_ref().map(|one| one.name().to_owned()),
            state: sandbox.engine.state(),
            passed_over: sandbox.engine.passed_over(),
            rules: standings.zip(written).map(view).collect(),
        })
    }

    /// One rule in force, with its counters.
    pub fn rule(&self, id: &str) -> Result<RuleView, ControlError> {
        let mut rules = self.rules()?.rules.into_iter();
        let found = rules.find(|rule| rule.id == id);
        found.ok_or_else(|| no_such_rule(id))
    }

    /// Adds a rule, checked together with the others as a file is.
    ///
    /// What the others counted stays. A request under way keeps the plan it has.
    pub fn add_rule(&self, spec: RuleSpec) -> Result<RulesChanged, ControlError> {
        self.write_rules(|rules| {
            let place = place_of(&spec, rules)?;
            let mut rules = rules.to_vec();
            rules.insert(place, spec.rule);
            let new = format!("/rules/{place}");
            let named = move |pointer: &str| {
                let rest = pointer.strip_prefix(&new)?;
                let is_it = rest.is_empty() || rest.starts_with('/');
                is_it.then(|| format!("/rule{rest}"))
            };
            Ok((rules, Box::new(named)))
        })
    }

    /// Puts other rules in the place of all; those that are as they were keep what they counted.
    pub fn replace_rules(&self, spec: RulesSpec) -> Result<RulesChanged, ControlError> {
        self.write_rules(|_| Ok((spec.rules, Box::new(|_| None))))
    }

    /// Takes a rule away.
    pub fn delete_rule(&self, id: &str) -> Result<RulesChanged, ControlError> {
        self.write_rules(|rules| {
            let place = position(rules, id).ok_or_else(|| no_such_rule(id))?;
            let mut rules = rules.to_vec();
            rules.remove(place);
            Ok((rules, Box::new(|_| None)))
        })
    }

    /// Takes the text of a scenario file that was changed: its rules, expectations, cycles and end hold from now on.
    ///
    /// The row stays the one that is played, and so do users, groups, tokens and the seed. Rules that are as they were
    /// keep what they counted, and the state stays if a rule still leads to it. What the file says of `given`, `clock`
    /// and `seed` holds from the next start on; [`RulesChange::restart`] names what is different there.
    ///
    /// # Errors
    ///
    /// Every mistake of the file, or that it has no such row; then nothing is changed, and the journal says why.
    pub fn reload(&self, text: &str) -> Result<RulesChanged, ControlError> {
        let taken = self.take_file(text);
        if let Err(error) = &taken {
            let refused = Event::RulesRefused(lines(error));
            self.sandbox()?.journal.note(refused);
        }
        taken
    }

    fn take_file(&self, text: &str) -> Result<RulesChanged, ControlError> {
        let script = read_script(text).map_err(|found| ControlError::scenario(&found))?;
        let _turning = self.app.sandboxes.turning();
        let sandbox = self.sandbox()?;
        let setting = &sandbox.setting;
        let scenario = row_of(&script, setting.pace, setting.row.as_deref())?;
        self.check_reach(&sandbox, &scenario)?;
        let restart = restart(setting.scenario.as_ref(), &scenario);
        let change = RulesChange {
            restart,
            ..sandbox.engine.reread("file", scenario)
        };
        self.app.sandboxes.heed(&sandbox);
        let warnings = script.warnings().to_vec();
        Ok(journalled(&sandbox, change, warnings))
    }

    fn write_rules(
        &self,
        write: impl FnOnce(&[Value]) -> Result<Written, ControlError>,
    ) -> Result<RulesChanged, ControlError> {
        let _turning = self.app.sandboxes.turning();
        let sandbox = self.sandbox()?;
        let mut warnings = Vec::new();
        let change = sandbox.engine.amend("control", |scenario| {
            let blank = || Scenario::blank(&sandbox.id);
            let scenario = scenario.cloned().or_else(blank);
            // A scenario of nothing but a name has no mistakes.
            let scenario = scenario.ok_or_else(|| ControlError::invalid("there is no scenario"))?;
            let (rules, named) = write(scenario.written_rules())?;
            let (before, after) = (scenario.written_rules().len(), rules.len());
            if after > before
                && let Some(full) = sandbox.refuses_to_hold("rules", after)
            {
                return Err(ControlError::full(&full));
            }
            let known = known_rules();
            let known = Known {
                rules: Some(&known),
            };
            let (scenario, found) = scenario
                .with_rules(rules, known)
                .map_err(|found| ControlError::rules(&found, named))?;
            self.check_reach(&sandbox, &scenario)?;
            warnings = found;
            Ok::<_, ControlError>(scenario)
        })?;
        self.app.sandboxes.heed(&sandbox);
        Ok(journalled(&sandbox, change, warnings))
    }

    /// Refuses rules that could never act: on handshakes where there are none, and on connections where nobody can tell
    /// whose they are.
    fn check_reach(&self, sandbox: &Sandbox, scenario: &Scenario) -> Result<(), ControlError> {
        if scenario.is_about(Operation::TlsHandshake) && !self.app.speaks_tls() {
            return Err(ControlError::needs_tls());
        }
        let is_shared = sandbox.id != DEFAULT && sandbox.setting.port.is_none();
        if scenario.is_about(Operation::AcceptConnection) && is_shared {
            return Err(ControlError::shares_port());
        }
        Ok(())
    }
}

/// The rules to be, and how a pointer to one of them is called in what was sent.
type Written = (Vec<Value>, Box<dyn Fn(&str) -> Option<String>>);

fn journalled(sandbox: &Sandbox, change: RulesChange, warnings: Vec<Finding>) -> RulesChanged {
    sandbox.journal.note(Event::RulesChanged(change.clone()));
    RulesChanged { change, warnings }
}

/// What is wrong with a file, a line for each finding.
fn lines(error: &ControlError) -> Vec<String> {
    /// Somebody who saves a file of another kind by mistake does not fill the journal.
    const MOST: usize = 100;
    if error.at.is_empty() {
        return vec![error.to_string()];
    }
    let places = error.at.iter().take(MOST);
    places
        .map(|place| format!("{}:{}: {}", place.line, place.column, place.message))
        .collect()
}

fn view((standing, rule): (RuleStanding, Value)) -> RuleView {
    let counted = standing.counted.into_iter();
    RuleView {
        id: standing.rule,
        fired: standing.fired,
        keys: standing.keys,
        counted: counted
            .map(|KeyStanding { key, seen, fired }| KeyView { key, seen, fired })
            .collect(),
        rule,
    }
}

fn position(rules: &[Value], id: &str) -> Option<usize> {
    rules.iter().position(|rule| rule["id"] == *id)
}

fn no_such_rule(id: &str) -> ControlError {
    ControlError::not_found(format!(
        "there is no rule {id:?} in force; GET …/rules lists them"
    ))
}

/// Where a new rule is to stand.
fn place_of(spec: &RuleSpec, rules: &[Value]) -> Result<usize, ControlError> {
    let beside = |field, id| {
        let unknown = || ControlError::of_field(field, format!("there is no rule {id:?}"));
        position(rules, id).ok_or_else(unknown)
    };
    match (&spec.before, &spec.after) {
        (Some(_), Some(_)) => Err(ControlError::of_field(
            "before",
            "name the rule before or the rule after it, not both",
        )),
        (Some(id), None) => beside("before", id),
        (None, Some(id)) => beside("after", id).map(|place| place + 1),
        (None, None) => Ok(rules.len()),
    }
}

/// What a file says otherwise than the one that the world was made from, and only a new start can heed.
fn restart(made_from: Option<&Scenario>, scenario: &Scenario) -> Vec<&'static str> {
    let differs =
        |name: &&str| made_from.and_then(|one| one.written(name)) != scenario.written(name);
    ["given", "clock", "seed"]
        .into_iter()
        .filter(differs)
        .collect()
}
