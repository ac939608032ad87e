//! The matrix (`each`) and the named durations (`paces`) of a file, and how they are filled in.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::finding::{Complaint, Findings, Pointer};
use super::row_name;
use super::script::Pace;

/// More rows than this are a mistake, not a matrix.
const MOST_ROWS: usize = 1000;

/// One row of the matrix: its name, and the value of each `${name}`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Binding {
    pub(super) name: String,
    pub(super) values: Map<String, Value>,
}

/// What `${name}` can stand for.
#[derive(Clone, Copy)]
pub(super) struct Names<'n> {
    /// The value of each name.
    pub(super) values: &'n Map<String, Value>,
    /// Every name that the matrix and the paces write; one without a value was found fault with there.
    pub(super) written: &'n BTreeSet<String>,
}

/// Every name that the matrix and the paces of a file write, whether or not they make sense.
pub(super) fn names(file: &Map<String, Value>) -> BTreeSet<String> {
    let each = file.get("each");
    let rows = each.and_then(Value::as_array);
    let paces = file.get("paces").and_then(Value::as_object);
    let objects = each
        .into_iter()
        .chain(rows.into_iter().flatten())
        .chain(paces.into_iter().flat_map(Map::values));
    let objects = objects.filter_map(Value::as_object);
    objects.flat_map(Map::keys).cloned().collect()
}

/// Finds names of the matrix and the paces that nothing stands for.
pub(super) fn unused(file: &Map<String, Value>, findings: &mut Findings) {
    let parts = ["each", "paces"];
    let rest = file
        .iter()
        .filter(|(key, _)| !parts.contains(&key.as_str()));
    let rest: String = rest.map(|(_, value)| value.to_string()).collect();
    let is_used = |name: &str| {
        let quoted = Value::from(format!("${{{name}}}")).to_string();
        rest.contains(quoted.trim_matches('"'))
    };
    let at = Pointer::default().key("each");
    let rows = file.get("each").and_then(Value::as_array);
    let first = rows.and_then(|rows| rows.first());
    let objects = [
        (file.get("each"), at.clone()),
        (first, at.index(0)),
        (
            file.get("paces").and_then(|paces| paces.get("quick")),
            Pointer::default().key("paces").key("quick"),
        ),
    ];
    for (object, at) in objects {
        let members = object.and_then(Value::as_object).into_iter();
        for name in members.flat_map(Map::keys).filter(|name| !is_used(name)) {
            let complaint = format!("nothing in the file says \"${{{name}}}\"");
            findings.warn_at_key(&at.key(name), complaint);
        }
    }
}

/// The rows of a matrix; one without values if there is no matrix.
pub(super) fn bindings(
    each: Option<&Value>,
    at: &Pointer,
    findings: &mut Findings,
) -> Vec<Binding> {
    let rows = match each {
        None => return vec![Binding::default()],
        Some(Value::Object(lists)) => product(lists, at, findings),
        Some(Value::Array(rows)) if !rows.is_empty() => listed(rows, at, findings),
        Some(_) => {
            findings.error(at, "expected an object of lists, or a list of rows");
            None
        }
    };
    let rows = rows.unwrap_or_else(|| vec![Map::new()]);
    for (index, row) in rows.iter().enumerate() {
        if rows.iter().take(index).any(|earlier| earlier == row) {
            let complaint = format!("row {} of the matrix is an earlier one again", index + 1);
            findings.error(&place_of_row(each, at, index), complaint);
        }
    }
    row_name::names(&rows)
        .into_iter()
        .zip(rows)
        .map(|(name, values)| Binding { name, values })
        .collect()
}

/// Where a row is written: in a list of rows at its place, in a product nowhere but everywhere.
fn place_of_row(each: Option<&Value>, at: &Pointer, index: usize) -> Pointer {
    match each {
        Some(Value::Array(_)) => at.index(index),
        _ => at.clone(),
    }
}

fn product(
    lists: &Map<String, Value>,
    at: &Pointer,
    findings: &mut Findings,
) -> Option<Vec<Map<String, Value>>> {
    let mut rows = vec![Map::new()];
    for (name, list) in lists {
        let Some(list) = list.as_array().filter(|list| !list.is_empty()) else {
            findings.error(&at.key(name), "expected a list of values");
            return None;
        };
        if rows.len().saturating_mul(list.len()) > MOST_ROWS {
            findings.error(at, format!("the matrix has more than {MOST_ROWS} rows"));
            return None;
        }
        rows = rows
            .iter()
            .flat_map(|row| {
                list.iter().map(move |value| {
                    let mut row = row.clone();
                    row.insert(name.clone(), value.clone());
                    row
                })
            })
            .collect();
    }
    Some(rows)
}

fn listed(
    rows: &[Value],
    at: &Pointer,
    findings: &mut Findings,
) -> Option<Vec<Map<String, Value>>> {
    if rows.len() > MOST_ROWS {
        findings.error(at, format!("the matrix has more than {MOST_ROWS} rows"));
        return None;
    }
    let mut all = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let Value::Object(values) = row else {
            findings.error(
                &at.index(index),
                "expected an object with the values of one row",
            );
            return None;
        };
        let names = |row: &Map<String, Value>| row.keys().cloned().collect::<BTreeSet<_>>();
        if all
            .first()
            .is_some_and(|first| names(first) != names(values))
        {
            findings.error(
                &at.index(index),
                "every row has the same names as the first",
            );
            return None;
        }
        all.push(values.clone());
    }
    Some(all)
}

