//! Who calls the Organization Center, and in which form the answer is wanted.

use std::sync::Arc;

use http::header::{ACCEPT, AUTHORIZATION};

use super::problem::Problem;
use crate::app::auth::page_form;
use crate::app::call::Call;
use crate::app::surface::oauth::sign_in::account_of;
use crate::app::surface::oauth::visitor::Visitor;
use crate::exchange::Request;
use crate::oauth::token::basic_pair;
use crate::scenario::state::OrganizationRole;
use crate::store::organization::{Account, Notice, Organization};

/// Names the form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For scripts.
    Json,
    /// For a person at a browser.
    Page,
}

impl Form {
    /// The form a request asks for: by `Accept`, by its own body, or by how it signs in.
    pub(super) fn of(request: &Request) -> Self {
        let accept = request.header(&ACCEPT).unwrap_or_default();
        let media_type = request.media_type().unwrap_or_default();
        let is_json = |text: &str| text.contains("/json") || text.contains("+json");
        if accept.contains("text/html") {
            Self::Page
        } else if is_json(accept) || is_json(&media_type) || is_basic(request) {
            Self::Json
        } else {
            Self::Page
        }
    }
}

fn is_basic(request: &Request) -> bool {
    let value = request.header(&AUTHORIZATION).unwrap_or_default();
    value
        .get(..6)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))
}

/// Stands for somebody who signed in.
pub(super) struct Caller {
    /// Who it is.
    pub(super) account: Arc<Account>,
    /// The organization, if there is one.
    pub(super) organization: Option<Arc<Organization>>,
    /// The browser, if it is not a script.
    pub(super) visitor: Option<Visitor>,
}

impl Caller {
    /// The account behind HTTP Basic, or else behind the cookie.
    pub(super) fn of(call: Call<'_>) -> Result<Self, Problem> {
        let (account, visitor) = if is_basic(call.request) {
            let value = call.request.header(&AUTHORIZATION).unwrap_or_default();
            let account = basic_pair(value)
                .and_then(|(user_name, password)| account_of(call, &user_name, &password));
            (account, None)
        } else {
            let visitor = Visitor::of(call.sandbox, call.request);
            let session = visitor.session.clone();
            let signed_in = session.map(|session| Arc::clone(&session.account));
            // The names may have changed since.
            let account = signed_in.and_then(|old| call.sandbox.organizations.present(&old));
            (account, Some(visitor))
        };
        let account = account.ok_or(Problem::NotSignedIn)?;
        Ok(Self {
            organization: call.sandbox.organizations.of(&account),
            account,
            visitor,
        })
    }

    /// The role in the organization; `None` without one.
    pub(super) fn role(&self) -> Option<OrganizationRole> {
        let organization = self.organization.as_ref()?;
        Some(organization.role(&self.account))
    }

    /// Whether it may change what belongs to the organization.
    pub(super) fn is_admin(&self) -> bool {
        self.role() == Some(OrganizationRole::ReadWrite)
    }

    /// The browser, if its owner may send forms that change something.
    pub(super) fn writer(&self) -> Option<&Visitor> {
        self.visitor.as_ref().filter(|_| self.is_admin())
    }

    /// Checks that what came with a cookie is no other site's form.
    ///
    /// No form can carry JSON, so that needs no proof; neither does a script, which brings its password each time.
    /// No form can send `DELETE` either.
    pub(super) fn check_form(&self, call: Call<'_>) -> Result<(), Problem> {
        let is_json = call.request.media_type().as_deref() == Some("application/json");
        let is_beyond_forms = is_json || call.request.method == http::Method::DELETE;
        match &self.visitor {
            Some(visitor) if !is_beyond_forms && !visitor.sent(&page_form(call.request)) => {
                Err(Problem::ForeignForm)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Leaves what the next page of this browser is to say.
    pub(super) fn tell(&self, call: Call<'_>, notice: Notice) {
        if let Some(login) = self.login() {
            call.sandbox.organizations.notices.leave(login, notice);
        }
    }

    /// What this page is to say.
    pub(super) fn told(&self, call: Call<'_>) -> Option<Notice> {
        call.sandbox.organizations.notices.take(self.login()?)
    }

    fn login(&self) -> Option<&str> {
        let session = self.visitor.as_ref()?.session.as_ref()?;
        Some(&session.login)
    }
}
