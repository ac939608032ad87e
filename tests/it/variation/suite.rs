//! The suite under variation: the sound client passes by any seed, each defect is caught, and the report tells the forms.

use goto_double::client::Defect;
use serde_json::Value;

use crate::support::suite::{Suite, conform, wrong_among};

/// What was chosen for each answer of a run.
fn chosen(suite: &Suite) -> Vec<&serde_json::Map<String, Value>> {
    let rows = suite.report["rows"].as_array().unwrap().iter();
    let entries = rows.flat_map(|row| row["journal"].as_array().unwrap());
    entries
        .filter_map(|entry| entry["varied"].as_object())
        .collect()
}

#[test]
fn sound_client_keeps_every_rule_by_every_seed() {
    for seed in 101..=108 {
        let suite = conform(&["--seed", &seed.to_string()]);
        assert_eq!(suite.code, 0, "seed {seed}\n{}", suite.said);
        assert!(chosen(&suite).iter().any(|one| !one.is_empty()));
    }
}

#[test]
fn every_defect_is_caught_by_other_seeds_too() {
    let all = Defect::ALL.iter().zip(200_u32..).collect();
    let wrong = wrong_among(all, |(defect, seed)| {
        let (id, seed) = (defect.id(), seed.to_string());
        let suite = conform(&["--rule", id, "--defect", id, "--jobs", "1", "--seed", &seed]);
        let is_caught = suite.code == 1 && suite.verdict(id) == "fail";
        (!is_caught).then(|| format!("{id} by seed {seed}\n{}", suite.said))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn one_flag_switches_it_off_and_stands_in_the_line_that_replays() {
    let failing = ["--rule", "CRE-07", "--defect", "CRE-07"];
    let on = conform(&failing);
    assert!(chosen(&on).iter().any(|one| !one.is_empty()));
    assert!(
        on.said.contains("varied: ") && !on.said.contains("--no-vary"),
        "{}",
        on.said
    );
    let off = conform(&[&failing[..], &["--no-vary"]].concat());
    assert!(chosen(&off).iter().all(|one| one.is_empty()));
    assert!(
        !off.said.contains("varied: ") && off.said.contains(" --no-vary"),
        "{}",
        off.said
    );
}

#[test]
fn file_that_needs_exact_shapes_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut file: Value =
        serde_json::from_str(include_str!("../../../scenarios/first-provisioning.json")).unwrap();
    let play = |file: &Value| {
        let path = folder.path().join("exact.json");
        std::fs::write(&path, file.to_string()).unwrap();
        let suite = conform(&["--scenario", path.to_str().unwrap()]);
        assert_eq!(suite.code, 0, "{}", suite.said);
        chosen(&suite).iter().any(|one| !one.is_empty())
    };
    assert!(play(&file));
    file["vary"] = Value::Bool(false);
    assert!(!play(&file));
}
