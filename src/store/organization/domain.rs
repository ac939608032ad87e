//! One domain on its way to being verified.

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::domain::code::VerificationCode;
use crate::domain::name::DomainName;

/// Holds a domain somebody wants to prove, or has proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its name.
    pub name: DomainName,
    /// Its present code.
    pub code: VerificationCode,
    /// When the code ends.
    pub deadline: Timestamp,
    /// When it was verified.
    pub verified: Option<Timestamp>,
    /// What the last press of Verify looked up, in turn.
    pub look_ups: Vec<LookUp>,
}

/// Names how far the proof of a domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Waiting for its proof.
    Pending,
    /// Proved, for good.
    Verified,
    /// The code ended unproved; the next visit brings a new one.
    Expired,
}

/// Tells of one look-up: when, what was asked, what was seen, and why it was no proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookUp {
    /// When it was done.
    pub at: Timestamp,
    /// What was asked of whom.
    pub asked: String,
    /// What came back, in words.
    pub saw: String,
    /// Why it did not count; `None` if it did.
    pub why: Option<String>,
}

impl Status {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Expired => "expired",
        }
    }
}

impl Domain {
    /// How far its proof is at a moment.
    pub fn status(&self, now: Timestamp) -> Status {
        if self.verified.is_some() {
            Status::Verified
        } else if now < self.deadline {
            Status::Pending
        } else {
            Status::Expired
        }
    }

    /// The whole days until its code ends, a day begun counting as one.
    pub fn days_left(&self, now: Timestamp) -> u64 {
        const DAY: Duration = Duration::from_secs(86_400);
        self.deadline.since(now).as_secs().div_ceil(DAY.as_secs())
    }

    /// Its name, status, code and deadline as JSON; a verified one has no deadline.
    pub fn to_json(&self, now: Timestamp) -> Value {
        let status = self.status(now);
        let deadline = (status != Status::Verified).then_some(self.deadline);
        json!({
            "name": self.name.as_str(),
            "status": status.as_str(),
            "code": self.code.as_str(),
            "deadline": deadline,
        })
    }
}
