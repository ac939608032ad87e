//! Which rules can hold of a request at all: found by what its fields say, without asking each rule.
//!
//! Most conditions compare a field with a text, as in `"subject.key": "ada@main.com"`. However many rules do so, one look
//! at the field leads to those that name what stands there.

use std::borrow::Cow;
use std::collections::HashMap;

use super::facts::Facts;
use super::predicate::Predicate;
use super::rule::Rule;

/// Rules by the texts that they compare fields with.
#[derive(Clone, Debug, Default)]
pub struct Shortlist {
    /// The places of those that must be asked, in order.
    always: Vec<usize>,
    fields: Vec<Texts>,
}

/// The rules that hold only if one field is one of these texts.
#[derive(Clone, Debug)]
struct Texts {
    /// One of the predicates that look at the field.
    asking: Predicate,
    places: HashMap<String, Vec<usize>>,
}

impl Shortlist {
    /// The list of these rules, each with its place; the places ascend.
    pub fn of<'r>(rules: impl Iterator<Item = (usize, &'r Rule)>) -> Self {
        let mut list = Self::default();
        for (place, rule) in rules {
            let mut comparing = rule.condition().iter();
            match comparing.find_map(|one| Some((one, one.texts()?))) {
                Some((predicate, texts)) => list.file(place, predicate, &texts),
                None => list.always.push(place),
            }
        }
        list
    }

    fn file(&mut self, place: usize, predicate: &Predicate, texts: &[&str]) {
        let mut known = self.fields.iter();
        let field = known.position(|field| field.asking.is_about_field_of(predicate));
        let field = field.unwrap_or_else(|| {
            self.fields.push(Texts {
                asking: predicate.clone(),
                places: HashMap::new(),
            });
            self.fields.len() - 1
        });
        let Some(field) = self.fields.get_mut(field) else {
            return;
        };
        for text in texts {
            let places = field.places.entry((*text).to_owned()).or_default();
            // One text may stand twice in a list.
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
    }

    /// Whether there is no rule to list.
    pub fn is_empty(&self) -> bool {
        self.always.is_empty() && self.fields.is_empty()
    }

    /// The places of the rules that can hold of a request, in order: all that do, and few that do not.
    pub fn places(&self, facts: &Facts<'_>) -> Cow<'_, [usize]> {
        let mut places = Cow::Borrowed(self.always.as_slice());
        for field in &self.fields {
            let text = field.asking.text(facts);
            if let Some(found) = text.and_then(|text| field.places.get(&*text)) {
                places.to_mut().extend_from_slice(found);
            }
        }
        if let Cow::Owned(places) = &mut places {
            places.sort_unstable();
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::operation::Operation;
    use crate::scenario::{Pace, parse};

    fn rules(conditions: &[Value]) -> Vec<Rule> {
        let rule = |(number, condition): (usize, &Value)| json!({ "id": format!("r{number}"), "on": "users.create", "if": condition, "stack": true, "do": { "delay": "1s" } });
        let rules: Vec<_> = conditions.iter().enumerate().map(rule).collect();
        let text = json!({ "scenario": "test", "v": 1, "rules": rules }).to_string();
        let script = parse(&text).unwrap_or_else(|findings| panic!("{findings:?}"));
        script.rows(Pace::Quick)[0].scenario.rules().to_vec()
    }

    fn create(body: Value) -> Facts<'static> {
        Facts {
            body: Some(body),
            query: vec![("number".into(), "1".into())],
            ..Facts::bare(Operation::CreateUser)
        }
    }

    #[track_caller]
    fn check(conditions: &[Value], body: Value, expected: &[usize]) {
        let rules = rules(conditions);
        let list = Shortlist::of(rules.iter().enumerate());
        assert_eq!(*list.places(&create(body)), *expected);
    }

    #[test]
    fn rule_that_compares_with_a_text_is_listed_where_the_field_is_that_text() {
        let conditions = [
            json!({ "body.userName": "ada" }),
            json!({ "body.userName": "bob" }),
            json!({}),
            json!({ "body.userName": { "in": ["ada", "carl", "ada"] } }),
            json!({ "body.active": true, "body.name.givenName": "Ada" }),
            json!({ "body.userName": { "re": "^b", "in": ["bob"] } }),
        ];
        check(&conditions, json!({ "userName": "ada" }), &[0, 2, 3]);
        let both = json!({ "userName": "bob", "name": { "givenName": "Ada" } });
        check(&conditions, both, &[1, 2, 4, 5]);
        check(&conditions, json!({}), &[2]);
        check(&conditions, json!({ "userName": ["ada"] }), &[2]);
    }

    #[test]
    fn rule_that_asks_for_anything_else_is_always_listed() {
        let conditions = [
            json!({ "body.userName": { "not": "ada" } }),
            json!({ "body.age": 7 }),
            json!({ "body.userName": { "exists": false } }),
            json!({ "body.*.value": "ada" }),
            json!({ "body.userName": { "in": ["ada", 7] } }),
            json!({ "body.userName": { "has": "ada" } }),
        ];
        check(&conditions, json!({}), &[0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn number_that_a_field_of_text_is_compared_with_is_a_text() {
        let conditions = [json!({ "query.number": 1 }), json!({ "query.number": 2 })];
        check(&conditions, json!({}), &[0]);
    }
}
