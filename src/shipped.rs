//! The scenarios that come with the double, built in.

/// Builds the files of a folder in, each with its name.
macro_rules! shipped {
    ($(#[$about:meta])* $files:ident in $folder:literal: $($name:literal)*) => {
        $(#[$about])*
        pub const $files: &[(&str, &str)] = &[
            $((
                $name,
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder, "/", $name, ".json")),
            ),)*
        ];
    };
}

mod triggers;

pub use self::triggers::TRIGGERS;

shipped! {
    /// Every shipped scenario of the suite, its name and its text, in the order it is played.
    SCENARIOS in "scenarios":
    "create-answer-held"
    "create-answer-lost"
    "create-without-id"
    "deleted-behind-its-back"
    "empty-page"
    "existing-user-is-linked"
    "filter-ignored"
    "first-provisioning"
    "forged-callback"
    "gone-already"
    "group-in-portions"
    "hard-names"
    "listing-breaks"
    "listing-cut-short"
    "lookup-fails"
    "member-leaves-group"
    "name-taken"
    "nothing-changed"
    "one-attribute-changed"
    "one-bad-user"
    "opaque-ids"
    "person-disabled"
    "person-leaves-and-returns"
    "person-renamed"
    "racy-group"
    "refresh-token-kept"
    "retry-after-date"
    "short-pages"
    "source-suddenly-empty"
    "throttled"
    "token-dies-and-rotates"
    "token-revoked"
    "two-rows-match"
    "unauthorized-for-good"
    "unavailable-for-a-while"
    "unavailable-for-good"
    "whole-token-pauses"
}

/// The text of a shipped scenario, be it of the suite or a trigger.
///
/// # Examples
///
/// ```
/// let text = goto_double::shipped::named("rty-01").unwrap();
/// assert!(text.contains("\"retry_after\": \"${quota}\""));
/// ```
pub fn named(name: &str) -> Option<&'static str> {
    let found = all().find(|(known, _)| *known == name);
    found.map(|(_, text)| text)
}

/// The shipped scenario whose name is most like the given one, if any is.
pub fn nearest(name: &str) -> Option<&'static str> {
    if let Some(numbered) = nearest_number(name, all().map(|(known, _)| known)) {
        return Some(numbered);
    }
    let likeness = |(known, _): (&'static str, &str)| (strsim::jaro_winkler(known, name), known);
    let best = all().map(likeness).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness > 0.7)
        .map(|(_, known)| known)
}

/// The one of these ids that has the same letters, in any case, and the nearest number.
///
/// # Examples
///
/// ```
/// use goto_double::shipped::nearest_number;
/// assert_eq!(nearest_number("rty-1", ["LST-01", "RTY-01", "RTY-21"]), Some("RTY-01"));
/// assert_eq!(nearest_number("rty", ["RTY-01"]), None);
/// ```
pub fn nearest_number<'k>(id: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let (letters, number) = parts(id)?;
    known
        .into_iter()
        .filter_map(|known| Some((parts(known)?, known)))
        .filter(|((of, _), _)| of.eq_ignore_ascii_case(letters))
        .min_by_key(|((_, of), _)| of.abs_diff(number))
        .map(|(_, known)| known)
}

/// The letters and the number of an id, whatever stands between them.
fn parts(id: &str) -> Option<(&str, u32)> {
    let end = id.find(|one: char| !one.is_ascii_alphabetic())?;
    let (letters, rest) = id.split_at_checked(end)?;
    let number = rest.trim_start_matches(|one: char| !one.is_ascii_digit());
    Some((letters, number.parse().ok()?))
}

fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    SCENARIOS.iter().chain(TRIGGERS).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &str) -> Vec<String> {
        let folder = format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"));
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn every_file_of_the_folders_is_built_in_and_nothing_else() {
        for (built_in, folder) in [(SCENARIOS, "scenarios"), (TRIGGERS, "scenarios/triggers")] {
            let mut names: Vec<_> = built_in.iter().map(|(name, _)| *name).collect();
            names.sort_unstable();
            assert_eq!(names, names_in(folder));
        }
    }

    #[test]
    fn nearest_name_is_offered_only_if_it_is_near() {
        assert_eq!(nearest("racy-grop"), Some("racy-group"));
        assert_eq!(nearest("rty_01"), Some("rty-01"));
        assert_eq!(nearest("rty-1"), Some("rty-01"));
        assert_eq!(nearest("RTY-40"), Some("rty-22"));
        assert_eq!(nearest("zzz"), None);
    }
}
