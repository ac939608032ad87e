//! Many writers at once, each on a connection of its own: nothing is lost, and nothing is given twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;

use goto_double::GotoDouble;
use goto_double::scenario::target::{TargetStep, UserPatch};
use serde_json::{Map, Value, json};

use super::{check_error, group_of, member_ids};
use crate::support::raw::Line;
use crate::support::{Answer, Client, create_group, create_user, patch, start, user};

const WRITERS: usize = 64;

/// What one writer sends in one round: method, path and body.
type Asked = (&'static str, String, Value);

/// Lets all writers loose at once in every round, each on a connection that it keeps, and looks at the answers of each
/// round when all are there.
fn race(
    client: &Client,
    rounds: usize,
    ask: impl Fn(usize, usize) -> Asked + Sync,
    mut look: impl FnMut(usize, &[Answer]),
) {
    let typed = client
        .clone()
        .header("Content-Type", "application/scim+json");
    let mut lines: Vec<Line> = (0..WRITERS).map(|_| Line::open(&typed)).collect();
    for round in 0..rounds {
        let barrier = Barrier::new(WRITERS);
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let writers: Vec<_> = lines
                .iter_mut()
                .enumerate()
                .map(|(writer, line)| {
                    let (ask, barrier) = (&ask, &barrier);
                    scope.spawn(move || {
                        let (method, path, body) = ask(round, writer);
                        let body = body.to_string();
                        barrier.wait();
                        line.ask(method, &path, body.as_bytes())
                    })
                })
                .collect();
            let answers = writers.into_iter().map(|writer| writer.join().unwrap());
            answers.collect()
        });
        look(round, &answers);
    }
}

/// Checks that the group has exactly these members, and that every user says the same of itself.
#[track_caller]
fn check_members(goto: &GotoDouble, group: &str, expected: &BTreeSet<String>) {
    let state = goto.control().state().unwrap();
    let found = state.groups.iter().find(|row| row["id"] == group).unwrap();
    let members = member_ids(found);
    assert_eq!(members.len(), expected.len());
    assert_eq!(&members.into_iter().collect::<BTreeSet<_>>(), expected);
    for user in &state.users {
        let groups = user["groups"].as_array().cloned().unwrap_or_default();
        let of_group = groups.iter().filter(|row| row["value"] == group).count();
        let is_in = expected.contains(user["id"].as_str().unwrap());
        assert_eq!(of_group, usize::from(is_in), "{user}");
    }
}

/// The versions that writes ended with; a write that changed something has one of its own.
#[track_caller]
fn check_versions(answers: &[Answer]) -> BTreeSet<String> {
    let version = |answer: &Answer| answer.header("etag").unwrap().to_owned();
    let versions: BTreeSet<String> = answers.iter().map(version).collect();
    assert_eq!(versions.len(), answers.len());
    versions
}

fn people(client: &Client) -> Vec<String> {
    let create = |n| create_user(client, &format!("u{n}@main.com"));
    (0..WRITERS).map(create).collect()
}

fn adding(id: &str) -> Value {
    patch(json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]))
}

fn removing(id: &str) -> Value {
    patch(json!([{ "op": "remove", "path": format!("members[value eq \"{id}\"]") }]))
}

#[test]
fn writers_who_each_add_a_member_lose_nobody_in_any_round() {
    let (goto, client) = start();
    let people = people(&client);
    let group = create_group(&client, "Guides");
    let path = format!("/Groups/{group}");
    let everybody: BTreeSet<String> = people.iter().cloned().collect();
    let mut seen = BTreeSet::new();
    race(
        &client,
        20,
        |_, writer| ("PATCH", path.clone(), adding(&people[writer])),
        |_, answers| {
            for answer in answers {
                assert_eq!(answer.status, 204, "{}", answer.text());
            }
            for version in check_versions(answers) {
                assert!(seen.insert(version.clone()), "{version} was there before");
            }
            check_members(&goto, &group, &everybody);
            let nobody = patch(json!([{ "op": "remove", "path": "members" }]));
            assert_eq!(client.patch(&path, &nobody).status, 204);
            check_members(&goto, &group, &BTreeSet::new());
        },
    );
}

#[test]
fn writers_who_add_and_remove_at_once_leave_exactly_who_should_be_there() {
    let (goto, client) = start();
    let people = people(&client);
    let half: Vec<&str> = people.iter().step_by(2).map(String::as_str).collect();
    let group = group_of(&client, "Guides", &half);
    let path = format!("/Groups/{group}");
    // Whoever is in leaves, and whoever is not comes in.
    let is_in_before = |round: usize, writer: usize| (round + writer).is_multiple_of(2);
    race(
        &client,
        20,
        |round, writer| {
            let id = &people[writer];
            let body = if is_in_before(round, writer) {
                removing(id)
            } else {
                adding(id)
            };
            ("PATCH", path.clone(), body)
        },
        |round, answers| {
            for answer in answers {
                assert_eq!(answer.status, 204, "{}", answer.text());
            }
            check_versions(answers);
            let inside = people
                .iter()
                .enumerate()
                .filter(|(writer, _)| is_in_before(round + 1, *writer))
                .map(|(_, id)| id.clone());
            check_members(&goto, &group, &inside.collect());
        },
    );
}

