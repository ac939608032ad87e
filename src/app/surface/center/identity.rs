//! Identity at a glance: the users and groups that arrived by SCIM, a page at a time.

use std::sync::Arc;

use http::StatusCode;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::caller::{Caller, Form};
use super::frame::{self, Tab, moment};
use super::json_reply;
use super::pager::{Pager, grouped};
use super::problem::Problem;
use crate::app::call::Call;
use crate::app::surface::place;
use crate::exchange::Reply;
use crate::oauth::form::Form as Query;
use crate::scim::resource_type::Kind;
use crate::store::directory::{Directory, Stored};
use crate::store::organization::Organization;

/// How many groups of a user are named.
const GROUPS: usize = 3;

/// What of the directory is asked for.
struct Asked {
    kind: Kind,
    /// What the name must hold, in lower case; empty for anything.
    find: String,
}

impl Asked {
    fn of(call: Call<'_>) -> Self {
        let query = Query::read(call.request.query().as_bytes());
        let kind = match query.first("list") {
            Some("groups") => Kind::Group,
            _ => Kind::User,
        };
        let find = query.first("find").unwrap_or_default().trim();
        Self {
            kind,
            find: find.to_lowercase(),
        }
    }

    fn list(&self) -> &'static str {
        if self.kind == Kind::Group {
            "groups"
        } else {
            "users"
        }
    }
}

/// The rows of one page.
struct Shown {
    pager: Pager,
    rows: Vec<Arc<Stored>>,
}

impl Shown {
    /// Reads one moment of the directory; without a search every page costs the same, however much there is.
    fn of(call: Call<'_>, directory: &Directory, asked: &Asked) -> Self {
        let all = directory.snapshot(asked.kind);
        if asked.find.is_empty() {
            let pager = Pager::of(call, all.len());
            let rows = pager.rows();
            return Self {
                rows: all.page(rows.start, rows.len()),
                pager,
            };
        }
        let is_found = |stored: &&Arc<Stored>| stored.name().to_lowercase().contains(&asked.find);
        let found: Vec<&Arc<Stored>> = all.iter().filter(is_found).collect();
        let pager = Pager::of(call, found.len());
        let rows = found.get(pager.rows()).unwrap_or_default();
        Self {
            rows: rows.iter().map(|stored| Arc::clone(stored)).collect(),
            pager,
        }
    }
}

pub(super) fn list(call: Call<'_>) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    let organization = call.sandbox.organizations.check_auditor(&caller.account)?;
    let asked = Asked::of(call);
    let shown = Shown::of(call, organization.directory(), &asked);
    if Form::of(call.request) == Form::Json {
        let items: Vec<Value> = shown.rows.iter().map(|row| as_json(row)).collect();
        let body = json!({
            "list": asked.list(),
            "total": shown.pager.total,
            "page": shown.pager.page,
            "pages": shown.pager.pages,
            "items": items,
        });
        return Ok(json_reply(StatusCode::OK, &body));
    }
    Ok(page(call, &caller, &organization, (&asked, &shown)))
}

fn as_json(stored: &Stored) -> Value {
    let resource = stored.resource();
    json!({
        "id": &*stored.id,
        "name": stored.name(),
        "external_id": stored.external_id(),
        "active": (stored.kind() == Kind::User).then(|| is_active(&resource)),
        "members": (stored.kind() == Kind::Group).then(|| stored.member_ids().count()),
    })
}

/// A user that nobody suspended is active.
fn is_active(resource: &Value) -> bool {
    resource.get("active") != Some(&Value::Bool(false))
}

