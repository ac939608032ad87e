//! One exchange as the journal keeps it: few pieces of memory, all of them used again for a later one.

use std::net::{SocketAddr, SocketAddrV4};
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, StatusCode, Uri, Version};

use super::{Began, fields};
use crate::clock::Timestamp;
use crate::entry::{
    Change, Choice, Close, Entry, Event, Exchange, Fired, Near, Subject, SubjectKind, TokenFacts,
};
use crate::exchange::{Connection, Delivered, Delivery, Reply, Request};
use crate::operation::Operation;

/// How much room for text is kept for a later exchange, however little that one needs.
const ROOM: usize = 4096;

/// An exchange at the moment its answer is ready, for the journal to keep.
#[derive(Debug)]
pub struct Happened<'e> {
    /// What was asked.
    pub request: &'e Request,
    /// What that is called; `None` for a path or method nobody answers.
    pub operation: Option<Operation>,
    /// Whom or what it was about, where that could be told.
    pub subject: Option<&'e Subject>,
    /// What its bearer token was worth on arrival.
    pub token: TokenFacts,
    /// The rules that acted, in file order.
    pub fired: Vec<Fired>,
    /// Where more than one answer was lawful, and which is given.
    pub varied: Vec<Choice>,
    /// The rules that nearly acted.
    pub near: Close,
    /// What became of the store.
    pub changes: Vec<Change>,
    /// The answer, as it is to go out.
    pub reply: &'e Reply,
    /// When the answer was ready, on the sandbox clock.
    pub answered: Timestamp,
    /// How the answer is to leave.
    pub delivery: Delivery,
}

/// An exchange as it is kept: small, since the next one in its place finds none of it in the processor's caches.
#[derive(Debug)]
pub(super) struct Record {
    number: u64,
    began: Began,
    answered: Timestamp,
    connection: Place,
    method: Span,
    version: Version,
    target: Target,
    fields: Arc<[u8]>,
    body: Span,
    operation: Option<Operation>,
    subject: Option<(SubjectKind, Span, Option<Span>)>,
    token: TokenFacts,
    deeds: Option<Box<Deeds>>,
    /// One and the same for most exchanges that rules look at.
    near: Close,
    status: StatusCode,
    reply_fields: Span,
    /// The store has the same bytes, as a rule.
    reply_body: Bytes,
    /// Nothing for one that is [`Delivery::Whole`].
    delivery: Option<Box<Delivery>>,
    delivered: Arc<Delivered>,
    text: Text,
}

/// What most exchanges have nothing of.
#[derive(Debug)]
struct Deeds {
    fired: Vec<Fired>,
    varied: Vec<Choice>,
    changes: Vec<Change>,
}

/// The connection of an exchange: nearly all are of IPv4, whose addresses are short.
#[derive(Debug)]
enum Place {
    V4 {
        number: u64,
        peer: SocketAddrV4,
        local: SocketAddrV4,
    },
    Other(Box<Connection>),
}

impl Place {
    fn of(connection: Connection) -> Self {
        match (connection.peer, connection.local) {
            (SocketAddr::V4(peer), SocketAddr::V4(local)) => Self::V4 {
                number: connection.number,
                peer,
                local,
            },
            _ => Self::Other(Box::new(connection)),
        }
    }

    fn connection(&self) -> Connection {
        match self {
            Self::V4 {
                number,
                peer,
                local,
            } => Connection {
                number: *number,
                peer: (*peer).into(),
                local: (*local).into(),
            },
            Self::Other(connection) => **connection,
        }
    }
}

/// The target of a request: nearly all have the origin form, which is its own text.
#[derive(Debug)]
enum Target {
    Origin(Span),
    Other(Box<Uri>),
}

/// A piece of a record's text.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
}

/// What is copied of an exchange, one after the other.
#[derive(Debug, Default)]
struct Text {
    bytes: Vec<u8>,
}

impl Text {
    /// Makes room for another exchange; that of an unusually long one is given back.
    fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(ROOM);
    }

    fn push(&mut self, bytes: &[u8]) -> Span {
        self.push_with(|text| text.extend_from_slice(bytes))
    }

    fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Span {
        let start = self.end();
        write(&mut self.bytes);
        let end = self.end();
        Span { start, end }
    }

    /// No exchange comes near four gigabytes: the socket's limits see to that.
    fn end(&self) -> u32 {
        u32::try_from(self.bytes.len()).unwrap_or(u32::MAX)
    }

    fn at(&self, span: Span) -> &[u8] {
        let range = span.start as usize..span.end as usize;
        self.bytes.get(range).unwrap_or_default()
    }

    /// The same as text; only what was text is read so.
    fn text_at(&self, span: Span) -> String {
        String::from_utf8_lossy(self.at(span)).into_owned()
    }
}

