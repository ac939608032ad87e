//! The reference provisioning client: a guest that talks to the double over HTTP only.
//!
//! It does what the client rules ask of a sound client, and on request exactly one thing wrong: see [`Defect`].
//! Of the double it knows nothing; it shares the clock, the seeded chance and the form of the source directory.
//!
//! One cycle, in order: a token; a listing of all users; the guard against a source that is suddenly empty; people
//! who left, so that nobody who joins delays them; users; groups. One write at a time.
//!
//! Whoever leaves the source while active is disabled, and enabled again on coming back. Whoever was disabled in the
//! source before leaving it is deleted (with [`Settings::hard_delete`] everybody who leaves). Groups that leave the
//! source are deleted; a 404 on the way is what was wanted.

mod body;
mod browser;
mod change;
mod create;
mod defect;
mod form;
mod group;
mod http;
mod listing;
mod lookup;
mod member;
mod memory;
mod retry;
mod session;
mod settings;
mod summary;
mod token;
mod user;
mod write;

pub use self::defect::Defect;
use self::http::{Address, Connection};
use self::listing::Listing;
pub use self::memory::Memory;
use self::session::Stop;
pub use self::settings::{ClientError, Settings};
pub use self::summary::Summary;
use crate::clock::Participant;
use crate::scenario::source::Source;

/// So many removals in one cycle are always believed.
const FEW: usize = 3;

/// One cycle of the client at work.
struct Client<'a> {
    settings: &'a Settings,
    source: &'a Source,
    memory: &'a mut Memory,
    participant: &'a Participant,
    scim: Connection,
    summary: Summary,
    /// How many operations in a row spent their whole budget.
    exhausted: u32,
}

/// Brings the server in step with `source`, once.
///
/// All waiting is done through `participant`; `memory` is kept up to date as the work goes, so that a cycle that is
/// broken off loses nothing.
pub async fn provision(
    settings: &Settings,
    source: &Source,
    memory: &mut Memory,
    participant: &Participant,
) -> Summary {
    let Some(address) = Address::parse(&settings.scim_url) else {
        let mut summary = Summary::default();
        summary.stop(format!("not an http URL: {:?}", settings.scim_url));
        return summary;
    };
    let mut client = Client {
        settings,
        source,
        memory,
        participant,
        scim: Connection::to(address),
        summary: Summary::default(),
        exhausted: 0,
    };
    if let Err(Stop(reason)) = client.run().await {
        client.summary.stop(reason);
    }
    client.summary
}

impl Client<'_> {
    async fn run(&mut self) -> Result<(), Stop> {
        self.ready_token().await?;
        let listing = if self.has(Defect::NoLookup) {
            Listing::default()
        } else {
            self.list_users().await?
        };
        self.guard()?;
        self.remove_leavers().await?;
        let source = self.source;
        for user in &source.users {
            self.user(user, &listing).await?;
        }
        self.drop_groups().await?;
        for group in &source.groups {
            self.group(group).await?;
        }
        Ok(())
    }

    /// Whether the client is to do this one thing wrong.
    fn has(&self, defect: Defect) -> bool {
        self.settings.defect == Some(defect)
    }

    /// Refuses to remove an implausible share at once: a source that lost its people is more likely broken.
    fn guard(&self) -> Result<(), Stop> {
        if self.has(Defect::NoGuard) {
            return Ok(());
        }
        let counts = [
            ("users", self.leavers().len(), self.memory.users.len()),
            ("groups", self.dropped().len(), self.memory.groups.len()),
        ];
        for (what, removals, known) in counts {
            if removals > most_removals(known) {
                let reason = format!("{removals} of {known} {what} would be removed");
                return Err(Stop(reason));
            }
        }
        Ok(())
    }
}

/// How many of so many may be removed in one cycle: a fifth, or a few.
fn most_removals(known: usize) -> usize {
    FEW.max(known / 5)
}

#[cfg(test)]
mod tests;
