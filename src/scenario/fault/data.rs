//! Faults of the store: writes that race or stop half-way, reads that lag, lists cut oddly, rows that come and go.

use std::time::Duration;

use serde_json::Value;

use crate::clock::duration_text;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::plan::{Behind, DataVerb, Drift, Fate, PageVerb, Quota, Whom};
use crate::scenario::schedule::duration;

/// A read looks back over no more reads than these: each keeps a whole state of the store alive.
const MOST_READS: usize = 100;

/// The words, each as it may be written.
const WORDS: [&str; 20] = [
    "racy:300ms",
    "lag:3",
    "hidden:user-01@main.com",
    "half:1",
    "few_members:1",
    "quota:50",
    "page_cap:5",
    "page_repeat",
    "unordered",
    "total:grows",
    "total:shrinks",
    "total:jitters",
    "expired_cursor",
    "deleted",
    "restored",
    "deactivated",
    "renamed",
    "new_id",
    "alone",
    "wiped",
];

/// What may happen to somebody behind the client's back, as it is written.
pub(in crate::scenario) const FATES: [(&str, Fate); 6] = [
    ("deleted", Fate::Deleted),
    ("restored", Fate::Restored),
    ("deactivated", Fate::Deactivated),
    ("renamed", Fate::Renamed),
    ("new_id", Fate::NewId),
    ("alone", Fate::Alone),
];

/// Reads `do.data`: one fault, or a list of them.
pub(in crate::scenario) fn read(
    value: &Value,
    at: &Pointer,
    findings: &mut Findings,
) -> Vec<DataVerb> {
    let mut one = |value: &Value, at: &Pointer| {
        let verb = match value {
            Value::String(text) => parse(text),
            _ => Err("expected a fault of the store, or a list of them".into()),
        };
        findings.keep(at, verb)
    };
    match value {
        Value::Array(list) => {
            let places = list.iter().enumerate();
            places
                .filter_map(|(place, value)| one(value, &at.index(place)))
                .collect()
        }
        value => one(value, at).into_iter().collect(),
    }
}

fn parse(text: &str) -> Result<DataVerb, Complaint> {
    let (word, rest) = match text.split_once(':') {
        Some((word, rest)) => (word, Some(rest)),
        None => (text, None),
    };
    if let Some((_, fate)) = FATES.iter().find(|(name, _)| *name == word) {
        return whom(rest).map(|whom| DataVerb::Befalls(*fate, whom));
    }
    match (word, rest) {
        ("racy", Some(gap)) => duration(gap).map(DataVerb::Racy),
        ("lag", Some(behind)) => lag(behind).map(DataVerb::Lags),
        ("hidden", Some(name)) => named(name).map(DataVerb::Hidden),
        ("half", Some(parts)) => at_least(1, parts).map(DataVerb::Half),
        ("few_members", Some(members)) => at_least(0, members).map(DataVerb::FewMembers),
        ("quota", Some(most)) => quota(most).map(DataVerb::Quota),
        _ => page(word, rest)
            .unwrap_or_else(|| Err(Complaint::unknown("fault of the store", text, WORDS))),
    }
}

fn page(word: &str, rest: Option<&str>) -> Option<Result<DataVerb, Complaint>> {
    let page = match (word, rest) {
        ("wiped", None) => return Some(Ok(DataVerb::Wiped)),
        ("page_cap", Some(rows)) => return Some(cap(rows).map(DataVerb::Page)),
        ("page_repeat", None) => PageVerb::Repeat,
        ("unordered", None) => PageVerb::Unordered,
        ("expired_cursor", None) => PageVerb::ExpiredCursor,
        ("total", Some("grows")) => PageVerb::Total(Drift::Grows),
        ("total", Some("shrinks")) => PageVerb::Total(Drift::Shrinks),
        ("total", Some("jitters")) => PageVerb::Total(Drift::Jitters),
        _ => return None,
    };
    Some(Ok(DataVerb::Page(page)))
}

fn lag(text: &str) -> Result<Behind, Complaint> {
    let Ok(reads) = text.parse() else {
        let wait = duration(text)?;
        return if wait.is_zero() {
            Err("reads that lag by no time do not lag".into())
        } else {
            Ok(Behind::For(wait))
        };
    };
    match reads {
        0 => Err("reads that lag by none do not lag".into()),
        1..=MOST_READS => Ok(Behind::Reads(reads)),
        _ => Err(format!("reads lag by {MOST_READS} others at most, or by a time").into()),
    }
}

fn cap(text: &str) -> Result<PageVerb, Complaint> {
    let (least, most) = text.split_once('-').unwrap_or((text, text));
    let (least, most) = (at_least(1, least)?, at_least(1, most)?);
    if least > most {
        return Err("the smaller number comes first".into());
    }
    Ok(PageVerb::Cap(least, most))
}

fn quota(text: &str) -> Result<Quota, Complaint> {
    let (most, window) = match text.split_once('/') {
        Some((most, window)) => (most, Some(duration(window)?)),
        None => (text, None),
    };
    if window.is_some_and(|window| window.is_zero()) {
        return Err("a quota in no time is none".into());
    }
    Ok(Quota {
        most: at_least(0, most)?,
        window,
        reply: None,
    })
}