impl Record {
    /// Keeps an exchange.
    pub(super) fn new(place: (u64, Began), happened: Happened<'_>, fields: Arc<[u8]>) -> Self {
        Self::written(place, happened, fields, (Text::default(), Arc::default()))
    }

    /// Keeps another exchange in place of the one it has, in the same memory.
    pub(super) fn replace(
        &mut self,
        place: (u64, Began),
        happened: Happened<'_>,
        fields: Arc<[u8]>,
    ) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        let delivered = match Arc::get_mut(&mut self.delivered) {
            Some(unshared) => {
                *unshared = Delivered::default();
                Arc::clone(&self.delivered)
            }
            // Somebody still looks at what left of the one before.
            None => Arc::default(),
        };
        *self = Self::written(place, happened, fields, (text, delivered));
    }

    fn written(
        (number, began): (u64, Began),
        happened: Happened<'_>,
        fields: Arc<[u8]>,
        (mut text, delivered): (Text, Arc<Delivered>),
    ) -> Self {
        let Happened { request, reply, .. } = happened;
        let is_idle =
            happened.fired.is_empty() && happened.changes.is_empty() && happened.varied.is_empty();
        let target = match origin_form(&request.uri) {
            Some(target) => Target::Origin(text.push(target.as_bytes())),
            None => Target::Other(Box::new(request.uri.clone())),
        };
        let subject = happened.subject.map(|subject| {
            let id = subject.id.as_ref();
            (
                subject.kind,
                text.push(subject.key.as_bytes()),
                id.map(|id| text.push(id.as_bytes())),
            )
        });
        Self {
            number,
            began,
            answered: happened.answered,
            connection: Place::of(request.connection),
            method: text.push(request.method.as_str().as_bytes()),
            version: request.version,
            target,
            fields,
            body: text.push(&request.body),
            operation: happened.operation,
            subject,
            token: happened.token,
            deeds: (!is_idle).then(|| {
                Box::new(Deeds {
                    fired: happened.fired,
                    varied: happened.varied,
                    changes: happened.changes,
                })
            }),
            near: happened.near,
            status: reply.status,
            reply_fields: text.push_with(|bytes| fields::write(&reply.headers, bytes)),
            reply_body: reply.body.clone(),
            delivery: match happened.delivery {
                Delivery::Whole => None,
                unusual => Some(Box::new(unusual)),
            },
            delivered,
            text,
        }
    }

    /// Its place in the journal.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// How much it holds of what was sent and answered; fields that come again and again are kept once, and not counted.
    pub(super) fn bytes(&self) -> usize {
        self.text.bytes.len() + self.reply_body.len()
    }

    /// Where to note what really leaves.
    pub(super) fn delivered(&self) -> &Arc<Delivered> {
        &self.delivered
    }

    /// The exchange as it was.
    pub(super) fn entry(&self) -> Entry {
        Entry {
            number: self.number,
            at: self.began.at,
            real: self.began.real,
            event: self.event(),
        }
    }

    fn event(&self) -> Event {
        let event = Event::Exchange(Box::new(self.exchange()));
        if self.near.is_empty() {
            return event;
        }
        event.with_near(&self.near)
    }

    fn exchange(&self) -> Exchange {
        let deeds = self.deeds.as_deref();
        Exchange {
            request: Request {
                // What was read as a method once is read so again.
                method: Method::from_bytes(self.text.at(self.method)).unwrap_or_default(),
                uri: self.uri(),
                version: self.version,
                headers: fields::read(&self.fields),
                body: Bytes::copy_from_slice(self.text.at(self.body)),
                connection: self.connection.connection(),
            },
            operation: self.operation,
            subject: self.subject.map(|(kind, key, id)| Subject {
                kind,
                key: self.text.text_at(key),
                id: id.map(|id| self.text.text_at(id)),
            }),
            token: self.token.clone(),
            fired: deeds.map_or_else(Vec::new, |deeds| deeds.fired.clone()),
            varied: deeds.map_or_else(Vec::new, |deeds| deeds.varied.clone()),
            near: Near::default(),
            changes: deeds.map_or_else(Vec::new, |deeds| deeds.changes.clone()),
            reply: Reply {
                status: self.status,
                headers: fields::read(self.text.at(self.reply_fields)),
                body: self.reply_body.clone(),
            },
            answered: self.answered,
            delivery: self.delivery.as_deref().cloned().unwrap_or_default(),
            delivered: Arc::clone(&self.delivered),
        }
    }

    fn uri(&self) -> Uri {
        match &self.target {
            // What was read as a target once is read so again.
            Target::Origin(target) => Uri::try_from(self.text.at(*target)).unwrap_or_default(),
            Target::Other(uri) => uri.as_ref().clone(),
        }
    }
}

