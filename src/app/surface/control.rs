//! The control surface: the tester's verbs over HTTP, on a port of their own.
//!
//! Nothing here passes the gate, so no fault can lock the tester out.

mod events;
mod input;

use std::sync::Arc;

use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::input::{Query, body, duration, moment};
use crate::app::control::{
    ClockChange, Control, ControlError, RuleSpec, RulesChanged, SandboxSpec, openapi,
};
use crate::app::{App, Pieces, journal_json, verdict_json};
use crate::conformance::client_profile::ClientProfile;
use crate::exchange::{Arrived, IntoReply, Reply, Request};
use crate::operation::{self, Door, Operation, Surface};
use crate::scenario::source::Source;
use crate::scenario::target::TargetStep;

/// The answer to a request: there, or without an end that anybody knows.
pub(crate) enum Answer {
    /// It is there.
    Whole(Reply),
    /// The head is there, and the body comes piece by piece.
    Flowing(Reply, Box<dyn Pieces>),
}

/// Answers one request to the control port.
pub(crate) fn answer(app: &Arc<App>, arrived: &Arrived) -> Answer {
    if arrived.is_too_large {
        return Answer::Whole(super::too_large(Surface::Control, arrived.request.path()));
    }
    let request = &arrived.request;
    let (operation, parts) =
        match operation::recognise(Door::Control, &request.method, request.path()) {
            Ok(found) => found,
            Err(unrouted) => return Answer::Whole(super::refuse(&unrouted, request.path())),
        };
    let control = Control::new(Arc::clone(app));
    let answer = match parts.split_first() {
        None => over_all(&control, operation, request).map(Answer::Whole),
        Some((id, rest)) => control
            .of(&input::decoded(id))
            .and_then(|control| in_one(&control, operation, rest, request)),
    };
    answer.unwrap_or_else(|error| Answer::Whole(error.into_reply()))
}

fn over_all(
    control: &Control,
    operation: Operation,
    request: &Request,
) -> Result<Reply, ControlError> {
    match operation {
        Operation::OpenApi => Ok(ok(&openapi::document())),
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
            let described = made.describe()?;
            let id = described["id"].as_str().unwrap_or_default();
            Ok(created(&described, &format!("/sandboxes/{id}")))
        }
        _ => {
            let operations: Vec<_> = operation::OPERATIONS
                .iter()
                .map(|row| json!({ "name": row.name, "method": row.method, "path": row.path, "about": row.about }))
                .collect();
            Ok(ok(
                &json!({ "what": "goto-double, a test double of GoTo; not GoTo", "default": control.describe()?, "limits": control.limits(), "requests": control.largest_request(), "operations": operations }),
            ))
        }
    }
}

fn in_one(
    control: &Control,
    operation: Operation,
    rest: &[&str],
    request: &Request,
) -> Result<Answer, ControlError> {
    if operation == Operation::FollowJournal {
        return events::follow(control, request);
    }
    let name = input::decoded(rest.first().copied().unwrap_or_default());
    let replied = world(control, operation, request)
        .or_else(|| people(control, (operation, &name), request))
        .or_else(|| clients(control, (operation, &name), request))
        .or_else(|| rules(control, (operation, &name), request))
        .or_else(|| outside(control, (operation, &name), request));
    replied
        .unwrap_or_else(|| Err(ControlError::no_such_operation("nothing answers this path")))
        .map(Answer::Whole)
}

/// What came of an operation; nothing if it belongs to others.
type Replied = Option<Result<Reply, ControlError>>;

