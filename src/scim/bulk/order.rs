//! In which order the operations of a bulk request are done.
//!
//! As sent, but an operation that refers to a `bulkId` waits until there is something that it refers to: that
//! operation is pulled before it, whatever else stands between. Operations that refer to each other in a circle are one
//! step, [RFC 7644 section 3.7.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.7.1).

use std::collections::HashMap;

use super::BulkOperation;

/// What is done at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The operation at that place.
    One(usize),
    /// The operations at those places, each of which needs another.
    Circle(Vec<usize>),
}

/// The steps of a request, in the order in which they are done.
pub fn steps(operations: &[BulkOperation]) -> Vec<Step> {
    let mut named = HashMap::new();
    for (place, operation) in operations.iter().enumerate() {
        if let Some(name) = operation.name() {
            named.entry(name.to_owned()).or_insert(place);
        }
    }
    let needs = |operation: &BulkOperation| -> Vec<usize> {
        let mentioned = operation.mentions();
        mentioned
            .iter()
            .filter_map(|name| named.get(name).copied())
            .collect()
    };
    let mut search = Search {
        nodes: operations
            .iter()
            .map(|operation| Node::new(needs(operation)))
            .collect(),
        open: Vec::new(),
        opened: 0,
        steps: Vec::new(),
    };
    for place in 0..operations.len() {
        search.from(place);
    }
    search.steps
}

/// Tarjan's search for strongly connected components, which come out with what they need before them.
struct Search {
    nodes: Vec<Node>,
    /// Whose component is not known yet, in the order of opening.
    open: Vec<usize>,
    opened: usize,
    steps: Vec<Step>,
}

struct Node {
    needs: Vec<usize>,
    /// When it was opened, counted from 1; 0 before.
    number: usize,
    /// The earliest open node that it leads to.
    low: usize,
    is_open: bool,
}

impl Node {
    fn new(needs: Vec<usize>) -> Self {
        Self {
            needs,
            number: 0,
            low: 0,
            is_open: false,
        }
    }
}

impl Search {
    /// Without recursion: a request chooses how deep it would go.
    fn from(&mut self, root: usize) {
        if self.nodes.get(root).is_none_or(|node| node.number > 0) {
            return;
        }
        self.open(root);
        let mut way = vec![(root, 0)];
        while let Some((place, edge)) = way.pop() {
            let Some(node) = self.nodes.get(place) else {
                continue;
            };
            let Some(next) = node.needs.get(edge).copied() else {
                self.close(place);
                if let Some((before, _)) = way.last() {
                    self.lower(*before, self.low(place));
                }
                continue;
            };
            way.push((place, edge + 1));
            match self.nodes.get(next) {
                Some(node) if node.number == 0 => {
                    self.open(next);
                    way.push((next, 0));
                }
                Some(node) if node.is_open => self.lower(place, node.number),
                _ => {}
            }
        }
    }

    fn open(&mut self, place: usize) {
        self.opened += 1;
        self.open.push(place);
        if let Some(node) = self.nodes.get_mut(place) {
            (node.number, node.low, node.is_open) = (self.opened, self.opened, true);
        }
    }

    fn low(&self, place: usize) -> usize {
        self.nodes.get(place).map_or(usize::MAX, |node| node.low)
    }

    fn lower(&mut self, place: usize, low: usize) {
        if let Some(node) = self.nodes.get_mut(place) {
            node.low = node.low.min(low);
        }
    }

    /// Takes a component off if this is the node that it began with.
    fn close(&mut self, place: usize) {
        let Some(node) = self.nodes.get(place) else {
            return;
        };
        if node.low < node.number {
            return;
        }
        let needs_itself = node.needs.contains(&place);
        let mut members = Vec::new();
        while let Some(member) = self.open.pop() {
            if let Some(node) = self.nodes.get_mut(member) {
                node.is_open = false;
            }
            members.push(member);
            if member == place {
                break;
            }
        }
        members.sort_unstable();
        self.steps.push(if members.len() == 1 && !needs_itself {
            Step::One(place)
        } else {
            Step::Circle(members)
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{BulkRequest, REQUEST_SCHEMA};
    use super::*;

    /// A POST named by the first letter that refers to those named by the others.
    fn post(names: &str) -> Value {
        let mut letters = names.chars();
        let own = letters.next().unwrap().to_string();
        let members: Vec<Value> = letters
            .map(|other| json!({ "value": format!("bulkId:{other}") }))
            .collect();
        json!({ "method": "POST", "path": "/Groups", "bulkId": own, "data": { "members": members } })
    }

    #[track_caller]
    fn check(operations: &[&str], expected: &[Step]) {
        let operations: Vec<Value> = operations.iter().map(|names| post(names)).collect();
        let body = json!({ "schemas": [REQUEST_SCHEMA], "Operations": operations });
        let request = BulkRequest::parse(&body).unwrap();
        assert_eq!(steps(&request.operations), expected);
    }

    #[test]
    fn order_stays_where_nothing_speaks_against_it() {
        check(
            &["a", "ba", "c"],
            &[Step::One(0), Step::One(1), Step::One(2)],
        );
    }

    #[test]
    fn what_is_needed_is_pulled_forward_and_nothing_else_moves() {
        check(
            &["ad", "b", "cb", "d"],
            &[Step::One(3), Step::One(0), Step::One(1), Step::One(2)],
        );
    }

    #[test]
    fn circle_is_one_step() {
        check(&["ab", "ba"], &[Step::Circle(vec![0, 1])]);
        check(&["aa"], &[Step::Circle(vec![0])]);
        check(
            &["xa", "ab", "bc", "cad", "d"],
            &[Step::One(4), Step::Circle(vec![1, 2, 3]), Step::One(0)],
        );
    }

    #[test]
    fn long_chain_needs_no_stack() {
        let operations: Vec<Value> = (0..20_000)
            .map(|place| {
                json!({
                    "method": "POST", "path": "/Groups", "bulkId": format!("{place}"),
                    "data": { "members": [{ "value": format!("bulkId:{}", place + 1) }] },
                })
            })
            .collect();
        let body = json!({ "schemas": [REQUEST_SCHEMA], "Operations": operations });
        let found = steps(&BulkRequest::parse(&body).unwrap().operations);
        assert_eq!((found.len(), &found[0]), (20_000, &Step::One(19_999)));
    }
}
