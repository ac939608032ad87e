//! What the double remembers: the organization, its directory, grants, and the zone.
//!
//! It knows nothing of sockets, surfaces or the journal. No map guard leaves it, no lock crosses an await.

pub mod directory;
pub mod grants;
pub mod organization;
mod own_keys;
pub mod zone;
