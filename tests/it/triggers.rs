//! The scenarios that bring about what rules are judged by: there is one for each rule that needs it, and each does
//! what it says to the client that meets it.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goto_double::conformance::catalogue::{self, Trigger};
use goto_double::scenario::Pace;
use goto_double::{GotoDouble, read_script, shipped};
use rustls::ALL_VERSIONS;
use serde_json::{Value, json};

use crate::support::secure::Trust;
use crate::support::suite::conform;
use crate::support::{Client, patch};

/// What the built-in client never does, and is done here in its place: it proves no domain, replaces nobody, nests no
/// group, speaks no TLS, and reads neither the metadata of the token server nor the older dialect.
const NOT_MET_BY_THE_CLIENT: &[(&str, Ask)] = &[
    ("aut-10", Ask::OlderDialect),
    ("dom-03", Ask::Verify),
    ("dom-05", Ask::Verify),
    ("dom-07", Ask::Verify),
    ("dom-08", Ask::Verify),
    ("dom-09", Ask::Verify),
    ("dom-11", Ask::Verify),
    ("dom-12", Ask::Verify),
    ("dom-13", Ask::Verify),
    ("dom-16", Ask::Verify),
    ("dom-17", Ask::Verify),
    ("grp-13", Ask::NestedGroup),
    ("oau-27", Ask::Metadata),
    ("sec-02", Ask::Handshake),
    ("sec-03", Ask::Handshake),
    ("upd-13", Ask::Replace),
];

/// A request that the built-in client does not make.
#[derive(Clone, Copy, Debug)]
enum Ask {
    Verify,
    Replace,
    NestedGroup,
    Metadata,
    OlderDialect,
    Handshake,
}

impl Ask {
    fn make(self, goto: &GotoDouble) {
        let scim = Client::new(goto.scim_url()).bearer(goto.token());
        let root = Client::new(goto.scim_url().trim_end_matches("/scim/v2")).bearer(goto.token());
        match self {
            Self::Verify => {
                let pair = BASE64_STANDARD.encode("admin@main.com:correct horse battery staple");
                let center = Client::new(&goto.ready().center_url)
                    .header("Authorization", &format!("Basic {pair}"));
                // The answer may be lost on purpose.
                let _ = center.send("POST", "/domains/main.example/verify", b"");
            }
            Self::Replace => drop(scim.put("/Users/1", &json!({ "userName": "ada@main.com" }))),
            Self::NestedGroup => {
                let nested = json!([{ "op": "add", "path": "members",
                    "value": [{ "value": "2", "type": "Group" }] }]);
                scim.patch("/Groups/1", &patch(nested));
            }
            Self::Metadata => drop(root.get("/.well-known/oauth-authorization-server")),
            Self::OlderDialect => {
                root.get("/identity/v1/Users");
                root.get("/identity/v1/Users/me");
            }
            Self::Handshake => {
                let trust = Trust::in_ca(goto.ca_pem().unwrap(), ALL_VERSIONS);
                let met = trust.connect(goto.addresses().product, "127.0.0.1");
                assert!(met.is_err(), "the certificate was trusted");
            }
        }
    }
}

fn is_asked_here(name: &str) -> bool {
    NOT_MET_BY_THE_CLIENT
        .iter()
        .any(|(known, _)| *known == name)
}

#[test]
fn every_rule_that_needs_a_fault_or_a_state_has_a_trigger_that_names_it() {
    let needs = |trigger: &Trigger| matches!(trigger, Trigger::Fault | Trigger::State);
    let wanted: BTreeSet<String> = catalogue::rules()
        .filter(|rule| rule.trigger.iter().any(needs))
        .map(|rule| rule.id.to_lowercase())
        .collect();
    let there: BTreeSet<String> = shipped::TRIGGERS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(there, wanted);
    for (name, text) in shipped::TRIGGERS {
        let file: Value = serde_json::from_str(text).unwrap();
        assert_eq!(file["expect"], json!([{ "rule": name.to_uppercase() }]));
    }
}

