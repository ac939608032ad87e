//! The client against a server of a few lines: what it asks, in which order, and what it never asks.

mod oauth;
mod rig;

use std::time::Duration;

use serde_json::json;

use self::rig::{Rig, Twist};
use super::*;
use crate::scenario::source::{SourceGroup, SourceStep};

fn people(count: usize) -> Source {
    Source::default().after(&SourceStep {
        people: count,
        ..SourceStep::default()
    })
}

fn count(seen: &[String], start: &str) -> usize {
    seen.iter().filter(|line| line.starts_with(start)).count()
}

fn writes(seen: &[String]) -> usize {
    seen.iter().filter(|line| !line.starts_with("GET")).count()
}

#[tokio::test]
async fn second_cycle_writes_nothing_and_lost_memory_creates_nobody() {
    let mut rig = Rig::start().await;
    let mut source = people(3);
    source.groups.push(SourceGroup {
        external_id: "g1".into(),
        display_name: "All".into(),
        members: vec!["u01".into(), "u03".into()],
    });
    let (summary, _) = rig.cycle(&source).await;
    assert_eq!(
        (summary.created, summary.exit_code()),
        (4, 0),
        "{summary:?}"
    );
    let (summary, seen) = rig.cycle(&source).await;
    assert_eq!((writes(&seen), summary.exit_code()), (0, 0), "{seen:?}");
    rig.memory = Memory::default();
    let (summary, seen) = rig.cycle(&source).await;
    assert_eq!((writes(&seen), summary.adopted), (0, 4), "{seen:?}");
    let (_, seen) = rig.careless_cycle(&source, Defect::WriteAlways).await;
    assert_eq!(writes(&seen), 3);
}

#[tokio::test]
async fn lost_answer_to_a_create_leads_to_a_look_and_not_to_a_second_create() {
    for twist in [Twist::LoseAnswer, Twist::HoldAnswer] {
        let mut rig = Rig::start().await;
        rig.twist("POST /Users", twist);
        let (summary, seen) = rig.cycle(&people(2)).await;
        assert_eq!(summary.exit_code(), 0, "{summary:?}");
        assert_eq!(count(&seen, "POST /Users"), 2, "{seen:?}");
        assert_eq!(rig.users().len(), 2);
    }
}

#[tokio::test]
async fn careless_clients_repeat_the_create_blindly() {
    for (defect, twist) in [
        (Defect::BlindRepost, Twist::LoseAnswer),
        (Defect::RepostOnTimeOut, Twist::HoldAnswer),
    ] {
        let mut rig = Rig::start().await;
        rig.twist("POST /Users", twist);
        let (_, seen) = rig.careless_cycle(&people(1), defect).await;
        let first = seen
            .iter()
            .position(|line| line.starts_with("POST"))
            .unwrap();
        assert_eq!(seen[first + 1], "POST /Users", "{seen:?}");
    }
}

#[tokio::test]
async fn failed_lookup_creates_nobody() {
    for twist in [
        Twist::Body("<html>"),
        Twist::Body("{\"totalResults\":1,"),
        Twist::Instead(500, ""),
        Twist::LoseAnswer,
    ] {
        let mut rig = Rig::start().await;
        for _ in 0..6 {
            rig.twist("GET /Users?filter", twist);
        }
        let (summary, seen) = rig.cycle(&people(2)).await;
        assert_eq!(summary.failures, 1, "{summary:?}");
        assert_eq!(count(&seen, "POST /Users"), 1, "{twist:?}: {seen:?}");
    }
}

#[tokio::test]
async fn named_wait_is_waited_for_on_the_clock() {
    let mut rig = Rig::start().await;
    rig.twist("POST /Users", Twist::Instead(429, "Retry-After: 3600\r\n"));
    let began = rig.clock.now();
    let (summary, _) = rig.cycle(&people(1)).await;
    assert_eq!(summary.created, 1);
    assert_eq!(rig.clock.now().since(began), Duration::from_secs(3600));
}

