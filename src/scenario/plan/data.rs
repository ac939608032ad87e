//! What the rules want of the store: how reads, writes and lists go wrong, and what happens to resources.

use std::time::Duration;

use super::PlannedReply;

/// What the store does oddly.
#[derive(Clone, Debug, PartialEq)]
pub enum DataVerb {
    /// A write reads the resource, waits so long, and writes back what it made of it, whoever wrote in between.
    Racy(Duration),
    /// A read sees the store as it was.
    Lags(Behind),
    /// A read does not see the resource of that name, in lower case.
    Hidden(String),
    /// So many parts of a change are stored, and the request fails.
    Half(usize),
    /// So many of the members that a write adds to a group are taken, and the answer does not say so.
    FewMembers(usize),
    /// A create is refused where there is so much already.
    Quota(Quota),
    /// Something happens to a resource behind the client's back, before its request is handled.
    Befalls(Fate, Whom),
    /// Every user and every group is gone before the request is handled.
    Wiped,
    /// A list is cut, counted or ordered in another way.
    Page(PageVerb),
}

/// How far a read is behind the writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// So many reads of the same thing.
    Reads(usize),
    /// So long, on the sandbox clock.
    For(Duration),
}

/// How far back reads may look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Over so many reads of the same thing.
    pub reads: usize,
    /// Over so long a time.
    pub time: Duration,
}

impl Reach {
    /// As far as that fault looks.
    pub fn of(verb: &DataVerb) -> Self {
        match verb {
            DataVerb::Lags(Behind::Reads(reads)) => Self {
                reads: *reads,
                ..Self::default()
            },
            DataVerb::Lags(Behind::For(time)) => Self {
                time: *time,
                ..Self::default()
            },
            _ => Self::default(),
        }
    }

    /// The further of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            reads: self.reads.max(other.reads),
            time: self.time.max(other.time),
        }
    }

    /// Whether nobody looks back.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// How many resources of a type there may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Quota {
    /// So many.
    pub most: usize,
    /// Only those count that came to be so long ago or later.
    pub window: Option<Duration>,
    /// The answer to whoever wants one more, in place of the usual refusal.
    pub reply: Option<Box<PlannedReply>>,
}

/// What happens to a resource without the client's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is deleted.
    Deleted,
    /// It is there again, as it was when a rule deleted it.
    Restored,
    /// It is no longer active.
    Deactivated,
    /// It has another name.
    Renamed,
    /// It has another id.
    NewId,
    /// It is a member of no group, or as a group has no member.
    Alone,
}

/// Whom something happens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Whom the request is about.
    Subject,
    /// The resource of that name, in lower case.
    Named(String),
}

/// What is odd about the pages of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageVerb {
    /// None has more rows than a number between these, drawn for each place in the list.
    Cap(usize, usize),
    /// Each but the first begins with the last row of the one before, in addition to the others.
    Repeat,
    /// Each is cut out of another order.
    Unordered,
    /// The total changes from page to page.
    Total(Drift),
    /// A cursor that comes back has expired.
    ExpiredCursor,
}

/// How a total changes from page to page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// It is one more with each page.
    Grows,
    /// It is one less with each page.
    Shrinks,
    /// It is up to two more or less.
    Jitters,
}
