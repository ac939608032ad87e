//! A scenario with other rules than its file has, checked as a file is.

use serde_json::{Map, Value, json};

use super::finding::{Finding, Findings, Severity};
use super::parse::{Known, read_scenario};
use super::position;
use super::script::Scenario;

impl Scenario {
    /// A scenario of that name without a rule, for a sandbox that has none.
    pub fn blank(name: &str) -> Option<Self> {
        let file = json!({ "scenario": name, "v": 1 });
        read_scenario(&file, Known::default(), &mut Findings::default())
    }

    /// The rules as they are written, in file order, with the values of the row filled in.
    pub fn written_rules(&self) -> &[Value] {
        match self.written.get("rules") {
            Some(Value::Array(rules)) => rules,
            _ => &[],
        }
    }

    /// What the file says under a name, with the values of the row filled in.
    pub fn written(&self, name: &str) -> Option<&Value> {
        self.written.get(name)
    }

    /// The same scenario with other rules, and what has no effect in it.
    ///
    /// # Errors
    ///
    /// Every finding, if one of them is an error. A pointer is one into the file as it would be, and no finding has a
    /// line: nobody wrote that file.
    pub fn with_rules(
        &self,
        rules: Vec<Value>,
        known: Known<'_>,
    ) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        let mut file: Map<String, Value> = (*self.written).clone();
        file.insert("rules".to_owned(), Value::Array(rules));
        let mut findings = Findings::default();
        let read = read_scenario(&Value::Object(file), known, &mut findings);
        let raw = findings.into_raw().into_iter();
        let found: Vec<Finding> = raw.map(|raw| raw.placed(1, 1)).collect();
        let is_refused = found.iter().any(|one| one.severity == Severity::Error);
        match read {
            Some(scenario) if !is_refused => Ok((scenario, found)),
            _ => Err(found),
        }
    }
}

/// Line and column of the value that a pointer means in a JSON text, [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901);
/// those of the nearest value around it if there is none.
pub fn place_of(text: &str, pointer: &str) -> (usize, usize) {
    let (_, _, positions) = position::read(text, &mut Findings::default());
    positions.line_and_column(text, pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Scenario {
        let script = super::super::parse(text).unwrap();
        script.rows(super::super::Pace::Quick).remove(0).scenario
    }

    #[test]
    fn rules_are_kept_as_written_with_the_row_filled_in() {
        let scenario = of(
            r#"{"scenario": "x", "v": 1, "each": {"n": [2, 3]}, "rules": [
            {"id": "a", "on": "users.create", "when": {"nth": "${n}"}, "do": {"wire": "reset"}}]}"#,
        );
        assert_eq!(scenario.written_rules()[0]["when"]["nth"], 2);
        let (same, warnings) = scenario
            .with_rules(scenario.written_rules().to_vec(), Known::default())
            .unwrap();
        assert_eq!(same.rules().len(), 1);
        assert!(warnings.is_empty());
    }

    #[test]
    fn other_rules_are_checked_against_each_other_and_the_rest_of_the_file() {
        let scenario = of(r#"{"scenario": "x", "v": 1, "rules": [
            {"id": "a", "on": "users.create", "do": {"wire": "reset"}}],
            "expect": [{"id": "e", "level": "must", "that": {"calls": {"on": "users.create", "after": "a", "count": "1"}}}]}"#);
        let found = scenario
            .with_rules(Vec::new(), Known::default())
            .unwrap_err();
        assert!(found[0].pointer.starts_with("/expect/0"), "{found:?}");
        let twice = vec![scenario.written_rules()[0].clone(); 2];
        let found = scenario.with_rules(twice, Known::default()).unwrap_err();
        assert_eq!(found[0].pointer, "/rules/1/id");
    }

    #[test]
    fn blank_scenario_has_a_name_and_nothing_else() {
        let blank = Scenario::blank("s1").unwrap();
        assert_eq!(blank.name(), "s1");
        assert!(blank.written_rules().is_empty() && !blank.has_expectations());
    }

    #[test]
    fn pointer_has_a_line_and_a_column() {
        let text = "{\n  \"rule\": {\"id\": 1,\n    \"on\": \"x\"}}";
        assert_eq!(place_of(text, "/rule/on"), (3, 11));
        assert_eq!(place_of(text, "/rule/none"), (2, 11));
        assert_eq!(place_of("no json", "/a"), (1, 1));
    }
}