/// The world as a whole: its life, clock, journal, state and verdict.
fn world(control: &Control, operation: Operation, request: &Request) -> Replied {
    Some(match operation {
        Operation::GetSandbox => control.describe().map(|value| ok(&value)),
        Operation::DeleteSandbox => control.delete().map(|()| done()),
        Operation::ResetSandbox => control.reset().map(|()| done()),
        Operation::GetClock => control.clock().map(|value| ok(&value)),
        Operation::SetClock => set_clock(control, request),
        Operation::GetJournal => journal(control, request),
        Operation::ClearJournal => control.clear_journal().map(|()| done()),
        Operation::GetState => control
            .state()
            .map(|state| ok(&journal_json::snapshot(&state))),
        Operation::ChangeState => body::<TargetStep>(request)
            .and_then(|step| control.change_state(&step))
            .map(|()| done()),
        Operation::GetSnapshot => control.snapshot().map(|state| shown(&state)),
        Operation::LoadSnapshot => body::<Value>(request)
            .and_then(|state| control.load(state))
            .map(|()| done()),
        Operation::BeginCycle => body::<CycleBody>(request)
            .and_then(|cycle| control.begin_cycle(cycle.source))
            .map(|number| ok(&json!({ "cycle": number }))),
        Operation::EndCycle => control.end_cycle(None, false).map(|()| done()),
        Operation::GetVerdict => control
            .verdict(&ClientProfile::default())
            .map(|judgement| ok(&verdict_json::judgement(&judgement))),
        _ => return None,
    })
}

/// Accounts and domains.
fn people(control: &Control, (operation, name): (Operation, &str), request: &Request) -> Replied {
    Some(match operation {
        Operation::ListAccounts => control.accounts().map(|all| listed("accounts", &all)),
        Operation::AddAccount => body(request)
            .and_then(|spec| control.add_account(&spec))
            .map(|made| made_in(request, &made.user_name, &made)),
        Operation::GetAccount => control.account(name).map(|one| shown(&one)),
        Operation::ChangeAccount => body(request)
            .and_then(|change| control.change_account(name, &change))
            .map(|one| shown(&one)),
        Operation::DeleteAccount => control.delete_account(name).map(|()| done()),
        Operation::ListClaims => control.domains().map(|all| listed("domains", &all)),
        Operation::AddClaim => body(request)
            .and_then(|given| control.add_domain(&given))
            .map(|made| made_in(request, &made.name, &made)),
        Operation::GetClaim => control.domain(name).map(|one| shown(&one)),
        Operation::ProveClaim => control.prove_domain(name).map(|one| shown(&one)),
        Operation::DeleteClaim => control.delete_domain(name).map(|()| done()),
        _ => return None,
    })
}

/// OAuth clients and tokens.
fn clients(control: &Control, (operation, name): (Operation, &str), request: &Request) -> Replied {
    Some(match operation {
        Operation::ListRegistrations => control.clients().map(|all| listed("clients", &all)),
        Operation::AddRegistration => body(request)
            .and_then(|spec| control.add_client(&spec))
            .map(|made| made_in(request, &made.client_id, &made)),
        Operation::GetRegistration => control.client(name).map(|one| shown(&one)),
        Operation::ChangeRegistration => body(request)
            .and_then(|change| control.change_client(name, &change))
            .map(|one| shown(&one)),
        Operation::DeleteRegistration => control.delete_client(name).map(|()| done()),
        Operation::ListTokens => control.tokens().map(|all| listed("tokens", &all)),
        Operation::MintToken => body(request)
            .and_then(|wanted| control.mint_token(&wanted))
            .map(|answer| shown(&answer)),
        Operation::RevokeTokens => control.revoke_tokens().map(|()| done()),
        Operation::RevokeToken => control.revoke_token(name).map(|()| done()),
        _ => return None,
    })
}

/// The rules in force.
fn rules(control: &Control, (operation, name): (Operation, &str), request: &Request) -> Replied {
    let placed = |error: ControlError| error.placed_in(&request.body);
    Some(match operation {
        Operation::ListRules => control.rules().map(|all| shown(&all)),
        Operation::AddRule => body::<RuleSpec>(request).and_then(|spec| {
            let id = spec.rule["id"].as_str().unwrap_or_default().to_owned();
            let changed = control.add_rule(spec).map_err(placed)?;
            Ok(made_in(request, &id, &changed_rules(&changed)))
        }),
        Operation::ReplaceRules => body(request)
            .and_then(|spec| control.replace_rules(spec).map_err(placed))
            .map(|changed| ok(&changed_rules(&changed))),
        Operation::GetRule => control.rule(name).map(|one| shown(&one)),
        Operation::DeleteRule => control.delete_rule(name).map(|_| done()),
        _ => return None,
    })
}

