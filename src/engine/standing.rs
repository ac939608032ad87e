//! How far each rule has come, for whoever looks on.

use super::{Engine, lock};

/// So many keys of a rule are shown, however many it counts for.
const SHOWN: usize = 100;

/// How far one rule has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleStanding {
    /// The rule's id.
    pub rule: String,
    /// How often it acted, over all keys.
    pub fired: u64,
    /// For how many keys it counts.
    pub keys: usize,
    /// What it counted for some of them, in the order of their names.
    pub counted: Vec<KeyStanding>,
}

/// How far one rule has come for one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyStanding {
    /// The key; empty where the rule counts for the whole sandbox.
    pub key: String,
    /// How often the rule held.
    pub seen: u64,
    /// How often it acted.
    pub fired: u64,
}

impl Engine {
    /// For how many keys the rule counts that counts for the most.
    pub fn most_keys(&self) -> usize {
        lock(&self.memory).most_keys()
    }

    /// How far each rule has come, in file order.
    pub fn standings(&self) -> Vec<RuleStanding> {
        let memory = lock(&self.memory);
        let rules = self.rules.all().iter().zip(memory.totals()).enumerate();
        rules
            .map(|(index, (rule, fired))| {
                let mut counted: Vec<_> = memory.counted(index).collect();
                let keys = counted.len();
                if keys > SHOWN {
                    counted.select_nth_unstable_by_key(SHOWN, |(key, _)| *key);
                    counted.truncate(SHOWN);
                }
                counted.sort_unstable_by_key(|(key, _)| *key);
                RuleStanding {
                    rule: rule.id().to_owned(),
                    fired,
                    keys,
                    counted: counted
                        .into_iter()
                        .map(|(key, counter)| KeyStanding {
                            key: key.to_owned(),
                            seen: counter.seen,
                            fired: counter.fired,
                        })
                        .collect(),
                }
            })
            .collect()
    }
}
