//! What a rule asks of a request before it acts.

mod field;
mod never;
mod seen;
mod test;
mod written;

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::facts::{Facts, Wants};
use super::finding::{Findings, Pointer};

use self::field::Field;
#[cfg(test)]
pub(super) use self::field::{ROOTS, fixed_fields};
pub(super) use self::seen::dig;
#[cfg(test)]
pub(super) use self::test::TESTS;
pub(crate) use self::test::Test;
pub use self::written::Unmet;

/// One member of an `if`: a field of the request and what must hold of it.
#[derive(Clone, Debug)]
pub struct Predicate {
    /// As the file has it.
    name: String,
    field: Field,
    test: Test,
}

impl Predicate {
    /// Whether it holds of this request.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        match self.field.pattern() {
            Some(path) => {
                let body = facts.body.as_ref();
                let found = body.map(|body| seen::dig_all(body, path));
                self.test.holds_of(&found.unwrap_or_default())
            }
            None => self.test.holds_of(self.field.read(facts).as_slice()),
        }
    }

    /// What of a request it looks at.
    pub fn wants(&self) -> Wants {
        self.field.wants()
    }

    /// The texts of which the field must be one; `None` if it may hold of anything else.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        match self.field.pattern() {
            Some(_) => None,
            None => self.test.texts(),
        }
    }

    /// What the request has in the field, if it is text.
    pub(super) fn text<'f>(&self, facts: &'f Facts<'_>) -> Option<Cow<'f, str>> {
        self.field.read(facts)?.into_text()
    }

    /// Whether both look at one field.
    pub(super) fn is_about_field_of(&self, other: &Self) -> bool {
        self.field == other.field
    }

    /// Every member of an `if`.
    pub(super) fn read_all(
        members: &Map<String, Value>,
        at: &Pointer,
        findings: &mut Findings,
    ) -> Vec<Self> {
        let mut all = Vec::with_capacity(members.len());
        for (name, test) in members {
            let at = at.key(name);
            let field = Field::parse(name)
                .map_err(|complaint| findings.error_at_key(&at, complaint))
                .ok();
            let test = Test::read(test, &at, findings);
            if let (Some(field), Some(test)) = (field, test) {
                let test = if field.is_text() {
                    test.of_text()
                } else {
                    test
                };
                let name = name.clone();
                all.push(Self { name, field, test });
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scenario::facts::Facts;

    #[track_caller]
    fn check_test(test: &Value, value: Option<&Value>, expected: bool) {
        let mut findings = Findings::default();
        let read = Test::read(test, &Pointer::default(), &mut findings).unwrap();
        assert_eq!(read.holds(value), expected, "{test} of {value:?}");
    }

    #[test]
    fn each_test_means_what_it_says() {
        check_test(&json!("a"), Some(&json!("a")), true);
        check_test(&json!("a"), Some(&json!("A")), false);
        check_test(&json!(1), Some(&json!(1.0)), true);
        check_test(&json!("a"), None, false);
        check_test(&json!({"has": "b"}), Some(&json!("abc")), true);
        check_test(
            &json!({"has": {"op": "add"}}),
            Some(&json!([{"op": "add", "path": "x"}])),
            true,
        );
        check_test(&json!({"has": "op"}), Some(&json!({"op": 1})), true);
        check_test(&json!({"re": "^a.c$"}), Some(&json!("abc")), true);
        check_test(&json!({"in": ["a", "b"]}), Some(&json!("b")), true);
        check_test(&json!({"size": ">2"}), Some(&json!([1, 2, 3])), true);
        check_test(&json!({"size": ">2"}), Some(&json!([1, 2])), false);
        check_test(&json!({"size": 3}), Some(&json!("abc")), true);
        check_test(&json!({"size": ">=0"}), Some(&json!(5)), false);
        check_test(&json!({"number": ">=10"}), Some(&json!(10)), true);
        check_test(&json!({"number": ">=10"}), Some(&json!("9")), false);
        check_test(&json!({"number": "<=10"}), Some(&json!("ten")), false);
        check_test(&json!({"exists": false}), None, true);
        check_test(&json!({"not": "a"}), None, true);
        check_test(
            &json!({"re": "^a", "not": {"has": "z"}}),
            Some(&json!("abz")),
            false,
        );
    }

    #[test]
    fn path_reaches_through_lists_and_urns() {
        let body = json!({
            "Operations": [{"op": "add"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "X"}
        });
        assert_eq!(dig(&body, "Operations.0.op"), Some(&json!("add")));
        let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.department";
        assert_eq!(dig(&body, department), Some(&json!("X")));
        assert_eq!(dig(&body, "Operations.1.op"), None);
    }

    #[test]
    fn unknown_fields_tests_and_patterns_are_refused() {
        let mut findings = Findings::default();
        let members = json!({"boddy.x": 1, "body.x": {"re": "("}, "form": 1, "query.x": {"is": 1}});
        let read = Predicate::read_all(
            members.as_object().unwrap(),
            &Pointer::default(),
            &mut findings,
        );
        assert!(read.is_empty());
        assert_eq!(findings.messages().len(), 4);
    }

    #[test]
    fn query_compares_as_text() {
        let mut findings = Findings::default();
        let members = json!({"query.startIndex": 11});
        let read = Predicate::read_all(
            members.as_object().unwrap(),
            &Pointer::default(),
            &mut findings,
        );
        let facts = Facts {
            query: vec![("startIndex".into(), "11".into())],
            ..Facts::bare(crate::operation::Operation::ListUsers)
        };
        assert!(read[0].holds(&facts));
    }

    #[test]
    fn star_in_a_path_stands_for_each_element_or_member() {
        let body = json!({"Operations": [
            {"op": "add", "path": "members", "value": [{"value": "1"}, {"value": "2"}]},
            {"op": "remove", "path": "title"},
        ]});
        let facts = Facts {
            body: Some(body),
            ..Facts::bare(crate::operation::Operation::PatchGroup)
        };
        let holds = |path: &str, test: Value| {
            let mut findings = Findings::default();
            let members = json!({ path: test });
            let read = Predicate::read_all(
                members.as_object().unwrap(),
                &Pointer::default(),
                &mut findings,
            );
            read[0].holds(&facts)
        };
        assert!(holds("body.Operations.*.value.*.value", json!("2")));
        assert!(!holds("body.Operations.*.value.*.value", json!("3")));
        assert!(holds("body.Operations.*.op", json!({"in": ["remove"]})));
        // Of none of them.
        assert!(!holds("body.Operations.*.op", json!({"not": "add"})));
        assert!(holds("body.Operations.*.op", json!({"not": "replace"})));
        assert!(holds("body.Operations.*.value", json!({"size": 2})));
        assert!(holds("body.*", json!({"size": 2})));
        assert!(holds("body.Members.*", json!({"exists": false})));
    }
}
