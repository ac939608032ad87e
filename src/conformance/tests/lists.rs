//! LST-02, LST-05 and DEA-11.

use super::asks::{create, delete, lookup, page, set_active};
use super::support::{Rig, crowd, people};
use crate::verdict::Verdict;

fn rig() -> (Rig, Vec<String>) {
    let names = crowd(10);
    let short: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut rig = Rig::new(&short);
    rig.holds(&short);
    (rig, names)
}

#[test]
fn next_page_begins_after_the_rows_that_came() {
    let (mut rig, names) = rig();
    rig.leaves_open("LST-02");
    rig.play(page(1, 5, &names[..3], 10))
        .play(page(4, 5, &names[3..8], 10))
        .play(page(9, 5, &names[8..], 10));
    rig.passes("LST-02");
}

#[test]
fn holes_overlaps_and_early_ends_fail() {
    for from in [6, 3] {
        let (mut rig, names) = rig();
        rig.play(page(1, 5, &names[..3], 10))
            .play(page(from, 5, &names[from - 1..], 10))
            .fails("LST-02");
    }
    let (mut rig, names) = rig();
    rig.play(page(1, 5, &names[..3], 10))
        .play(lookup("p009", &["p009"]))
        .fails("LST-02");
    rig.times_out().assert("LST-02", Verdict::Inconclusive);
}

#[test]
fn page_read_again_counts_by_its_last_answer() {
    let (mut rig, names) = rig();
    rig.play(page(1, 5, &names[..3], 10))
        .play(page(1, 5, &names[..5], 10))
        .play(page(6, 5, &names[5..], 10));
    rig.leaves_open("LST-02");
}

#[test]
fn full_pages_are_no_trap() {
    let (mut rig, names) = rig();
    rig.play(page(1, 5, &names[..5], 10))
        .play(page(6, 5, &names[5..], 10))
        .leaves_open("LST-02");
}

#[test]
fn empty_page_is_not_asked_for_for_ever() {
    let (mut rig, names) = rig();
    rig.play(page(1, 5, &names[..5], 10)).leaves_open("LST-05");
    for _ in 0..3 {
        rig.play(page(6, 5, &[], 10));
    }
    rig.passes("LST-05");
    rig.play(page(6, 5, &[], 10)).fails("LST-05");
    let (mut rig, _) = self::rig();
    rig.play(page(11, 5, &[], 10)).leaves_open("LST-05");
}

#[test]
fn broken_listing_removes_and_creates_nobody() {
    let (mut rig, names) = rig();
    rig.play(page(1, 5, &names[..5], 10)).leaves_open("DEA-11");
    rig.play(page(6, 5, &[], 10).refused(503)).passes("DEA-11");
    let (mut disabling, names) = self::rig();
    disabling
        .play(page(1, 5, &names[..5], 10))
        .play(page(6, 5, &[], 10).refused(503));
    disabling.play(set_active("p008", false)).fails("DEA-11");
    let (mut creating, names) = self::rig();
    creating
        .play(page(1, 5, &names[..5], 10))
        .play(page(6, 5, &[], 10).text("<html>"));
    creating
        .play(create("p008").refused_as(409, "uniqueness"))
        .fails("DEA-11");
}

#[test]
fn account_made_in_an_earlier_cycle_is_not_made_again_because_a_page_broke() {
    let names = crowd(10);
    let short: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut rig = Rig::new(&short);
    for name in &short {
        rig.play(create(name));
    }
    rig.next(people(&short)).play(page(1, 5, &names[..5], 10));
    rig.play(page(6, 5, &[], 10).reset()).passes("DEA-11");
    rig.play(create("p008").refused_as(409, "uniqueness"))
        .fails("DEA-11");
}

#[test]
fn page_that_was_read_in_the_end_frees_the_client() {
    let (mut rig, names) = rig();
    rig.play(page(1, 5, &names[..5], 10))
        .play(page(6, 5, &[], 10).reset())
        .play(page(6, 5, &names[5..], 10))
        .play(delete("p008"));
    rig.passes("DEA-11");
}
