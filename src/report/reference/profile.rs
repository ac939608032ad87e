//! The fields of the profile with their values in each named one: as a page, and as text for a terminal.

use std::fmt::Write as _;

use serde_json::Value;

use super::{code, evidence, line};
use crate::profile::{FIELDS, Field, NAMED};

/// The widest line that a terminal gets, unless a single word is longer.
const WIDTH: usize = 100;

/// The room for a value on a terminal.
const COLUMN: usize = 20;

/// The first part of `docs/profile.md`.
const BEFORE: &str = "# Profile\n\n\
    Every behaviour that no RFC fixes is a field of the profile.\n\
    For each field the table says what it is in the named profiles, how sure we are that the real GoTo behaves as `goto` does, and where that was learnt.\n\
    `goto-double list profile` prints the same.\n\n\
    ## Named profiles\n\n";

/// How a profile is chosen, the last part of `docs/profile.md`.
const CHOOSING: &str = r#"
## Choosing one

`--profile` of `serve` and `conform` takes a name, a JSON file, or a single field; it may be repeated, and later ones win.
A name stands for all fields, so it ends what was said before it.

```sh
goto-double serve --profile rfc
goto-double serve --profile rfc --profile page_size=5
goto-double serve --profile my-profile.json
goto-double conform --profile entra-lenient -- ./my-sync
```

A file holds single fields, and in `base` the name of the profile that they change; that is `goto` if it is left out.

```json
{ "base": "rfc", "group_name_unique": true, "page_size": 5 }
```

The same object, or a name alone, is the `profile` of `POST /sandboxes` on the control port.
As `given.profile` of a scenario it holds for that scenario; what the command line or the sandbox says wins over it, field by field.
In Rust, `GotoDouble::builder().profile_named("rfc").profile("page_size", 5)` does the same.

A field that is not there, a value of the wrong type and an unknown name are refused with what comes nearest.
"#;

/// `docs/profile.md`, from the profile.
pub fn profile() -> String {
    let mut page = String::from(BEFORE);
    for named in NAMED {
        page.extend(["- ", &code(named.name), ": ", named.about, "\n"]);
    }
    let mut head = vec!["Field".to_owned()];
    head.extend(NAMED.iter().map(|named| code(named.name)));
    head.extend(["Evidence", "Source", "What it decides"].map(str::to_owned));
    page += "\nAn empty cell means the value of the first profile.\n\n";
    push_row(&mut page, &head);
    page.extend(["|", &"---|".repeat(head.len()), "\n"]);
    for (field, values) in rows() {
        let mut cells = vec![code(field.name)];
        cells.extend(values.iter().map(|value| code(value)));
        let known = [evidence(field.evidence), field.source, field.about];
        cells.extend(known.map(str::to_owned));
        push_row(&mut page, &cells);
    }
    page + CHOOSING
}

/// The fields of the profile as `goto-double list profile` prints them, in lines that fit a terminal.
pub fn profile_listing() -> String {
    let mut page = String::new();
    for named in NAMED {
        page += &wrapped(&format!("{:<15} ", named.name), 16, named.about);
    }
    page += "An empty column means the value of the first one.\n";
    let names: Vec<_> = NAMED.iter().map(|named| named.name.to_owned()).collect();
    page += &columns("", &names);
    for (field, values) in rows() {
        page += &columns(field.name, &values);
        page += &wrapped("    ", 4, field.about);
        let known = format!("{}: {}", evidence(field.evidence), field.source);
        page += &wrapped("    ", 4, &known);
    }
    page
}

/// Every field with its values in the named profiles; one that is as in the first of them is left empty.
fn rows() -> impl Iterator<Item = (&'static Field, Vec<String>)> {
    let all: Vec<Value> = NAMED
        .iter()
        .map(|named| serde_json::to_value((named.profile)()).unwrap_or_default())
        .collect();
    FIELDS.iter().map(move |field| {
        let mut values = all.iter().map(|values| values[field.name].to_string());
        let first = values.next().unwrap_or_default();
        let others = values.map(|value| if value == first { String::new() } else { value });
        let others: Vec<_> = others.collect();
        (field, [vec![first], others].concat())
    })
}

fn push_row(page: &mut String, cells: &[String]) {
    let cells: Vec<_> = cells.iter().map(String::as_str).collect();
    line(page, &cells);
}

/// A field with its values, an empty line before it.
fn columns(name: &str, values: &[String]) -> String {
    let widest = FIELDS.iter().map(|field| field.name.len()).max();
    let widest = widest.unwrap_or_default() + 1;
    let mut text = format!("{name:<widest$}");
    for value in values {
        // Writing to a String cannot fail.
        let _ = write!(text, " {value:<COLUMN$}");
    }
    format!("\n{}\n", text.trim_end())
}

/// A text behind `head`, broken between words; later lines begin below the text.
fn wrapped(head: &str, indent: usize, text: &str) -> String {
    let mut lines = String::new();
    let mut line = head.to_owned();
    let mut is_fresh = true;
    for word in text.split_whitespace() {
        let wanted = line.chars().count() + usize::from(!is_fresh) + word.chars().count();
        if wanted > WIDTH && !is_fresh {
            lines += &line;
            lines.push('\n');
            line = " ".repeat(indent);
            is_fresh = true;
        }
        if !is_fresh {
            line.push(' ');
        }
        line += word;
        is_fresh = false;
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_listed_in_lines_that_fit() {
        let listing = profile_listing();
        for field in FIELDS {
            assert!(
                listing.contains(&format!("\n{} ", field.name)),
                "{}",
                field.name
            );
        }
        for line in listing.lines() {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
    }

    #[test]
    fn values_that_differ_stand_in_the_column_of_their_profile() {
        let (_, values) = rows()
            .find(|(field, _)| field.name == "user_name_length")
            .unwrap();
        assert_eq!(values, ["128", "null", ""]);
        assert!(profile().contains("| `user_name_length` | `128` | `null` |  | documented |"));
    }
}
