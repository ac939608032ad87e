//! What the rows of a matrix are called: unique, short, and easy to type in a shell.
//!
//! A row is named by its values, as in `status=429,form=seconds`.
//! A value that is long or holds blanks and the like is named by its place among the values of that name, counted
//! from 1, as in `body=2`; it is left out where the rows are told apart without it.

use serde_json::{Map, Value};

/// A name that is longer than this is shortened where that can be.
const LONGEST_NAME: usize = 40;

/// A value that is longer than this is named by its place.
const LONGEST_VALUE: usize = 24;

/// All values of one name, one for each row.
struct Column {
    name: String,
    texts: Vec<String>,
    places: Vec<usize>,
    by_place: bool,
}

/// One name for each row; two rows have the same name only if they have the same values.
pub(super) fn names(rows: &[Map<String, Value>]) -> Vec<String> {
    let first = rows.first();
    let keys = first.into_iter().flat_map(Map::keys);
    let mut columns: Vec<Column> = keys.map(|key| Column::of(key, rows)).collect();
    loop {
        let names = joined(&columns, rows.len());
        if names.iter().all(|name| name.len() <= LONGEST_NAME) || !shorten(&mut columns) {
            return names;
        }
    }
}

/// Has the values that are longest named by their place; `false` if that makes nothing shorter.
fn shorten(columns: &mut [Column]) -> bool {
    let longest = columns
        .iter_mut()
        .filter(|column| !column.by_place)
        .max_by_key(|column| column.longest_text());
    match longest {
        Some(column) if column.longest_text() > 3 => {
            column.by_place = true;
            true
        }
        _ => false,
    }
}

/// The names without places if they are told apart so, else with them.
fn joined(columns: &[Column], rows: usize) -> Vec<String> {
    let named = |with_places: bool| -> Vec<String> {
        let shown = |column: &&Column| with_places || !column.by_place;
        let name = |row| {
            let columns = columns.iter().filter(shown);
            let parts: Vec<_> = columns.map(|column| column.part(row)).collect();
            parts.join(",")
        };
        (0..rows).map(name).collect()
    };
    let short = named(false);
    if rows > 1 && are_distinct(&short) {
        return short;
    }
    named(true)
}

fn are_distinct(names: &[String]) -> bool {
    let mut sorted: Vec<_> = names.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair.first() != pair.last())
}

impl Column {
    fn of(key: &str, rows: &[Map<String, Value>]) -> Self {
        let mut distinct: Vec<&Value> = Vec::new();
        let (mut texts, mut places) = (Vec::new(), Vec::new());
        for value in rows.iter().filter_map(|row| row.get(key)) {
            let known = distinct.iter().position(|known| *known == value);
            let place = known.unwrap_or_else(|| {
                distinct.push(value);
                distinct.len() - 1
            });
            places.push(place + 1);
            texts.push(as_text(value));
        }
        let different: Vec<String> = distinct.iter().map(|value| as_text(value)).collect();
        let is_plain = |text: &String| {
            (1..=LONGEST_VALUE).contains(&text.len()) && text.chars().all(is_plain_letter)
        };
        // 1 and "1" are two values that look the same.
        let by_place = !different.iter().all(is_plain) || !are_distinct(&different);
        let plain_key = |letter| if is_plain_letter(letter) { letter } else { '-' };
        Self {
            name: key.chars().map(plain_key).collect(),
            texts,
            places,
            by_place,
        }
    }

    fn part(&self, row: usize) -> String {
        let value = if self.by_place {
            self.places.get(row).map(ToString::to_string)
        } else {
            self.texts.get(row).cloned()
        };
        format!("{}={}", self.name, value.unwrap_or_default())
    }

    fn longest_text(&self) -> usize {
        self.texts.iter().map(String::len).max().unwrap_or(0)
    }
}

/// Whether no shell makes anything of the letter, and neither do we.
fn is_plain_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "._:@/+-".contains(letter)
}

fn as_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(rows: &Value, expected: &[&str]) {
        let rows = rows.as_array().unwrap().iter();
        let rows: Vec<_> = rows.map(|row| row.as_object().unwrap().clone()).collect();
        assert_eq!(names(&rows), expected);
    }

    #[test]
    fn plain_values_are_named_as_they_are() {
        check(
            &json!([{"status": 429, "wire": "cut:body:40"}, {"status": 503, "wire": "reset"}]),
            &["status=429,wire=cut:body:40", "status=503,wire=reset"],
        );
    }

    #[test]
    fn value_no_shell_would_like_is_named_by_its_place_or_left_out() {
        check(
            &json!([{"body": "<p>one"}, {"body": "two words"}, {"body": "<p>one"}, {"body": ""}]),
            &["body=1", "body=2", "body=1", "body=3"],
        );
        check(
            &json!([{"status": 500, "body": "<p>one"}, {"status": 502, "body": "<p>two"}]),
            &["status=500", "status=502"],
        );
        check(
            &json!([{"status": 500, "body": "<p>one"}, {"status": 500, "body": "<p>two"}]),
            &["status=500,body=1", "status=500,body=2"],
        );
        check(&json!([{"body": {"a": 1}}]), &["body=1"]);
        check(&json!([{"a b": 1}]), &["a-b=1"]);
    }

    #[test]
    fn values_that_look_the_same_are_told_apart() {
        check(&json!([{"n": 1}, {"n": "1"}]), &["n=1", "n=2"]);
    }

    #[test]
    fn long_name_loses_its_longest_values_first() {
        check(
            &json!([
                {"operation": "discovery.resource-types", "status": 429, "form": "asctime-date"},
                {"operation": "users.create", "status": 429, "form": "asctime-date"},
            ]),
            &[
                "operation=1,status=429,form=asctime-date",
                "operation=2,status=429,form=asctime-date",
            ],
        );
    }
}
