//! The names of the outside world: TXT records, and where a domain's web server is.
//!
//! Nothing else resolves, so by default nothing leaves the machine. It knows nothing of sockets or packets.

mod past;
mod record;
mod script;
mod web;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use dashmap::DashMap;

use self::past::{Past, Seen};
pub use self::record::{Rcode, RecordKind, TxtRecord, TxtSet};
use self::script::Script;
pub use self::script::{Bent, Manner, Said, Transport};
pub use self::web::WebFile;
use self::web::WebFiles;
use crate::clock::{Clock, Timestamp};
use crate::scenario::plan::Lag;

/// The time to live of a record whose owner did not say, in seconds.
pub const DEFAULT_TTL: u32 = 300;

/// Everything that names resolve to in one sandbox.
#[derive(Debug)]
pub struct Zone {
    /// What the records' changes are dated by.
    clock: RwLock<Clock>,
    txt: DashMap<String, Arc<TxtSet>>,
    web: DashMap<String, Arc<str>>,
    files: WebFiles,
    /// Few worlds ever have one, and there may be very many worlds: an empty map of this kind takes no room.
    past: Mutex<HashMap<String, Past>>,
    script: Script,
}

impl Default for Zone {
    /// An empty one, on the system's clock.
    fn default() -> Self {
        Self::on(Clock::system())
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
    fn of(set: &TxtSet) -> Self {
        Self {
            rcode: Rcode::NoError,
            records: set.records.clone(),
            ttl: set.ttl,
        }
    }

    /// That there is nothing.
    pub fn negative(rcode: Rcode) -> Self {
        Self {
            rcode,
            records: Vec::new(),
            ttl: DEFAULT_TTL,
        }
    }
}

impl Zone {
    /// An empty one that dates changes by this clock.
    pub fn on(clock: Clock) -> Self {
        Self {
            clock: RwLock::new(clock),
            txt: DashMap::new(),
            web: DashMap::new(),
            files: WebFiles::default(),
            past: Mutex::default(),
            script: Script::default(),
        }
    }

    /// Puts these TXT records, and no others, at a name.
    pub fn set_txt(&self, name: &str, records: Vec<TxtRecord>, ttl: u32) {
        let set = Arc::new(TxtSet { records, ttl });
        let before = self.txt.insert(key(name), Arc::clone(&set));
        if before.as_ref() != Some(&set) {
            self.remember(name, before);
        }
    }

    fn remember(&self, name: &str, before: Option<Arc<TxtSet>>) {
        let past = Past::new(before, self.now());
        self.past().insert(key(name), past);
    }

    fn past(&self) -> MutexGuard<'_, HashMap<String, Past>> {
        // Every change to it is one call, so a poisoned one is whole.
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        let clock = self.clock.read().unwrap_or_else(PoisonError::into_inner);
        clock.now()
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

    /// How many names it remembers, those that were taken away included: who lags behind still sees them.
    pub fn remembered(&self) -> usize {
        self.txt.len().max(self.past().len())
    }

    /// Takes the TXT records from a name; says whether there were any.
    pub fn remove(&self, name: &str) -> bool {
        let before = self.txt.remove(&key(name)).map(|(_, set)| set);
        let was_there = before.is_some();
        if was_there {
            self.remember(name, before);
        }
        was_there
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
    pub fn bend(&self, name: &str, bent: impl Into<Bent>) {
        self.script.push(key(name), bent.into());
    }

    /// Whether it has anything to say about a name, scripted or not.
    pub fn knows(&self, name: &str) -> bool {
        let name = key(name);
        self.script.has(&name)
            || self.txt.contains_key(&name)
            || self.web.contains_key(&name)
            || self.files.has(&name)
    }

    /// Forgets every name, web server and bent answer, and goes by this clock from now on.
    pub fn restart(&self, clock: Clock) {
        *self.clock.write().unwrap_or_else(PoisonError::into_inner) = clock;
        self.txt.clear();
        self.web.clear();
        self.files.clear();
        self.past().clear();
        self.script.clear();
    }

    /// Answers a question about a name that came in by that transport.
    pub fn answer(&self, name: &str, kind: RecordKind, transport: Transport) -> Said {
        let name = key(name);
        let bent = match kind {
            RecordKind::Txt | RecordKind::Any => self.script.next(&name, transport),
            RecordKind::Other => None,
        };
        match bent {
            Some(Bent {
                manner: Manner::Silent,
                ..
            }) => Said::Nothing,
            Some(Bent {
                manner: Manner::Truncated,
                ..
            }) => Said::AskOverTcp,
            Some(Bent {
                answer: Some(answer),
                ..
            }) => Said::Answer(answer),
            _ => Said::Answer(self.true_answer(&name, kind)),
        }
    }

    /// What a resolver says that has not heard of the last change at a name; `None` if it has by now.
    ///
    /// Each call counts as a look-up.
    pub fn as_before(&self, name: &str, lag: Lag) -> Option<ZoneAnswer> {
        let name = key(name);
        let now = self.now();
        let seen = self.past().get_mut(&name)?.seen_by(lag, now);
        let Seen::Before(before) = seen else {
            return None;
        };
        Some(match before {
            Some(set) => ZoneAnswer::of(&set),
            None => self.none_at(&name, |other| other != name),
        })
    }

    /// What nobody has bent.
    fn true_answer(&self, name: &str, kind: RecordKind) -> ZoneAnswer {
        match self.txt(name) {
            None => self.none_at(name, |_| true),
            Some(_) if kind == RecordKind::Other => ZoneAnswer::negative(Rcode::NoError),
            Some(set) => ZoneAnswer::of(&set),
        }
    }

    /// That there is nothing at a name, as far as these names are there.
    fn none_at(&self, name: &str, is_there: impl Fn(&str) -> bool) -> ZoneAnswer {
        ZoneAnswer::negative(if self.is_known(name, is_there) {
            Rcode::NoError
        } else {
            Rcode::NxDomain
        })
    }

    /// Whether a name exists without TXT records of its own: it has a web server, or names below it exist ([RFC 8020](https://www.rfc-editor.org/rfc/rfc8020)).
    fn is_known(&self, name: &str, is_there: impl Fn(&str) -> bool) -> bool {
        let is_below = |other: &str| {
            name.is_empty()
                || other
                    .strip_suffix(name)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let mut names = self.txt.iter();
        names.any(|entry| is_below(entry.key()) && is_there(entry.key()))
            || self.web.iter().any(|entry| is_below(entry.key()))
    }
}

/// A name as the maps hold it: DNS compares without case, and the final dot is only spelling.
fn key(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}
