//! Users of the organization as pages.

use http::StatusCode;
use maud::{Markup, html};

use crate::app::call::Call;
use crate::app::surface::center::caller::Caller;
use crate::app::surface::center::field::{self, Field, described_by, is_about, typed};
use crate::app::surface::center::frame::{self, Tab, danger, role_name};
use crate::app::surface::center::pager::Pager;
use crate::app::surface::center::problem::Problem;
use crate::app::surface::oauth::visitor::Visitor;
use crate::app::surface::place;
use crate::exchange::Reply;
use crate::scenario::state::OrganizationRole;
use crate::store::organization::Member;

const ROLES: [(OrganizationRole, &str); 3] = [
    (OrganizationRole::ReadWrite, "read-write"),
    (OrganizationRole::ReadOnly, "read-only"),
    (OrganizationRole::User, "user"),
];

/// Everybody, and the form for one more.
pub(super) fn list(
    call: Call<'_>,
    caller: &Caller,
    members: &[Member],
    problem: Option<&Problem>,
) -> Reply {
    let pager = Pager::of(call, members.len());
    let shown = members.get(pager.rows()).unwrap_or_default();
    let content = html! {
        (field::told(problem))
        p { "Those who sign in here and to the API, and what they may do. Whom your identity provider sends is under " a href=(place::local(call.sandbox, "/center/identity")) { "Identity" } "." }
        (table(call, caller, shown, pager))
        (pager.show(call, "/center/users", &[]))
        @if let Some(writer) = caller.writer() { (add_form(call, caller, writer, problem)) }
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    frame::page(call, caller, (status, Tab::Users, "Users"), &content)
}

fn table(call: Call<'_>, caller: &Caller, members: &[Member], pager: Pager) -> Markup {
    html! {
        div.wide role="region" aria-label="Users" tabindex="0" {
            table {
                caption { "Users: " (pager.in_words()) }
                thead { tr {
                    th scope="col" { "E-mail address" }
                    th scope="col" { "Name" }
                    th scope="col" { "Role" }
                    @if caller.writer().is_some() { th scope="col" { "Change" } }
                } }
                tbody {
                    @for member in members {
                        tr {
                            th scope="row" {
                                (member.account.user_name)
                                @if member.account.key == caller.account.key { " (you)" }
                            }
                            td { (member.account.given_name) " " (member.account.family_name) }
                            td { (role_name(Some(member.role))) }
                            @if caller.writer().is_some() {
                                td {
                                    a href=(place::local(call.sandbox, &format!("/center/users/{}", member.account.key)))
                                        aria-label={ "Edit " (member.account.user_name) } { "Edit" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn add_form(
    call: Call<'_>,
    caller: &Caller,
    writer: &Visitor,
    problem: Option<&Problem>,
) -> Markup {
    let text = |name: &str| typed(call, name);
    let domains = caller.organization.as_ref();
    let domains = domains.map_or_else(Vec::new, |organization| organization.verified_domains());
    let hint = match domains.as_slice() {
        [] => "The organization has no verified domain yet.".to_owned(),
        [only] => format!("An address of {only}."),
        [first, ..] => format!("An address of {first} or another verified domain."),
    };
    let chosen = ROLES.iter().find(|(_, value)| *value == text("role"));
    html! {
        section.card aria-labelledby="add-title" {
            h2 #add-title { "Add a user" }
            form method="post" action=(place::local(call.sandbox, "/center/users")) {
                (writer.field())
                div.two.fields {
                    div { (Field { name: "given_name", label: "First name", hint: "", value: &text("given_name"), kind: "text", autocomplete: "off", length: 60 }.show(problem)) }
                    div { (Field { name: "family_name", label: "Last name", hint: "", value: &text("family_name"), kind: "text", autocomplete: "off", length: 60 }.show(problem)) }
                    div { (Field { name: "email", label: "E-mail address", hint: &hint, value: &text("email"), kind: "email", autocomplete: "off", length: 128 }.show(problem)) }
                    div { (Field { name: "password", label: "Password", hint: "They sign in with it. An account that is there already keeps its own.", value: "", kind: "password", autocomplete: "new-password", length: 256 }.show(problem)) }
                    div { (role_field(chosen.map_or(OrganizationRole::User, |(role, _)| *role), None, problem)) }
                }
                div { button type="submit" { "Add user" } }
            }
        }
    }
}

/// The choice of a role; one that may not be changed says why.
fn role_field(role: OrganizationRole, fixed: Option<&str>, problem: Option<&Problem>) -> Markup {
    let is_wrong = is_about(problem, "role");
    html! {
        label for="role" { "Role" }
        @if let Some(why) = fixed { p.hint #role-hint { (why) } }
        select id="role" name="role" disabled[fixed.is_some()] aria-invalid=[is_wrong.then_some("true")]
            aria-describedby=[described_by(is_wrong, fixed.map(|_| "role-hint"))] {
            @for (known, value) in ROLES {
                option value=(value) selected[known == role] { (role_name(Some(known))) }
            }
        }
    }
}

/// One user, and what can be changed about it.
pub(super) fn one(
    call: Call<'_>,
    caller: &Caller,
    member: &Member,
    problem: Option<&Problem>,
) -> Reply {
    let account = &member.account;
    let is_self = account.key == caller.account.key;
    let path = place::local(call.sandbox, &format!("/center/users/{}", account.key));
    let kept = |name: &str, own: &str| match problem {
        Some(_) => typed(call, name),
        None => own.to_owned(),
    };
    let given_name = kept("given_name", &account.given_name);
    let family_name = kept("family_name", &account.family_name);
    let content = html! {
        p { a href=(place::local(call.sandbox, "/center/users")) { "Back to all users" } }
        (field::told(problem))
        section.card aria-label="User" {
            p { "User key " code { (account.key) } ", " (role_name(Some(member.role))) }
            @if let Some(writer) = caller.writer() {
                form method="post" action=(path) {
                    (writer.field())
                    (Field { name: "given_name", label: "First name", hint: "", value: &given_name, kind: "text", autocomplete: "off", length: 60 }.show(problem))
                    (Field { name: "family_name", label: "Last name", hint: "", value: &family_name, kind: "text", autocomplete: "off", length: 60 }.show(problem))
                    (role_field(member.role, is_self.then_some("Nobody changes their own role. Another Admin (Read & Write) can."), problem))
                    div { button type="submit" { "Save" } }
                }
                @if is_self {
                    p.quiet { "You cannot delete your own account. Another Admin (Read & Write) can." }
                } @else {
                    (danger(
                        ("Delete this user…", "The account is gone afterwards, and its tokens with it."),
                        (&format!("{path}/delete"), &writer.field()),
                        "Delete user",
                    ))
                }
            }
        }
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    frame::page(
        call,
        caller,
        (status, Tab::Users, &account.user_name),
        &content,
    )
}