fn as_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The named durations of a file, for one pace; `None` if it has none.
pub(super) fn paces(
    paces: Option<&Value>,
    pace: Pace,
    at: &Pointer,
    findings: &mut Findings,
) -> Option<Map<String, Value>> {
    let Value::Object(both) = paces? else {
        findings.error(at, "expected an object with \"quick\" and \"real\"");
        return None;
    };
    let known = [Pace::Quick.name(), Pace::Real.name()];
    for name in both.keys().filter(|name| !known.contains(&name.as_str())) {
        findings.error_at_key(&at.key(name), Complaint::unknown("pace", name, known));
    }
    let Some(Value::Object(values)) = both.get(pace.name()) else {
        findings.error(
            at,
            format!("expected an object \"{pace}\" of named durations"),
        );
        return None;
    };
    let other = match pace {
        Pace::Quick => Pace::Real,
        Pace::Real => Pace::Quick,
    };
    for (name, value) in values {
        let at = at.key(pace.name()).key(name);
        match value.as_str() {
            Some(text) => _ = findings.keep(&at, super::schedule::duration(text)),
            None => findings.error(&at, "expected a duration"),
        }
        if both
            .get(other.name())
            .is_some_and(|other| other.get(name).is_none())
        {
            findings.error_at_key(
                &at,
                format!("\"{name}\" has no value for the pace \"{other}\""),
            );
        }
    }
    Some(values.clone())
}

/// Fills every `${name}` in: alone it keeps its JSON type, within a longer string it is text.
pub(super) fn fill(
    value: &Value,
    names: Names<'_>,
    at: &Pointer,
    findings: &mut Findings,
) -> Value {
    match value {
        Value::String(text) if text.contains("${") => match fill_text(text, names) {
            Ok(filled) => filled,
            Err(complaint) => {
                if let Some(complaint) = complaint {
                    findings.error(at, complaint);
                }
                findings.spoil(at);
                value.clone()
            }
        },
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, element)| fill(element, names, &at.index(index), findings))
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| (key.clone(), fill(member, names, &at.key(key), findings)))
            .collect::<Map<_, _>>()
            .into(),
        _ => value.clone(),
    }
}

/// The text filled in; or the complaint about it, or nothing where that was said already.
fn fill_text(text: &str, names: Names<'_>) -> Result<Value, Option<Complaint>> {
    let look_up = |name: &str| {
        names.values.get(name).ok_or_else(|| {
            let known = names.values.keys().map(String::as_str);
            let is_new = !names.written.contains(name);
            is_new.then(|| Complaint::unknown("name in ${…}", name, known))
        })
    };
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else {
            return Err(Some("\"${\" without its \"}\"".into()));
        };
        let value = look_up(name)?;
        if before.is_empty() && behind.is_empty() && filled.is_empty() {
            return Ok(value.clone());
        }
        filled.push_str(before);
        filled.push_str(&as_text(value));
        rest = behind;
    }
    filled.push_str(rest);
    Ok(Value::String(filled))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(each: &Value) -> (Vec<Binding>, Vec<String>) {
        let mut findings = Findings::default();
        let rows = bindings(Some(each), &Pointer::default(), &mut findings);
        (rows, findings.messages())
    }

    #[test]
    fn object_of_lists_is_a_product_and_list_of_objects_is_itself() {
        let (rows_of_product, _) =
            rows(&json!({"status": [429, 503], "form": ["seconds", "http-date"]}));
        let names: Vec<_> = rows_of_product
            .iter()
            .map(|row| row.name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "status=429,form=seconds",
                "status=429,form=http-date",
                "status=503,form=seconds",
                "status=503,form=http-date"
            ]
        );
        let (listed, _) = rows(&json!([{"n": 1, "tries": 3}, {"n": 6, "tries": 8}]));
        assert_eq!(listed[1].name, "n=6,tries=8");
    }

    #[test]
    fn matrix_that_is_none_is_found() {
        for wrong in [
            json!(3),
            json!([]),
            json!({"a": 1}),
            json!([{"a": 1}, {"b": 1}]),
            json!([1]),
            json!([{"a": 1, "b": 2}, {"b": 2, "a": 1}]),
            json!({"a": [1, 2, 1]}),
        ] {
            assert_eq!(rows(&wrong).1.len(), 1, "{wrong}");
        }
        let many: Vec<_> = (0..40).collect();
        assert_eq!(rows(&json!({"a": many, "b": many})).1.len(), 1);
    }

    #[test]
    fn name_alone_keeps_its_type_and_within_text_it_is_text() {
        let values = json!({"n": 3, "form": "seconds"});
        let names = Names {
            values: values.as_object().unwrap(),
            written: &BTreeSet::new(),
        };
        let mut findings = Findings::default();
        let filled = fill(
            &json!({"a": "${n}", "b": [">=${n}", "${form}/${n}"], "c": "plain"}),
            names,
            &Pointer::default(),
            &mut findings,
        );
        assert_eq!(
            filled,
            json!({"a": 3, "b": [">=3", "seconds/3"], "c": "plain"})
        );
        fill(
            &json!(["${m}", "${n"]),
            names,
            &Pointer::default(),
            &mut findings,
        );
        assert_eq!(findings.messages().len(), 2);
    }

    #[test]
    fn pace_without_its_other_half_is_found() {
        let mut findings = Findings::default();
        let written = json!({"quick": {"a": "2s", "b": "x"}, "real": {"b": "3s"}, "fast": {}});
        let at = Pointer::default();
        assert!(paces(Some(&written), Pace::Quick, &at, &mut findings).is_some());
        assert!(paces(Some(&written), Pace::Real, &at, &mut findings).is_some());
        assert_eq!(findings.messages().len(), 3);
    }
}
