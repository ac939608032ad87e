//! The names of the outside world: TXT records, and where a domain's web server is.
//!
//! Nothing else resolves, so by default nothing leaves the machine. It knows nothing of sockets or packets.

mod web;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dashmap::DashMap;

pub use self::web::WebFile;

/// The time to live of a record whose owner did not say, in seconds.
pub const DEFAULT_TTL: u32 = 300;

/// The longest character-string of [RFC 1035 section 3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3).
const CHARACTER_STRING: usize = 255;

/// Everything that names resolve to in one sandbox.
#[derive(Debug, Default)]
pub struct Zone {
    txt: DashMap<String, Arc<TxtSet>>,
    web: DashMap<String, Arc<str>>,
    files: DashMap<(String, String), Arc<WebFile>>,
    bent: Mutex<HashMap<String, VecDeque<ZoneAnswer>>>,
}

/// The TXT records at one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxtSet {
    /// The records in the order they were given.
    pub records: Vec<TxtRecord>,
    /// How long a resolver may keep them, in seconds.
    pub ttl: u32,
}

/// One TXT record: character-strings of at most 255 octets, [RFC 1035 section 3.3.14](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxtRecord {
    strings: Vec<Vec<u8>>,
}

impl TxtRecord {
    /// The record that says `text`, in as few character-strings as hold it.
    pub fn of_text(text: &str) -> Self {
        Self::of_strings([text])
    }

    /// The record with these character-strings; one that is too long becomes several.
    pub fn of_strings<'a>(strings: impl IntoIterator<Item = &'a str>) -> Self {
        let mut split = Vec::new();
        for string in strings {
            split.extend(
                string
                    .as_bytes()
                    .chunks(CHARACTER_STRING)
                    .map(<[u8]>::to_vec),
            );
            if string.is_empty() {
                split.push(Vec::new());
            }
        }
        if split.is_empty() {
            // A TXT record has one character-string at least.
            split.push(Vec::new());
        }
        Self { strings: split }
    }

    /// The character-strings.
    pub fn strings(&self) -> impl Iterator<Item = &[u8]> {
        self.strings.iter().map(Vec::as_slice)
    }

    /// The character-strings joined, as a reader of the record takes them.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.strings.concat()).into_owned()
    }
}

/// What is asked about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// TXT records.
    Txt,
    /// Anything the zone has.
    Any,
    /// Any other type: the zone has none.
    Other,
}

/// A response code of [RFC 1035 section 4.1.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rcode {
    /// No error.
    NoError,
    /// The server cannot read the query.
    FormErr,
    /// The server has a problem of its own.
    ServFail,
    /// The name does not exist.
    NxDomain,
    /// The server does not do this kind of query.
    NotImp,
    /// The server will not say.
    Refused,
}

impl Rcode {
    const ALL: [Self; 6] = [
        Self::NoError,
        Self::FormErr,
        Self::ServFail,
        Self::NxDomain,
        Self::NotImp,
        Self::Refused,
    ];

    /// Reads a name as `dig` prints it, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|rcode| rcode.name().eq_ignore_ascii_case(name))
    }

    /// The name as `dig` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoError => "NOERROR",
            Self::FormErr => "FORMERR",
            Self::ServFail => "SERVFAIL",
            Self::NxDomain => "NXDOMAIN",
            Self::NotImp => "NOTIMP",
            Self::Refused => "REFUSED",
        }
    }

    /// The number on the wire.
    pub fn code(self) -> u8 {
        match self {
            Self::NoError => 0,
            Self::FormErr => 1,
            Self::ServFail => 2,
            Self::NxDomain => 3,
            Self::NotImp => 4,
            Self::Refused => 5,
        }
    }
}

/// What the zone says about a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneAnswer {
    /// The response code.
    pub rcode: Rcode,
    /// The TXT records.
    pub records: Vec<TxtRecord>,
    /// How long the answer may be kept, in seconds; for a negative one too.
    pub ttl: u32,
}

impl ZoneAnswer {
    fn negative(rcode: Rcode) -> Self {
        Self {
            rcode,
            records: Vec::new(),
            ttl: DEFAULT_TTL,
        }
    }
}