/// Checks that exactly one of those who wanted a name got it, and says which.
#[track_caller]
fn winner(answers: &[Answer]) -> usize {
    let won = |(_, answer): &(usize, &Answer)| answer.status < 300;
    let winners: Vec<usize> = answers
        .iter()
        .enumerate()
        .filter(won)
        .map(|(writer, _)| writer)
        .collect();
    assert_eq!(winners.len(), 1, "{answers:?}");
    for (_, loser) in answers.iter().enumerate().filter(|answer| !won(answer)) {
        check_error(loser, 409, "uniqueness", "userName");
    }
    winners[0]
}

/// Every stored user by its id.
fn users(goto: &GotoDouble) -> BTreeMap<String, Value> {
    let state = goto.control().state().unwrap();
    let by_id = |row: Value| (row["id"].as_str().unwrap().to_owned(), row);
    state.users.into_iter().map(by_id).collect()
}

/// Every other writer spells the name in another case.
fn wanted(round: usize, writer: usize) -> String {
    if writer.is_multiple_of(2) {
        format!("wanted-{round}@main.com")
    } else {
        format!("WANTED-{round}@Main.com")
    }
}

#[test]
fn one_of_many_creates_of_a_name_wins_in_every_round() {
    let (goto, client) = start();
    race(
        &client,
        30,
        |round, writer| ("POST", "/Users".into(), user(&wanted(round, writer))),
        |round, answers| {
            winner(answers);
            assert_eq!(users(&goto).len(), round + 1);
        },
    );
}

#[test]
fn one_of_many_creates_and_renames_to_a_name_wins_in_every_round() {
    let (goto, client) = start();
    let people = people(&client);
    let mut before = users(&goto);
    race(
        &client,
        30,
        |round, writer| {
            let (path, name) = (format!("/Users/{}", people[writer]), wanted(round, writer));
            let rename = json!([{ "op": "replace", "path": "userName", "value": name }]);
            match writer % 3 {
                0 => ("POST", "/Users".into(), user(&name)),
                1 => ("PUT", path, user(&name)),
                _ => ("PATCH", path, patch(rename)),
            }
        },
        |round, answers| {
            let winner = winner(answers);
            let after = users(&goto);
            let changed: Vec<&String> = after
                .iter()
                .filter(|(id, row)| before.get(*id) != Some(row))
                .map(|(id, _)| id)
                .collect();
            // Nobody but the winner was touched, and the winner has the name as it wrote it.
            assert_eq!(changed.len(), 1, "{changed:?}");
            let row = &after[changed[0]];
            assert_eq!(row["userName"], wanted(round, winner));
            if winner.is_multiple_of(3) {
                assert!(!before.contains_key(changed[0]));
            } else {
                assert_eq!(changed[0], &people[winner]);
                assert_ne!(
                    row["meta"]["version"],
                    before[changed[0]]["meta"]["version"]
                );
            }
            before = after;
        },
    );
}

// The tester's hand works on a thread of its own, beside the thread that answers.
#[test]
fn rename_behind_the_clients_back_and_creates_never_both_get_a_name() {
    let (goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let mut by_hand = 0;
    for round in 0..40 {
        let barrier = Barrier::new(5);
        let name = format!("wanted-{round}@main.com");
        let current = users(&goto)[&ada]["userName"].as_str().unwrap().to_owned();
        let set = Map::from_iter([("userName".to_owned(), Value::from(name.as_str()))]);
        let rename = TargetStep {
            patch_users: vec![UserPatch { user: current, set }],
            ..TargetStep::default()
        };
        let (renamed, made) = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..4)
                .map(|_| {
                    let (client, barrier, name) = (&client, &barrier, &name);
                    scope.spawn(move || {
                        barrier.wait();
                        client.post("/Users", &user(name)).status
                    })
                })
                .collect();
            barrier.wait();
            let renamed = goto.control().change_state(&rename).is_ok();
            let statuses = writers.into_iter().map(|writer| writer.join().unwrap());
            (renamed, statuses.filter(|status| *status == 201).count())
        });
        assert_eq!(made, usize::from(!renamed));
        by_hand += usize::from(renamed);
        let named = users(&goto);
        let named = named
            .values()
            .filter(|row| row["userName"] == name.as_str());
        assert_eq!(named.count(), 1);
    }
    assert_eq!(users(&goto).len(), 41 - by_hand);
}