#[tokio::test]
async fn leaver_is_disabled_and_returner_is_enabled_on_the_same_id() {
    let mut rig = Rig::start().await;
    let all = people(5);
    let fewer = all.after(&SourceStep {
        leave: vec!["u02".into()],
        ..SourceStep::default()
    });
    rig.cycle(&all).await;
    let (summary, seen) = rig.cycle(&fewer).await;
    assert_eq!((summary.disabled, count(&seen, "DELETE")), (1, 0));
    assert_eq!(rig.users()[1]["active"], json!(false));
    assert_eq!(writes(&rig.cycle(&fewer).await.1), 0);
    let (_, seen) = rig.cycle(&all).await;
    assert_eq!((writes(&seen), count(&seen, "PATCH")), (1, 1), "{seen:?}");
    assert_eq!(rig.users()[1]["active"], json!(true));
}

#[tokio::test]
async fn empty_source_removes_nobody() {
    let mut rig = Rig::start().await;
    rig.cycle(&people(5)).await;
    let (summary, seen) = rig.cycle(&Source::default()).await;
    assert!(summary.stopped.is_some());
    assert_eq!(writes(&seen), 0);
    let (summary, _) = rig
        .careless_cycle(&Source::default(), Defect::NoGuard)
        .await;
    assert_eq!(summary.disabled, 5);
}

#[tokio::test]
async fn account_deleted_behind_its_back_is_made_anew_once() {
    let mut rig = Rig::start().await;
    rig.cycle(&people(3)).await;
    rig.server.lock().unwrap().users.remove(1);
    let (summary, seen) = rig.cycle(&people(3)).await;
    assert_eq!(
        (summary.created, count(&seen, "GET /Users/")),
        (1, 1),
        "{seen:?}"
    );
    rig.server.lock().unwrap().users.remove(1);
    let (_, seen) = rig.careless_cycle(&people(3), Defect::KeepDeadId).await;
    assert!(count(&seen, "GET /Users/") > 2, "{seen:?}");
}

#[tokio::test]
async fn short_pages_are_read_to_the_end() {
    let mut rig = Rig::start().await;
    rig.cycle(&people(7)).await;
    rig.server.lock().unwrap().page = Some(3);
    let (_, seen) = rig.cycle(&people(7)).await;
    let starts: Vec<_> = seen
        .iter()
        .filter_map(|line| line.strip_prefix("GET /Users?startIndex="))
        .collect();
    assert_eq!(starts, ["1&count=100", "4&count=100", "7&count=100"]);
}

#[tokio::test]
async fn listing_that_breaks_off_proves_nothing() {
    let mut rig = Rig::start().await;
    rig.cycle(&people(7)).await;
    rig.server.lock().unwrap().page = Some(3);
    for _ in 0..6 {
        rig.twist("GET /Users?startIndex=4", Twist::Instead(502, ""));
    }
    let (_, seen) = rig.cycle(&people(7)).await;
    assert_eq!(writes(&seen), 0, "{seen:?}");
    for _ in 0..6 {
        rig.twist("GET /Users?startIndex=4", Twist::Body("<html>"));
    }
    let (_, seen) = rig
        .careless_cycle(&people(7), Defect::TrustPartialList)
        .await;
    assert_eq!(
        (count(&seen, "DELETE"), count(&seen, "POST")),
        (4, 4),
        "{seen:?}"
    );
}

#[tokio::test]
async fn batch_that_is_too_large_is_halved_and_member_who_leaves_is_named() {
    let mut rig = Rig::start().await;
    rig.server.lock().unwrap().most_members = Some(3);
    let mut source = people(10);
    source.groups.push(SourceGroup {
        external_id: "g1".into(),
        display_name: "All".into(),
        members: source.users.iter().map(|u| u.external_id.clone()).collect(),
    });
    let (summary, _) = rig.cycle(&source).await;
    assert_eq!(summary.exit_code(), 0, "{summary:?}");
    source.groups[0].members.remove(4);
    rig.cycle(&source).await;
    let server = rig.server.lock().unwrap();
    let members = server.groups[0]["members"].as_array().unwrap();
    assert_eq!(members.len(), 9);
    assert!(!members.contains(&json!({"value": server.users[4]["id"]})));
}

