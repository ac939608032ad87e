//! Which forms beside the RFC's a filter is read in.

use crate::profile::Profile;

/// Says which forms are taken that the grammar does not have, but Entra and Okta send.
///
/// # Examples
///
/// ```
/// # use goto_double::{profile::Profile, scim::filter::{Filter, Leniency}};
/// let profile = Profile { lenient_filter_literals: false, ..Profile::default() };
/// assert!(Filter::parse("externalId eq jyoung", Leniency::from(&profile)).is_err());
/// assert!(Filter::parse("externalId eq jyoung", Leniency::Lenient).is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leniency {
    bare_literals: bool,
    string_booleans: bool,
    value_path_comparisons: bool,
}

#[expect(
    non_upper_case_globals,
    reason = "they are the two ends of a scale and read like variants"
)]
impl Leniency {
    /// The RFC to the letter.
    pub const Strict: Self = Self {
        bare_literals: false,
        string_booleans: false,
        value_path_comparisons: false,
    };

    /// Every form that is known to be sent.
    pub const Lenient: Self = Self {
        bare_literals: true,
        string_booleans: true,
        value_path_comparisons: true,
    };
}

impl Leniency {
    /// Whether any form beside the RFC's is taken.
    pub fn is_lenient(self) -> bool {
        self != Self::Strict
    }

    /// Whether a value may go without quotation marks, as in `externalId eq jyoung`.
    pub fn takes_bare_literals(self) -> bool {
        self.bare_literals
    }

    /// Whether a boolean may come as a string, as in `primary eq "True"`.
    pub fn takes_string_booleans(self) -> bool {
        self.string_booleans
    }

    /// Whether a comparison may follow the brackets, as in `emails[type eq "work"].value eq "x"`.
    pub fn takes_value_path_comparisons(self) -> bool {
        self.value_path_comparisons
    }
}

impl From<&Profile> for Leniency {
    fn from(profile: &Profile) -> Self {
        Self {
            bare_literals: profile.lenient_filter_literals,
            string_booleans: profile.string_boolean_filters,
            value_path_comparisons: profile.value_path_comparisons,
        }
    }
}
