//! How much one world holds at most: of everything that a client or a tester can make grow.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Sandbox;
use crate::engine::MOST_KEYS;
use crate::operation::Operation;
use crate::scenario::Scenario;
use crate::store::grants::MOST_GRANTS;

/// How much one world holds at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Entries of its journal.
    pub journal_entries: usize,
    /// Bytes of heads and bodies in its journal.
    pub journal_bytes: usize,
    /// Answers and handshakes that wait on its clock.
    pub stalls: usize,
    /// Users, groups and resources of loaded types, those deleted included.
    pub resources: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            journal_entries: 10_000,
            journal_bytes: 256 << 20,
            stalls: 10_000,
            resources: 1_000_000,
        }
    }
}

impl Bounds {
    /// How much there may be of the kind of that name.
    pub fn limit_of(&self, name: &str) -> usize {
        match name {
            "journal" => self.journal_entries,
            "journal_bytes" => self.journal_bytes,
            "stalls" => self.stalls,
            "resources" => self.resources,
            "access_tokens" => MOST_GRANTS,
            "rule_keys" => MOST_KEYS,
            _ => MOST_OTHERS,
        }
    }
}

/// How many of each other kind of thing a world holds at most.
pub const MOST_OTHERS: usize = 10_000;

/// What a world holds of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Its row in the table.
    pub kind: &'static Kept,
    /// How much there is.
    pub held: usize,
    /// How much there may be.
    pub limit: usize,
    /// How often the limit was met: what was let go, refused or passed over.
    pub met: u64,
}

impl Holding {
    /// Says to whoever was refused one more what there is too much of, and what helps.
    pub fn refusal(&self) -> String {
        let (name, limit) = (self.kind.name, self.limit);
        let helps = match self.kind.flag {
            "" => "reset it",
            _ => "start it with a higher limit or reset it",
        };
        format!("this test double keeps {limit} {name} at most, and has as many; {helps}")
    }
}

/// One kind of thing that a world holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name in the control surface.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// The word for what happens at the limit, as the control surface counts it.
    pub met: &'static str,
    /// What happens at the limit.
    pub then: &'static str,
    /// How another limit is chosen; empty if it is not.
    pub flag: &'static str,
}

/// What a client who asks for one more is told.
const REFUSED: &str =
    "One more is refused with 507, by the product port and the control port alike.";

const fn kept(name: &'static str, what: &'static str) -> Kept {
    Kept {
        name,
        what,
        met: "refused",
        then: REFUSED,
        flag: "",
    }
}

/// Everything that a client or a tester can make grow in one world.
pub const KEPT: [Kept; 13] = [
    Kept {
        met: "dropped",
        then: "The oldest entry goes; `dropped` counts, and whoever follows is told what was missed.",
        flag: "`--journal-limit`",
        ..kept("journal", "Entries of the journal.")
    },
    Kept {
        met: "dropped",
        then: "The oldest entries go, and are counted as above; the newest one always stays.",
        flag: "`--journal-bytes`",
        ..kept("journal_bytes", "Bytes of heads and bodies in the journal.")
    },
    Kept {
        then: "One more does not wait: it goes on at once, and `refused` counts it.",
        flag: "`--stall-limit`",
        ..kept(
            "stalls",
            "Answers and handshakes that a rule keeps waiting.",
        )
    },
    Kept {
        flag: "`--resource-limit`",
        ..kept(
            "resources",
            "Users, groups and resources of loaded types; those deleted leave their names.",
        )
    },
    kept("accounts", "Who can sign in."),
    kept(
        "domains",
        "Domains, verified or not; those deleted are remembered by how many codes were drawn for them.",
    ),
    kept("clients", "Registered OAuth clients."),
    Kept {
        then: "First those that ended make room, then the oldest eighth. The same holds of codes, refresh tokens and sign-ins.",
        met: "",
        ..kept("access_tokens", "Live access tokens.")
    },
    kept("rules", "Rules in force."),
    Kept {
        met: "passed_over",
        then: "A request with one more key is not counted and the rule does not act; `passed_over` counts.",
        ..kept(
            "rule_keys",
            "Keys for which the rules of one scope count: the scope with the most.",
        )
    },
    kept(
        "zone_names",
        "Names with TXT records, or that had some: a resolver that lags behind still sees them.",
    ),
    kept("web_domains", "Domains with a web server or files."),
    kept("cycles", "Cycles of the client that the tester marked."),
];

