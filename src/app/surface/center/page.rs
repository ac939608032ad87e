//! The Organization Center as a page.

use http::StatusCode;
use maud::{Markup, html};

use super::caller::Caller;
use super::view::Proof;
use crate::app::call::Call;
use crate::app::surface::oauth::visitor::Visitor;
use crate::app::surface::page;
use crate::clock::Timestamp;
use crate::exchange::Reply;
use crate::scenario::state::OrganizationRole;
use crate::store::organization::{Domain, LookUp, Status};

/// The page with all domains and the form for one more.
pub(super) fn center(call: Call<'_>, caller: &Caller, domains: &[Domain]) -> Reply {
    let organization = call.sandbox.organizations.of(&caller.account);
    let role = organization
        .as_ref()
        .map(|organization| organization.role(&caller.account));
    let visitor = caller.visitor.as_ref();
    let may_write = role.is_none_or(|role| role == OrganizationRole::ReadWrite);
    let content = html! {
        @match &organization {
            Some(organization) => p { "Organization " strong { (organization.name) } },
            None => p { "You have no organization yet. Verifying the domain of your e-mail address creates it, with you as its admin." },
        }
        p.quiet { "Signed in as " strong { (caller.account.user_name) } ", " (role_name(role)) ". "
            a href={ (call.sandbox.base_url) "/center/sign-in" } { "Use another account" } }
        @for domain in domains {
            (section(call, domain, visitor.filter(|_| may_write)))
        }
        @if may_write {
            (add_form(call, caller, domains))
        }
    };
    let reply = page::reply(StatusCode::OK, "Organization Center", &content);
    match visitor {
        Some(visitor) => visitor.keep(reply),
        None => reply,
    }
}

fn role_name(role: Option<OrganizationRole>) -> &'static str {
    match role {
        None => "without an organization",
        Some(OrganizationRole::ReadWrite) => "Admin (Read & Write)",
        Some(OrganizationRole::ReadOnly) => "Admin (Read Only)",
        Some(OrganizationRole::User) => "User",
    }
}

fn section(call: Call<'_>, domain: &Domain, visitor: Option<&Visitor>) -> Markup {
    let now = call.sandbox.clock.now();
    let status = domain.status(now);
    html! {
        section aria-label=(domain.name) {
            h2 { (domain.name) " " span class={ "state " (status.as_str()) } { (state_name(status)) } }
            @match status {
                Status::Verified => {
                    @if let Some(at) = domain.verified {
                        p { "Verified on " (moment(at)) "." }
                    }
                },
                Status::Expired => p { "The code ended on " (moment(domain.deadline)) ". Open this page again for a new one." },
                Status::Pending => {
                    p { "The code ends on " (moment(domain.deadline)) ", "
                        strong { (days(domain.days_left(now))) } " left." }
                    (methods(&Proof::of(call, domain)))
                },
            }
            @if let (Status::Pending, Some(visitor)) = (status, visitor) {
                form method="post" action={ (call.sandbox.base_url) "/center/domains/" (domain.name) "/verify" } {
                    (visitor.field())
                    button type="submit" { "Verify" }
                }
            }
            (last_look_ups(&domain.look_ups))
        }
    }
}

fn state_name(status: Status) -> &'static str {
    match status {
        Status::Verified => "Verified",
        Status::Expired => "Expired",
        Status::Pending => "Not verified yet",
    }
}

/// A moment for people: whole seconds, and blanks in place of the letters.
fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    let seconds = time.split(['.', 'Z']).next().unwrap_or_default();
    format!("{day} {seconds} UTC")
}

fn days(days: u64) -> String {
    match days {
        1 => "1 day".into(),
        _ => format!("{days} days"),
    }
}

fn methods(proof: &Proof) -> Markup {
    html! {
        p { "Publish the code by one of the two methods, then press " strong { "Verify" } "." }
        dl {
            dt { "Method 1: a TXT record at the domain itself" }
            dd { "Line of the zone file:" pre { code { (proof.record) } } }
            dt { "Method 2: a plain-text file on the web server" }
            dd {
                "Location:"
                pre { code { (proof.url) } }
                "Contents, with nothing before or after:"
                pre { code { (proof.text) } }
            }
        }
    }
}

fn last_look_ups(look_ups: &[LookUp]) -> Markup {
    html! {
        @if let Some(first) = look_ups.first() {
            h3 { "Last look-up, " (moment(first.at)) }
            dl {
                @for look_up in look_ups {
                    dt { code { (look_up.asked) } }
                    dd {
                        "Seen: " (look_up.saw)
                        @match &look_up.why {
                            Some(why) => p.error { "It did not count: " (why) },
                            None => p { "It counted." },
                        }
                    }
                }
            }
        }
    }
}

fn add_form(call: Call<'_>, caller: &Caller, domains: &[Domain]) -> Markup {
    let own = caller.account.domain().map(|name| name.to_string());
    let offered = own.filter(|_| domains.is_empty()).unwrap_or_default();
    html! {
        section aria-label="Add a domain" {
            h2 { "Add a domain" }
            form method="post" action={ (call.sandbox.base_url) "/center/domains" } {
                @if let Some(visitor) = &caller.visitor { (visitor.field()) }
                label for="domain" { "Domain of your e-mail addresses" }
                input id="domain" name="domain" value=(offered) placeholder="main.com" required;
                div { button type="submit" { "Add domain" } }
            }
        }
    }
}
