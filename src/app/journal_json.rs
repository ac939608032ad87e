//! How journal entries look as JSON, for the control surface and for reports.

mod secrecy;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE, LOCATION, REFERER, SET_COOKIE};
use serde_json::{Map, Value, json};

use crate::conformance::run::Snapshot;
use crate::entry::{Change, Choice, Entry, Event, Exchange, Fired, Near, RulesChange, Verb};
use crate::exchange::Ending;
use crate::operation::Operation;
use crate::scenario::fault::wire;

/// The names of the kinds of entries.
pub(crate) const KINDS: &[&str] = &[
    "exchange",
    "probe",
    "incident",
    "cycle-began",
    "cycle-ended",
    "clock-moved",
    "changed",
    "rules-changed",
    "rules-refused",
];

/// One entry.
pub fn entry(entry: &Entry) -> Value {
    let mut fields = Map::new();
    fields.insert("number".into(), entry.number.into());
    fields.insert("at".into(), entry.at.to_string().into());
    fields.insert("real_ms".into(), millis(entry.real));
    let (kind, body) = match &entry.event {
        Event::Exchange(exchange) => ("exchange", self::exchange(exchange)),
        Event::Probe(probe) => (
            "probe",
            json!({ "operation": probe.operation.name(), "domain": probe.domain, "asked": probe.asked, "saw": probe.saw, "fired": fired(&probe.fired), "near": near(&probe.near) }),
        ),
        Event::Incident(incident) => (
            "incident",
            json!({ "operation": incident.operation.map(Operation::name), "connection": incident.connection, "what": incident.what, "fired": fired(&incident.fired), "near": near(&incident.near) }),
        ),
        Event::CycleBegan(cycle) => ("cycle-began", json!({ "cycle": cycle })),
        Event::CycleEnded(end) => (
            "cycle-ended",
            json!({ "cycle": end.cycle, "exit": end.exit, "timed_out": end.timed_out }),
        ),
        Event::ClockMoved { by } => (
            "clock-moved",
            json!({ "by": format!("+{}", crate::clock::duration_text(*by)) }),
        ),
        Event::Changed(changes) => ("changed", json!({ "changes": self::changes(changes) })),
        Event::RulesChanged(change) => ("rules-changed", rules_change(change)),
        Event::RulesRefused(findings) => ("rules-refused", json!({ "findings": findings })),
    };
    fields.insert("kind".into(), kind.into());
    if let Value::Object(body) = body {
        fields.extend(body);
    }
    Value::Object(fields)
}

/// How the rules changed, as the journal and the answer to whoever changed them show it.
pub(crate) fn rules_change(change: &RulesChange) -> Value {
    json!({ "by": change.by, "added": change.added, "changed": change.changed, "removed": change.removed, "kept": change.kept, "state": change.state, "restart": change.restart })
}

fn millis(duration: std::time::Duration) -> Value {
    u64::try_from(duration.as_millis())
        .unwrap_or(u64::MAX)
        .into()
}

fn exchange(exchange: &Exchange) -> Value {
    let request = &exchange.request;
    json!({
        "operation": exchange.operation.map(Operation::name),
        "connection": request.connection.number,
        "request": {
            "method": request.method.as_str(),
            "target": target(exchange),
            "headers": headers(&request.headers),
            "body": body(&request.body),
        },
        "subject": exchange.subject.as_ref().map(|subject| json!({ "kind": subject.kind.name(), "key": subject.key, "id": subject.id })),
        "token": { "fingerprint": exchange.token.fingerprint, "live": exchange.token.live, "client": exchange.token.client },
        "fired": fired(&exchange.fired),
        "varied": varied(&exchange.varied),
        "near": near(&exchange.near),
        "committed": changes(&exchange.changes),
        "answered": exchange.answered.to_string(),
        "reply": {
            "status": exchange.reply.status.as_u16(),
            "headers": headers(&exchange.reply.headers),
            "body": body(&exchange.reply.body),
        },
        "delivery": wire::word(&exchange.delivery),
        "delivered": {
            "bytes": exchange.delivered.bytes(),
            "ending": match exchange.delivered.ending() {
                Ending::UnderWay => "under way",
                Ending::Complete => "complete",
                Ending::BrokenOff => "broken off",
                Ending::ClientGone => "client gone",
            },
            "ended": exchange.ended().to_string(),
        },
    })
}

/// The target of a request, without what could be used to impersonate somebody.
pub fn target(exchange: &Exchange) -> String {
    secrecy::address(&exchange.request.uri.to_string()).into_owned()
}

/// A state, as the control surface and reports show it.
pub fn snapshot(snapshot: &Snapshot) -> Value {
    json!({ "users": snapshot.users, "groups": snapshot.groups, "domains": snapshot.domains })
}

fn fired(fired: &[Fired]) -> Value {
    fired
        .iter()
        .map(|rule| json!({ "rule": rule.rule, "count": rule.count, "what": rule.told() }))
        .collect()
}

/// What was left open, and the form it took; nothing where nothing varies.
fn varied(choices: &[Choice]) -> Value {
    let all = choices
        .iter()
        .map(|choice| (choice.point.to_owned(), choice.form.into()));
    Value::Object(all.collect())
}

/// The rules that came close; where there were more, the last one says so.
fn near(near: &Near) -> Value {
    let misses = near.misses.iter();
    let mut all: Vec<Value> = misses
        .map(|miss| json!({ "rule": miss.rule, "kept_by": miss.kept_by, "why": miss.why }))
        .collect();
    if near.are_more {
        all.push(json!({ "more": true }));
    }
    all.into()
}

fn changes(changes: &[Change]) -> Value {
    let verb = |verb| match verb {
        Verb::Created => "created",
        Verb::Updated => "updated",
        Verb::Deleted => "deleted",
    };
    changes.iter().map(|change| json!({ "kind": change.kind.name(), "id": change.id, "verb": verb(change.verb) })).collect()
}

/// Header fields as pairs in order; what could be used to impersonate somebody is left out.
fn headers(headers: &HeaderMap) -> Value {
    let shown = |name: &http::HeaderName, value: &http::HeaderValue| {
        if [AUTHORIZATION, COOKIE, SET_COOKIE].contains(name) {
            return secrecy::NOT_SHOWN.to_owned();
        }
        let text = String::from_utf8_lossy(value.as_bytes());
        if [LOCATION, REFERER].contains(name) {
            return secrecy::address(&text).into_owned();
        }
        text.into_owned()
    };
    headers
        .iter()
        .map(|(name, value)| json!([name.as_str(), shown(name, value)]))
        .collect()
}

/// A body: as JSON where it is JSON, else as text, else as Base64.
fn body(body: &Bytes) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    if let Ok(value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_slice(body) {
        return secrecy::json(value);
    }
    match std::str::from_utf8(body) {
        Ok(text) if text.starts_with('<') => {
            let page = secrecy::page(text);
            page.unwrap_or_else(|| secrecy::form(text)).into()
        }
        Ok(text) if text.contains('=') => secrecy::form(text).into(),
        Ok(text) => text.into(),
        Err(_) => json!({ "base64": BASE64_STANDARD.encode(body) }),
    }
}
