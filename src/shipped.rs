//! The scenarios that come with the double, built in.

macro_rules! shipped {
    ($($name:literal)*) => {
        /// Every shipped scenario of the suite, its name and its text, in the order it is played.
        pub const SCENARIOS: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../scenarios/", $name, ".json"))),)*
        ];
    };
}

shipped! {
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

/// The shipped scenario whose name is most like the given one, if any is.
pub fn nearest(name: &str) -> Option<&'static str> {
    let likeness = |(known, _): &(&'static str, &str)| (strsim::jaro_winkler(known, name), *known);
    let best = SCENARIOS
        .iter()
        .map(likeness)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness > 0.7)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_built_in_and_nothing_else() {
        let mut files: Vec<String> =
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios"))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
                .collect();
        files.sort();
        let mut built_in: Vec<_> = SCENARIOS
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        built_in.sort();
        assert_eq!(built_in, files);
    }

    #[test]
    fn nearest_name_is_offered_only_if_it_is_near() {
        assert_eq!(nearest("racy-grop"), Some("racy-group"));
        assert_eq!(nearest("zzz"), None);
    }
}
