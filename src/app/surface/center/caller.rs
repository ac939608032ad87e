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
use crate::store::organization::Account;

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
    /// The browser, if it is not a script.
    pub(super) visitor: Option<Visitor>,
}

impl Caller {
    /// The account behind HTTP Basic, or else behind the cookie.
    pub(super) fn of(call: Call<'_>) -> Result<Self, Problem> {
        if is_basic(call.request) {
            let value = call.request.header(&AUTHORIZATION).unwrap_or_default();
            let account = basic_pair(value)
                .and_then(|(user_name, password)| account_of(call, &user_name, &password))
                .ok_or(Problem::NotSignedIn)?;
            return Ok(Self {
                account,
                visitor: None,
            });
        }
        let visitor = Visitor::of(call.sandbox, call.request);
        let session = visitor.session.clone().ok_or(Problem::NotSignedIn)?;
        Ok(Self {
            account: Arc::clone(&session.account),
            visitor: Some(visitor),
        })
    }

    /// Checks that what came with a cookie is no other site's form.
    ///
    /// No form can carry JSON, so that needs no proof; neither does a script, which brings its password each time.
    pub(super) fn check_form(&self, call: Call<'_>) -> Result<(), Problem> {
        let is_json = call.request.media_type().as_deref() == Some("application/json");
        match &self.visitor {
            Some(visitor) if !is_json && !visitor.sent(&page_form(call.request)) => {
                Err(Problem::ForeignForm)
            }
            Some(_) | None => Ok(()),
        }
    }
}
