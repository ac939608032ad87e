//! The order of a list, [RFC 7644 section 3.4.2.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3).

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Number, Value, json};

use super::error::ScimError;
use super::filter::{Characteristics, folded, instant, ordering_of_numbers};
use super::path::{AttributePath, Located, Target, member};
use super::project::is_hidden;
use super::schema::{AttributeType, ResourceType};

/// How many characters of a text a cursor remembers.
const REMEMBERED: usize = 256;

/// Says by what a list is sorted and which way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// `sortBy`.
    pub by: AttributePath,
    /// `sortOrder`.
    pub order: SortOrder,
}

/// Which end of a list comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// The least value first, resources without a value last.
    #[default]
    Ascending,
    /// The other way round.
    Descending,
}

/// What a resource is sorted by; ordered as in an ascending list.
#[derive(Clone, Debug)]
pub enum SortKey {
    /// `false` comes before `true`.
    Boolean(bool),
    /// By size.
    Number(Number),
    /// By the moment, whatever its offset.
    Instant(Timestamp),
    /// By code points, in lower case unless the attribute is case-exact.
    Text(String),
    /// There is no value: comes last.
    Missing,
}

impl Sort {
    /// What a resource is sorted by.
    pub fn key(&self, resource: &Value, resource_type: &ResourceType) -> SortKey {
        sort_key(resource, &self.by, resource_type)
    }

    /// Refuses what nobody can sort by, or may not: a complex attribute without `value`, and one that is never returned.
    ///
    /// # Errors
    ///
    /// 400 `invalidValue`.
    pub fn check(&self, resource_type: &ResourceType) -> Result<(), ScimError> {
        let Some(Target::Attribute(Located { attribute, sub, .. })) = self.by.target(resource_type)
        else {
            return Ok(());
        };
        let by = &self.by;
        if [Some(attribute), sub].into_iter().flatten().any(is_hidden) {
            let detail = format!("sortBy: {by} is never returned, so nothing is sorted by it");
            return Err(ScimError::invalid_value(detail));
        }
        let part = sub.or_else(|| attribute.sub_attribute("value"));
        if part.unwrap_or(attribute).kind == AttributeType::Complex {
            let detail = format!("sortBy: {by} is complex; name one of its sub-attributes");
            return Err(ScimError::invalid_value(detail));
        }
        Ok(())
    }
}

impl SortOrder {
    /// Which of two keys comes first in a list of this order.
    pub fn between(self, left: &SortKey, right: &SortKey) -> Ordering {
        match self {
            Self::Ascending => left.cmp(right),
            Self::Descending => right.cmp(left),
        }
    }
}

/// What `resource` is sorted by: of many values the primary one, else the first.
pub fn sort_key(resource: &Value, by: &AttributePath, resource_type: &ResourceType) -> SortKey {
    let Some(Target::Attribute(located)) = by.target(resource_type) else {
        return SortKey::Missing;
    };
    let Some(value) = located.value(resource).and_then(leading) else {
        return SortKey::Missing;
    };
    let Located { attribute, sub, .. } = located;
    match sub.or_else(|| attribute.sub_attribute("value")) {
        Some(part) => member(value, &part.name)
            .map_or(SortKey::Missing, |value| SortKey::of(value, part.into())),
        None => SortKey::of(value, attribute.into()),
    }
}

fn leading(value: &Value) -> Option<&Value> {
    let Value::Array(values) = value else {
        return Some(value);
    };
    let is_primary = |value: &&Value| member(value, "primary") == Some(&Value::Bool(true));
    values.iter().find(is_primary).or_else(|| values.first())
}

impl SortKey {
    fn of(value: &Value, characteristics: Characteristics) -> Self {
        match value {
            Value::Bool(boolean) => Self::Boolean(*boolean),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => {
                let moment = match characteristics.kind {
                    AttributeType::DateTime => instant(text),
                    _ => None,
                };
                moment.map_or_else(
                    || Self::Text(folded(characteristics, text).into_owned()),
                    Self::Instant,
                )
            }
            Value::Null | Value::Array(_) | Value::Object(_) => Self::Missing,
        }
    }

    /// The key as far as a cursor remembers it: texts that differ only far behind count as equal.
    #[must_use]
    pub fn remembered(self) -> Self {
        match self {
            Self::Text(mut text) => {
                if let Some((end, _)) = text.char_indices().nth(REMEMBERED) {
                    text.truncate(end);
                }
                Self::Text(text)
            }
            other => other,
        }
    }