fn changed_rules(changed: &RulesChanged) -> Value {
    let mut value = journal_json::rules_change(&changed.change);
    let warnings = changed.warnings.iter();
    value["warnings"] = warnings
        .map(|one| json!({ "pointer": one.pointer, "message": one.message }))
        .collect();
    value
}

/// DNS records, web servers and files.
fn outside(control: &Control, (operation, name): (Operation, &str), request: &Request) -> Replied {
    Some(match operation {
        Operation::ListZone => control.zone().map(|all| listed("names", &all)),
        Operation::GetZone => control
            .txt(name)
            .map(|records| ok(&json!({ "name": name, "txt": records }))),
        Operation::PutZone => body(request)
            .and_then(|spec| control.put_name(name, &spec))
            .map(|()| done()),
        Operation::DeleteZone => control.delete_name(name).map(|()| done()),
        Operation::ListWeb => control.webs().map(|all| listed("domains", &all)),
        Operation::GetWeb => control.web(name).map(|one| shown(&one)),
        Operation::PutWeb => body(request)
            .and_then(|spec| control.put_web_server(name, &spec))
            .map(|()| done()),
        Operation::DeleteWeb => control.delete_web(name).map(|()| done()),
        _ => return None,
    })
}

fn journal(control: &Control, request: &Request) -> Result<Reply, ControlError> {
    let query = Query::read(request, &["limit"])?;
    let limit = query.number("limit")?.unwrap_or(usize::MAX);
    let filter = query.filter()?;
    let mut entries = control.journal_where(&filter)?;
    entries.truncate(limit);
    let shown: Vec<_> = entries
        .iter()
        .map(|entry| journal_json::entry(entry))
        .collect();
    Ok(ok(&json!({ "entries": shown })))
}

fn set_clock(control: &Control, request: &Request) -> Result<Reply, ControlError> {
    let wanted: ClockBody = body(request)?;
    let rate = match (wanted.frozen, wanted.rate) {
        (Some(_), Some(_)) => {
            let why = "frozen and rate say the same; name one of them";
            return Err(ControlError::of_field("frozen", why));
        }
        (Some(true), None) => Some(0.0),
        // What was frozen by hand keeps still: it has no pace of its own.
        (Some(false), None) if control.sandbox()?.clock.rate().is_none() => None,
        (Some(false), None) => Some(1.0),
        (None, rate) => rate,
    };
    let change = ClockChange {
        set: wanted.set.as_deref().map(moment).transpose()?,
        advance: wanted.advance.as_deref().map(duration).transpose()?,
        rate,
    };
    control.set_clock(change).map(|value| ok(&value))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ClockBody {
    set: Option<String>,
    advance: Option<String>,
    rate: Option<f64>,
    frozen: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct CycleBody {
    source: Source,
}

fn ok(value: &Value) -> Reply {
    let mut text = format!("{value:#}");
    text.push('\n');
    Reply::with_body(StatusCode::OK, "application/json", text)
}

fn shown<T: Serialize>(value: &T) -> Reply {
    // Every key is a text, so there is nothing that JSON could not hold.
    ok(&serde_json::to_value(value).unwrap_or_default())
}

fn listed<T: Serialize>(name: &str, all: &[T]) -> Reply {
    ok(&json!({ name: all }))
}

fn created<T: Serialize>(value: &T, location: &str) -> Reply {
    let mut reply = shown(value);
    reply.status = StatusCode::CREATED;
    reply.with_header(LOCATION, location)
}

/// What was made in the collection that the request names.
fn made_in<T: Serialize>(request: &Request, name: &str, value: &T) -> Reply {
    let collection = request.path().trim_end_matches('/');
    created(value, &format!("{collection}/{}", input::encoded(name)))
}

fn done() -> Reply {
    Reply::empty(StatusCode::NO_CONTENT)
}
