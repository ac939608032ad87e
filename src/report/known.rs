//! Failures that are known and put up with, for now.

use std::collections::BTreeMap;

/// A list of rules, and of expectations as `scenario/id`, that are known not to pass.
///
/// One that passes all the same is stale, and fails the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    names: BTreeMap<String, String>,
}

impl Known {
    /// Reads a list: a name a line, `#` begins the reason.
    ///
    /// # Examples
    ///
    /// ```
    /// # use goto_double::report::known::Known;
    /// let known = Known::parse("LST-02  # this client never lists\n\n# a remark\n");
    /// assert!(known.names("LST-02"));
    /// assert!(!known.names("LST-05"));
    /// ```
    pub fn parse(text: &str) -> Self {
        let read = |line: &str| {
            let (name, reason) = line.split_once('#').unwrap_or((line, ""));
            let name = name.trim();
            (!name.is_empty()).then(|| (name.to_owned(), reason.trim().to_owned()))
        };
        Self {
            names: text.lines().filter_map(read).collect(),
        }
    }

    /// Whether that rule or expectation is on the list.
    pub fn names(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// The expectations on the list, as `scenario/id`.
    pub fn expectations(&self) -> impl Iterator<Item = &str> {
        let names = self.names.keys().map(String::as_str);
        names.filter(|name| name.contains('/'))
    }

    /// The rules on the list.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        let names = self.names.keys().map(String::as_str);
        names.filter(|name| !name.contains('/'))
    }

    /// The list without its expectations, for a run that judges rules only.
    #[must_use]
    pub fn without_expectations(mut self) -> Self {
        self.names.retain(|name, _| !name.contains('/'));
        self
    }

    /// Why it is on the list.
    pub fn reason(&self, name: &str) -> Option<&str> {
        self.names
            .get(name)
            .map(String::as_str)
            .filter(|reason| !reason.is_empty())
    }
}