    /// The key as JSON that [reads back](Self::from_json).
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Boolean(boolean) => json!(boolean),
            Self::Number(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::Instant(instant) => json!([instant.to_string()]),
            Self::Missing => Value::Null,
        }
    }

    pub(super) fn from_json(json: Value) -> Option<Self> {
        match json {
            Value::Bool(boolean) => Some(Self::Boolean(boolean)),
            Value::Number(number) => Some(Self::Number(number)),
            Value::String(text) => Some(Self::Text(text)),
            Value::Array(one) => instant(one.first()?.as_str()?).map(Self::Instant),
            Value::Null => Some(Self::Missing),
            Value::Object(_) => None,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Number(_) => 1,
            Self::Instant(_) => 2,
            Self::Text(_) => 3,
            Self::Missing => 4,
        }
    }
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(left), Self::Boolean(right)) => left.cmp(right),
            (Self::Number(left), Self::Number(right)) => ordering_of_numbers(left, right),
            (Self::Instant(left), Self::Instant(right)) => left.cmp(right),
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            (left, right) => left.rank().cmp(&right.rank()),
        }
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for SortKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SortKey {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::scim::specimen;

    use super::*;

    #[track_caller]
    fn check(by: &str, order: SortOrder, resources: &Value, expected: &[usize]) {
        let resources = resources.as_array().unwrap();
        let mut items: Vec<_> = resources.iter().enumerate().collect();
        let sort = Sort {
            by: AttributePath::parse(by).unwrap(),
            order,
        };
        let user = specimen::user();
        items.sort_by(|(_, left), (_, right)| {
            let key = |resource| sort.key(resource, &user);
            order.between(&key(left), &key(right))
        });
        let found: Vec<_> = items.iter().map(|(index, _)| *index).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn missing_values_come_last_ascending_and_first_descending() {
        let list = json!([{}, {"nickName": "b"}, {"nickName": null}, {"nickName": "A"}]);
        check("nickName", SortOrder::Ascending, &list, &[3, 1, 0, 2]);
        check("nickName", SortOrder::Descending, &list, &[0, 2, 1, 3]);
    }

    #[test]
    fn equal_values_keep_their_order_both_ways() {
        let list = json!([{"nickName": "x"}, {"nickName": "X"}, {"nickName": "a"}]);
        check("nickName", SortOrder::Ascending, &list, &[2, 0, 1]);
        check("nickName", SortOrder::Descending, &list, &[0, 1, 2]);
    }

    #[test]
    fn case_counts_only_where_the_schema_says_so() {
        let list = json!([{"externalId": "b"}, {"externalId": "C"}, {"externalId": "a"}]);
        check("externalId", SortOrder::Ascending, &list, &[1, 2, 0]);
    }

    #[test]
    fn numbers_and_dates_are_ordered_by_type() {
        let list = json!([{"shoes": 100}, {"shoes": 38}, {"shoes": 9.5}]);
        check("shoes", SortOrder::Ascending, &list, &[2, 1, 0]);
        let list = json!([
            {"meta": {"created": "2030-01-01T00:00:00Z"}},
            {"meta": {"created": "2030-01-01T00:30:00+01:00"}},
        ]);
        check("meta.created", SortOrder::Ascending, &list, &[1, 0]);
    }

    #[test]
    fn of_many_values_the_primary_counts_else_the_first() {
        let list = json!([
            {"emails": [{"value": "a"}, {"value": "z", "primary": true}]},
            {"emails": [{"value": "m"}, {"value": "b"}]},
        ]);
        check("emails", SortOrder::Ascending, &list, &[1, 0]);
        check("emails.value", SortOrder::Descending, &list, &[0, 1]);
    }

    #[test]
    fn numbers_too_large_for_floating_point_keep_their_order() {
        let large = 9_007_199_254_740_992_i64;
        let list = json!([{"shoes": large + 1}, {"shoes": large}, {"shoes": 9.007_199_254_740_992e15}, {"shoes": -1e300}]);
        check("shoes", SortOrder::Ascending, &list, &[3, 1, 2, 0]);
    }

    #[test]
    fn unknown_attribute_leaves_the_order_alone() {
        let list = json!([{"x": 2}, {"x": 1}]);
        check("x", SortOrder::Ascending, &list, &[0, 1]);
    }
}