fn page(
    call: Call<'_>,
    caller: &Caller,
    organization: &Organization,
    (asked, shown): (&Asked, &Shown),
) -> Reply {
    let directory = organization.directory();
    let mut kept = vec![("list", asked.list())];
    if !asked.find.is_empty() {
        kept.push(("find", asked.find.as_str()));
    }
    let content = html! {
        p { "The users and groups that your identity provider sent by SCIM. They are changed there, not here." }
        (lists(call, directory, asked))
        form.find method="get" action=(place::local(call.sandbox, "/center/identity")) role="search" {
            input type="hidden" name="list" value=(asked.list());
            div {
                label for="find" { (if asked.kind == Kind::Group { "Find a group by name" } else { "Find a user by e-mail address" }) }
                input id="find" name="find" type="search" value=(asked.find) maxlength="128";
            }
            button.second type="submit" { "Find" }
        }
        @if shown.pager.total == 0 {
            p.card { (nothing(asked)) }
        } @else {
            div.wide role="region" aria-label=(if asked.kind == Kind::Group { "Groups" } else { "Users" }) tabindex="0" {
                @if asked.kind == Kind::Group { (groups(shown)) } @else { (users(directory, shown)) }
            }
            (shown.pager.show(call, "/center/identity", &kept))
        }
    };
    let head = (StatusCode::OK, Tab::Identity, "Identity");
    frame::page(call, caller, head, &content)
}

fn nothing(asked: &Asked) -> &'static str {
    match (asked.find.is_empty(), asked.kind) {
        (false, _) => "Nothing of that name is here.",
        (true, Kind::Group) => {
            "No group has arrived yet. Groups appear here once a client creates them by SCIM."
        }
        (true, _) => {
            "No user has arrived yet. Users appear here once a client creates them by SCIM."
        }
    }
}

fn lists(call: Call<'_>, directory: &Directory, asked: &Asked) -> Markup {
    let one = |kind: Kind, list: &str, name: &str| {
        let count = grouped(directory.snapshot(kind).len());
        let to = place::local(call.sandbox, &format!("/center/identity?list={list}"));
        html! { li { a href=(to) aria-current=[(asked.kind == kind).then_some("true")] { (name) " (" (count) ")" } } }
    };
    html! {
        nav.tabs aria-label="Users and groups" {
            ul { (one(Kind::User, "users", "Users")) (one(Kind::Group, "groups", "Groups")) }
        }
    }
}

fn users(directory: &Directory, shown: &Shown) -> Markup {
    html! {
        table {
            caption { "Users: " (shown.pager.in_words()) }
            thead { tr {
                th scope="col" { "E-mail address" }
                th scope="col" { "Name" }
                th scope="col" { "State" }
                th scope="col" { "Groups" }
                th scope="col" { "External id" }
                th scope="col" { "Changed" }
            } }
            tbody { @for stored in &shown.rows { (user(directory, stored)) } }
        }
    }
}

fn user(directory: &Directory, stored: &Stored) -> Markup {
    let resource = stored.resource();
    let name = |part: &str| {
        let value = resource.pointer(part).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    html! {
        tr {
            th scope="row" { (stored.name()) }
            td { (name("/name/givenName")) " " (name("/name/familyName")) }
            td {
                @if is_active(&resource) { span.state.active { "Active" } } @else { span.state.suspended { "Suspended" } }
            }
            td { (groups_of(directory, stored)) }
            td { (stored.external_id().unwrap_or_default()) }
            td { (moment(stored.modified)) }
        }
    }
}

fn groups_of(directory: &Directory, stored: &Stored) -> String {
    let groups = directory.groups_of(&stored.id);
    let named: Vec<&str> = groups
        .iter()
        .take(GROUPS)
        .map(|group| group.name())
        .collect();
    let more = groups.len().saturating_sub(GROUPS);
    match more {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn groups(shown: &Shown) -> Markup {
    html! {
        table {
            caption { "Groups: " (shown.pager.in_words()) }
            thead { tr {
                th scope="col" { "Name" }
                th scope="col" { "Members" }
                th scope="col" { "External id" }
                th scope="col" { "Changed" }
            } }
            tbody {
                @for stored in &shown.rows {
                    tr {
                        th scope="row" { (stored.name()) }
                        td { (grouped(stored.member_ids().count())) }
                        td { (stored.external_id().unwrap_or_default()) }
                        td { (moment(stored.modified)) }
                    }
                }
            }
        }
    }
}
