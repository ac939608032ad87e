//! What may be expected of one kind of client: the numbers that the rules leave open.
//!
//! Not to be confused with the profile of the double itself. Without it, documented habits of real clients
//! would be called failures. This module knows the clock's way to write durations.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How a client creates an account it does not know yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Creation {
    /// It looks first and creates only who is absent.
    #[default]
    LookupFirst,
    /// It creates, and looks up and links after a 409.
    PostThenLookup,
}

/// What a client does with the account of a person who left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leavers {
    /// Either of the two will do.
    #[default]
    Either,
    /// It sets `active` to false.
    Disabled,
    /// It deletes the account.
    Deleted,
}

/// The parameters by which a client is judged; the default is the strict one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClientProfile {
    /// How a new account comes to be.
    pub creation: Creation,
    /// What becomes of a leaver's account.
    pub leavers: Leavers,
    /// How often one operation may be tried in a cycle (RTY-08).
    pub max_attempts: usize,
    /// The least first wait of a back-off (RTY-06).
    #[serde(with = "duration")]
    pub backoff_floor: Duration,
    /// The wait beyond which a back-off need not grow (RTY-06).
    #[serde(with = "duration")]
    pub backoff_cap: Duration,
    /// The wait that counts as long for a client that cannot read the date in `Retry-After` (RTY-03).
    #[serde(with = "duration")]
    pub long_wait: Duration,
    /// How many SCIM calls may follow a replay that failed with 401 (AUT-04).
    pub quiet_after_auth_failure: usize,
    /// How long an answer may be waited for; no rule that is judged so far reads it (RTY-16 will).
    #[serde(with = "duration")]
    pub response_deadline: Duration,
    /// The least pause between two polls; no rule that is judged so far reads it (DOM-07 will).
    #[serde(with = "duration")]
    pub poll_floor: Duration,
    /// How much too early a request may come and still count as in time.
    #[serde(with = "duration")]
    pub slack: Duration,
    /// How often one empty page may be asked for in a cycle (LST-05).
    pub page_attempts: usize,
    /// How often an id that answers 404 may be used in a cycle (UPD-15).
    pub dead_id_attempts: usize,
    /// So many accounts may be removed in a cycle whatever the share (DEA-10).
    pub removals: usize,
    /// The share of the accounts that may be removed in a cycle (DEA-10).
    pub removal_share: f64,
    /// Whether `"False"` for `false` is a known habit: then a warning, not a failure (UPD-07).
    pub text_booleans: bool,
    /// Whether removing members by a value list is a known habit: then a pass, not a warning (UPD-05).
    pub value_list_removals: bool,
}

impl Default for ClientProfile {
    fn default() -> Self {
        Self {
            creation: Creation::LookupFirst,
            leavers: Leavers::Either,
            max_attempts: 10,
            backoff_floor: Duration::from_secs(1),
            backoff_cap: Duration::from_secs(300),
            long_wait: Duration::from_secs(30),
            quiet_after_auth_failure: 3,
            response_deadline: Duration::from_secs(100),
            poll_floor: Duration::from_secs(30),
            slack: Duration::from_millis(100),
            page_attempts: 3,
            dead_id_attempts: 2,
            removals: 3,
            removal_share: 0.2,
            text_booleans: false,
            value_list_removals: false,
        }
    }
}

impl ClientProfile {
    /// The names that [`named`](Self::named) knows.
    pub const NAMES: [&str; 3] = ["strict", "entra", "okta"];

    /// The shipped profile of that name.
    ///
    /// # Examples
    ///
    /// ```
    /// use goto_double::conformance::client_profile::{ClientProfile, Leavers};
    /// assert_eq!(ClientProfile::named("okta").unwrap().leavers, Leavers::Disabled);
    /// assert!(ClientProfile::named("unheard-of").is_none());
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "strict" => Some(Self::default()),
            "entra" => Some(Self::entra()),
            "okta" => Some(Self::okta()),
            _ => None,
        }
    }

    /// Microsoft Entra without the `aadOptscim062020` flag: capitals, `"False"`, value lists on remove.
    ///
    /// Its guard against accidental deletions counts heads; each tenant sets the number, and the 500 that
    /// its sibling Entra Connect starts with stands in for it here.
    fn entra() -> Self {
        Self {
            removals: 500,
            removal_share: 0.0,
            text_booleans: true,
            value_list_removals: true,
            ..Self::default()
        }
    }

    /// Okta: never deletes a user, waits five minutes where it cannot read `Retry-After`, gives up on an answer after a minute.
    fn okta() -> Self {
        Self {
            leavers: Leavers::Disabled,
            long_wait: Duration::from_secs(300),
            response_deadline: Duration::from_secs(60),
            ..Self::default()
        }
    }

    /// How many of so many accounts may be removed in one cycle.
    pub fn removals_allowed(&self, accounts: usize) -> usize {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a head count is small, and a float cast saturates"
        )]
        let share = (accounts as f64 * self.removal_share.clamp(0.0, 1.0)).floor() as usize;
        share.max(self.removals)
    }
}

/// Durations as text with a unit, as scenario files write them.
mod duration {
    use std::time::Duration;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::clock::{duration_text, parse_duration};

    pub(super) fn serialize<S: Serializer>(
        value: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&duration_text(*value))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_duration(&text)
            .ok_or_else(|| D::Error::custom(format!("`{text}` is no duration such as `30s`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_profile_survives_being_written_and_read() {
        for name in ClientProfile::NAMES {
            let profile = ClientProfile::named(name).unwrap();
            let text = serde_json::to_string(&profile).unwrap();
            assert_eq!(
                serde_json::from_str::<ClientProfile>(&text).unwrap(),
                profile
            );
        }
    }

    #[test]
    fn absent_fields_are_strict_and_unknown_ones_refused() {
        let profile: ClientProfile = serde_json::from_str(r#"{"backoff_floor": "2s"}"#).unwrap();
        assert_eq!(profile.backoff_floor, Duration::from_secs(2));
        assert_eq!(profile.max_attempts, 10);
        assert!(serde_json::from_str::<ClientProfile>(r#"{"max_atempts": 3}"#).is_err());
    }

    #[test]
    fn small_directories_may_lose_a_few_and_large_ones_a_fifth() {
        let strict = ClientProfile::default();
        assert_eq!(strict.removals_allowed(4), 3);
        assert_eq!(strict.removals_allowed(100), 20);
    }
}
