//! The control surface: the tester's verbs over HTTP, on a port of their own.
//!
//! Nothing here passes the gate, so no fault can lock the tester out.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::app::control::{ClockChange, Control, ControlError, SandboxSpec};
use crate::app::{journal_json, verdict_json};
use crate::clock::parse_duration;
use crate::conformance::client_profile::ClientProfile;
use crate::exchange::{Arrived, IntoReply, Reply, Request};
use crate::operation::{self, Door, Operation, Surface};
use crate::scenario::source::Source;
use crate::scenario::target::TargetStep;

/// Answers one request to the control port.
pub(crate) fn answer(app: &Arc<App>, arrived: &Arrived) -> Reply {
    if arrived.is_too_large {
        return super::too_large(Surface::Control, arrived.request.path());
    }
    let request = &arrived.request;
    let (operation, parts) =
        match operation::recognise(Door::Control, &request.method, request.path()) {
            Ok(found) => found,
            Err(unrouted) => return super::refuse(&unrouted, request.path()),
        };
    let control = Control::new(Arc::clone(app));
    let answer = match parts.split_first() {
        None => over_all(&control, operation, request),
        Some((id, rest)) => control
            .of(id)
            .and_then(|control| over_one(&control, operation, rest, request)),
    };
    answer.unwrap_or_else(IntoReply::into_reply)
}

fn over_all(
    control: &Control,
    operation: Operation,
    request: &Request,
) -> Result<Reply, ControlError> {
    match operation {
        Operation::ListSandboxes => {
            let ids: Vec<_> = control
                .sandboxes()
                .iter()
                .map(|sandbox| json!({ "id": sandbox.id, "base_url": sandbox.base_url }))
                .collect();
            Ok(ok(&json!({ "sandboxes": ids })))
        }
        Operation::CreateSandbox => {
            let made = control.create(body::<SandboxSpec>(request)?)?;
            let mut reply = ok(&made.describe()?);
            reply.status = StatusCode::CREATED;
            Ok(reply)
        }
        _ => {
            let operations: Vec<_> = operation::OPERATIONS
                .iter()
                .map(|row| json!({ "name": row.name, "method": row.method, "path": row.path, "about": row.about }))
                .collect();
            Ok(ok(
                &json!({ "what": "goto-double, a test double of GoTo; not GoTo", "default": control.describe()?, "operations": operations }),
            ))
        }
    }
}

fn over_one(
    control: &Control,
    operation: Operation,
    rest: &[&str],
    request: &Request,
) -> Result<Reply, ControlError> {
    let name = rest.first().copied().unwrap_or_default();
    match operation {
        Operation::GetSandbox => control.describe().map(|value| ok(&value)),
        Operation::DeleteSandbox => control.delete().map(|()| done()),
        Operation::ResetSandbox => control.reset().map(|()| done()),
        Operation::GetClock => control.clock().map(|value| ok(&value)),
        Operation::SetClock => control
            .set_clock(clock_change(request)?)
            .map(|value| ok(&value)),
        Operation::GetJournal => journal(control, request),
        Operation::GetState => control
            .state()
            .map(|state| ok(&journal_json::snapshot(&state))),
        Operation::ChangeState => control
            .change_state(&body::<TargetStep>(request)?)
            .map(|()| done()),
        Operation::MintToken => mint(control, request),
        Operation::RevokeTokens => control.revoke_tokens().map(|()| done()),
        Operation::GetZone => control
            .txt(name)
            .map(|records| ok(&json!({ "name": name, "txt": records }))),
        Operation::PutZone => control
            .put_txt(name, &body::<TxtBody>(request)?.txt)
            .map(|()| done()),
        Operation::PutWeb => control
            .put_web(name, &body::<WebBody>(request)?.server)
            .map(|()| done()),
        Operation::BeginCycle => {
            let number = control.begin_cycle(body::<CycleBody>(request)?.source)?;
            Ok(ok(&json!({ "cycle": number })))
        }
        Operation::EndCycle => control.end_cycle(None, false).map(|()| done()),
        Operation::GetVerdict => {
            let judgement = control.verdict(&ClientProfile::default())?;
            Ok(ok(&verdict_json::judgement(&judgement)))
        }
        _ => Err(ControlError::no_such_operation("nothing answers this path")),
    }
}

fn journal(control: &Control, request: &Request) -> Result<Reply, ControlError> {
    let query: Vec<(String, String)> = form_urlencoded::parse(request.query().as_bytes())
        .into_owned()
        .collect();
    let field = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let after = match field("after") {
        None => 0,
        Some(text) => text
            .parse()
            .map_err(|_| ControlError::invalid("after is the number of an entry"))?,
    };
    let operation = field("operation");
    let entries = control.journal(after)?;
    let shown = entries.iter().filter(|entry| {
        operation.is_none_or(|name| {
            entry
                .exchange()
                .and_then(|exchange| exchange.operation)
                .is_some_and(|op| op.name() == name)
        })
    });
    Ok(ok(
        &json!({ "entries": shown.map(|entry| journal_json::entry(entry)).collect::<Vec<_>>() }),
    ))
}

fn mint(control: &Control, request: &Request) -> Result<Reply, ControlError> {
    let answer = control.mint_token(&body(request)?)?;
    let value = serde_json::to_value(answer).map_err(|error| ControlError::malformed(&error))?;
    Ok(ok(&value))
}

fn clock_change(request: &Request) -> Result<ClockChange, ControlError> {
    let wanted: ClockBody = body(request)?;
    let advance = match &wanted.advance {
        None => None,
        Some(text) => Some(duration(text)?),
    };
    Ok(ClockChange {
        advance,
        rate: wanted.rate,
    })
}

fn duration(text: &str) -> Result<Duration, ControlError> {
    let plain = text.strip_prefix('+').unwrap_or(text);
    parse_duration(plain)
        .ok_or_else(|| ControlError::invalid("a duration has a unit, as in 40m or 10d"))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ClockBody {
    advance: Option<String>,
    rate: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TxtBody {
    txt: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebBody {
    server: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct CycleBody {
    source: Source,
}

/// The body as what the operation takes; an empty one stands for `{}`.
fn body<T: DeserializeOwned>(request: &Request) -> Result<T, ControlError> {
    if request.body.is_empty() {
        return serde_json::from_value(Value::Object(Map::new()))
            .map_err(|error| ControlError::invalid(&error.to_string()));
    }
    serde_json::from_slice(&request.body).map_err(|error| ControlError::malformed(&error))
}

fn ok(value: &Value) -> Reply {
    let mut text = format!("{value:#}");
    text.push('\n');
    Reply::with_body(StatusCode::OK, "application/json", text)
}

fn done() -> Reply {
    Reply::empty(StatusCode::NO_CONTENT)
}
