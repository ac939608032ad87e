//! Users of the organization: those who sign in, and what they may do there.

mod page;

use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::{Caller, Form};
use super::field::typed;
use super::problem::Problem;
use super::{Done, back, json_body, json_reply, part};
use crate::app::call::Call;
use crate::app::hosts;
use crate::entry::{SubjectKind, Verb};
use crate::exchange::Reply;
use crate::scenario::state::OrganizationRole;
use crate::store::organization::{Member, MemberChange, NewAccount, Notice, Refusal};

const KIND: SubjectKind = SubjectKind::Account;

pub(super) fn list(call: Call<'_>) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    let members = call.sandbox.organizations.members(&caller.account)?;
    if Form::of(call.request) == Form::Page {
        return Ok(page::list(call, &caller, &members, None));
    }
    let users: Vec<Value> = members
        .iter()
        .map(|member| as_json(&caller, member))
        .collect();
    Ok(json_reply(StatusCode::OK, &json!({ "users": users })))
}

/// The page after a mistake in the form for one more.
pub(super) fn again(call: Call<'_>, caller: &Caller, problem: &Problem) -> Option<Reply> {
    let members = call.sandbox.organizations.members(&caller.account).ok()?;
    Some(page::list(call, caller, &members, Some(problem)))
}

pub(super) fn get(call: Call<'_>) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    let member = wanted(call, &caller)?;
    if Form::of(call.request) == Form::Page {
        return Ok(page::one(call, &caller, &member, None));
    }
    Ok(json_reply(StatusCode::OK, &as_json(&caller, &member)))
}

/// The page after a mistake in the form for a change.
pub(super) fn one_again(call: Call<'_>, caller: &Caller, problem: &Problem) -> Option<Reply> {
    let member = wanted(call, caller).ok()?;
    Some(page::one(call, caller, &member, Some(problem)))
}

fn wanted(call: Call<'_>, caller: &Caller) -> Result<Member, Problem> {
    let key = part(call).unwrap_or_default();
    let members = call.sandbox.organizations.members(&caller.account)?;
    let found = members.into_iter().find(|member| member.account.key == key);
    Ok(found.ok_or(Refusal::NoSuchUser)?)
}

fn as_json(caller: &Caller, member: &Member) -> Value {
    let account = &member.account;
    json!({
        "key": account.key,
        "user_name": account.user_name,
        "given_name": account.given_name,
        "family_name": account.family_name,
        "role": member.role,
        "self": account.key == caller.account.key,
    })
}

/// What a script sends to add somebody.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewUser {
    user_name: String,
    #[serde(default)]
    given_name: String,
    #[serde(default)]
    family_name: String,
    password: String,
    #[serde(default)]
    role: OrganizationRole,
}

pub(super) fn add(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    caller.check_form(call)?;
    let new = if call.request.is_form() {
        NewUser {
            user_name: typed(call, "email"),
            given_name: typed(call, "given_name"),
            family_name: typed(call, "family_name"),
            password: typed(call, "password"),
            role: role(&typed(call, "role"))?,
        }
    } else {
        json_body(
            call,
            "{\"user_name\": \"…\", \"password\": \"…\", \"role\": \"…\"}",
        )?
    };
    let names = (new.given_name.as_str(), new.family_name.as_str());
    let account = NewAccount::accept(&new.user_name, names, &new.password)?;
    let member = call
        .sandbox
        .organizations
        .add_member(&caller.account, account, new.role)?;
    let added = &member.account;
    done.about(KIND, &added.user_name.to_lowercase());
    done.note(KIND, &added.key, Verb::Created);
    if Form::of(call.request) == Form::Page {
        let said = format!("{} was added.", added.user_name);
        caller.tell(call, Notice::done(said));
        return Ok(back(call, "/center/users"));
    }
    let location = format!(
        "{}/center/users/{}",
        hosts::base(call.sandbox, call.request),
        added.key
    );
    let body = as_json(&caller, &member);
    Ok(json_reply(StatusCode::CREATED, &body).with_header(LOCATION, location))
}

fn role(text: &str) -> Result<OrganizationRole, Problem> {
    serde_json::from_value(text.into()).map_err(|_| Problem::Role)
}

/// What a script sends to change somebody; what is absent stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    given_name: Option<String>,
    family_name: Option<String>,
    role: Option<OrganizationRole>,
}

pub(super) fn change(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    caller.check_form(call)?;
    let key = part(call).unwrap_or_default();
    let change = if call.request.is_form() {
        let text = typed(call, "role");
        MemberChange {
            given_name: Some(typed(call, "given_name")),
            family_name: Some(typed(call, "family_name")),
            // A field that cannot be changed is not sent.
            role: if text.is_empty() {
                None
            } else {
                Some(role(&text)?)
            },
        }
    } else {
        let change: Change = json_body(
            call,
            "{\"given_name\": \"…\", \"family_name\": \"…\", \"role\": \"…\"}",
        )?;
        MemberChange {
            given_name: change.given_name,
            family_name: change.family_name,
            role: change.role,
        }
    };
    let member = call
        .sandbox
        .organizations
        .change_member(&caller.account, &key, &change)?;
    done.about(KIND, &member.account.user_name.to_lowercase());
    done.note(KIND, &key, Verb::Updated);
    if Form::of(call.request) == Form::Page {
        let said = format!("{} was changed.", member.account.user_name);
        caller.tell(call, Notice::done(said));
        return Ok(back(call, "/center/users"));
    }
    Ok(json_reply(StatusCode::OK, &as_json(&caller, &member)))
}

pub(super) fn delete(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    caller.check_form(call)?;
    let key = part(call).unwrap_or_default();
    let gone = call
        .sandbox
        .organizations
        .remove_member(&caller.account, &key)?;
    call.sandbox.grants.end_all_of(&gone);
    done.about(KIND, &gone.user_name.to_lowercase());
    done.note(KIND, &key, Verb::Deleted);
    if Form::of(call.request) == Form::Page {
        let said = format!("{} was deleted.", gone.user_name);
        caller.tell(call, Notice::done(said));
        return Ok(back(call, "/center/users"));
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