#[test]
fn every_trigger_acts_on_the_client_that_meets_it() {
    let named = shipped::TRIGGERS.iter().map(|(name, _)| *name);
    let named = named.filter(|name| !is_asked_here(name));
    let arguments: Vec<_> = named.flat_map(|name| ["--scenario", name]).collect();
    let suite = conform(&arguments);
    let rows = suite.report["rows"].as_array().unwrap();
    assert!(rows.len() > 250, "{} rows", rows.len());
    let mut idle = Vec::new();
    for row in rows {
        assert_eq!(row["broken"], Value::Null, "{row}");
        let expectations = row["judgement"]["expectations"].as_array().unwrap();
        // These scenarios expect nothing of their own, so what stands here is a rule that did not act.
        if !expectations.is_empty() {
            idle.push(format!("{} [{}]", row["scenario"], row["row"]));
        }
    }
    assert!(idle.is_empty(), "nothing happened in {}", idle.join(", "));
}

#[test]
fn trigger_of_a_judged_rule_lets_the_sound_client_pass_and_the_one_that_breaks_it_fail() {
    for rule in goto_double::conformance::judge::implemented() {
        let name = rule.to_lowercase();
        if shipped::TRIGGERS.iter().all(|(known, _)| *known != name) {
            continue;
        }
        let verdict = |more: &[&str]| {
            let asked = [&["--rule", rule, "--scenario", &name], more].concat();
            conform(&asked).report["rules"][0]["verdict"].clone()
        };
        assert_eq!(verdict(&[]), "pass", "{rule}");
        assert_eq!(verdict(&["--defect", rule]), "fail", "{rule}");
    }
}

/// Many clients disable who left and delete no user ever; groups they do delete.
#[test]
fn trigger_of_a_delete_also_acts_on_that_of_a_group() {
    for name in ["dea-05", "dea-06", "dea-07", "dea-08", "rsp-20"] {
        let report = conform(&["--scenario", name]).report;
        for row in report["rows"].as_array().unwrap() {
            let mut journal = row["journal"].as_array().unwrap().iter();
            assert!(
                journal.any(|entry| entry["operation"] == "groups.delete"),
                "{name} [{}]",
                row["row"]
            );
        }
        let file: Value = serde_json::from_str(shipped::named(name).unwrap()).unwrap();
        let on = file["rules"][0]["on"].as_array().unwrap();
        assert!(on.contains(&"groups.delete".into()), "{name}");
    }
}

/// A fault that strikes while people are first provisioned is spent before what it is meant for.
#[test]
fn trigger_of_a_later_change_keeps_for_that() {
    for name in ["dea-15", "grp-05"] {
        let report = conform(&["--scenario", name]).report;
        let journal = report["rows"][0]["journal"].as_array().unwrap();
        let place = |wanted: &dyn Fn(&Value) -> bool| journal.iter().position(wanted).unwrap();
        let ended = place(&|entry| entry["kind"] == "cycle-ended");
        let acted = place(&|entry| entry["fired"].as_array().is_some_and(|all| !all.is_empty()));
        assert!(acted > ended, "{name}");
    }
}

#[test]
fn triggers_that_the_client_does_not_meet_act_on_who_does() {
    for (name, ask) in NOT_MET_BY_THE_CLIENT {
        let mut file: Value = serde_json::from_str(shipped::named(name).unwrap()).unwrap();
        // Nobody moves the hands here, and some of it takes its time; nor is anybody judged.
        file["clock"]["mode"] = "scaled:1000".into();
        file["expect"] = json!([]);
        for row in read_script(&file.to_string()).unwrap().rows(Pace::Quick) {
            let builder = GotoDouble::builder().scenario(file.to_string());
            let builder = builder.row(row.name.as_str());
            let goto = match ask {
                Ask::Handshake => builder.tls().start(),
                _ => builder.start(),
            };
            let goto = goto.unwrap();
            ask.make(&goto);
            let rules = goto.control().describe().unwrap()["rules"].clone();
            for rule in rules.as_array().unwrap() {
                let is_optional = rule["rule"] == "no-file";
                let fired = rule["fired"].as_u64().unwrap();
                assert!(fired > 0 || is_optional, "{name} [{}]: {rules}", row.name);
            }
        }
    }
}
