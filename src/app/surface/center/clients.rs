//! OAuth clients: registered, given other redirect URIs, deleted.
//!
//! The real service has a form of its own for this; here every admin sees every client of the sandbox.

mod page;

use std::sync::Arc;

use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::{Caller, Form};
use super::field::typed;
use super::problem::Problem;
use super::{Done, back, json_body, json_reply, part};
use crate::app::auth::page_form;
use crate::app::call::Call;
use crate::app::hosts;
use crate::entry::{SubjectKind, Verb};
use crate::exchange::Reply;
use crate::oauth::client::Client;
use crate::oauth::registration::{self, redirect_uris};
use crate::oauth::scope::{IDENTITY, SCIM_ME, SCIM_ORG};
use crate::scenario::state::GivenClient;
use crate::store::organization::Notice;

const KIND: SubjectKind = SubjectKind::Client;

/// The scopes that can be chosen, each with what GoTo's form says of it.
const SCOPES: [(&str, &str); 3] = [
    (SCIM_ORG, "SCIM, automated user management"),
    (SCIM_ME, "Profile"),
    (IDENTITY, "Admin Center"),
];

pub(super) fn list(call: Call<'_>) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    call.sandbox.organizations.check_auditor(&caller.account)?;
    if Form::of(call.request) == Form::Page {
        return Ok(page::list(call, &caller, None));
    }
    let clients = call.sandbox.grants.clients();
    let clients: Vec<Value> = clients.iter().map(|client| as_json(client)).collect();
    let body = json!({ "clients": clients });
    Ok(json_reply(StatusCode::OK, &body))
}

/// The page after a mistake in the form for one more.
pub(super) fn again(call: Call<'_>, caller: &Caller, problem: &Problem) -> Reply {
    page::list(call, caller, Some(problem))
}

pub(super) fn get(call: Call<'_>) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    call.sandbox.organizations.check_auditor(&caller.account)?;
    let client = wanted(call)?;
    if Form::of(call.request) == Form::Page {
        return Ok(page::one(call, &caller, &client, None));
    }
    Ok(json_reply(StatusCode::OK, &as_json(&client)))
}

/// The page after a mistake in the form for a change.
pub(super) fn one_again(call: Call<'_>, caller: &Caller, problem: &Problem) -> Option<Reply> {
    let client = wanted(call).ok()?;
    Some(page::one(call, caller, &client, Some(problem)))
}

fn wanted(call: Call<'_>) -> Result<Arc<Client>, Problem> {
    let id = part(call).unwrap_or_default();
    call.sandbox.grants.client(&id).ok_or(Problem::NoSuchClient)
}

/// A client without its secret.
fn as_json(client: &Client) -> Value {
    json!({
        "client_id": &*client.id,
        "public": client.is_public(),
        "redirect_uris": client.redirect_uris,
        "scopes": client.scope.tokens(),
        "account": client.account,
    })
}

/// What a script sends to register a client.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewClient {
    #[serde(default)]
    redirect_uris: Vec<String>,
    scopes: Vec<String>,
    #[serde(default)]
    public: bool,
    account: Option<String>,
}

impl NewClient {
    fn of_form(call: Call<'_>) -> Result<Self, Problem> {
        let form = page_form(call.request);
        let account = typed(call, "account");
        let scopes = SCOPES.iter().map(|(token, _)| *token);
        Ok(Self {
            redirect_uris: redirect_uris(&typed(call, "redirect_uris"))?,
            scopes: scopes
                .filter(|token| form.first(&format!("scope {token}")).is_some())
                .map(Into::into)
                .collect(),
            public: form.first("kind") == Some("public"),
            account: (!account.is_empty()).then_some(account),
        })
    }
}

pub(super) fn add(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    caller.check_form(call)?;
    let sandbox = call.sandbox;
    sandbox.organizations.check_admin(&caller.account)?;
    let new = if call.request.is_form() {
        NewClient::of_form(call)?
    } else {
        let new: NewClient = json_body(
            call,
            "{\"scopes\": [\"…\"], \"redirect_uris\": [\"…\"], \"public\": false, \"account\": \"…\"}",
        )?;
        redirect_uris(&new.redirect_uris.join("\n"))?;
        new
    };
    registration::scopes(&new.scopes)?;
    if let Some(user_name) = &new.account
        && !is_member(call, &caller, user_name)
    {
        return Err(Problem::NobodyToActFor);
    }
    let (id, secret) = sandbox.grants.client_credentials_to_be();
    let secret = (!new.public).then_some(secret);
    let given = GivenClient {
        client_id: id.clone(),
        client_secret: secret.clone(),
        redirect_uris: new.redirect_uris,
        scopes: new.scopes,
        account: new.account,
        ..GivenClient::default()
    };
    let client = sandbox
        .grants
        .register(&given, &sandbox.organizations)
        .map_err(Problem::Client)?;
    done.about(KIND, &id);
    done.note(KIND, &id, Verb::Created);
    if Form::of(call.request) == Form::Page {
        let notice = Notice::done("The client was registered.");
        caller.tell(call, notice.with_secret(id, secret.unwrap_or_default()));
        return Ok(back(call, "/center/clients"));
    }
    let mut body = as_json(&client);
    if let Some(members) = body.as_object_mut() {
        members.insert("client_secret".into(), secret.into());
    }
    let location = format!("{}/center/clients/{id}", hosts::base(sandbox, call.request));
    Ok(json_reply(StatusCode::CREATED, &body).with_header(LOCATION, location))
}

/// Whether somebody of the caller's organization signs in with that name.
fn is_member(call: Call<'_>, caller: &Caller, user_name: &str) -> bool {
    let members = call.sandbox.organizations.members(&caller.account);
    members.is_ok_and(|members| {
        members
            .iter()
            .any(|member| member.account.user_name.eq_ignore_ascii_case(user_name))
    })
}

/// What a script sends to change a client.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    redirect_uris: Vec<String>,
}

pub(super) fn change(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    caller.check_form(call)?;
    call.sandbox.organizations.check_admin(&caller.account)?;
    let client = wanted(call)?;
    let uris = if call.request.is_form() {
        redirect_uris(&typed(call, "redirect_uris"))?
    } else {
        let change: Change = json_body(call, "{\"redirect_uris\": [\"…\"]}")?;
        redirect_uris(&change.redirect_uris.join("\n"))?
    };
    let changed = call.sandbox.grants.set_redirect_uris(&client.id, uris);
    let changed = changed.ok_or(Problem::NoSuchClient)?;
    done.about(KIND, &client.id);
    done.note(KIND, &client.id, Verb::Updated);
    if Form::of(call.request) == Form::Page {
        let said = format!("The client {} was changed.", client.id);
        caller.tell(call, Notice::done(said));
        return Ok(back(call, "/center/clients"));
    }
    Ok(json_reply(StatusCode::OK, &as_json(&changed)))
}

pub(super) fn delete(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    caller.check_form(call)?;
    call.sandbox.organizations.check_admin(&caller.account)?;
    let client = wanted(call)?;
    if !call.sandbox.grants.delete_client(&client.id) {
        return Err(Problem::NoSuchClient);
    }
    done.about(KIND, &client.id);
    done.note(KIND, &client.id, Verb::Deleted);
    if Form::of(call.request) == Form::Page {
        let said = format!("The client {} was deleted.", client.id);
        caller.tell(call, Notice::done(said));
        return Ok(back(call, "/center/clients"));
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
