use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::*;

#[test]
fn families_have_the_rules_they_are_known_for() {
    let counts: Vec<_> = FAMILIES
        .iter()
        .map(|family| (family.code(), family.rules().len()))
        .collect();
    let expected = [
        ("LKP", 18),
        ("CRE", 21),
        ("UPD", 26),
        ("DEA", 15),
        ("GRP", 18),
        ("LST", 13),
        ("RTY", 22),
        ("RTE", 5),
        ("AUT", 17),
        ("OAU", 33),
        ("RSP", 29),
        ("HTP", 26),
        ("DSC", 9),
        ("SEC", 7),
        ("CYC", 12),
        ("DOM", 19),
    ];
    assert_eq!(counts, expected);
    assert_eq!(rules().count(), 290);
}

#[test]
fn core_set_has_138_rules() {
    assert_eq!(rules().filter(|rule| rule.core).count(), 138);
}

#[test]
fn proposals_are_209_and_demands_of_a_text_81() {
    let proposed = rules().filter(|rule| rule.level.is_proposed()).count();
    assert_eq!((proposed, rules().count() - proposed), (209, 81));
    assert!(rules().all(|rule| rule.level.as_str().ends_with('*') == rule.level.is_proposed()));
}

#[test]
fn ids_are_numbered_without_a_gap_inside_their_family() {
    for family in FAMILIES {
        for (index, rule) in family.rules().iter().enumerate() {
            assert_eq!(rule.id, format!("{}-{:02}", family.code(), index + 1));
            assert_eq!(rule.family, family);
        }
    }
    let ids: BTreeSet<_> = rules().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), 290);
}

#[test]
fn every_rule_says_what_shows_it_and_where_it_comes_from() {
    for rule in rules() {
        assert!(rule.sentence.ends_with('.'), "{}", rule.id);
        assert!(rule.evidence.ends_with('.'), "{}", rule.id);
        assert!(!rule.clause.is_empty(), "{}", rule.id);
        assert!(!rule.trigger.is_empty(), "{}", rule.id);
    }
}

#[test]
fn sentences_differ() {
    let sentences: BTreeSet<_> = rules().map(|rule| rule.sentence).collect();
    assert_eq!(sentences.len(), 290);
}

#[test]
fn rule_is_found_by_its_id_and_by_nothing_else() {
    assert_eq!(rule("CRE-07").unwrap().family, Family::Create);
    assert_eq!(rule("cre-07"), None);
    assert_eq!(rule("CRE-22"), None);
}

#[test]
fn first_forty_are_forty_rules_of_the_catalogue() {
    let ids: BTreeSet<_> = FIRST_FORTY.into_iter().collect();
    assert_eq!(ids.len(), 40);
    assert!(ids.into_iter().all(|id| rule(id).is_some()));
}

/// The shipped scenario files, by stem.
fn shipped(folder: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let scenario =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{stem}: {error}"));
            (stem, scenario)
        })
        .collect();
    files.sort_by(|one, other| one.0.cmp(&other.0));
    files
}

fn rules_named_in(scenario: &Value) -> impl Iterator<Item = &str> {
    scenario["expect"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|expectation| expectation["rule"].as_str())
}

#[test]
fn each_of_the_first_forty_is_named_by_a_shipped_scenario() {
    let files = shipped("scenarios");
    let named: BTreeSet<_> = files
        .iter()
        .flat_map(|(_, scenario)| rules_named_in(scenario))
        .collect();
    let missing: Vec<_> = FIRST_FORTY
        .into_iter()
        .filter(|id| !named.contains(id))
        .collect();
    assert!(missing.is_empty(), "no scenario names {missing:?}");
    assert!(named.iter().all(|id| rule(id).is_some()), "{named:?}");
}

#[test]
fn shipped_scenario_is_called_like_its_file_and_says_what_it_is_about() {
    for (stem, scenario) in shipped("scenarios")
        .into_iter()
        .chain(shipped("scenarios/serve"))
    {
        assert_eq!(scenario["scenario"], stem.as_str());
        assert_eq!(scenario["v"], 1, "{stem}");
        assert!(scenario["about"].as_str().unwrap().ends_with('.'), "{stem}");
        assert!(!scenario["refs"].as_array().unwrap().is_empty(), "{stem}");
        assert!(!scenario["expect"].as_array().unwrap().is_empty(), "{stem}");
    }
}
