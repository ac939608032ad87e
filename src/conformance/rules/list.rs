//! LST-02, LST-05 and DEA-11: pages that are short, empty or broken.

use std::collections::{BTreeMap, BTreeSet};

use crate::conformance::asked::Asked;
use crate::conformance::body::text;
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::rules::identity::id_at;
use crate::conformance::view::{View, Word};
use crate::entry::SubjectKind;
use crate::operation::Operation;
use crate::verdict::Verdict;

/// LST-02: the next page begins after the rows that came, not after the rows that were asked for
/// ([RFC 7644 section 3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4)).
pub(crate) fn next_page_follows_the_rows(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for call in view.calls.iter().filter(|call| is_page(call)) {
        let (Some(page), Some(asked)) = (call.page(), call.paging("count")) else {
            continue;
        };
        let (start, rows) = (start(call), as_index(page.rows.len()));
        let next = start + rows;
        if rows == 0 || rows >= asked || next > as_index(page.total) {
            continue;
        }
        let expected = format!("{rows} of {asked} rows came from {start}: go on at {next}");
        let later: Vec<_> = view
            .calls
            .iter()
            .filter(|later| later.number > call.number && same_walk(call, later))
            .collect();
        let after = later.iter().find(|later| {
            let from = self::start(later);
            call.precedes(later) && from != start && from != 1
        });
        let read_again = later.iter().any(|later| {
            self::start(later) == start
                && call.precedes(later)
                && after.is_some_and(|after| later.number < after.number)
        });
        if read_again {
            // What came the second time is what the next page follows.
            continue;
        }
        let restarted = later
            .iter()
            .any(|later| call.precedes(later) && self::start(later) <= start);
        match after {
            Some(after) if self::start(after) == next => {
                let seen = format!("the next page began at {next}");
                observed.note(Verdict::Pass, [call.number, after.number], expected, seen);
            }
            Some(after) => {
                let seen = format!("the next page began at {}", self::start(after));
                observed.note(Verdict::Fail, [call.number, after.number], expected, seen);
            }
            // Pages asked for ahead were under way already, and whoever reads anew has not finished.
            None if restarted || !later.is_empty() || hampered(view, call) => {
                let seen = "no next page was asked for after it";
                observed.note(Verdict::Inconclusive, [call.number], expected, seen);
            }
            // A filtered list or a look at the first few may stop where it likes.
            None if call.asked != Asked::Everything => {}
            None => {
                let seen = "no next page was asked for, as if this were the last";
                observed.note(Verdict::Fail, [call.number], expected, seen);
            }
        }
    }
    observed
}

fn hampered(view: &View<'_>, call: &Call<'_>) -> bool {
    call.cycle.is_none_or(|cycle| view.hampered(cycle))
}

/// Whether a call asks for a page by index.
fn is_page(call: &Call<'_>) -> bool {
    (call.lists_users() || call.is(Operation::ListGroups) || call.is_search())
        && call.field("cursor").is_none()
}

fn start(call: &Call<'_>) -> i64 {
    // A value below 1 means 1, RFC 7644 section 3.4.2.4.
    call.paging("startIndex").unwrap_or(1).max(1)
}

fn as_index(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX / 4)
}

/// Whether two requests are for pages of the same list in the same cycle.
fn same_walk(one: &Call<'_>, other: &Call<'_>) -> bool {
    is_page(other)
        && one.cycle == other.cycle
        && one.asked == other.asked
        && one.exchange.request.path().trim_end_matches('/')
            == other.exchange.request.path().trim_end_matches('/')
}

/// LST-05: a page that is empty although there should be more ends the walk.
pub(crate) fn empty_page_ends_the_walk(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let mut pages: BTreeMap<(Option<usize>, String), Vec<u64>> = BTreeMap::new();
    for call in view.calls.iter().filter(|call| is_page(call)) {
        let Some(page) = call.page() else { continue };
        let more = as_index(page.total) >= start(call);
        if page.rows.is_empty() && more && call.paging("count") != Some(0) {
            pages
                .entry((call.cycle, call.op.clone()))
                .or_default()
                .push(call.number);
        }
    }
    let allowed = view.profile.page_attempts;
    for asked in pages.into_values() {
        let expected = format!("an empty page asked for {allowed} times in a cycle at the most");
        let verdict = if asked.len() > allowed {
            Verdict::Fail
        } else {
            Verdict::Pass
        };
        let seen = format!("it was asked for {} times", asked.len());
        observed.note(verdict, asked, expected, seen);
    }
    observed
}

/// DEA-11: a listing that breaks in the middle says nothing of those it did not get to.
pub(crate) fn broken_listing_proves_nothing(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let mut judged = BTreeSet::new();
    for broken in &view.calls {
        let fails = broken.failed() || (broken.status().is_success() && broken.page().is_none());
        if !broken.lists_everybody() || start(broken) <= 1 || !fails || !judged.insert(broken.cycle)
        {
            continue;
        }
        let expected = "nobody removed or created on the strength of a list that broke off";
        let until_read = view.calls_after_in_cycle(broken).take_while(|later| {
            !(later.lists_everybody() && start(later) >= start(broken) && later.page().is_some())
        });
        let mut harm = until_read.filter(|later| infers(view, broken, later));
        if let Some(harm) = harm.next() {
            let seen = format!(
                "{} came for somebody the pages read did not show",
                harm.title()
            );
            observed.note(Verdict::Fail, [broken.number, harm.number], expected, seen);
        } else {
            let seen = "nobody of the pages that were not read was touched";
            observed.note(Verdict::Pass, [broken.number], expected, seen);
        }
    }
    observed
}

/// Whether a write takes somebody for absent, or for superfluous, whom the broken listing had not come to.
fn infers(view: &View<'_>, broken: &Call<'_>, write: &Call<'_>) -> bool {
    let Some(source) = view.source(write) else {
        return false;
    };
    if let Some(user) = write.creates() {
        let there = id_at(view, &user, write.cycle.unwrap_or_default()).is_some();
        let told = view.last_word(&user, write);
        return there
            && !told.is_some_and(|(word, by)| word == Word::Absent && by.number > broken.number);
    }
    let Some(id) = write.removes_user() else {
        return false;
    };
    let shown = view.calls_of(broken.cycle.unwrap_or_default()).any(|call| {
        call.lists_users()
            && call.precedes(write)
            && call.page().is_some_and(|page| {
                page.rows
                    .iter()
                    .any(|row| text(row, "id") == Some(id.as_str()))
            })
    });
    let stays = view
        .names_of(SubjectKind::User, &id)
        .iter()
        .any(|name| View::source_user(source, name).is_some_and(|person| person.active));
    // Somebody who left the source is removed because of the source, not because of the list.
    !shown && stays
}
