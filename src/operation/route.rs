//! The paths of the table as a tree, a segment a level: finding a row costs the same however many there are.

use std::ops::Deref;
use std::str::Split;
use std::sync::LazyLock;

use super::{Door, OPERATIONS, Row, Surface};

/// The most segments of one path that vary.
const MOST: usize = 4;

static PRODUCT: LazyLock<Node> = LazyLock::new(|| Node::of(Door::Product));
static CONTROL: LazyLock<Node> = LazyLock::new(|| Node::of(Door::Control));

/// What stood in place of each `{…}` of a path, not percent-decoded; read it as a slice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts<'p> {
    parts: [&'p str; MOST],
    count: usize,
}

impl<'p> Deref for Parts<'p> {
    type Target = [&'p str];

    fn deref(&self) -> &Self::Target {
        self.parts.get(..self.count).unwrap_or_default()
    }
}

impl<'p> Parts<'p> {
    fn and(mut self, part: &'p str) -> Option<Self> {
        *self.parts.get_mut(self.count)? = part;
        self.count += 1;
        Some(self)
    }
}

/// The rows whose path fits, all of one path, and what stood in place of what varies.
pub(super) fn fitting(door: Door, path: &str) -> Option<(&'static [&'static Row], Parts<'_>)> {
    // One trailing slash is forgiven: base URLs are typed by hand.
    let path = path
        .strip_suffix('/')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(path);
    let root = match door {
        Door::Product => &PRODUCT,
        Door::Control => &CONTROL,
    };
    let (node, parts) = root.find(path.split('/'), Parts::default())?;
    Some((&node.rows, parts))
}

/// What may come at one place of a path.
#[derive(Debug, Default)]
struct Node {
    /// What comes next by name.
    named: Vec<(&'static str, Self)>,
    /// What comes next whatever its name.
    any: Option<Box<Self>>,
    /// The rows of the path that ends here.
    rows: Vec<&'static Row>,
}

impl Node {
    fn of(door: Door) -> Self {
        let mut root = Self::default();
        for row in OPERATIONS.iter().filter(|row| is_behind(door, row)) {
            root.grow(row.path.split('/')).rows.push(row);
        }
        root
    }

    fn grow(&mut self, mut template: Split<'static, char>) -> &mut Self {
        let Some(segment) = template.next() else {
            return self;
        };
        let next = if segment.starts_with('{') {
            &mut **self.any.get_or_insert_default()
        } else {
            let known = self.named.iter().position(|(name, _)| *name == segment);
            let place = known.unwrap_or_else(|| {
                self.named.push((segment, Self::default()));
                self.named.len() - 1
            });
            &mut self.named[place].1
        };
        next.grow(template)
    }

    /// The end of the path: of several, the one that varies least, as `/Users/me` before `/Users/{userKey}`.
    fn find<'p>(
        &'static self,
        mut path: Split<'p, char>,
        parts: Parts<'p>,
    ) -> Option<(&'static Self, Parts<'p>)> {
        let Some(segment) = path.next() else {
            return (!self.rows.is_empty()).then_some((self, parts));
        };
        let named = self.named.iter().find(|(name, _)| *name == segment);
        let by_name = named.and_then(|(_, next)| next.find(path.clone(), parts));
        // What is not asked by name has one part more, at least.
        if by_name.is_some_and(|(_, found)| found.count <= parts.count + 1) || segment.is_empty() {
            return by_name;
        }
        let any = self.any.as_ref();
        let by_place = any.and_then(|next| next.find(path, parts.and(segment)?));
        match (by_name, by_place) {
            (Some(name), Some(place)) if place.1.count < name.1.count => Some(place),
            (name, place) => name.or(place),
        }
    }
}

fn is_behind(door: Door, row: &Row) -> bool {
    match row.surface {
        Surface::Control => door == Door::Control,
        Surface::Probe => false,
        Surface::Scim | Surface::Identity | Surface::OAuth | Surface::Center => {
            door == Door::Product
        }
    }
}
