//! What can go wrong in the Organization Center, for scripts and for people.

use http::StatusCode;
use http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use maud::html;

use super::back;
use super::caller::Form;
use crate::app::call::Call;
use crate::app::surface::problem::problem;
use crate::app::surface::{page, place};
use crate::domain::name::NameRefusal;
use crate::exchange::Reply;
use crate::oauth::registration::RegistrationRefusal;
use crate::store::organization::{AccountRefusal, ChangeRefusal, Refusal};

/// Says why a call of the Organization Center failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// Nobody signed in, or with a wrong password.
    NotSignedIn,
    /// The form was not made for this browser.
    ForeignForm,
    /// The body is not what is wanted.
    Body {
        /// What is wanted.
        wanted: &'static str,
        /// Why it is not that.
        error: String,
    },
    /// The name is no domain's.
    Name(NameRefusal),
    /// The account cannot be so.
    Account(AccountRefusal),
    /// The role is none.
    Role,
    /// The client cannot be so.
    Registration(RegistrationRefusal),
    /// There is no account for a client to act for.
    NobodyToActFor,
    /// There is no such client.
    NoSuchClient,
    /// The registry of clients refused it.
    Client(String),
    /// The caller has no such domain.
    NoSuchDomain,
    /// There is nothing at this address.
    NoSuchPage,
    /// The state of things or the caller's role forbids it.
    Refused(Refusal),
}

impl Problem {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn => StatusCode::UNAUTHORIZED,
            Self::Body { .. }
            | Self::Name(_)
            | Self::Account(_)
            | Self::Role
            | Self::Registration(_)
            | Self::NobodyToActFor
            | Self::Client(_)
            | Self::Refused(Refusal::StrangeDomain) => StatusCode::BAD_REQUEST,
            Self::NoSuchDomain
            | Self::NoSuchClient
            | Self::NoSuchPage
            | Self::Refused(Refusal::NotFound | Refusal::NoSuchUser) => StatusCode::NOT_FOUND,
            Self::ForeignForm
            | Self::Refused(
                Refusal::NoAccess
                | Refusal::ReadOnly
                | Refusal::ForeignDomain
                | Refusal::NoOrganization,
            ) => StatusCode::FORBIDDEN,
            Self::Refused(
                Refusal::Claimed
                | Refusal::Verified
                | Refusal::CodeEnded
                | Refusal::UserNameTaken
                | Refusal::OwnRole
                | Refusal::OwnAccount,
            ) => StatusCode::CONFLICT,
        }
    }

    /// Whether whoever filled in the form can mend it there.
    pub(super) fn is_mistake(&self) -> bool {
        let is_about_input = matches!(self, Self::Refused(Refusal::ForeignDomain))
            || matches!(
                self.status(),
                StatusCode::BAD_REQUEST | StatusCode::CONFLICT
            );
        is_about_input && !matches!(self, Self::Body { .. })
    }

    /// The name of the field that is to be mended, if it is one.
    pub(super) fn field(&self) -> Option<&'static str> {
        match self {
            Self::Name(_) | Self::Refused(Refusal::Claimed | Refusal::ForeignDomain) => {
                Some("domain")
            }
            Self::Account(
                AccountRefusal::NoAddress
                | AccountRefusal::Domain(_)
                | AccountRefusal::AddressTooLong(_),
            )
            | Self::Refused(Refusal::UserNameTaken | Refusal::StrangeDomain) => Some("email"),
            Self::Account(AccountRefusal::Name) => Some("given_name"),
            Self::Account(AccountRefusal::Password) => Some("password"),
            Self::Role | Self::Refused(Refusal::OwnRole) => Some("role"),
            Self::Registration(RegistrationRefusal::NoScope | RegistrationRefusal::Scope(_)) => {
                Some("scopes")
            }
            Self::Registration(_) => Some("redirect_uris"),
            Self::NobodyToActFor => Some("account"),
            _ => None,
        }
    }

    /// What went wrong, in words.
    pub(super) fn detail(&self) -> String {
        let text = match self {
            Self::NotSignedIn => "sign in with the user name and password of an account",
            Self::ForeignForm => "this form was not made for this browser; open the page again",
            Self::Body { wanted, error } => return format!("the body must be {wanted}: {error}"),
            Self::Name(refusal) => return refusal.to_string(),
            Self::Account(refusal) => return refusal.to_string(),
            Self::Role => "the role is read-write, read-only or user",
            Self::Registration(refusal) => return refusal.to_string(),
            Self::NobodyToActFor => "there is no such account for the client to act for",
            Self::NoSuchClient => "there is no such client here",
            Self::Client(why) => return why.clone(),
            Self::NoSuchDomain => return Refusal::NotFound.to_string(),
            Self::NoSuchPage => "nothing answers this path",
            Self::Refused(refusal) => return refusal.to_string(),
        };
        text.into()
    }

    /// The same as a sentence for people.
    pub(super) fn sentence(&self) -> String {
        sentence(&self.detail())
    }

    /// The answer in the form that was asked for.
    pub(super) fn reply(&self, call: Call<'_>, form: Form) -> Reply {
        let (status, detail) = (self.status(), self.detail());
        let title = status.canonical_reason().unwrap_or("Error");
        if form == Form::Json {
            let reply = problem(status, title, &detail, &[]).with_header(CACHE_CONTROL, "no-store");
            if *self == Self::NotSignedIn {
                return reply.with_header(WWW_AUTHENTICATE, super::CHALLENGE);
            }
            return reply;
        }
        if *self == Self::NotSignedIn {
            return back(call, "/center/sign-in");
        }
        let (to, way_on) = match self {
            Self::Refused(Refusal::NoAccess) => ("/center/sign-in", "Use another account"),
            _ => ("/center", "Back to the Organization Center"),
        };
        let content = html! {
            p.error role="alert" { (self.sentence()) }
            p { a href=(place::local(call.sandbox, to)) { (way_on) } }
        };
        page::reply(status, self.title(), &content)
    }

    fn title(&self) -> &'static str {
        match self.status() {
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::FORBIDDEN if *self == Self::ForeignForm => "Please try again",
            StatusCode::FORBIDDEN => "You may not do this",
            StatusCode::CONFLICT => "This cannot be done",
            _ => "This cannot be read",
        }
    }
}

/// Words as a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let mut whole = first.unwrap_or_default() + letters.as_str();
    if !whole.ends_with(['.', '!', '?', ')']) {
        whole.push('.');
    }
    whole
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<AccountRefusal> for Problem {
    fn from(refusal: AccountRefusal) -> Self {
        Self::Account(refusal)
    }
}

impl From<RegistrationRefusal> for Problem {
    fn from(refusal: RegistrationRefusal) -> Self {
        Self::Registration(refusal)
    }
}

impl From<ChangeRefusal> for Problem {
    fn from(refusal: ChangeRefusal) -> Self {
        match refusal {
            ChangeRefusal::Refused(refusal) => refusal.into(),
            ChangeRefusal::Account(refusal) => refusal.into(),
        }
    }
}
