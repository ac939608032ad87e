//! One isolated world: a clock, chance, a profile, a store, rules and a journal of its own.
//!
//! It knows nothing of HTTP routes.

mod bounds;
mod cycles;
mod judgement;
mod setting;
mod state;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::{fmt, io, mem};

use serde_json::Value;

use self::bounds::Met;
pub use self::bounds::{Bounds, Holding, KEPT, Kept, MOST_OTHERS};
use self::cycles::Cycles;
pub use self::judgement::Judgement;
pub use self::setting::{Port, Setting};
use crate::clock::{Clock, Timestamp};
use crate::conformance::run::{Run, Snapshot};
use crate::conformance::{self, client_profile::ClientProfile};
use crate::domain::proof::Outside;
use crate::engine::rulebook::Rulebook;
use crate::entropy::Entropy;
use crate::entry::{CycleEnd, Event};
use crate::journal::Journal;
use crate::profile::Profile;
use crate::scenario::ending::until_end;
use crate::scenario::source::Source;
use crate::scenario::state::State;
use crate::scenario::{self, After, Scenario};
use crate::scim::resource_type::Kind;
use crate::store::directory::{Contents, Snapshot as Rows};
use crate::store::grants::Grants;
use crate::store::organization::Organizations;
use crate::store::zone::Zone;
use crate::variation::{EtagForm, TokenForm, Variation};
use crate::verdict::Verdict;

/// Starts the DNS server of a sandbox's zone and says who looks proofs up through it; called when first needed.
pub type Outfit = Arc<dyn Fn(&Arc<Zone>, &str) -> io::Result<Outdoors> + Send + Sync>;

/// The world's way out: who looks up, and where its zone answers.
#[derive(Clone, Debug)]
pub struct Outdoors {
    /// Who answers when a proof must be looked up.
    pub outside: Arc<dyn Outside>,
    /// Where the embedded zone answers DNS, on UDP and TCP.
    pub dns: SocketAddr,
}

/// One world. Two sandboxes share nothing.
pub struct Sandbox {
    /// Its name in paths and host names.
    pub id: String,
    /// Where it is reached, without a trailing slash: what `Location` and metadata begin with.
    pub base_url: String,
    /// Its time.
    pub clock: Clock,
    /// Its chance.
    pub entropy: Entropy,
    /// How it behaves where no RFC says.
    pub profile: Arc<Profile>,
    /// Its accounts and organizations.
    pub organizations: Organizations,
    /// Its OAuth clients, codes and tokens.
    pub grants: Grants,
    /// Its DNS zone, and where its domains' web servers are.
    pub zone: Arc<Zone>,
    /// The rules of its scenario, as they are now.
    pub engine: Rulebook,
    /// What decides where more than one answer is lawful; none gives the same one always.
    pub variation: Option<Variation>,
    /// What happened in it.
    pub journal: Journal,
    /// What it was made from.
    pub setting: Arc<Setting>,
    /// When it began, on its own clock.
    began: Timestamp,
    start: Start,
    cycles: Cycles,
    met: Met,
    outfit: Outfit,
    outdoors: OnceLock<Outdoors>,
}

/// What a world held at its start. It shares all of it with the store, as far as that has not changed since.
#[derive(Clone, Debug, Default)]
struct Start {
    contents: Option<Contents>,
    domains: Vec<Value>,
}

