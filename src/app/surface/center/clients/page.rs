//! OAuth clients as pages.

use http::StatusCode;
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::SCOPES;
use crate::app::auth::page_form;
use crate::app::call::Call;
use crate::app::surface::center::caller::Caller;
use crate::app::surface::center::field::{self, described_by, is_about, typed};
use crate::app::surface::center::frame::{self, Tab, danger};
use crate::app::surface::center::pager::Pager;
use crate::app::surface::center::problem::Problem;
use crate::app::surface::oauth::visitor::Visitor;
use crate::app::surface::place;
use crate::exchange::Reply;
use crate::oauth::client::Client;

fn path_of(call: Call<'_>, client: &Client) -> String {
    let id = utf8_percent_encode(&client.id, NON_ALPHANUMERIC);
    place::local(call.sandbox, &format!("/center/clients/{id}"))
}

fn kind_of(client: &Client) -> &'static str {
    if client.is_public() {
        "Public, without a secret"
    } else {
        "Confidential"
    }
}

/// Every client, and the form for one more.
pub(super) fn list(call: Call<'_>, caller: &Caller, problem: Option<&Problem>) -> Reply {
    let clients = call.sandbox.grants.clients();
    let pager = Pager::of(call, clients.len());
    let shown = clients.get(pager.rows()).unwrap_or_default();
    let content = html! {
        (field::told(problem))
        p { "Programs that may ask for access tokens, at " code { "/oauth/authorize" } " and " code { "/oauth/token" } "." }
        @if shown.is_empty() { p.card { "No client is registered." } }
        @for client in shown { (card(call, caller, client)) }
        (pager.show(call, "/center/clients", &[]))
        @if let Some(writer) = caller.writer() { (add_form(call, caller, writer, problem)) }
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    frame::page(
        call,
        caller,
        (status, Tab::Clients, "OAuth clients"),
        &content,
    )
}

fn card(call: Call<'_>, caller: &Caller, client: &Client) -> Markup {
    html! {
        section.card aria-label={ "Client " (client.id) } {
            h2 { code { (client.id) } }
            p { (kind_of(client)) ". Scopes: "
                @for (place, token) in client.scope.tokens().iter().enumerate() { @if place > 0 { ", " } code { (token) } }
                "."
                @if let Some(account) = &client.account { " Acts for " strong { (account) } " when it asks in its own name." }
            }
            @if client.redirect_uris.is_empty() {
                p.quiet { "No redirect URI: nobody can be sent back to it." }
            } @else {
                p.label { "Redirect URIs" }
                ul.plain { @for uri in &client.redirect_uris { li { code { (uri) } } } }
            }
            @if caller.writer().is_some() {
                p { a href=(path_of(call, client)) aria-label={ "Edit client " (client.id) } { "Edit" } }
            }
        }
    }
}

fn uris_field(value: &str, problem: Option<&Problem>) -> Markup {
    let is_wrong = is_about(problem, "redirect_uris");
    html! {
        label for="redirect_uris" { "Redirect URIs" }
        p.hint #redirect_uris-hint { "One on a line. They are compared letter by letter. A client that asks only in its own name needs none." }
        textarea id="redirect_uris" name="redirect_uris" spellcheck="false" autofocus[is_wrong]
            aria-invalid=[is_wrong.then_some("true")]
            aria-describedby=[described_by(is_wrong, Some("redirect_uris-hint"))] { (value) }
    }
}

fn add_form(
    call: Call<'_>,
    caller: &Caller,
    writer: &Visitor,
    problem: Option<&Problem>,
) -> Markup {
    let form = page_form(call.request);
    let is_again = problem.is_some();
    let is_public = form.first("kind") == Some("public");
    let uris = typed(call, "redirect_uris");
    let is_wrong = is_about(problem, "scopes");
    html! {
        section.card aria-labelledby="add-title" {
            h2 #add-title { "Register a client" }
            form method="post" action=(place::local(call.sandbox, "/center/clients")) {
                (writer.field())
                fieldset {
                    legend { "Kind" }
                    label.pick { input type="radio" name="kind" value="confidential" checked[!is_public]; "Confidential: it runs on a server and keeps a secret" }
                    label.pick { input type="radio" name="kind" value="public" checked[is_public]; "Public: it runs with its user, has no secret and must use PKCE" }
                }
                (uris_field(&uris, problem))
                fieldset aria-describedby=[described_by(is_wrong, None)] {
                    legend { "Scopes" }
                    @for (token, meaning) in SCOPES {
                        @let name = format!("scope {token}");
                        @let is_chosen = if is_again { form.first(&name).is_some() } else { token == SCOPES[0].0 };
                        label.pick { input type="checkbox" name=(name) value="on" checked[is_chosen]; span { code { (token) } " (" (meaning) ")" } }
                    }
                }
                (acting_field(call, caller, problem))
                div { button type="submit" { "Register client" } }
            }
        }
    }
}

fn acting_field(call: Call<'_>, caller: &Caller, problem: Option<&Problem>) -> Markup {
    let chosen = typed(call, "account");
    let members = call.sandbox.organizations.members(&caller.account);
    let is_wrong = is_about(problem, "account");
    html! {
        label for="account" { "Acts for" }
        p.hint #account-hint { "Whose rights it has when it asks in its own name, by client credentials." }
        select id="account" name="account" aria-invalid=[is_wrong.then_some("true")]
            aria-describedby=[described_by(is_wrong, Some("account-hint"))] {
            option value="" { "Nobody" }
            @for member in members.iter().flatten() {
                @let name = &member.account.user_name;
                option value=(name) selected[*name == chosen] { (name) }
            }
        }
    }
}

/// One client, and what can be changed about it.
pub(super) fn one(
    call: Call<'_>,
    caller: &Caller,
    client: &Client,
    problem: Option<&Problem>,
) -> Reply {
    let path = path_of(call, client);
    let uris = match problem {
        Some(_) => typed(call, "redirect_uris"),
        None => client.redirect_uris.join("\n"),
    };
    let content = html! {
        p { a href=(place::local(call.sandbox, "/center/clients")) { "Back to all clients" } }
        (field::told(problem))
        section.card aria-label="Client" {
            p { "Client ID " code { (client.id) } ". " (kind_of(client)) "." }
            @if let Some(writer) = caller.writer() {
                form method="post" action=(path) {
                    (writer.field())
                    (uris_field(&uris, problem))
                    div { button type="submit" { "Save" } }
                }
                (danger(
                    ("Delete this client…", "Every token it was given ends with it."),
                    (&format!("{path}/delete"), &writer.field()),
                    "Delete client",
                ))
            }
        }
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    frame::page(
        call,
        caller,
        (status, Tab::Clients, "OAuth client"),
        &content,
    )
}
