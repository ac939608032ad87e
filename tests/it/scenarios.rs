//! The scenarios that come with the double: each is well written, and plays the same twice.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use goto_double::read_script;
use goto_double::scenario::Pace;
use serde_json::Value;

use crate::support::program::ROOT;
use crate::support::suite::conform;

/// Every scenario file of a folder and of the folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            all.push(path);
        }
    }
    all.sort();
    all
}

#[test]
fn every_file_is_read_without_a_finding_and_is_called_as_its_scenario() {
    let all = files(&Path::new(ROOT).join("scenarios"));
    assert!(all.len() > 30, "{all:?}");
    for path in all {
        let script = read_script(&fs::read_to_string(&path).unwrap());
        let script = script.unwrap_or_else(|findings| panic!("{}:{}", path.display(), findings[0]));
        assert_eq!(script.warnings(), [], "{}", path.display());
        assert_eq!(path.file_stem().unwrap().to_str(), Some(script.name()));
        assert!(
            script.about().ends_with('.') && !script.refs().is_empty(),
            "{}",
            path.display()
        );
    }
}

#[test]
fn every_row_has_a_short_name_of_its_own_that_a_shell_leaves_alone() {
    for path in files(&Path::new(ROOT).join("scenarios")) {
        let script = read_script(&fs::read_to_string(&path).unwrap()).unwrap();
        let rows = script.rows(Pace::Quick);
        let names: BTreeSet<_> = rows.iter().map(|row| row.name.clone()).collect();
        assert_eq!(names.len(), rows.len(), "{}: {names:?}", path.display());
        for name in names {
            let is_plain =
                |letter: char| letter.is_ascii_alphanumeric() || ",=._:@/+-".contains(letter);
            assert!(
                name.len() <= 40 && name.chars().all(is_plain),
                "{}: {name}",
                path.display()
            );
        }
    }
}

/// Plays every row of every scenario with one seed.
fn play(jobs: &str) -> Vec<(String, Value)> {
    let suite = conform(&["--seed", "11", "--jobs", jobs]);
    assert_eq!(suite.code, 0, "{}", suite.said);
    suite.repeatable()
}

#[track_caller]
fn assert_same(once: &[(String, Value)], again: &[(String, Value)]) {
    assert!(once.len() > 50, "{} rows", once.len());
    let mut different = Vec::new();
    for ((name, one), (other_name, other)) in once.iter().zip(again) {
        assert_eq!(name, other_name);
        if one != other {
            different.push(format!("{name}: {}", difference(one, other)));
        }
    }
    assert!(
        different.is_empty() && once.len() == again.len(),
        "{}",
        different.join("\n")
    );
}

#[test]
fn whole_suite_played_twice_by_one_seed_is_the_same_twice() {
    assert_same(&play("1"), &play("4"));
}

#[test]
#[ignore = "fifty times takes minutes: cargo test --release --test it fifty_times -- --ignored"]
fn whole_suite_played_fifty_times_by_one_seed_is_the_same_fifty_times() {
    let once = play("1");
    for turn in 1..50 {
        assert_same(&once, &play(["2", "4", "8"][turn % 3]));
    }
}

#[test]
fn another_seed_plays_another_run() {
    let play = |seed| conform(&["--scenario", "create-answer-lost", "--seed", seed]).repeatable();
    assert_ne!(play("11"), play("12"));
}

/// The first place at which two values differ, for a person to read.
fn difference(one: &Value, other: &Value) -> String {
    match (one, other) {
        (Value::Object(fields), Value::Object(others)) if fields.len() == others.len() => {
            let found = fields
                .iter()
                .find(|(name, value)| others.get(*name) != Some(value));
            let (name, value) = found.unwrap();
            format!(
                "/{name}{}",
                difference(value, &others.get(name).cloned().unwrap_or_default())
            )
        }
        (Value::Array(items), Value::Array(others)) if items.len() == others.len() => {
            let place = items
                .iter()
                .zip(others)
                .position(|(item, other)| item != other)
                .unwrap();
            format!("/{place}{}", difference(&items[place], &others[place]))
        }
        _ => format!(": {} and {}", short(one), short(other)),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(160).collect()
}

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("docs").join(name)).unwrap()
}

/// The blocks of a page in that language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let starts = page.split(&fence).skip(1);
    starts
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn files_on_the_page_about_new_faults_are_well_written() {
    let files = blocks(&page("adding-a-fault.md"), "json");
    assert_eq!(files.len(), 2);
    for file in files {
        let script =
            read_script(&file).unwrap_or_else(|findings| panic!("{}\n{file}", findings[0]));
        assert_eq!(script.warnings(), [], "{file}");
    }
}

#[test]
fn page_about_new_faults_names_files_and_a_test_that_are_there() {
    let page = page("adding-a-fault.md");
    let paths = page
        .split('`')
        .filter(|word| word.starts_with("src/") || word.starts_with("tests/"));
    let missing: Vec<_> = paths
        .filter(|path| !Path::new(ROOT).join(path).exists())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    let tests = fs::read_to_string(Path::new(ROOT).join("tests/it/faults/mutate.rs")).unwrap();
    let plain = |text: &str| {
        text.split_whitespace()
            .collect::<String>()
            .replace(",)", ")")
            .replace(",]", "]")
    };
    for block in blocks(&page, "rust") {
        assert!(plain(&tests).contains(&plain(&block)), "{block}");
    }
}

#[test]
fn lost_answer_of_the_page_is_passed_by_the_sound_client_and_failed_by_a_careless_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my-lost-answer.json");
    fs::write(
        &path,
        blocks(&page("adding-a-fault.md"), "json").last().unwrap(),
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let sound = conform(&["--scenario", path]);
    assert_eq!(sound.code, 0, "{}", sound.said);
    let careless = conform(&["--scenario", path, "--defect", "CRE-07"]);
    assert_eq!(
        (careless.code, careless.verdict("CRE-07").as_str()),
        (1, "fail"),
        "{}",
        careless.said
    );
}