/// How often limits were met that nothing else counts.
#[derive(Debug, Default)]
pub(super) struct Met {
    refused: [AtomicU64; KEPT.len()],
}

impl Sandbox {
    /// What the world holds of each kind, in the order of the [table](KEPT).
    pub fn holdings(&self) -> Vec<Holding> {
        let kinds = KEPT.iter().enumerate();
        kinds
            .map(|(place, kind)| Holding {
                kind,
                held: self.held(kind.name),
                limit: self.setting.bounds.limit_of(kind.name),
                met: self.met_limit(place, kind),
            })
            .collect()
    }

    /// What there would be too much of after one more of that kind; counted as refused if so.
    pub fn refuses(&self, name: &str) -> Option<Holding> {
        self.refuses_to_hold(name, self.held(name).saturating_add(1))
    }

    /// The same where there would be so many of that kind.
    pub fn refuses_to_hold(&self, name: &str, wanted: usize) -> Option<Holding> {
        let place = KEPT.iter().position(|kind| kind.name == name)?;
        let kind = KEPT.get(place)?;
        let (held, limit) = (self.held(name), self.setting.bounds.limit_of(name));
        if wanted <= limit {
            return None;
        }
        if let Some(refused) = self.met.refused.get(place) {
            refused.fetch_add(1, Ordering::Relaxed);
        }
        let met = self.met_limit(place, kind);
        Some(Holding {
            kind,
            held,
            limit,
            met,
        })
    }

    /// The same of what a request of a client would make.
    pub fn refuses_more(&self, operation: Operation) -> Option<Holding> {
        self.refuses(made_by(operation)?)
    }

    fn held(&self, name: &str) -> usize {
        match name {
            "journal" => self.journal.held(),
            "journal_bytes" => self.journal.bytes(),
            "stalls" => self.clock.holds().open(),
            "resources" => self.organizations.remembered_resources(),
            "accounts" => self.organizations.everybody().len(),
            "domains" => self.organizations.remembered_domains(),
            "clients" => self.grants.clients().len(),
            "access_tokens" => {
                let mut live = 0;
                self.grants.each_live(self.now(), |_| live += 1);
                live
            }
            "rules" => {
                let scenario = self.engine.scenario();
                scenario.as_deref().map_or(&[][..], Scenario::rules).len()
            }
            "rule_keys" => self.engine.most_keys(),
            "zone_names" => self.zone.remembered(),
            "web_domains" => self.zone.web_domains().len(),
            _ => self.cycles.count(),
        }
    }

    fn met_limit(&self, place: usize, kind: &Kept) -> u64 {
        match kind.name {
            "journal" | "journal_bytes" => self.journal.dropped(),
            "stalls" => self.clock.holds().refused(),
            "rule_keys" => self.engine.passed_over(),
            _ => {
                let refused = self.met.refused.get(place);
                refused.map_or(0, |refused| refused.load(Ordering::Relaxed))
            }
        }
    }
}

/// The kind of thing that a request makes, by its name in the table; what is in a bulk request is asked for one by one.
fn made_by(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::CreateUser
        | Operation::CreateGroup
        | Operation::CreateMe
        | Operation::CreateResource
        | Operation::CreateIdentityUser
        | Operation::CreateIdentityGroup => Some("resources"),
        Operation::CenterSignUp | Operation::AddMember => Some("accounts"),
        Operation::AddDomain => Some("domains"),
        Operation::AddClient => Some("clients"),
        _ => None,
    }
}
