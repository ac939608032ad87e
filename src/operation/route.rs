//! Which rows of the table a path fits: finding them costs the same however many there are.
//!
//! Most paths are written out in the table, or are so but for their last segment: these are found by their length.
//! All others are found in a tree, a segment a level.

use std::ops::Deref;
use std::str::Split;
use std::sync::LazyLock;

use super::{Door, OPERATIONS, Row, Surface};

/// The most segments of one path that vary.
const MOST: usize = 4;

static PRODUCT: LazyLock<Routes> = LazyLock::new(|| Routes::of(Door::Product));
static CONTROL: LazyLock<Routes> = LazyLock::new(|| Routes::of(Door::Control));

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
    /// All but the first.
    #[must_use]
    pub fn rest(self) -> Self {
        let mut rest = Self::default();
        for part in self.iter().skip(1) {
            rest = rest.and(part).unwrap_or(rest);
        }
        rest
    }

    fn and(mut self, part: &'p str) -> Option<Self> {
        *self.parts.get_mut(self.count)? = part;
        self.count += 1;
        Some(self)
    }
}

/// The rows whose path fits, all of one path, and what stood in place of what varies.
pub(super) fn fitting(door: Door, path: &str) -> Option<(Rows, Parts<'_>)> {
    // One trailing slash is forgiven: base URLs are typed by hand.
    let path = path
        .strip_suffix('/')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(path);
    match door {
        Door::Product => &PRODUCT,
        Door::Control => &CONTROL,
    }
    .find(path)
}

/// Rows of one path, by method.
pub(super) type Rows = &'static [&'static Row];

/// Everything behind one door.
#[derive(Debug, Default)]
struct Routes {
    tree: Node,
    /// Paths that do not vary.
    fixed: Texts,
    /// What stands before the last segment of paths of which only that varies.
    stems: Texts,
}

/// Texts with the rows they stand for, at the place of their length.
#[derive(Debug, Default)]
struct Texts(Vec<Vec<(&'static str, Vec<&'static Row>)>>);

impl Texts {
    fn add(&mut self, text: &'static str, row: &'static Row) {
        if self.0.len() <= text.len() {
            self.0.resize_with(text.len() + 1, Vec::new);
        }
        let same_length = &mut self.0[text.len()];
        match same_length.iter_mut().find(|(known, _)| *known == text) {
            Some((_, rows)) => rows.push(row),
            None => same_length.push((text, vec![row])),
        }
    }

    fn find(&self, text: &str) -> Option<&[&'static Row]> {
        let mut same_length = self.0.get(text.len())?.iter();
        let (_, rows) = same_length.find(|(known, _)| *known == text)?;
        Some(rows)
    }
}

impl Routes {
    fn of(door: Door) -> Self {
        let mut routes = Self::default();
        for row in OPERATIONS.iter().filter(|row| is_behind(door, row)) {
            routes.tree.grow(row.path.split('/')).rows.push(row);
            match row.path.split_once('{') {
                None => routes.fixed.add(row.path, row),
                Some((stem, rest)) if !rest.contains('/') => routes.stems.add(stem, row),
                Some(_) => {}
            }
        }
        routes
    }

    /// The path that varies least, as `/Users/me` before `/Users/{userKey}`; of those, the one that varies last.
    fn find<'p>(&'static self, path: &'p str) -> Option<(Rows, Parts<'p>)> {
        if let Some(rows) = self.fixed.find(path) {
            return Some((rows, Parts::default()));
        }
        let (stem, last) = path.split_at(path.rfind('/')? + 1);
        if let (Some(rows), false) = (self.stems.find(stem), last.is_empty()) {
            return Some((rows, Parts::default().and(last)?));
        }
        let (node, parts) = self.tree.find(path.split('/'), Parts::default())?;
        Some((&node.rows, parts))
    }
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
