//! The order of a list, [RFC 7644 section 3.4.2.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3).

use std::cmp::{Ordering, Reverse};

use jiff::Timestamp;
use serde_json::Value;

use super::filter::{Characteristics, folded, instant};
use super::path::{AttributePath, Located, Target, member};
use super::schema::{AttributeType, ResourceType};

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
    Number(f64),
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

    /// Sorts items by their [keys](Self::key), each asked for once; equal ones stay in the order they had.
    pub fn arrange<T>(&self, items: &mut [T], key: impl Fn(&T) -> SortKey) {
        match self.order {
            SortOrder::Ascending => items.sort_by_cached_key(key),
            SortOrder::Descending => items.sort_by_cached_key(|item| Reverse(key(item))),
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
            Value::Number(number) => number.as_f64().map_or(Self::Missing, Self::Number),
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
            (Self::Number(left), Self::Number(right)) => left.total_cmp(right),
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
        sort.arrange(&mut items, |(_, resource)| sort.key(resource, &user));
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
    fn unknown_attribute_leaves_the_order_alone() {
        let list = json!([{"x": 2}, {"x": 1}]);
        check("x", SortOrder::Ascending, &list, &[0, 1]);
    }
}
