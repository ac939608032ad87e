//! GRP-06 and GRP-08.

use super::asks::add_members;
use super::support::{Rig, group, people};
use crate::scenario::source::Source;
use crate::verdict::Verdict;

fn team() -> Source {
    let mut source = people(&["ada", "bob", "eve"]);
    source.groups.push(group("team", &["ada", "bob", "eve"]));
    source
}

fn rig(members_in_the_end: &[&str]) -> Rig {
    let mut rig = Rig::with(team());
    rig.holds(&["ada", "bob", "eve"])
        .ends_with_group("team", members_in_the_end);
    rig
}

const ALL: [&str; 3] = ["ada", "bob", "eve"];

#[test]
fn refused_batch_comes_in_smaller_pieces() {
    for status in [400, 413] {
        let refused = || add_members("team", &ALL).refused(status);
        let mut all = rig(&ALL);
        all.leaves_open("GRP-06");
        all.play(refused())
            .play(add_members("team", &["ada", "bob"]))
            .play(add_members("team", &["eve"]));
        all.passes("GRP-06");
        let mut lost = rig(&["ada", "bob"]);
        lost.play(refused())
            .play(add_members("team", &["ada", "bob"]))
            .fails("GRP-06");
        let mut stubborn = rig(&[]);
        stubborn
            .play(refused())
            .play(refused())
            .play(add_members("team", &["ada"]).refused(500));
        stubborn.assert("GRP-06", Verdict::Inconclusive);
        let mut stubborn = rig(&[]);
        stubborn.play(refused()).play(refused()).fails("GRP-06");
    }
}

#[test]
fn no_member_is_lost_to_a_racy_group() {
    let writes = |rig: &mut Rig| {
        rig.play(add_members("team", &["ada"]))
            .play_in_flight(add_members("team", &["bob"]))
            .play(add_members("team", &["eve"]));
    };
    let mut repaired = rig(&ALL);
    repaired.leaves_open("GRP-08");
    writes(&mut repaired);
    repaired.passes("GRP-08");
    let mut lost = rig(&["bob", "eve"]);
    writes(&mut lost);
    lost.fails("GRP-08");
    lost.times_out().assert("GRP-08", Verdict::Inconclusive);
    // One write with everybody in it leaves nothing to race for, unless a fault bent it.
    let mut one = rig(&ALL);
    one.play(add_members("team", &ALL)).leaves_open("GRP-08");
    let mut bent = rig(&ALL);
    bent.play(add_members("team", &ALL).fired("racy"))
        .passes("GRP-08");
}
