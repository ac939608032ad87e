//! What a rule can do to a request: one file for each kind of fault, and the table of them all.

mod abroad;
pub mod callback;
mod clock;
pub mod data;
pub mod delay;
pub(super) mod dns;
mod dress;
mod headers;
pub mod mutate;
pub(super) mod rate;
pub(super) mod reply;
mod rows;
mod shape;
mod table;
mod tag;
pub(super) mod tls;
pub mod token;
mod truth;
pub(crate) mod wire;

use crate::entropy::Draw;
use crate::exchange::Delivery;

use super::file;
use super::finding::{Findings, Pointer};
use super::plan::{
    CallbackVerb, ConnectVerb, DataVerb, DnsVerb, HeadVerb, HeaderVerb, Mutation, Plan,
    PlannedReply, RateFields, Skew, TlsVerb, TokenVerb,
};

pub use self::delay::Delay;
pub use self::table::{FAULTS, FaultRow, Phase};

/// One thing that a rule does.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Waits first.
    Delay(Delay),
    /// Waits when everything is done, before the answer leaves.
    Hold(Delay),
    /// Turns the directory's clock.
    Clock(Skew),
    /// Does something to tokens.
    Token(TokenVerb),
    /// Bends the double's own DNS look-up.
    Dns(DnsVerb),
    /// Spoils the TLS handshake.
    Tls(TlsVerb),
    /// Makes the store behave oddly.
    Data(Vec<DataVerb>),
    /// Answers in place of the true handler.
    Reply(PlannedReply),
    /// Changes the answer.
    Mutate(Vec<Mutation>),
    /// Sets header fields of the answer, or takes them away.
    Headers(Vec<HeaderVerb>),
    /// Changes what the browser brings back to the client.
    Callback(Vec<CallbackVerb>),
    /// Tells in each answer how the bucket of the rule's limit stands, whether or not the rule acts.
    RateLimit(RateFields),
    /// Breaks the delivery.
    Wire(Delivery),
    /// Strikes as soon as the head of a request is there.
    Head(HeadVerb),
    /// Strikes as soon as a connection is there.
    Connect(ConnectVerb),
}

impl Fault {
    /// Adds itself to a plan; where there is room for one only, the rule that comes first in the file has it.
    pub fn join(&self, plan: &mut Plan, chance: Chance<'_>) {
        let count = chance.count;
        match self {
            Self::Delay(delay) => {
                let wait = delay.length(|| (chance.draw)("delay"));
                plan.delay = plan.delay.saturating_add(wait);
            }
            Self::Hold(delay) => {
                let wait = delay.length(|| (chance.draw)("hold"));
                plan.hold = plan.hold.saturating_add(wait);
            }
            Self::Clock(jump) => _ = plan.clock.get_or_insert(*jump),
            Self::Token(verb) => _ = plan.token.get_or_insert_with(|| verb.clone()),
            Self::Dns(verb) => _ = plan.dns.get_or_insert_with(|| dns::in_turn(verb, count)),
            Self::Tls(verb) => _ = plan.tls.get_or_insert(*verb),
            Self::Data(verbs) => plan.data.extend(verbs.iter().cloned()),
            Self::Reply(reply) => _ = plan.reply.get_or_insert_with(|| reply.clone()),
            Self::Mutate(mutations) => {
                let in_turn = mutations.iter().map(|mutation| mutation.in_turn(count));
                plan.mutations.extend(in_turn);
            }
            Self::Headers(verbs) => plan.headers.extend(verbs.iter().cloned()),
            Self::Callback(verbs) => plan.callback.extend(verbs.iter().cloned()),
            // The engine notes it at every request that the rule counts.
            Self::RateLimit(_) => {}
            Self::Wire(delivery) => {
                if plan.delivery == Delivery::Whole {
                    plan.delivery = delivery.clone();
                }
            }
            Self::Head(verb) => _ = plan.head.get_or_insert(*verb),
            Self::Connect(verb) => _ = plan.connect.get_or_insert(*verb),
        }
    }

    /// What it does, in a few words.
    pub fn what(&self) -> String {
        match self {
            Self::Delay(delay) => delay.what("delay"),
            Self::Hold(delay) => delay.what("hold"),
            Self::Clock(jump) => clock::what(*jump),
            Self::Token(verb) => token::what(verb),
            Self::Dns(verb) => dns::what(verb),
            Self::Tls(verb) => tls::what(*verb),
            Self::Data(verbs) => data::what(verbs),
            Self::Reply(reply) => reply.what(),
            Self::Mutate(mutations) => mutate::what(mutations),
            Self::Headers(verbs) => headers::what(verbs),
            Self::Callback(verbs) => callback::what(verbs),
            Self::RateLimit(style) => rate::what(*style),
            Self::Wire(delivery) => wire::what(delivery),
            Self::Head(verb) => wire::head_what(*verb),
            Self::Connect(verb) => wire::connect_what(*verb),
        }
    }

