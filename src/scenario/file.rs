//! The scenario file as it is written, one struct for each object of the format.
//!
//! What can be written in several forms stays a JSON value here and is read where its meaning lives.

mod read;
mod written;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::source::SourceStep;
use super::target::TargetStep;

pub(super) use self::read::{read, readable};
pub(super) use self::written::whole;

/// The whole file, after the matrix and the paces have been filled in.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "$schema", default)]
    #[cfg_attr(test, schemars(with = "Value"))]
    _schema: Option<IgnoredAny>,
    pub(super) scenario: String,
    pub(super) v: u64,
    #[serde(default)]
    pub(super) about: String,
    #[serde(default)]
    pub(super) refs: Vec<String>,
    #[serde(default)]
    pub(super) seed: Option<u64>,
    #[serde(default)]
    pub(super) vary: Option<bool>,
    #[serde(rename = "each", default)]
    #[cfg_attr(test, schemars(with = "Value"))]
    _each: Option<IgnoredAny>,
    #[serde(rename = "paces", default)]
    #[cfg_attr(test, schemars(with = "Value"))]
    _paces: Option<IgnoredAny>,
    #[serde(default)]
    pub(super) clock: Option<Clock>,
    #[serde(default)]
    pub(super) given: Option<Value>,
    #[serde(default)]
    pub(super) rules: Vec<Value>,
    #[serde(default)]
    pub(super) expect: Vec<Value>,
    #[serde(default)]
    pub(super) cycles: Vec<Value>,
    #[serde(default)]
    pub(super) end: Option<End>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Clock {
    pub(super) mode: Option<String>,
    pub(super) start: Option<String>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub(super) idle: Option<String>,
    pub(super) at: Option<String>,
    pub(super) state: Option<String>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Cycle {
    #[serde(default)]
    pub(super) source: SourceStep,
    pub(super) clock: Option<String>,
    pub(super) limit: Option<String>,
    #[serde(default)]
    pub(super) target: TargetStep,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) on: Value,
    #[serde(rename = "if", default)]
    pub(super) condition: Map<String, Value>,
    #[serde(default)]
    pub(super) when: When,
    #[serde(rename = "do", default)]
    pub(super) act: Act,
    pub(super) then: Option<String>,
    pub(super) fires: Option<Value>,
    #[serde(default)]
    pub(super) stack: bool,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    pub(super) state: Option<Value>,
    pub(super) nth: Option<Value>,
    pub(super) max: Option<u64>,
    pub(super) p: Option<f64>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) open: Option<String>,
    pub(super) over: Option<String>,
    pub(super) parallel: Option<u64>,
    pub(super) repeats: Option<String>,
    pub(super) per: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Act {
    pub(super) commit: Option<bool>,
    pub(super) reply: Option<Reply>,
    pub(super) mutate: Option<Value>,
    pub(super) headers: Option<Map<String, Value>>,
    pub(super) callback: Option<Map<String, Value>>,
    pub(super) rate_limit: Option<String>,
    pub(super) wire: Option<String>,
    pub(super) delay: Option<Value>,
    pub(super) hold: Option<Value>,
    pub(super) clock: Option<String>,
    pub(super) token: Option<Token>,
    pub(super) dns: Option<Dns>,
    pub(super) tls: Option<String>,
    pub(super) data: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    pub(super) status: u64,
    pub(super) scim_type: Option<String>,
    pub(super) detail: Option<String>,
    #[serde(default)]
    pub(super) headers: Map<String, Value>,
    pub(super) body: Option<Value>,
    pub(super) retry_after: Option<String>,
    pub(super) retry_after_as: Option<String>,
    pub(super) auth_error: Option<String>,
    pub(super) redirect: Option<String>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    pub(super) revoke: Option<String>,
    pub(super) expires_in: Option<String>,
    pub(super) rotate: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) skew: Option<String>,
    pub(super) account: Option<String>,
    pub(super) size: Option<u64>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Dns {
    pub(super) rcode: Option<String>,
    pub(super) txt: Option<Vec<String>>,
    pub(super) ttl: Option<String>,
    pub(super) split: Option<usize>,
    pub(super) answer: Option<String>,
    pub(super) lags: Option<Value>,
    pub(super) label: Option<String>,
    #[serde(default)]
    pub(super) resolvers: Vec<Self>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Expectation {
    pub(super) id: Option<String>,
    pub(super) rule: Option<String>,
    pub(super) level: Option<String>,
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    pub(super) that: Option<That>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct That {
    pub(super) wait: Option<Wait>,
    pub(super) calls: Option<Calls>,
    pub(super) order: Option<Vec<Step>>,
    pub(super) backoff: Option<Backoff>,
    #[serde(rename = "final")]
    pub(super) finally: Option<Final>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Wait {
    pub(super) after: String,
    pub(super) next: Value,
    pub(super) at_least: Option<String>,
    pub(super) at_most: Option<String>,
    pub(super) slack: Option<String>,
    pub(super) per: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Calls {
    pub(super) on: Option<Value>,
    #[serde(rename = "if", default)]
    pub(super) condition: Map<String, Value>,
    pub(super) like: Option<String>,
    pub(super) after: Option<String>,
    pub(super) before: Option<String>,
    pub(super) per: Option<Value>,
    pub(super) within: Option<String>,
    pub(super) slack: Option<String>,
    pub(super) count: Value,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) rule: Option<String>,
    pub(super) like: Option<String>,
    pub(super) on: Option<Value>,
    #[serde(rename = "if", default)]
    pub(super) condition: Map<String, Value>,
    pub(super) per: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Backoff {
    pub(super) on: Option<Value>,
    #[serde(rename = "if", default)]
    pub(super) condition: Map<String, Value>,
    pub(super) like: Option<String>,
    pub(super) after: Option<String>,
    pub(super) per: Option<Value>,
    pub(super) first: Option<String>,
    pub(super) growth: Option<f64>,
    pub(super) cap: Option<String>,
    pub(super) slack: Option<String>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Final {
    pub(super) select: String,
    #[serde(rename = "where", default)]
    pub(super) condition: Map<String, Value>,
    pub(super) group_by: Option<String>,
    pub(super) per_group: Option<Value>,
    pub(super) count: Option<Value>,
}
