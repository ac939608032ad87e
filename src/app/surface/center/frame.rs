//! What stands around every page of the Organization Center: who is signed in, and the tabs.

use http::StatusCode;
use maud::{Markup, html};

use super::caller::Caller;
use crate::app::call::Call;
use crate::app::surface::page::{self, Frame};
use crate::app::surface::place;
use crate::clock::Timestamp;
use crate::exchange::Reply;
use crate::scenario::state::OrganizationRole;
use crate::store::organization::{Notice, Tone};

/// Names a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    /// Domains and their proof.
    Domains,
    /// Who may do what.
    Users,
    /// What arrived by SCIM.
    Identity,
    /// OAuth clients.
    Clients,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Domains, Self::Users, Self::Identity, Self::Clients];

    fn name(self) -> &'static str {
        match self {
            Self::Domains => "Domains",
            Self::Users => "Users",
            Self::Identity => "Identity",
            Self::Clients => "OAuth clients",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Domains => "/center",
            Self::Users => "/center/users",
            Self::Identity => "/center/identity",
            Self::Clients => "/center/clients",
        }
    }
}

/// A page of a tab for somebody who signed in.
pub(super) fn page(
    call: Call<'_>,
    caller: &Caller,
    (status, tab, title): (StatusCode, Tab, &str),
    content: &Markup,
) -> Reply {
    let notice = caller.told(call);
    let content = html! {
        @if let Some(notice) = &notice { (told(notice)) }
        (content)
    };
    let frame = Frame {
        title,
        top: Some(top(call, caller, tab)),
    };
    let reply = page::framed(status, &frame, &content);
    match &caller.visitor {
        Some(visitor) => visitor.keep(reply),
        None => reply,
    }
}

fn top(call: Call<'_>, caller: &Caller, current: Tab) -> Markup {
    let to = |path: &str| place::local(call.sandbox, path);
    html! {
        div.bar {
            a.brand href=(to("/center")) { "goto-double" span { "Organization Center" } }
            div.who {
                p {
                    "Signed in as " strong { (caller.account.user_name) } ", " (role_name(caller.role()))
                }
                @if let Some(visitor) = &caller.visitor {
                    form method="post" action=(to("/center/sign-out")) {
                        (visitor.field())
                        button.second type="submit" { "Sign out" }
                    }
                }
            }
        }
        // Without an organization there is one thing to do.
        @if caller.organization.is_some() {
            nav.tabs aria-label="Organization Center" {
                ul {
                    @for tab in Tab::ALL {
                        li {
                            a href=(to(tab.path())) aria-current=[(tab == current).then_some("page")] { (tab.name()) }
                        }
                    }
                }
            }
        }
    }
}

fn told(notice: &Notice) -> Markup {
    html! {
        @match notice.tone {
            Tone::Done => div.told role="status" { p { (notice.text) } (secret(notice)) },
            Tone::Failed => div.error role="alert" { p { (notice.text) } },
        }
    }
}

fn secret(notice: &Notice) -> Markup {
    html! {
        @if let Some((id, secret)) = &notice.secret {
            p.label { "Client ID" }
            code.copy id="new-client-id" { (id) }
            @if !secret.is_empty() {
                p.label { "Client secret. It is shown this once: copy it now." }
                code.copy id="new-client-secret" { (secret) }
            }
        }
    }
}

/// A role as GoTo names it.
pub(super) fn role_name(role: Option<OrganizationRole>) -> &'static str {
    match role {
        None => "without an organization",
        Some(OrganizationRole::ReadWrite) => "Admin (Read & Write)",
        Some(OrganizationRole::ReadOnly) => "Admin (Read Only)",
        Some(OrganizationRole::User) => "User",
    }
}

/// A moment for people: whole seconds, and blanks in place of the letters.
pub(super) fn moment(at: Timestamp) -> Markup {
    let text = at.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    let seconds = time.split(['.', 'Z']).next().unwrap_or_default();
    html! { time datetime=(text) { (day) " " span.nobr { (seconds) " UTC" } } }
}

/// Something that cannot be undone, behind a step of its own that needs no script.
pub(super) fn danger(
    (summary, warning): (&str, &str),
    (action, field): (&str, &Markup),
    button: &str,
) -> Markup {
    html! {
        details {
            summary { (summary) }
            p { (warning) }
            form method="post" action=(action) {
                (field)
                button.danger type="submit" { (button) }
            }
        }
    }
}
