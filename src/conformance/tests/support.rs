//! Makes journals tersely: one line for each exchange.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Method, StatusCode, Version};
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::conformance::client_profile::ClientProfile;
use crate::conformance::judge::{RuleVerdict, judge};
use crate::conformance::run::{Cycle, Run};
use crate::entry::{Change, Entry, Event, Exchange, Fired, SubjectKind, TokenFacts, Verb};
use crate::exchange::{Connection, Delivered, Delivery, Ending, Reply, Request};
use crate::operation::{Door, recognise};
use crate::scenario::source::{Source, SourceGroup, SourceUser};
use crate::verdict::Verdict;

pub(super) const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A run in the making.
pub(super) struct Rig {
    pub(super) run: Run,
    pub(super) profile: ClientProfile,
    now: Timestamp,
}

/// The id that a user or group of that name gets.
pub(super) fn id(name: &str) -> String {
    format!("id-{name}")
}

pub(super) fn row(name: &str) -> Value {
    json!({"id": id(name), "userName": name, "active": true})
}

pub(super) fn person(name: &str) -> SourceUser {
    SourceUser {
        external_id: format!("key-{name}"),
        user_name: name.into(),
        active: true,
        given_name: format!("Given {name}"),
        ..SourceUser::default()
    }
}

pub(super) fn people(names: &[&str]) -> Source {
    Source {
        users: names.iter().copied().map(person).collect(),
        groups: Vec::new(),
    }
}

pub(super) fn crowd(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("p{n:03}")).collect()
}

pub(super) fn group(name: &str, members: &[&str]) -> SourceGroup {
    SourceGroup {
        external_id: format!("key-{name}"),
        display_name: name.into(),
        members: members.iter().map(|name| format!("key-{name}")).collect(),
    }
}

impl Rig {
    /// A run whose first cycle provisions these people.
    pub(super) fn new(names: &[&str]) -> Self {
        Self::with(people(names))
    }

    pub(super) fn with(source: Source) -> Self {
        let mut rig = Self {
            run: Run::default(),
            profile: ClientProfile::default(),
            now: Timestamp::parse("2030-01-01T00:00:00Z").unwrap(),
        };
        rig.next(source);
        rig
    }

    /// Begins the next cycle.
    pub(super) fn next(&mut self, source: Source) -> &mut Self {
        let after = self.run.entries.last().map_or(0, |entry| entry.number);
        self.run.cycles.push(Cycle {
            number: u32::try_from(self.run.cycles.len()).unwrap() + 1,
            source,
            after,
            until: after,
            exit: Some(0),
            timed_out: false,
        });
        self
    }

    /// Has the store hold these users from the start.
    pub(super) fn holds(&mut self, names: &[&str]) -> &mut Self {
        self.run
            .before
            .users
            .extend(names.iter().map(|name| row(name)));
        self.ends_with(names)
    }

    /// Has the store hold these users in the end.
    pub(super) fn ends_with(&mut self, names: &[&str]) -> &mut Self {
        self.run
            .after
            .users
            .extend(names.iter().map(|name| row(name)));
        self
    }

    /// Has the store hold that group in the end.
    pub(super) fn ends_with_group(&mut self, name: &str, members: &[&str]) -> &mut Self {
        let members: Vec<_> = members
            .iter()
            .map(|name| json!({"value": id(name)}))
            .collect();
        self.run
            .after
            .groups
            .push(json!({"id": id(name), "displayName": name, "members": members}));
        self
    }

    /// The cycle was stopped at its time limit.
    pub(super) fn times_out(&mut self) -> &mut Self {
        let cycle = self.run.cycles.last_mut().unwrap();
        (cycle.timed_out, cycle.exit) = (true, None);
        self
    }

    pub(super) fn wait(&mut self, milliseconds: u64) -> &mut Self {
        self.now = self.now.plus(Duration::from_millis(milliseconds));
        self
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Plays one exchange: it arrives now and takes ten milliseconds and whatever it is held for.
    pub(super) fn play(&mut self, ask: Ask) -> &mut Self {
        let at = self.now;
        let answered = at.plus(Duration::from_millis(10));
        let ended = answered.plus(ask.held);
        self.append(at, answered, ended, ask);
        self.now = ended;
        self
    }

    /// Plays one that had arrived while the one before was still being answered.
    pub(super) fn play_in_flight(&mut self, ask: Ask) -> &mut Self {
        let at = self.run.entries.last().unwrap().at;
        let ended = self.now;
        self.append(at, ended, ended, ask);
        self
    }

    fn append(&mut self, at: Timestamp, answered: Timestamp, ended: Timestamp, ask: Ask) {
        let number = self.run.entries.last().map_or(0, |entry| entry.number) + 1;
        let delivered = Delivered::default();
        delivered.end(ask.ending, ended.as_millisecond());
        let operation = recognise(Door::Product, &ask.request.method, ask.request.uri.path())
            .ok()
            .map(|(operation, _)| operation);
        let exchange = Exchange {
            request: ask.request,
            operation,
            subject: None,
            token: ask.token,
            fired: ask.fired,
            changes: ask.changes,
            reply: ask.reply,
            answered,
            delivery: ask.delivery,
            delivered: Arc::new(delivered),
        };
        self.run.entries.push(Arc::new(Entry {
            number,
            at,
            real: Duration::ZERO,
            event: Event::Exchange(Box::new(exchange)),
        }));
        self.run.cycles.last_mut().unwrap().until = number;
    }

    /// Judges the run by one rule.
    pub(super) fn judged(&self, rule: &str) -> RuleVerdict {
        let mut run = self.run.clone();
        run.exercises = vec![rule.into()];
        judge(&run, &self.profile)
            .into_iter()
            .find(|verdict| verdict.rule == rule)
            .unwrap()
    }

    #[track_caller]
    pub(super) fn assert(&self, rule: &str, verdict: Verdict) {
        let judged = self.judged(rule);
        assert_eq!(judged.verdict, verdict, "{rule}: {:#?}", judged.stories);
    }

    #[track_caller]
    pub(super) fn passes(&self, rule: &str) {
        self.assert(rule, Verdict::Pass);
    }

    #[track_caller]
    pub(super) fn fails(&self, rule: &str) {
        self.assert(rule, Verdict::Fail);
    }

    #[track_caller]
    pub(super) fn leaves_open(&self, rule: &str) {
        self.assert(rule, Verdict::NotExercised);
    }
}

/// One exchange in the making.
#[derive(Clone)]
pub(super) struct Ask {
    request: Request,
    reply: Reply,
    delivery: Delivery,
    ending: Ending,
    held: Duration,
    changes: Vec<Change>,
    token: TokenFacts,
    fired: Vec<Fired>,
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
        });
        self
    }
}