/// The parts of a world that come to be in one way when it is made and in another when it begins anew.
struct Parts {
    setting: Arc<Setting>,
    clock: Clock,
    began: Timestamp,
    profile: Arc<Profile>,
    organizations: Organizations,
    grants: Grants,
    outfit: Outfit,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("id", &self.id)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Makes a world.
    ///
    /// # Errors
    ///
    /// The message says what in the starting state contradicts itself.
    pub fn build(mut setting: Setting, outfit: Outfit) -> Result<Self, String> {
        let (clock, now) = setting.started_clock();
        let profile = Arc::new(Profile::of(&setting.state.profile)?);
        setting.types = setting
            .types
            .with_users_at(profile.users_endpoint.as_str())?;
        let entropy = Entropy::from_seed(setting.seed);
        let variation = setting.variation();
        let etags = variation.map_or_else(EtagForm::default, Variation::etag_form);
        let tokens = variation.map_or_else(TokenForm::default, Variation::token_form);
        let base = format!("{}/scim/v2", setting.base_url);
        let room = (base, &profile, &setting.types);
        let organizations = Organizations::load(&setting.state, room, (entropy, etags), now)?;
        let users = mem::take(&mut setting.state.users);
        let groups = mem::take(&mut setting.state.groups);
        organizations.fill(users, groups, now)?;
        let issued = *setting.issued.get_or_insert(now);
        let room = (&organizations, &*profile);
        let grants = Grants::load(&setting.state, room, (entropy, tokens), (issued, now), &[])?;
        Ok(Self::of(Parts {
            setting: Arc::new(setting),
            clock,
            began: now,
            profile,
            organizations,
            grants,
            outfit,
        }))
    }

    /// The same world at its start: nothing has happened in it yet.
    ///
    /// Its zone keeps answering at the same address, and its ready tokens are the same. However much it holds, this
    /// costs next to nothing: what cannot change is shared, and its users and groups are as they were kept at its start.
    pub fn anew(&self) -> Result<Self, String> {
        let setting = &self.setting_at_start();
        let (clock, now) = setting.started_clock();
        let organizations = self.organizations.anew(&setting.state, now)?;
        if let Some(contents) = &self.start.contents
            && let Some(organization) = organizations.default_organization()
        {
            organization.directory().restore(contents.clone());
        }
        let room = (&organizations, &*self.profile);
        let dates = (setting.issued.unwrap_or(self.began), now);
        let ready = self.grants.given();
        let chance = (self.entropy, self.grants.token_form());
        let grants = Grants::load(&setting.state, room, chance, dates, ready)?;
        let mut fresh = Self::of(Parts {
            setting: Arc::clone(setting),
            clock,
            began: now,
            profile: Arc::clone(&self.profile),
            organizations,
            grants,
            outfit: Arc::clone(&self.outfit),
        });
        if let Some(outdoors) = self.outdoors.get() {
            self.zone.restart(fresh.clock.clone());
            fill(&self.zone, &setting.state);
            fresh.zone = Arc::clone(&self.zone);
            fresh.outdoors = OnceLock::from(outdoors.clone());
        }
        Ok(fresh)
    }

    /// What it would be made from now: its scenario may have been read anew since.
    fn setting_at_start(&self) -> Arc<Setting> {
        match self.engine.reread_scenario() {
            None => Arc::clone(&self.setting),
            Some(scenario) => Arc::new(Setting {
                scenario: Some((*scenario).clone()),
                ..Setting::clone(&self.setting)
            }),
        }
    }

    /// A world in which nothing has happened yet.
    fn of(parts: Parts) -> Self {
        let Parts {
            setting,
            clock,
            began,
            profile,
            organizations,
            grants,
            outfit,
        } = parts;
        let bounds = setting.bounds;
        clock.holds().limit_to(bounds.stalls);
        let entropy = Entropy::from_seed(setting.seed);
        let zone = Zone::on(clock.clone());
        fill(&zone, &setting.state);
        let engine = Rulebook::new(setting.scenario.as_ref(), entropy);
        engine.begin(began);
        let contents = organizations.default_organization();
        let start = Start {
            contents: contents.map(|organization| organization.directory().state()),
            domains: organizations.domains(began),
        };
        Self {
            id: setting.id.clone(),
            base_url: setting.base_url.clone(),
            journal: Journal::new(clock.clone(), bounds.journal_entries)
                .holding(bounds.journal_bytes),
            clock,
            entropy,
            profile,
            organizations,
            grants,
            zone: Arc::new(zone),
            engine,
            variation: setting.variation(),
            setting,
            began,
            start,
            cycles: Cycles::default(),
            met: Met::default(),
            outfit,
            outdoors: OnceLock::new(),
        }
    }

    /// The world's way out, opened when it is first asked for.
    pub fn outdoors(&self) -> io::Result<&Outdoors> {
        if let Some(open) = self.outdoors.get() {
            return Ok(open);
        }
        let opened = (self.outfit)(&self.zone, &self.id)?;
        Ok(self.outdoors.get_or_init(|| opened))
    }

