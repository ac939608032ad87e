//! One isolated world: a clock, chance, a profile, a store, rules and a journal of its own.
//!
//! It knows nothing of HTTP routes.

use std::sync::Arc;

use crate::clock::Clock;
use crate::domain::proof::Outside;
use crate::engine::Engine;
use crate::entropy::Entropy;
use crate::journal::Journal;
use crate::profile::Profile;
use crate::store::grants::Grants;
use crate::store::organization::Organizations;

/// One world. Two sandboxes share nothing.
#[derive(Debug)]
pub struct Sandbox {
    /// Its name in paths and host names; `default` for the default world.
    pub id: String,
    /// Where it is reached, without a trailing slash: what `Location` and metadata begin with.
    pub base_url: String,
    /// Its time.
    pub clock: Clock,
    /// Its chance.
    pub entropy: Entropy,
    /// How it behaves where no RFC says.
    pub profile: Profile,
    /// Its accounts, organizations and domains.
    pub organizations: Organizations,
    /// Its codes, tokens and sign-ins.
    pub grants: Grants,
    /// The rules of its scenario.
    pub engine: Engine,
    /// What happened in it.
    pub journal: Journal,
    /// Who answers when a proof must be looked up.
    pub outside: Arc<dyn Outside>,
}
