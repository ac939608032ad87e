//! What the rules of a scenario decided for one request: values only, no closures.

mod ahead;
mod asker;
mod data;
mod outside;
mod shape;

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde_json::Value;

use crate::entry::{Close, Fired, Subject};
use crate::exchange::Delivery;

pub use self::ahead::{ConnectVerb, HeadVerb, Rest};
pub use self::asker::{Askers, Part};
pub use self::outside::{DnsAnswer, DnsVerb, Lag, TlsVerb};
use super::limit::{Limit, Standing};

pub use self::data::{Behind, DataVerb, Drift, Fate, PageVerb, Quota, Reach, Whom};
pub use self::shape::{Dress, ListNumber, Oddity, Shape, TagMode, Unassigned};

/// What is to happen to one request.
///
/// The default plan is: nothing unusual.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The rules that act, in file order.
    pub fired: Vec<Fired>,
    /// Which of them asked for what.
    pub askers: Askers,
    /// The rules that nearly act.
    pub near: Close,
    /// How long to wait on the sandbox clock before anything else.
    pub delay: Duration,
    /// How long the finished answer waits on the sandbox clock before it leaves.
    pub hold: Duration,
    /// How far the directory's clock is turned, before anything but the delay.
    pub clock: Option<Skew>,
    /// Whether the true handler runs, and may thereby change the store.
    pub commit: bool,
    /// The answer to give in place of the true one.
    pub reply: Option<PlannedReply>,
    /// Changes to make to the answer, in file order.
    pub mutations: Vec<Mutation>,
    /// Header fields to set on the answer or to take from it, in file order.
    pub headers: Vec<HeaderVerb>,
    /// Parameters to set on the way back to the client, or to take from it, in file order.
    pub callback: Vec<CallbackVerb>,
    /// What the answer tells of limits, whether or not a rule acts.
    pub told: Vec<Told>,
    /// How the answer leaves.
    pub delivery: Delivery,
    /// What is done before the request has been read to its end.
    pub head: Option<HeadVerb>,
    /// What a connection meets on which nothing was said yet.
    pub connect: Option<ConnectVerb>,
    /// What becomes of tokens, before the handler runs.
    pub token: Option<TokenVerb>,
    /// What the double's own DNS look-up sees.
    pub dns: Option<DnsVerb>,
    /// What the client sees in place of a sound TLS handshake.
    pub tls: Option<TlsVerb>,
    /// What the store does oddly before and while the handler runs, in file order.
    pub data: Vec<DataVerb>,
    /// Whom the request is about, if the rules could tell.
    pub subject: Option<Subject>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            fired: Vec::new(),
            askers: Askers::default(),
            near: Close::default(),
            delay: Duration::ZERO,
            hold: Duration::ZERO,
            clock: None,
            commit: true,
            reply: None,
            mutations: Vec::new(),
            headers: Vec::new(),
            callback: Vec::new(),
            told: Vec::new(),
            delivery: Delivery::Whole,
            head: None,
            connect: None,
            token: None,
            dns: None,
            tls: None,
            data: Vec::new(),
            subject: None,
        }
    }
}

impl Plan {
    /// Whether the request waits somewhere on its way.
    pub fn waits(&self) -> bool {
        !self.delay.is_zero() || !self.hold.is_zero()
    }

    /// Whether the request goes on as if there were no rules.
    pub fn is_nothing(&self) -> bool {
        self.fired.is_empty() && self.told.is_empty()
    }
}

/// An answer written in a scenario; what is absent is filled in, in the dialect of the surface.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlannedReply {
    /// The status code.
    pub status: u16,
    /// The `scimType` of a SCIM error.
    pub scim_type: Option<String>,
    /// The text for a person.
    pub detail: Option<String>,
    /// Header fields to add.
    pub headers: Vec<(String, String)>,
    /// The body: a string goes out as it is, everything else as JSON.
    pub body: Option<Value>,
    /// How long the client is asked to wait.
    pub retry_after: Option<Duration>,
    /// In which form it is asked.
    pub retry_after_as: RetryAfterForm,
    /// The `error` of the `WWW-Authenticate` challenge or of the OAuth error body.
    pub auth_error: Option<String>,
    /// Where it sends the client.
    pub redirect: Option<Redirect>,
}

/// The forms of a `Retry-After`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryAfterForm {
    /// Whole seconds, unless answers vary: the file does not say.
    #[default]
    Open,
    /// Whole seconds.
    Seconds,
    /// An IMF-fixdate.
    HttpDate,
    /// The obsolete RFC 850 date.
    Rfc850Date,
    /// The obsolete asctime date.
    AsctimeDate,
    /// No header field at all.
    Absent,
    /// Something that is neither.
    Garbage,
    /// Fewer than no seconds.
    Negative,
    /// No seconds.
    Zero,
    /// A date that is over.
    Past,
    /// More seconds than anybody waits.
    Huge,
}