/// A target in origin form, [RFC 9112 section 3.2.1](https://www.rfc-editor.org/rfc/rfc9112#section-3.2.1).
fn origin_form(uri: &Uri) -> Option<&str> {
    match uri.authority() {
        Some(_) => None,
        None => Some(uri.path_and_query()?.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use http::header::{HOST, HeaderValue, SET_COOKIE};

    use super::*;
    use crate::clock::Clock;
    use crate::exchange::Ending;
    use crate::journal::Journal;

    fn request(target: &str, body: &str) -> Request {
        let mut request = Request {
            method: Method::POST,
            uri: target.parse().unwrap(),
            version: Version::HTTP_11,
            headers: http::HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            connection: Connection {
                number: 3,
                peer: "127.0.0.1:4000".parse().unwrap(),
                local: "127.0.0.1:80".parse().unwrap(),
            },
        };
        let odd = HeaderValue::from_bytes(b"caf\xe9").unwrap();
        request.headers.insert(HOST, HeaderValue::from_static("a"));
        request.headers.append("x-odd", odd);
        request
            .headers
            .append("x-odd", HeaderValue::from_static(""));
        request
    }

    fn reply(body: &str) -> Reply {
        Reply::with_body(StatusCode::CREATED, "text/plain", body.to_owned())
            .with_header(SET_COOKIE, "a=b")
    }

    fn happened<'e>(request: &'e Request, reply: &'e Reply, key: &'e Subject) -> Happened<'e> {
        Happened {
            request,
            operation: Some(Operation::CreateUser),
            subject: Some(key),
            token: TokenFacts::default(),
            fired: Vec::new(),
            varied: Vec::new(),
            near: Close::default(),
            changes: Vec::new(),
            reply,
            answered: Clock::system().now(),
            delivery: Delivery::Cut {
                body: 3,
                end: crate::exchange::End::Close,
            },
        }
    }

    fn subject(key: &str, id: Option<&str>) -> Subject {
        Subject {
            kind: SubjectKind::User,
            key: key.into(),
            id: id.map(str::to_owned),
        }
    }

    #[track_caller]
    fn assert_same(entry: &Entry, request: &Request, reply: &Reply, subject: &Subject) {
        let kept = entry.exchange().unwrap();
        assert_eq!(kept.request.uri, request.uri);
        assert_eq!(kept.request.headers, request.headers);
        let order = |headers: &http::HeaderMap| {
            headers
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(order(&kept.request.headers), order(&request.headers));
        assert_eq!(kept.request.body, request.body);
        assert_eq!(kept.request.connection, request.connection);
        assert_eq!(
            (&kept.request.method, kept.request.version),
            (&request.method, request.version)
        );
        assert_eq!(&kept.reply, reply);
        assert_eq!(order(&kept.reply.headers), order(&reply.headers));
        assert_eq!(kept.subject.as_ref(), Some(subject));
    }

    #[test]
    fn exchanges_are_read_as_they_happened_also_in_the_place_of_others() {
        let journal = Journal::new(Clock::system(), 2);
        let long = "x".repeat(3 * ROOM);
        let asked = [
            ("/a?b=c%20d", "{}", subject("anna", Some("1"))),
            (
                "http://Host.example:8080/a?b",
                &*long,
                subject("", Some("")),
            ),
            ("*", "", subject("bert", None)),
            ("/", "body", subject("carl", None)),
            ("/a", "", subject("dora", Some("4"))),
        ];
        for (number, (target, body, subject)) in asked.iter().enumerate() {
            let (request, reply) = (request(target, body), reply(body));
            journal.append_exchange(journal.begin(), happened(&request, &reply, subject));
            let entries = journal.entries_after(number as u64);
            assert_eq!(entries.len(), 1, "{target}");
            assert_same(&entries[0], &request, &reply, subject);
        }
        assert_eq!(journal.entries().len(), 2);
        assert_eq!(journal.dropped(), 3);
    }

    #[test]
    fn what_leaves_later_is_seen_in_an_entry_that_was_read_before() {
        let journal = Journal::new(Clock::system(), 1);
        let (request, reply, subject) = (request("/", ""), reply(""), subject("anna", None));
        let delivered =
            journal.append_exchange(journal.begin(), happened(&request, &reply, &subject));
        let read = journal.entries();
        delivered.add(7);
        delivered.end(Ending::Complete, 5);
        let later = journal.append_exchange(journal.begin(), happened(&request, &reply, &subject));
        later.add(1);
        let seen = &read[0].exchange().unwrap().delivered;
        assert_eq!((seen.bytes(), seen.ending()), (7, Ending::Complete));
        let next = &journal.entries()[0];
        assert_eq!(next.number, 2);
        assert_eq!(next.exchange().unwrap().delivered.bytes(), 1);
        assert_eq!(
            next.exchange().unwrap().delivered.ending(),
            Ending::UnderWay
        );
    }
}
