//! Sorting and paging against an oracle: pages put together are the whole list, sorted by a comparison that is as plain
//! as can be. Over HTTP, so that the pages are those a client gets.

use std::cmp::Ordering;

use goto_double::GotoDouble;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::list;
use crate::support::{Client, ENTERPRISE, user, with};

/// What can be sorted by: the parameter, where it is, and whether case counts.
const SORTS: &[(&str, &str, bool)] = &[
    ("userName", "/userName", false),
    ("id", "/id", true),
    ("externalId", "/externalId", true),
    ("name.familyName", "/name/familyName", false),
    ("TITLE", "/title", false),
    ("active", "/active", false),
    ("meta.created", "/meta/created", false),
    ("emails", "/emails/value", false),
    ("emails.type", "/emails/type", false),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "",
        false,
    ),
    ("nobodyKnows", "/nobodyKnows", false),
];

type Finds = fn(&Value) -> bool;

/// Filters, and who is found.
const FILTERS: &[(&str, Finds)] = &[
    ("", |_| true),
    ("active eq false", |row| row["active"] == false),
    ("title pr", |row| {
        row["title"].as_str().is_some_and(|title| !title.is_empty())
    }),
    ("userName sw \"u1\"", |row| {
        row["userName"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .starts_with("u1")
    }),
    ("not (userName pr)", |_| false),
];

/// "…the values are sorted by the primary attribute, if any, or else the first value in the list, if any."
fn value<'v>(row: &'v Value, pointer: &str) -> Option<&'v Value> {
    if pointer.is_empty() {
        return row[ENTERPRISE].get("department");
    }
    if let Some(sub) = pointer.strip_prefix("/emails/") {
        let emails = row["emails"].as_array()?;
        let primary = emails.iter().find(|email| email["primary"] == true);
        return primary.or(emails.first())?.get(sub);
    }
    row.pointer(pointer)
}

/// "…if there is no data for the specified sortBy value, they are … ordered last if ascending and first if descending."
fn order(left: Option<&Value>, right: Option<&Value>, exact: bool) -> Ordering {
    let fold = |text: &str| {
        // Moments of one offset stand in the order of their digits, once the offset is off.
        let text = text.trim_end_matches('Z');
        if exact {
            text.to_owned()
        } else {
            text.to_lowercase()
        }
    };
    match (left, right) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(Value::Bool(left)), Some(Value::Bool(right))) => left.cmp(right),
        (Some(left), Some(right)) => {
            fold(left.as_str().unwrap()).cmp(&fold(right.as_str().unwrap()))
        }
    }
}

/// Everybody, some of whom lack what others have.
fn crowd(client: &Client) -> Vec<Value> {
    let texts = ["a", "B", "b", "Äb", "äa"];
    for n in 0..29_usize {
        let mut body = user(&format!(
            "{}{n}@main.com",
            if n % 2 == 0 { "u" } else { "U" }
        ));
        body["name"]["familyName"] = texts[n % 5].into();
        body["active"] = (n % 3 == 0).into();
        if n % 4 > 0 {
            body["title"] = texts[n % 3].into();
        }
        if n % 5 > 1 {
            body["externalId"] = format!("{}{n}", texts[n % 2]).into();
        }
        if n % 3 > 0 {
            body["emails"] = json!([
                { "value": format!("z{n}@x.example"), "type": texts[n % 4] },
                { "value": format!("a{n}@x.example"), "type": "home", "primary": n % 2 == 0 },
            ]);
        }
        if n % 6 > 2 {
            body[ENTERPRISE] = json!({ "department": texts[n % 4] });
        }
        assert_eq!(client.post("/Users", &body).status, 201);
    }
    let all = list(client, "/Users", &[("count", "200")]).json();
    all["Resources"].as_array().unwrap().clone()
}

struct Walk {
    sort: Option<(usize, bool)>,
    filter: usize,
    count: usize,
    by_cursor: bool,
}

impl Walk {
    fn expected(&self, crowd: &[Value]) -> Vec<Value> {
        let (_, finds) = FILTERS[self.filter];
        let mut rows: Vec<Value> = crowd.iter().filter(|row| finds(row)).cloned().collect();
        if let Some((by, descending)) = self.sort {
            let (_, pointer, exact) = SORTS[by];
            // A stable sort: whoever is alike stays in creation order, whichever way the list goes.
            rows.sort_by(|left, right| {
                let ordering = order(value(left, pointer), value(right, pointer), exact);
                if descending {
                    ordering.reverse()
                } else {
                    ordering
                }
            });
        }
        rows
    }

    /// The pages, one behind the other, and how many rows there are said to be.
    fn walked(&self, client: &Client) -> (Vec<Value>, Value) {
        let count = self.count.to_string();
        let (mut rows, mut cursor) = (Vec::new(), Some(String::new()));
        loop {
            let mut parameters = vec![("count", count.clone())];
            let (filter, _) = FILTERS[self.filter];
            if !filter.is_empty() {
                parameters.push(("filter", filter.into()));
            }
            if let Some((by, descending)) = self.sort {
                parameters.push(("sortBy", SORTS[by].0.into()));
                parameters.push((
                    "sortOrder",
                    if descending {
                        "descending"
                    } else {
                        "Ascending"
                    }
                    .into(),
                ));
            }
            match (self.by_cursor, cursor.take()) {
                (true, Some(cursor)) => parameters.push(("cursor", cursor)),
                _ => parameters.push(("startIndex", (rows.len() + 1).to_string())),
            }
            let parameters: Vec<_> = parameters
                .iter()
                .map(|(name, value)| (*name, &**value))
                .collect();
            let page = list(client, "/Users", &parameters).json();
            let found = page["Resources"]
                .as_array()
                .unwrap_or_else(|| panic!("{page}"));
            rows.extend(found.iter().cloned());
            cursor = page["nextCursor"].as_str().map(str::to_owned);
            let is_last = if self.by_cursor {
                cursor.is_none()
            } else {
                found.len() < self.count
            };
            if is_last {
                return (rows, page["totalResults"].clone());
            }
        }
    }
}

#[test]
fn pages_put_together_are_the_whole_list_in_its_order() {
    let (_goto, client) = with(GotoDouble::builder().profile("cursor_paging", true));
    let crowd = crowd(&client);
    let sort = prop::option::weighted(0.8, (0..SORTS.len(), any::<bool>()));
    let walk = (sort, 0..FILTERS.len(), 4..20_usize, any::<bool>());
    let config = Config {
        cases: 250,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&walk, |(sort, filter, count, by_cursor)| {
        let walk = Walk {
            sort,
            filter,
            count,
            by_cursor,
        };
        let expected = walk.expected(&crowd);
        let (rows, total) = walk.walked(&client);
        prop_assert_eq!(total, expected.len());
        let ids = |rows: &[Value]| rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
        prop_assert_eq!(ids(&rows), ids(&expected));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