/// Where an answer sends the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// To the same address, written whole.
    Same,
    /// To the same address, written without scheme and host.
    Relative,
    /// To another host.
    Other,
    /// To the same address without TLS.
    Http,
    /// To an address of the same thing that is new each time.
    Loop,
}

/// What becomes of one header field of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderVerb {
    /// Its name.
    pub name: HeaderName,
    /// Its values from now on; without one the field is taken away.
    pub values: Vec<HeaderValue>,
}

/// What becomes of one parameter of the redirect that takes the browser back to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackVerb {
    /// Its name.
    pub name: String,
    /// Its value from now on; without one it is taken away.
    pub value: Option<String>,
}

/// What an answer tells of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// In which header fields.
    pub style: RateFields,
    /// The limit.
    pub limit: Limit,
    /// How its bucket stands.
    pub standing: Standing,
}

/// The header fields that tell of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateFields {
    /// `X-RateLimit-Limit`, `-Remaining`, and `-Reset` in seconds.
    XSeconds,
    /// The same with `-Reset` as seconds since 1970.
    XEpoch,
    /// `RateLimit-Limit`, `-Remaining` and `-Reset` of the earlier drafts.
    Separate,
    /// `RateLimit-Policy` and `RateLimit` of
    /// [the later drafts](https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/).
    Structured,
}

/// One change to the true answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Mutation {
    /// JSON Patch operations, [RFC 6902](https://www.rfc-editor.org/rfc/rfc6902).
    JsonPatch(json_patch::Patch),
    /// The resource, or each listed one, goes out without `id`.
    OmitId,
    /// Booleans go out as `"True"` and `"False"`.
    StringBooleans,
    /// `totalResults` says one more than there is.
    WrongTotal,
    /// Each page begins with the last row of the one before.
    PageDrift,
    /// A list leaves out resources created fewer than so many list reads ago.
    StaleList(u32),
    /// A list is made as if no filter had been asked for.
    FilterIgnored,
    /// A list that found somebody finds a second one of the same name.
    DuplicateMatch,
    /// A list that found nobody is answered with 404.
    NoMatch404,
    /// A page has no row, although `totalResults` says that there are some.
    EmptyPage,
    /// The answer to a write shows the resource as it was before.
    StaleBody,
    /// The answer shows another resource of the same type.
    OtherResource,
    /// A number beside the rows of a list is not as it should be.
    Count(ListNumber, Oddity),
    /// The entity tag is not as it should be, in the header field and in `meta`.
    Tag(TagMode),
    /// What leads to a resource leads to another host.
    ForeignHost,
    /// The JSON says the same, or nearly, in a shape that the client may not expect.
    Shape(Shape),
    /// The answer is wrapped in a way that the client may not expect; this is done last.
    Dress(Dress),
}

/// What a rule does to tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenVerb {
    /// Revokes the presented access token, the refresh token, or both.
    pub revoke: Option<TokenKind>,
    /// Sets how long newly given access tokens live.
    pub expires_in: Option<Duration>,
    /// Makes the token answer bring a new refresh token and end the old one.
    pub rotate: bool,
    /// Narrows the scopes of newly given tokens to these.
    pub scope: Option<String>,
    /// Dates newly given tokens by a clock that is not the directory's.
    pub skew: Option<Skew>,
    /// Gives tokens that speak for this account, by its user name, whoever asked.
    pub account: Option<String>,
    /// Gives access tokens that tell the client nothing, of so many characters.
    pub size: Option<usize>,
}

impl TokenVerb {
    /// Whether a token that is given is as it would be without a rule.
    pub fn gives_as_ever(&self) -> bool {
        *self
            == Self {
                revoke: self.revoke,
                ..Self::default()
            }
    }
}

/// How far one clock is from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skew {
    /// It shows a later time.
    Ahead(Duration),
    /// It shows an earlier time.
    Behind(Duration),
}

impl Skew {
    /// How many milliseconds it is ahead; less than none if it is behind.
    pub fn milliseconds(self) -> i64 {
        let whole = |by: Duration| i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        match self {
            Self::Ahead(by) => whole(by),
            Self::Behind(by) => -whole(by),
        }
    }
}

/// Which token a rule revokes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// The access token.
    Access,
    /// The refresh token.
    Refresh,
    /// Both.
    All,
}
