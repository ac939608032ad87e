//! RTY-01, 02, 03, 06 and 08.

use std::time::Duration;

use http::header::DATE;

use super::asks::{Ask, create, lookup, set_active};
use super::support::Rig;
use crate::clock::Timestamp;
use crate::verdict::Verdict;

fn throttled(status: u16) -> Ask {
    create("ada").refused(status).retry_after("5")
}

#[test]
fn client_that_waits_passes_and_one_that_comes_early_fails() {
    for (status, rule) in [(503, "RTY-01"), (429, "RTY-02")] {
        let mut rig = Rig::new(&["ada"]);
        rig.play(throttled(status))
            .wait(4_950)
            .play(create("ada"))
            .passes(rule);
        let mut rig = Rig::new(&["ada"]);
        rig.play(throttled(status))
            .wait(4_000)
            .play(create("ada"))
            .fails(rule);
        // A retry with a fresh body is a retry all the same.
        let mut rig = Rig::new(&["ada"]);
        rig.play(set_active("ada", true).refused(status).retry_after("5"))
            .wait(1_000)
            .play(set_active("ada", false))
            .fails(rule);
    }
}

#[test]
fn waiting_is_not_exercised_by_a_client_that_gives_up() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(throttled(503)).leaves_open("RTY-01");
    rig.leaves_open("RTY-02");
    rig.leaves_open("RTY-03");
    rig.times_out().assert("RTY-01", Verdict::Inconclusive);
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada")).leaves_open("RTY-01");
}

#[test]
fn requests_in_flight_and_other_work_are_innocent() {
    let mut rig = Rig::new(&["ada"]);
    rig.play(throttled(429))
        .play_in_flight(throttled(429))
        .play(lookup("bob", &[]))
        .wait(6_000)
        .play(create("ada"));
    rig.passes("RTY-02");
}

#[test]
fn date_in_any_form_is_waited_for() {
    let forms: [fn(Timestamp) -> String; 3] = [
        Timestamp::http_date,
        Timestamp::rfc850_date,
        Timestamp::asctime_date,
    ];
    for form in forms {
        for (waited, verdict) in [
            (9_500, Verdict::Pass),
            (8_950, Verdict::Pass),
            (1_000, Verdict::Fail),
            (0, Verdict::Fail),
        ] {
            let mut rig = Rig::new(&["ada"]);
            let date = form(rig.now().plus(Duration::from_secs(10)));
            let sent = rig.now().http_date();
            rig.play(
                create("ada")
                    .refused(503)
                    .retry_after(&date)
                    .header(DATE, &sent),
            )
            .wait(waited)
            .play(create("ada"));
            rig.assert("RTY-03", verdict);
            rig.leaves_open("RTY-01");
        }
    }
}

#[test]
fn far_date_may_be_answered_with_a_long_wait() {
    let mut rig = Rig::new(&["ada"]);
    let date = rig.now().plus(Duration::from_secs(3600)).http_date();
    rig.play(create("ada").refused(429).retry_after(&date))
        .wait(300_000)
        .play(create("ada"))
        .passes("RTY-03");
}

fn outage(gaps: &[u64]) -> Rig {
    let mut rig = Rig::new(&["ada"]);
    rig.play(create("ada").refused(503));
    for gap in gaps {
        rig.wait(*gap).play(create("ada").refused(503));
    }
    rig
}

#[test]
fn doubling_up_to_a_cap_passes() {
    outage(&[1_000, 2_000, 4_000, 8_000, 8_000, 8_000]).passes("RTY-06");
    outage(&[1_100, 2_400, 3_300, 7_900, 7_400, 8_100]).passes("RTY-06");
    outage(&[1_000, 30_000, 30_000, 30_000]).passes("RTY-06");
    outage(&[300_000, 300_000, 300_000]).passes("RTY-06");
}

#[test]
fn waits_that_do_not_grow_fail() {
    outage(&[1_000, 1_000, 1_000, 1_000]).fails("RTY-06");
    outage(&[1_000, 2_000, 3_000, 4_000, 5_000, 6_000]).fails("RTY-06");
    outage(&[4_000, 2_000, 1_000]).fails("RTY-06");
    outage(&[100, 200, 400, 800]).fails("RTY-06");
    outage(&[0, 0, 0]).fails("RTY-06");
}

#[test]
fn two_waits_show_no_growth() {
    let mut rig = outage(&[1_000, 1_000]);
    rig.leaves_open("RTY-06");
    rig.times_out().assert("RTY-06", Verdict::Inconclusive);
}

#[test]
fn waits_that_the_server_named_need_not_grow() {
    let mut rig = Rig::new(&["ada"]);
    for _ in 0..5 {
        rig.play(throttled(503)).wait(5_000);
    }
    rig.leaves_open("RTY-06");
}

#[test]
fn budget_of_tries_is_kept() {
    outage(&[1_000; 9]).passes("RTY-08");
    outage(&[1_000; 10]).fails("RTY-08");
    outage(&[1_000; 3])
        .times_out()
        .assert("RTY-08", Verdict::Inconclusive);
    let mut recovered = outage(&[1_000; 3]);
    recovered.play(create("ada")).leaves_open("RTY-08");
}
