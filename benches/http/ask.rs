//! What the client asks: each kind of request, and the bytes of the next one.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::world::{self, CREW, user_id};

/// How far from each other two targets are that are asked for one after the other.
///
/// A prime, so that every target has its turn, and large, so that no neighbour warms a cache for the next.
const STRIDE: usize = 7919;

/// What is asked all the time; where there is a number of targets, of each in turn.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask {
    /// One of so many users, by id.
    User(usize),
    /// One of so many users, by `userName`.
    UserName(usize),
    /// One of so many users, by `externalId`.
    ExternalId(usize),
    /// One of so many groups, by `displayName`.
    GroupName(usize),
    /// A hundred users from there on.
    Page(usize),
    /// A new user every time.
    Create,
    /// To take a user in as the next member after so many, and then to let it go, over and over.
    Member(usize),
}

impl Ask {
    /// How many different targets there are.
    pub(crate) fn targets(self) -> usize {
        match self {
            Self::User(many)
            | Self::UserName(many)
            | Self::ExternalId(many)
            | Self::GroupName(many) => many,
            Self::Page(_) | Self::Create | Self::Member(_) => 1,
        }
    }

    /// The target of that number, in origin form.
    pub(crate) fn target(self, number: usize) -> String {
        match self {
            Self::User(_) => format!("/scim/v2/Users/{}", user_id(number)),
            Self::UserName(_) => filter("Users", "userName", &user_name(number)),
            Self::ExternalId(_) => filter("Users", "externalId", &external_id(number)),
            Self::GroupName(_) => filter("Groups", "displayName", &group_name(number)),
            Self::Page(start) => format!("/scim/v2/Users?startIndex={start}&count=100"),
            Self::Create => "/scim/v2/Users".to_owned(),
            Self::Member(_) => format!("/scim/v2/Groups/{CREW}"),
        }
    }

    fn method(self) -> &'static str {
        match self {
            Self::Create => "POST",
            Self::Member(_) => "PATCH",
            _ => "GET",
        }
    }
}

fn filter(endpoint: &str, attribute: &str, value: &str) -> String {
    let value = value.replace('@', "%40").replace(' ', "%20");
    format!("/scim/v2/{endpoint}?filter={attribute}%20eq%20%22{value}%22")
}

/// What the user of that number signs in with.
pub(crate) fn user_name(number: usize) -> String {
    format!("user{number}@main.com")
}

/// What the client calls the user of that number.
pub(crate) fn external_id(number: usize) -> String {
    format!("external-{number}")
}

/// What the group of that number is called.
pub(crate) fn group_name(number: usize) -> String {
    format!("Group {number}")
}

/// What one server is asked over all rounds of a figure.
pub(crate) struct Load {
    ask: Ask,
    /// The header fields that every request has.
    fields: String,
    /// How many requests were made; no user is created twice, in whatever round.
    made: AtomicUsize,
}

impl Load {
    pub(crate) fn new(ask: Ask, token: &str, host: &str) -> Self {
        Self {
            ask,
            fields: format!("host: {host}\r\nauthorization: Bearer {token}\r\n"),
            made: AtomicUsize::new(0),
        }
    }

    /// Writes the next request of a connection, its `turn`-th, in place of the one before.
    pub(crate) fn next(&self, (connection, turn): (usize, usize), request: &mut Vec<u8>) {
        let made = self.made.fetch_add(1, Ordering::Relaxed);
        let number = made.wrapping_mul(STRIDE) % self.ask.targets();
        let body = match self.ask {
            // Far from the numbers of the users that are there from the start.
            Ask::Create => world::user(1_000_000 + made).to_string(),
            Ask::Member(members) => member_patch(members + connection, turn),
            _ => String::new(),
        };
        request.clear();
        // Writing to a vector cannot fail.
        let _ = write!(
            request,
            "{} {} HTTP/1.1\r\n{}",
            self.ask.method(),
            self.ask.target(number),
            self.fields
        );
        if !body.is_empty() {
            let _ = write!(
                request,
                "content-type: application/scim+json\r\ncontent-length: {}\r\n",
                body.len()
            );
        }
        let _ = write!(request, "\r\n{body}");
    }
}

fn member_patch(number: usize, turn: usize) -> String {
    let id = user_id(number);
    let operation = if turn.is_multiple_of(2) {
        json!({ "op": "add", "path": "members", "value": [{ "value": id }] })
    } else {
        json!({ "op": "remove", "path": format!("members[value eq \"{id}\"]") })
    };
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [operation],
    })
    .to_string()
}
