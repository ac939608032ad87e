//! The domains as a page: what waits for its proof, how to prove it, and what is proved.

use http::StatusCode;
use maud::{Markup, html};

use super::view::Proof;
use crate::app::call::Call;
use crate::app::surface::center::caller::Caller;
use crate::app::surface::center::field::{self, Field, typed};
use crate::app::surface::center::frame::{self, Tab, danger, moment};
use crate::app::surface::center::pager::Pager;
use crate::app::surface::center::problem::Problem;
use crate::app::surface::oauth::visitor::Visitor;
use crate::app::surface::place;
use crate::exchange::Reply;
use crate::store::organization::{Domain, LookUp, Status, Visit};

/// The page with all domains and the form for one more; after a mistake in that, as it was filled in.
pub(super) fn center(
    call: Call<'_>,
    caller: &Caller,
    visit: &Visit,
    problem: Option<&Problem>,
) -> Reply {
    let now = call.sandbox.clock.shown();
    // Without an organization an account proves the domain it is asked to.
    let is_alone = caller.organization.is_none();
    let visitor = caller.visitor.as_ref();
    let writer = visitor.filter(|_| is_alone || caller.is_admin());
    let (verified, waiting): (Vec<&Domain>, Vec<&Domain>) = visit
        .domains
        .iter()
        .partition(|domain| domain.status(now) == Status::Verified);
    let pager = Pager::of(call, waiting.len().max(verified.len()));
    let shown = |all: &[&Domain]| -> Vec<Domain> {
        let rows = all.iter().skip(pager.rows().start).take(pager.rows().len());
        rows.map(|domain| Domain::clone(domain)).collect()
    };
    let content = html! {
        (field::told(problem))
        (introduction(caller, visit))
        @for domain in shown(&waiting) {
            (card(call, caller, &domain, (writer, visit)))
        }
        @if !verified.is_empty() { (verified_table(&shown(&verified))) }
        (pager.show(call, "/center", &[]))
        @if let (Some(writer), false) = (writer, is_alone) {
            (add_form(call, writer, problem))
        }
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    let title = if is_alone {
        "Verify your domain"
    } else {
        "Domains"
    };
    frame::page(call, caller, (status, Tab::Domains, title), &content)
}

fn introduction(caller: &Caller, visit: &Visit) -> Markup {
    let own = caller.account.domain().map(|name| name.to_string());
    html! {
        @match &caller.organization {
            Some(organization) => p {
                "Organization " strong { (organization.name) } ". Users can be provisioned into its verified domains only."
            },
            None if visit.domains.is_empty() => p.error {
                "The domain " strong { (own.unwrap_or_default()) } " of your e-mail address is verified by another organization. An admin of that organization can add you to it."
            },
            None => p {
                "You have no organization yet. Verifying the domain of your e-mail address creates it, with you as its admin."
            },
        }
    }
}

fn state(status: Status) -> Markup {
    let name = match status {
        Status::Verified => "Verified",
        Status::Expired => "Expired",
        Status::Pending => "Not verified yet",
    };
    html! { span class={ "state " (status.as_str()) } { (name) } }
}

fn days(days: u64) -> String {
    match days {
        1 => "1 day".into(),
        _ => format!("{days} days"),
    }
}

fn card(
    call: Call<'_>,
    caller: &Caller,
    domain: &Domain,
    (writer, visit): (Option<&Visitor>, &Visit),
) -> Markup {
    let is_renewed = visit.renewed.contains(&domain.name);
    let may_delete = caller.organization.is_some();
    let now = call.sandbox.clock.shown();
    let status = domain.status(now);
    let name = domain.name.as_str();
    let path = place::local(call.sandbox, &format!("/center/domains/{name}"));
    html! {
        section.card id=(name) aria-labelledby={ (name) "-title" } {
            h2 id={ (name) "-title" } { (name) " " (state(status)) }
            @if is_renewed {
                p.fresh { "The old code ended before it was found. This is a new one; take the old one away." }
            }
            p {
                "Prove that you own this domain: " strong { (days(domain.days_left(now))) " left" }
                ", until " (moment(domain.deadline)) ". Publish the code by one of the two methods, then press " strong { "Verify" } "."
            }
            (methods(call, domain))
            @if let Some(writer) = writer {
                form method="post" action={ (path) "/verify" } {
                    (writer.field())
                    button type="submit" { "Verify" }
                }
            }
            (last_look_ups(&domain.look_ups))
            // An account without an organization is asked for this one and no other.
            @if let Some(writer) = writer.filter(|_| may_delete) {
                (danger(("Delete this domain…", "Its code is worth nothing afterwards."), (&format!("{path}/delete"), &writer.field()), "Delete domain"))
            }
        }
    }
}

fn methods(call: Call<'_>, domain: &Domain) -> Markup {
    let proof = Proof::of(call, domain);
    let name = domain.name.as_str();
    html! {
        div.two {
            div.method {
                h3 { "Method 1: a DNS record" }
                p { "Add a TXT record at the domain itself. Each subdomain needs its own." }
                p.label { "Value of the record" }
                code.copy.value { (proof.text) }
                p.label { "The same as a line of the zone file" }
                code.copy.record { (proof.record) }
                p.label { "or, within the zone of the domain" }
                code.copy { "@ IN TXT \"" (proof.text) "\"" }
                details {
                    summary { "How to check it, and how to publish it here" }
                    p.label { "Unix and Linux" }
                    code.copy { "dig TXT " (name) }
                    p.label { "Windows" }
                    code.copy { "nslookup -type=TXT " (name) }
                    p.label { "To publish it in this double, send its control port" }
                    code.copy { "PUT /sandboxes/" (call.sandbox.id) "/zone/" (name) " {\"txt\":[\"" (proof.text) "\"]}" }
                }
            }
            div.method {
                h3 { "Method 2: a file on the web server" }
                p { "Upload a plain-text file to the root of the web server." }
                p.label { "Location" }
                code.copy.location { (proof.url) }
                p.label { "Contents, without any blanks or other characters around" }
                code.copy.contents { (proof.text) }
                details {
                    summary { "How to check it, and how to say where the server is" }
                    p.label { "On any system" }
                    code.copy { "curl -i " (proof.url) }
                    p.label { "To say in this double where that web server is, send its control port" }
                    code.copy { "PUT /sandboxes/" (call.sandbox.id) "/web/" (name) " {\"server\":\"127.0.0.1:8000\"}" }
                }
            }
        }
    }
}

fn last_look_ups(look_ups: &[LookUp]) -> Markup {
    html! {
        @if !look_ups.is_empty() {
            h3 { "What the last look-up saw" }
            div.wide role="region" aria-label="Last look-up" tabindex="0" {
                table {
                    thead { tr { th scope="col" { "When" } th scope="col" { "Asked" } th scope="col" { "Seen" } th scope="col" { "Counted" } } }
                    tbody {
                        @for look_up in look_ups {
                            tr {
                                td { (moment(look_up.at)) }
                                th scope="row" { code { (look_up.asked) } }
                                td { (if look_up.why.as_ref() == Some(&look_up.saw) { "Nothing" } else { &look_up.saw }) }
                                td {
                                    @match &look_up.why {
                                        Some(why) => { strong { "It did not count: " } (why) },
                                        None => "It counted.",
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn verified_table(domains: &[Domain]) -> Markup {
    html! {
        div.wide role="region" aria-label="Verified domains" tabindex="0" {
            table {
                caption { "Verified domains. They stay: a verified domain cannot be deleted." }
                thead { tr { th scope="col" { "Domain" } th scope="col" { "State" } th scope="col" { "Since" } } }
                tbody {
                    @for domain in domains {
                        tr id=(domain.name) {
                            th scope="row" { (domain.name) }
                            td { (state(Status::Verified)) }
                            td {
                                @if let Some(at) = domain.verified { "Verified on " (moment(at)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn add_form(call: Call<'_>, writer: &Visitor, problem: Option<&Problem>) -> Markup {
    let value = if problem.is_some() {
        typed(call, "domain")
    } else {
        String::new()
    };
    html! {
        section.card aria-labelledby="add-title" {
            h2 #add-title { "Add a domain" }
            form method="post" action=(place::local(call.sandbox, "/center/domains")) {
                (writer.field())
                (Field {
                    name: "domain",
                    label: "Domain of e-mail addresses",
                    hint: "As in main.com. A subdomain that has e-mail addresses of its own is added by itself.",
                    value: &value,
                    kind: "text",
                    autocomplete: "off",
                    length: 254,
                }.show(problem))
                div { button type="submit" { "Add domain" } }
            }
        }
    }
}
