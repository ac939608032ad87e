//! Domains as JSON, with what to publish.

use serde_json::{Value, json};

use crate::app::call::Call;
use crate::app::surface::center::caller::Caller;
use crate::clock::Timestamp;
use crate::domain::code::file_path;
use crate::store::organization::{Domain, LookUp, Status};

/// What is to be published for a domain, under the prefix that is shown.
pub(super) struct Proof {
    /// The text itself.
    pub(super) text: String,
    /// The line of the zone file.
    pub(super) record: String,
    /// Where the file must be.
    pub(super) url: String,
}

impl Proof {
    /// The proof of a domain; the first prefix of the profile is the one to show.
    pub(super) fn of(call: Call<'_>, domain: &Domain) -> Self {
        let prefixes = &call.sandbox.profile.verification_prefixes;
        let prefix = prefixes.first().map_or("", String::as_str);
        Self {
            text: domain.code.text(prefix),
            record: domain.code.record(&domain.name, prefix),
            url: format!("http://{}{}", domain.name, file_path(prefix)),
        }
    }
}

/// All domains, with the organization if there is one and the domain that is offered if there is none.
pub(super) fn list(call: Call<'_>, caller: &Caller, domains: &[Domain]) -> Value {
    let organization = caller.organization.as_ref();
    let domains: Vec<Value> = domains
        .iter()
        .map(|domain| self::domain(call, domain))
        .collect();
    json!({
        "organization": organization.map(|organization| organization.name.clone()),
        "offered": offered(caller, domains.is_empty()),
        "domains": domains,
    })
}

/// The domain of the account's e-mail address, which the first visit offers for proof.
fn offered(caller: &Caller, none: bool) -> Option<String> {
    let own = caller.account.domain().filter(|_| none)?;
    Some(own.to_string())
}

/// One domain.
pub(super) fn domain(call: Call<'_>, domain: &Domain) -> Value {
    let now = call.sandbox.clock.shown();
    let proof = Proof::of(call, domain);
    let mut value = domain.to_json(now);
    let days_left = (domain.status(now) == Status::Pending).then(|| domain.days_left(now));
    let look_ups: Vec<Value> = domain.look_ups.iter().map(look_up).collect();
    let more = json!({
        "days_left": days_left,
        "verified": domain.verified,
        "record": {
            "name": domain.name.as_str(),
            "type": "TXT",
            "value": proof.text,
            "line": proof.record,
        },
        "file": { "url": proof.url, "content": proof.text },
        "look_ups": look_ups,
    });
    extend(&mut value, more);
    value
}

/// Adds the members of one object to another.
pub(super) fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(members), Value::Object(more)) = (value, more) {
        members.extend(more);
    }
}

fn look_up(look_up: &LookUp) -> Value {
    let at: Timestamp = look_up.at;
    json!({"at": at, "asked": look_up.asked, "saw": look_up.saw, "why": look_up.why})
}