fn whom(rest: Option<&str>) -> Result<Whom, Complaint> {
    match rest {
        None => Ok(Whom::Subject),
        Some(name) => named(name).map(Whom::Named),
    }
}

fn named(name: &str) -> Result<String, Complaint> {
    if name.is_empty() {
        return Err("expected a userName or displayName behind the colon".into());
    }
    Ok(name.to_lowercase())
}

fn at_least(least: usize, text: &str) -> Result<usize, Complaint> {
    let number = text.trim().parse().ok().filter(|number| *number >= least);
    number.ok_or_else(|| format!("expected a whole number, {least} or more, not \"{text}\"").into())
}

pub(super) fn what(verbs: &[DataVerb]) -> String {
    let words: Vec<_> = verbs.iter().map(what_one).collect();
    words.join(", ")
}

fn what_one(verb: &DataVerb) -> String {
    match verb {
        DataVerb::Racy(gap) => format!("racy write of {}", duration_text(*gap)),
        DataVerb::Lags(Behind::Reads(reads)) => format!("read behind by {reads} reads"),
        DataVerb::Lags(Behind::For(time)) => format!("read behind by {}", duration_text(*time)),
        DataVerb::Hidden(name) => format!("{name} hidden"),
        DataVerb::Half(parts) => format!("change stopped after {parts} of its parts"),
        DataVerb::FewMembers(members) => format!("{members} of the members taken"),
        DataVerb::Quota(quota) => {
            let window = quota.window.map(window_text).unwrap_or_default();
            format!("quota of {}{window}", quota.most)
        }
        DataVerb::Befalls(fate, whom) => befalls(*fate, whom),
        DataVerb::Wiped => "everything deleted behind the client's back".to_owned(),
        DataVerb::Page(page) => what_page(*page),
    }
}

fn window_text(window: Duration) -> String {
    format!(" in {}", duration_text(window))
}

/// What happens to somebody, as the journal tells it.
pub fn befalls(fate: Fate, whom: &Whom) -> String {
    let row = FATES.iter().find(|(_, known)| *known == fate);
    let word = row.map_or("", |(word, _)| word).replace('_', " ");
    match whom {
        Whom::Subject => format!("{word} behind the client's back"),
        Whom::Named(name) => format!("{name} {word} behind the client's back"),
    }
}

fn what_page(page: PageVerb) -> String {
    match page {
        PageVerb::Cap(least, most) if least == most => format!("page of {most} rows at most"),
        PageVerb::Cap(least, most) => format!("page of {least} to {most} rows at most"),
        PageVerb::Repeat => "page that repeats a row".to_owned(),
        PageVerb::Unordered => "page in another order".to_owned(),
        PageVerb::Total(Drift::Grows) => "total that grows".to_owned(),
        PageVerb::Total(Drift::Shrinks) => "total that shrinks".to_owned(),
        PageVerb::Total(Drift::Jitters) => "total that jitters".to_owned(),
        PageVerb::ExpiredCursor => "expired cursor".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn racy_write_says_how_long_the_gap_is() {
        assert_eq!(
            parse("racy:300ms"),
            Ok(DataVerb::Racy(Duration::from_millis(300)))
        );
        assert!(parse("racy").is_err() && parse("racy:x").is_err());
    }

    #[test]
    fn every_word_is_read_and_told() {
        for word in WORDS {
            let verb = parse(word).unwrap_or_else(|complaint| panic!("{word}: {complaint:?}"));
            assert!(!what_one(&verb).is_empty());
        }
    }

    #[test]
    fn what_misleads_is_known() {
        let misleading = WORDS.iter().filter(|word| parse(word).unwrap().misleads());
        let named: Vec<_> = misleading
            .map(|word| word.split(':').next().unwrap())
            .collect();
        assert_eq!(
            named,
            [
                "racy",
                "lag",
                "hidden",
                "few_members",
                "unordered",
                "total",
                "total",
                "total"
            ]
        );
    }

    #[test]
    fn lag_is_a_number_of_reads_or_a_time() {
        assert_eq!(parse("lag:3"), Ok(DataVerb::Lags(Behind::Reads(3))));
        let time = Behind::For(Duration::from_secs(30));
        assert_eq!(parse("lag:30s"), Ok(DataVerb::Lags(time)));
        for wrong in ["lag", "lag:", "lag:0", "lag:0s", "lag:101", "lag:-1"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_that_mean_nothing_are_refused() {
        for wrong in [
            "half:0",
            "half",
            "quota:",
            "quota:5/0s",
            "quota:5/x",
            "page_cap:0",
            "page_cap:5-2",
            "few_members:x",
            "hidden:",
            "deleted:",
            "total:falls",
            "page_repeat:3",
            "unordred",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn several_faults_stand_in_a_list() {
        let mut findings = Findings::default();
        let written = json!(["lag:3", "hidden:Ada@Main.com", 7, "deleted:BOB@main.com"]);
        let verbs = read(&written, &Pointer::default(), &mut findings);
        let bob = Whom::Named("bob@main.com".into());
        assert_eq!(
            verbs,
            [
                DataVerb::Lags(Behind::Reads(3)),
                DataVerb::Hidden("ada@main.com".into()),
                DataVerb::Befalls(Fate::Deleted, bob),
            ]
        );
        assert_eq!(findings.messages().len(), 1);
    }
}
