//! What can go wrong in the Organization Center, for scripts and for people.

use http::StatusCode;
use http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use maud::html;

use super::caller::Form;
use crate::app::call::Call;
use crate::app::surface::page;
use crate::app::surface::problem::problem;
use crate::domain::name::NameRefusal;
use crate::exchange::Reply;
use crate::store::organization::Refusal;

/// Says why a call of the Organization Center failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// Nobody signed in, or with a wrong password.
    NotSignedIn,
    /// The form was not made for this browser.
    ForeignForm,
    /// The body is not `{"domain": …}`.
    Body(String),
    /// The name is no domain's.
    Name(NameRefusal),
    /// The caller has no such domain.
    NoSuchDomain,
    /// The domain's state or the caller's role forbids it.
    Refused(Refusal),
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn => StatusCode::UNAUTHORIZED,
            Self::Body(_) | Self::Name(_) => StatusCode::BAD_REQUEST,
            Self::NoSuchDomain | Self::Refused(Refusal::NotFound) => StatusCode::NOT_FOUND,
            Self::ForeignForm
            | Self::Refused(Refusal::NoAccess | Refusal::ReadOnly | Refusal::ForeignDomain) => {
                StatusCode::FORBIDDEN
            }
            Self::Refused(Refusal::Claimed | Refusal::Verified | Refusal::CodeEnded) => {
                StatusCode::CONFLICT
            }
        }
    }

    fn detail(&self) -> String {
        let text = match self {
            Self::NotSignedIn => "sign in with the user name and password of an account",
            Self::ForeignForm => "this form was not made for this browser; open the page again",
            Self::Body(error) => return format!("the body must be {{\"domain\": \"…\"}}: {error}"),
            Self::Name(refusal) => return refusal.to_string(),
            Self::NoSuchDomain => return Refusal::NotFound.to_string(),
            Self::Refused(refusal) => return refusal.to_string(),
        };
        text.into()
    }

    /// The answer in the form that was asked for.
    pub(super) fn into_reply(self, call: Call<'_>, form: Form) -> Reply {
        let (status, detail) = (self.status(), self.detail());
        let title = status.canonical_reason().unwrap_or("Error");
        if form == Form::Json {
            let reply = problem(status, title, &detail, &[]).with_header(CACHE_CONTROL, "no-store");
            if self == Self::NotSignedIn {
                let challenge = "Basic realm=\"Organization Center\", charset=\"UTF-8\"";
                return reply.with_header(WWW_AUTHENTICATE, challenge);
            }
            return reply;
        }
        if self == Self::NotSignedIn {
            let to = format!("{}/center/sign-in", call.sandbox.base_url);
            return page::redirect(StatusCode::SEE_OTHER, &to);
        }
        let (to, way_on) = match self {
            Self::Refused(Refusal::NoAccess) => ("/center/sign-in", "Use another account"),
            _ => ("/center", "Back to the Organization Center"),
        };
        let content = html! {
            p.error role="alert" { (detail) }
            p { a href={ (call.sandbox.base_url) (to) } { (way_on) } }
        };
        page::reply(status, title, &content)
    }
}