    /// The name a fault rule and a verdict know a resource by, also after it was deleted.
    pub fn key_of(&self, kind: Kind, id: &str) -> Option<String> {
        let organization = self.organizations.default_organization()?;
        organization.directory().name_of(kind, id)
    }

    /// Marks the beginning of a client's cycle, with what it is to provision.
    pub fn begin_cycle(&self, source: Source) -> u32 {
        self.cycles.begin(source, |number| {
            self.journal.note(Event::CycleBegan(number)).number
        })
    }

    /// Marks the end of the cycle under way; nothing happens if there is none.
    pub fn end_cycle(&self, exit: Option<i32>, timed_out: bool) {
        self.cycles.end(exit, timed_out, |cycle| {
            self.journal
                .note(Event::CycleEnded(CycleEnd {
                    cycle,
                    exit,
                    timed_out,
                }))
                .number
        });
    }

    /// What the store holds now.
    pub fn snapshot(&self) -> Snapshot {
        let organization = self.organizations.default_organization();
        let now = Start {
            contents: organization.map(|organization| organization.directory().state()),
            domains: self.organizations.domains(self.now()),
        };
        now.snapshot()
    }

    /// Everything a verdict rests on, as plain values.
    pub fn run(&self) -> Run {
        let mut entries = self.journal.entries();
        let scenario = self.engine.scenario();
        let scenario = scenario.as_deref();
        if let Some(scenario) = scenario {
            let judged = until_end(scenario, &entries, self.began).len();
            entries.truncate(judged);
        }
        let steps = scenario.map(Scenario::cycles).unwrap_or_default();
        let sources: Vec<Source> = steps
            .iter()
            .scan(Source::default(), |source, step| {
                *source = source.after(&step.source);
                Some(source.clone())
            })
            .collect();
        Run {
            cycles: self.cycles.all(&entries, &sources),
            before: self.start.snapshot(),
            after: self.snapshot(),
            exercises: scenario.map(Scenario::exercises).unwrap_or_default(),
            entries,
        }
    }

    /// Judges what has happened so far.
    pub fn judge(&self, profile: &ClientProfile) -> Judgement {
        let run = self.run();
        let mut rules = conformance::judge::judge(&run, profile);
        // A standing rule that was neither meant nor met says nothing of this run.
        rules.retain(|rule| {
            let is_meant = run.exercises.iter().any(|meant| meant == rule.rule);
            is_meant || rule.verdict != Verdict::NotExercised
        });
        let after = After {
            users: &run.after.users,
            groups: &run.after.groups,
            domains: &run.after.domains,
        };
        let expectations = match &self.engine.scenario() {
            Some(scenario) => scenario::judge::judge(scenario, &run.entries, after),
            None => Vec::new(),
        };
        Judgement {
            rules,
            expectations,
        }
    }

    /// Ends everything that waits in this world: it is gone.
    pub fn end(&self) {
        self.clock.end();
        self.journal.end();
    }

    /// When it began, on its own clock.
    pub fn began(&self) -> Timestamp {
        self.began
    }

    /// What its directory takes the time to be: rules may have turned the face of its clock.
    pub fn now(&self) -> Timestamp {
        self.clock.shown()
    }
}

impl AsRef<Journal> for Sandbox {
    fn as_ref(&self) -> &Journal {
        &self.journal
    }
}

impl Start {
    /// The same as plain values.
    fn snapshot(&self) -> Snapshot {
        let all = |kind| {
            let rows = self.contents.as_ref().map(|held| held.snapshot(kind));
            let values = rows.iter().flat_map(Rows::iter);
            values
                .map(|stored| stored.resource().into_owned())
                .collect()
        };
        Snapshot {
            users: all(Kind::User),
            groups: all(Kind::Group),
            domains: self.domains.clone(),
        }
    }
}

fn fill(zone: &Zone, state: &State) {
    for (name, records) in &state.zone {
        zone.set_texts(name, records);
    }
    for (domain, server) in &state.web {
        zone.set_web(domain, server);
    }
}