    /// Whether the true handler does not run unless the rule says so.
    fn stands_instead(&self) -> bool {
        matches!(self, Self::Reply(_) | Self::Wire(_))
    }
}

/// How often a rule has acted, and what chance has for it.
#[derive(Clone, Copy)]
pub struct Chance<'c> {
    /// How often, this time included.
    pub count: u64,
    /// The draw of one of its verbs.
    pub draw: &'c dyn Fn(&str) -> Draw,
}

impl std::fmt::Debug for Chance<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chance")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

/// The `do` of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Whether the true handler runs, and may thereby change the store.
    pub commit: bool,
    /// What is done, in the order in which it takes effect.
    pub faults: Vec<Fault>,
}

impl Act {
    pub(super) fn read(act: &file::Act, at: &Pointer, findings: &mut Findings) -> Self {
        let mut faults = Vec::new();
        if let Some(delay) = &act.delay {
            let delay = Delay::read(delay, &at.key("delay"), findings);
            faults.extend(delay.map(Fault::Delay));
        }
        if let Some(hold) = &act.hold {
            let hold = Delay::read(hold, &at.key("hold"), findings);
            faults.extend(hold.map(Fault::Hold));
        }
        if let Some(text) = &act.clock {
            let jump = findings.keep(&at.key("clock"), clock::parse(text));
            faults.extend(jump.map(Fault::Clock));
        }
        if let Some(token) = &act.token {
            faults.push(Fault::Token(token::read(token, &at.key("token"), findings)));
        }
        if let Some(dns) = &act.dns {
            faults.push(Fault::Dns(dns::read(dns, &at.key("dns"), findings)));
        }
        if let Some(text) = &act.tls {
            let verb = findings.keep(&at.key("tls"), tls::parse(text));
            faults.extend(verb.map(Fault::Tls));
        }
        let reply = act.reply.as_ref();
        let mut reply = reply.map(|reply| reply::read(reply, &at.key("reply"), findings));
        if let Some(data) = &act.data {
            let mut verbs = data::read(data, &at.key("data"), findings);
            // Where there is a quota, the answer is for whoever meets it.
            for verb in &mut verbs {
                if let DataVerb::Quota(quota) = verb {
                    quota.reply = reply.take().map(Box::new);
                }
            }
            faults.push(Fault::Data(verbs));
        }
        faults.extend(reply.map(Fault::Reply));
        if let Some(mutate) = &act.mutate {
            let mutations = mutate::read(mutate, &at.key("mutate"), findings);
            faults.push(Fault::Mutate(mutations));
        }
        if let Some(headers) = &act.headers {
            let verbs = headers::read(headers, &at.key("headers"), findings);
            faults.push(Fault::Headers(verbs));
        }
        if let Some(callback) = &act.callback {
            let verbs = callback::read(callback, &at.key("callback"), findings);
            faults.push(Fault::Callback(verbs));
        }
        if let Some(text) = &act.rate_limit {
            let style = findings.keep(&at.key("rate_limit"), rate::parse(text));
            faults.extend(style.map(Fault::RateLimit));
        }
        if let Some(text) = &act.wire {
            faults.extend(findings.keep(&at.key("wire"), wire::parse(text)));
        }
        let instead = faults.iter().any(Fault::stands_instead);
        Self {
            commit: act.commit.unwrap_or(!instead),
            faults,
        }
    }

    /// What it does, in a few words.
    pub fn what(&self) -> String {
        let words: Vec<_> = self.faults.iter().map(Fault::what).collect();
        if words.is_empty() {
            return "nothing but being noticed".to_owned();
        }
        let commit = if self.commit && self.faults.iter().any(Fault::stands_instead) {
            " (committed)"
        } else {
            ""
        };
        words.join(", ") + commit
    }

    /// What it does as soon as the head of a request is there, if it does anything then.
    pub fn head(&self) -> Option<HeadVerb> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::Head(verb) => Some(*verb),
            _ => None,
        })
    }

    /// The answer it gives in place of the true one.
    pub fn reply(&self) -> Option<&PlannedReply> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::Reply(reply) => Some(reply),
            _ => None,
        })
    }
}
