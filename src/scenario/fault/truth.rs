//! Which faults mislead whoever believes the answer.

use super::Fault;
use crate::scenario::plan::{DataVerb, Mutation, PageVerb};

impl Fault {
    /// Whether the store does or shows something else than the answer says.
    ///
    /// What only writes the truth oddly, as text for a number, does not mislead.
    pub fn misleads(&self) -> bool {
        match self {
            Self::Data(verbs) => verbs.iter().any(DataVerb::misleads),
            Self::Mutate(mutations) => mutations.iter().any(Mutation::misleads),
            _ => false,
        }
    }
}

impl DataVerb {
    pub(super) fn misleads(&self) -> bool {
        match self {
            Self::Racy(_) | Self::Lags(_) | Self::Hidden(_) | Self::FewMembers(_) => true,
            Self::Page(verb) => matches!(verb, PageVerb::Unordered | PageVerb::Total(_)),
            // A change behind the client's back is told in the journal by itself; the others say that they fail.
            Self::Half(_) | Self::Quota(_) | Self::Befalls(..) | Self::Wiped => false,
        }
    }
}

impl Mutation {
    pub(super) fn misleads(&self) -> bool {
        matches!(
            self,
            Self::FilterIgnored
                | Self::WrongTotal
                | Self::PageDrift
                | Self::DuplicateMatch
                | Self::EmptyPage
                | Self::StaleList(_)
                | Self::StaleBody
                | Self::OtherResource
        )
    }
}
