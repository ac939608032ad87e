//! Which faults mislead whoever believes the answer.

/// What the journal says of faults that make the store do or show something else than the answer says.
const SIGNS: [&str; 14] = [
    "racy write of",
    "read behind by",
    " hidden",
    "of the members taken",
    "page in another order",
    "total that",
    "filter_ignored",
    "wrong_total",
    "page_drift",
    "duplicate_match",
    "empty_page",
    "stale_list",
    "stale_body",
    "other_resource",
];

/// Whether what a rule did, in the words of the journal, misleads a client about what the store holds.
///
/// One that only writes the truth oddly, as text for a number, does not.
pub fn deceives(what: &str) -> bool {
    SIGNS.iter().any(|sign| what.contains(sign))
}