#[tokio::test]
async fn parallel_halves_end_without_a_jump_of_the_clock() {
    let mut rig = Rig::start().await;
    let mut source = people(4);
    source.groups.push(SourceGroup {
        external_id: "g1".into(),
        display_name: "All".into(),
        members: source.users.iter().map(|u| u.external_id.clone()).collect(),
    });
    let began = rig.clock.now();
    rig.twist("PATCH /Groups", Twist::HoldAnswer);
    let (_, seen) = rig.careless_cycle(&source, Defect::ParallelMembers).await;
    assert_eq!(count(&seen, "PATCH /Groups"), 2, "{seen:?}");
    assert_eq!(rig.clock.now().since(began), Duration::from_secs(60));
}

#[tokio::test]
async fn group_that_left_the_source_is_deleted_and_404_is_done() {
    let mut rig = Rig::start().await;
    let mut source = people(1);
    source.groups.push(SourceGroup {
        external_id: "g1".into(),
        display_name: "All".into(),
        members: vec![],
    });
    rig.cycle(&source).await;
    rig.server.lock().unwrap().groups.clear();
    let (summary, seen) = rig.cycle(&people(1)).await;
    assert_eq!((count(&seen, "DELETE"), summary.exit_code()), (1, 0));
}

#[tokio::test]
async fn dead_token_without_a_refresh_stops_the_run() {
    let mut rig = Rig::start().await;
    for _ in 0..9 {
        rig.twist("GET", Twist::Instead(401, ""));
    }
    let (summary, seen) = rig.cycle(&people(5)).await;
    assert!(summary.stopped.is_some());
    assert_eq!(seen.len(), 1);
    let (summary, seen) = rig
        .careless_cycle(&people(5), Defect::GoOnUnauthorized)
        .await;
    assert!(summary.failures > 3 && seen.len() > 4, "{seen:?}");
}

#[tokio::test]
async fn person_disabled_before_leaving_is_deleted() {
    let mut rig = Rig::start().await;
    let all = people(4);
    let disabled = all.after(&SourceStep {
        disable: vec!["u03".into()],
        ..SourceStep::default()
    });
    let without = disabled.after(&SourceStep {
        leave: vec!["u03".into()],
        ..SourceStep::default()
    });
    rig.cycle(&all).await;
    rig.cycle(&disabled).await;
    rig.twist("DELETE", Twist::Instead(404, ""));
    let (summary, seen) = rig.cycle(&without).await;
    assert_eq!(
        (count(&seen, "DELETE"), summary.exit_code()),
        (1, 0),
        "{seen:?}"
    );
    assert_eq!(writes(&rig.cycle(&without).await.1), 0);
}

#[tokio::test]
async fn one_failed_lookup_is_asked_again_and_not_taken_for_absence() {
    for (defect, lookups) in [(None, 2), (Some(Defect::FailedLookupIsAbsent), 1)] {
        let mut rig = Rig::start().await;
        rig.settings.defect = defect;
        rig.twist("GET /Users?filter", Twist::Instead(500, ""));
        let (summary, seen) = rig.cycle(&people(1)).await;
        assert_eq!(summary.created, 1);
        assert_eq!(count(&seen, "GET /Users?filter"), lookups, "{seen:?}");
    }
}

#[tokio::test]
async fn create_that_never_succeeds_is_given_up() {
    for (defect, tries) in [(None, 6), (Some(Defect::NeverGiveUp), 40)] {
        let mut rig = Rig::start().await;
        rig.settings.defect = defect;
        for _ in 0..50 {
            rig.twist("POST /Users", Twist::Instead(503, ""));
        }
        let (_, seen) = rig.cycle(&people(1)).await;
        assert_eq!(count(&seen, "POST"), tries);
    }
}
