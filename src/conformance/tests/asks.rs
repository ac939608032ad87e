//! Requests with their answers, as the tests speak of them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Method, StatusCode, Version};
use serde_json::{Value, json};

use super::support::{id, row};
use crate::entry::{Change, Fired, SubjectKind, TokenFacts, Verb};
use crate::exchange::{Connection, Delivery, Ending, Reply, Request};

pub(super) const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// One exchange in the making.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) request: Request,
    pub(super) reply: Reply,
    pub(super) delivery: Delivery,
    pub(super) ending: Ending,
    pub(super) held: Duration,
    pub(super) changes: Vec<Change>,
    pub(super) token: TokenFacts,
    pub(super) fired: Vec<Fired>,
}

/// A request with a body of JSON, answered with 200 and nothing.
pub(super) fn ask(method: &str, target: &str, body: Value) -> Ask {
    let body = match body {
        Value::Null => Bytes::new(),
        body => Bytes::from(body.to_string()),
    };
    let nobody = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
    Ask {
        request: Request {
            method: method.parse::<Method>().unwrap(),
            uri: target.parse().unwrap(),
            version: Version::HTTP_11,
            headers: HeaderMap::new(),
            body,
            connection: Connection {
                number: 1,
                peer: nobody,
                local: nobody,
            },
        },
        reply: Reply::empty(StatusCode::OK),
        delivery: Delivery::Whole,
        ending: Ending::Complete,
        held: Duration::ZERO,
        changes: Vec::new(),
        token: TokenFacts::default(),
        fired: Vec::new(),
    }
}

/// A lookup by `userName`, answered with the rows of these names.
pub(super) fn lookup(name: &str, found: &[&str]) -> Ask {
    let rows: Vec<Value> = found.iter().map(|name| row(name)).collect();
    let filter = format!("userName eq {}", Value::from(name));
    find(&filter, &rows)
}

pub(super) fn find(filter: &str, rows: &[Value]) -> Ask {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("filter", filter)
        .finish();
    ask("GET", &format!("/scim/v2/Users?{query}"), Value::Null).page(rows, rows.len())
}

/// A page of a listing: `count` asked from `start`, these names answered of so many.
pub(super) fn page(start: usize, count: usize, names: &[String], total: usize) -> Ask {
    let rows: Vec<Value> = names.iter().map(|name| row(name)).collect();
    let target = format!("/scim/v2/Users?startIndex={start}&count={count}");
    ask("GET", &target, Value::Null).page(&rows, total)
}

/// A create that succeeds.
pub(super) fn create(name: &str) -> Ask {
    ask(
        "POST",
        "/scim/v2/Users",
        json!({"userName": name, "externalId": format!("key-{name}"), "active": true}),
    )
    .status(201)
    .json(&row(name))
    .commits(Verb::Created, name)
}

/// A PATCH of a user that succeeds.
pub(super) fn patch(name: &str, operations: Value) -> Ask {
    let body = Value::from_iter([("schemas", json!([PATCH_OP])), ("Operations", operations)]);
    ask("PATCH", &format!("/scim/v2/Users/{}", id(name)), body)
        .json(&row(name))
        .commits(Verb::Updated, name)
}

pub(super) fn set_active(name: &str, active: bool) -> Ask {
    patch(
        name,
        json!([{"op": "replace", "path": "active", "value": active}]),
    )
}

pub(super) fn delete(name: &str) -> Ask {
    ask(
        "DELETE",
        &format!("/scim/v2/Users/{}", id(name)),
        Value::Null,
    )
    .status(204)
    .commits(Verb::Deleted, name)
}

/// A PATCH of a group that succeeds.
pub(super) fn patch_group(name: &str, operations: Value) -> Ask {
    let body = Value::from_iter([("schemas", json!([PATCH_OP])), ("Operations", operations)]);
    let mut ask = ask("PATCH", &format!("/scim/v2/Groups/{}", id(name)), body).status(204);
    ask.changes.push(Change {
        kind: SubjectKind::Group,
        id: id(name),
        verb: Verb::Updated,
    });
    ask
}

pub(super) fn add_members(name: &str, members: &[&str]) -> Ask {
    let members: Vec<_> = members
        .iter()
        .map(|name| json!({"value": id(name)}))
        .collect();
    patch_group(
        name,
        json!([{"op": "add", "path": "members", "value": members}]),
    )
}

/// A call of the token endpoint.
pub(super) fn token(fields: &[(&str, &str)]) -> Ask {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let mut ask = ask("POST", "/oauth/token", Value::Null)
        .json(&json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600}));
    ask.request.body = Bytes::from(body);
    ask.request.headers.insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    ask
}

impl Ask {
    pub(super) fn status(mut self, status: u16) -> Self {
        self.reply.status = StatusCode::from_u16(status).unwrap();
        self
    }

    pub(super) fn json(mut self, body: &Value) -> Self {
        self.reply.body = Bytes::from(body.to_string());
        self
    }

    pub(super) fn text(mut self, body: &'static str) -> Self {
        self.reply.body = Bytes::from_static(body.as_bytes());
        self
    }

    fn page(self, rows: &[Value], total: usize) -> Self {
        if total == 0 {
            return self.json(&json!({"totalResults": 0}));
        }
        self.json(&json!({"totalResults": total, "Resources": rows}))
    }

    /// A refusal: nothing is changed.
    pub(super) fn refused(mut self, status: u16) -> Self {
        self.changes.clear();
        self.status(status)
            .json(&json!({"status": status.to_string()}))
    }

    pub(super) fn refused_as(self, status: u16, scim_type: &str) -> Self {
        self.refused(status)
            .json(&json!({"status": status.to_string(), "scimType": scim_type}))
    }

    pub(super) fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.reply = self.reply.with_header(name, value);
        self
    }

    pub(super) fn retry_after(self, value: &str) -> Self {
        self.header(RETRY_AFTER, value)
    }

    pub(super) fn redirects(self, location: &str) -> Self {
        self.status(302).header(LOCATION, location)
    }

    /// The answer never leaves.
    pub(super) fn reset(mut self) -> Self {
        (self.delivery, self.ending) = (Delivery::Reset, Ending::BrokenOff);
        self
    }

    /// The answer is held so long that the client goes away.
    pub(super) fn held(mut self, seconds: u64) -> Self {
        self.held = Duration::from_secs(seconds);
        self.delivery = Delivery::Stall {
            body: None,
            hold: Duration::from_secs(seconds + 30),
        };
        self.ending = Ending::ClientGone;
        self
    }

    pub(super) fn commits(mut self, verb: Verb, name: &str) -> Self {
        self.changes.push(Change {
            kind: SubjectKind::User,
            id: id(name),
            verb,
        });
        self
    }

    /// The token it carries.
    pub(super) fn bearer(mut self, fingerprint: &str) -> Self {
        self.token = TokenFacts {
            fingerprint: Some(fingerprint.into()),
            live: self.reply.status != StatusCode::UNAUTHORIZED,
            client: None,
        };
        self
    }

    pub(super) fn fired(mut self, rule: &str) -> Self {
        self.fired.push(Fired {
            rule: rule.into(),
            count: 1,
            what: "as scripted".into(),
            ..Fired::default()
        });
        self
    }

    /// A rule had it show something else than there is.
    pub(super) fn misled(self, rule: &str) -> Self {
        let mut misled = self.fired(rule);
        let last = misled.fired.last_mut();
        last.unwrap().misleads = true;
        misled
    }
}