impl Zone {
    /// Puts these TXT records, and no others, at a name.
    pub fn set_txt(&self, name: &str, records: Vec<TxtRecord>, ttl: u32) {
        self.txt
            .insert(key(name), Arc::new(TxtSet { records, ttl }));
    }

    /// The TXT records at a name.
    pub fn txt(&self, name: &str) -> Option<Arc<TxtSet>> {
        self.txt.get(&key(name)).map(|set| Arc::clone(&set))
    }

    /// Puts one TXT record for each text, and no others, at a name; without any the name is taken away.
    pub fn set_texts(&self, name: &str, texts: &[String]) {
        if texts.is_empty() {
            self.remove(name);
            return;
        }
        let records = texts.iter().map(|text| TxtRecord::of_text(text)).collect();
        self.set_txt(name, records, DEFAULT_TTL);
    }

    /// What each TXT record at a name says.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let set = self.txt(name);
        set.iter()
            .flat_map(|set| &set.records)
            .map(TxtRecord::text)
            .collect()
    }

    /// Takes the TXT records from a name; says whether there were any.
    pub fn remove(&self, name: &str) -> bool {
        self.txt.remove(&key(name)).is_some()
    }

    /// Says where a domain's web server is, as `host:port`.
    pub fn set_web(&self, domain: &str, origin: &str) {
        self.web.insert(key(domain), Arc::from(origin));
    }

    /// Where a domain's web server is, as `host:port`.
    pub fn web(&self, domain: &str) -> Option<Arc<str>> {
        self.web.get(&key(domain)).map(|origin| Arc::clone(&origin))
    }

    /// Every name with TXT records, in alphabetical order.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.txt.iter().map(|entry| entry.key().clone()).collect();
        names.sort_unstable();
        names
    }

    /// Makes the next answer about the TXT records at a name this one, once; several queue up.
    pub fn bend(&self, name: &str, answer: ZoneAnswer) {
        self.bent().entry(key(name)).or_default().push_back(answer);
    }

    /// Forgets every name, web server and bent answer.
    pub fn clear(&self) {
        self.txt.clear();
        self.web.clear();
        self.files.clear();
        self.bent().clear();
    }

    /// Answers a question about a name.
    pub fn answer(&self, name: &str, kind: RecordKind) -> ZoneAnswer {
        let name = key(name);
        if kind != RecordKind::Other
            && let Some(bent) = self.straighten(&name)
        {
            return bent;
        }
        let Some(set) = self.txt(&name) else {
            return ZoneAnswer::negative(if self.is_known(&name) {
                Rcode::NoError
            } else {
                Rcode::NxDomain
            });
        };
        match kind {
            RecordKind::Txt | RecordKind::Any => ZoneAnswer {
                rcode: Rcode::NoError,
                records: set.records.clone(),
                ttl: set.ttl,
            },
            RecordKind::Other => ZoneAnswer::negative(Rcode::NoError),
        }
    }

    /// Takes the next bent answer for a name.
    fn straighten(&self, name: &str) -> Option<ZoneAnswer> {
        let mut bent = self.bent();
        let queue = bent.get_mut(name)?;
        let answer = queue.pop_front();
        if queue.is_empty() {
            bent.remove(name);
        }
        answer
    }

    /// Whether a name exists without TXT records of its own: it has a web server, or names below it exist ([RFC 8020](https://www.rfc-editor.org/rfc/rfc8020)).
    fn is_known(&self, name: &str) -> bool {
        let is_below = |other: &str| {
            name.is_empty()
                || other
                    .strip_suffix(name)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.txt.iter().any(|entry| is_below(entry.key()))
            || self.web.iter().any(|entry| is_below(entry.key()))
    }

    fn bent(&self) -> MutexGuard<'_, HashMap<String, VecDeque<ZoneAnswer>>> {
        // A queue is whole after every step, so a poisoned one is too.
        self.bent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A name as the maps hold it: DNS compares without case, and the final dot is only spelling.
fn key(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}
