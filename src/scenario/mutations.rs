//! Scenario files that somebody spoilt: nothing panics, and every finding points into the text.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Severity, parse};

/// Every scenario and script that is known to be well written.
fn sound() -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = ["scenarios", "scenarios/serve", "fixtures/scripts"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    let read = |path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    paths.iter().map(read).collect()
}

/// How many values a value holds, itself included.
fn size(value: &Value) -> usize {
    1 + children(value).map(size).sum::<usize>()
}

fn children(value: &Value) -> impl Iterator<Item = &Value> {
    let members = value.as_object().into_iter().flat_map(Map::values);
    members.chain(value.as_array().into_iter().flatten())
}

/// Changes the n-th value in it, counted in the order of the text.
fn change(value: &mut Value, n: &mut usize, how: &dyn Fn(&mut Value)) {
    if *n == 0 {
        *n = usize::MAX;
        return how(value);
    }
    *n -= 1;
    match value {
        Value::Object(members) => members.values_mut().for_each(|one| change(one, n, how)),
        Value::Array(elements) => elements.iter_mut().for_each(|one| change(one, n, how)),
        _ => {}
    }
}

/// Values that stand where they do not belong.
fn strange() -> Vec<Value> {
    let deep = (0..200).fold(Value::Null, |inner, _| json!([inner]));
    let wide: Vec<u32> = (0..1500).collect();
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e300),
        json!(18_446_744_073_709_551_615_u64),
        json!(""),
        json!("${"),
        json!("${status}"),
        json!("99999999999999999999d"),
        json!("2-1"),
        json!("every 18446744073709551615"),
        json!("+18446744073709551615s"),
        json!("a+b+c"),
        json!("\u{0}\u{fffd}\r\n"),
        json!("users.*"),
        json!("cut:body:99999999999999999999"),
        json!({ "re": "(((((" }),
        json!({ "not": { "not": { "in": [] } } }),
        json!([]),
        json!({}),
        json!({ "n": wide, "m": wide }),
        json!([{ "a": 1 }, { "a": 1 }]),
        deep,
    ]
}

fn rename(value: &mut Value, place: usize) {
    if let Value::Object(members) = value
        && let Some(key) = members.keys().nth(place % members.len().max(1)).cloned()
        && let Some(moved) = members.shift_remove(&key)
    {
        members.insert(format!("{key}s"), moved);
    }
}

fn remove(value: &mut Value, place: usize) {
    match value {
        Value::Object(members) => {
            let key = members.keys().nth(place % members.len().max(1)).cloned();
            key.and_then(|key| members.shift_remove(&key));
        }
        Value::Array(elements) if !elements.is_empty() => {
            elements.remove(place % elements.len());
        }
        _ => {}
    }
}

fn repeat(value: &mut Value, place: usize) {
    if let Value::Array(elements) = value
        && !elements.is_empty()
    {
        elements.push(elements[place % elements.len()].clone());
    }
}

#[track_caller]
fn check(text: &str) {
    let Err(findings) = parse(text) else { return };
    let worst = findings.iter().map(|finding| finding.severity).max();
    assert_eq!(worst, Some(Severity::Error), "{text}");
    for finding in findings {
        let line = text.lines().nth(finding.line - 1);
        let columns = line.map_or(0, |line| line.chars().count());
        assert!(
            (1..=columns + 1).contains(&finding.column),
            "{finding}\n{text}"
        );
        assert!(
            !finding.message.is_empty() && !finding.message.contains('\n'),
            "{finding:?}"
        );
    }
}

proptest! {
    #[test]
    fn spoilt_file_is_refused_with_a_place_and_never_panics(
        which in any::<prop::sample::Index>(),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5_u8), 1..4),
        pretty in any::<bool>(),
    ) {
        let (files, strange) = (sound(), strange());
        let mut file = files[which.index(files.len())].clone();
        for (place, with, how) in places {
            let mut n = place.index(size(&file));
            let which = with.index(strange.len());
            change(&mut file, &mut n, &|value| match how {
                0 | 1 => *value = strange[which].clone(),
                2 => rename(value, which),
                3 => remove(value, which),
                _ => repeat(value, which),
            });
        }
        let text = if pretty { format!("{file:#}") } else { file.to_string() };
        check(&text);
    }
}
