//! The resources of one kind in creation order, with the indexes that find them.

use std::ops::Range;
use std::sync::Arc;

use compact_str::CompactString;
use imbl::{OrdMap, Vector};
use serde_json::{Map, Value};

use super::index::{Index, hash};
use super::stored::Stored;
use super::unique::Unique;
use crate::scim::resource_type::fold_case;

/// The resources of one kind. Cloning shares everything and costs next to nothing.
///
/// The indexes know a resource by its ordinal, so that a new version changes nothing but its row.
#[derive(Clone, Debug, Default)]
pub(super) struct Shelf {
    rows: Vector<Arc<Stored>>,
    by_id: Index,
    by_name: Index,
    by_external_id: Index,
    by_unique: Index,
    /// What is known of names, in lower case, that those present do not tell.
    past: OrdMap<Arc<str>, Past>,
    /// What those who are gone were called, in lower case, by id.
    departed: OrdMap<CompactString, Arc<str>>,
    next_ordinal: u64,
}

/// What happened to a name besides being given to those who have it now.
#[derive(Clone, Copy, Debug, Default)]
struct Past {
    /// How far its stream has been drawn from; it outlives the resources of that name.
    next_draw: u64,
    /// Whether somebody who is gone had it.
    is_left: bool,
}

impl Shelf {
    pub(super) fn rows(&self) -> &Vector<Arc<Stored>> {
        &self.rows
    }

    /// How many there are and were.
    pub(super) fn remembered(&self) -> usize {
        self.rows.len() + self.departed.len()
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Arc<Stored>> {
        self.at(self.by_id.find(hash(id)))
            .find(|stored| *stored.id == *id)
    }

    pub(super) fn by_name(&self, name: &str) -> Vec<Arc<Stored>> {
        self.named(&fold_case(name)).cloned().collect()
    }

    /// The resources of that name, which is in lower case.
    fn named<'s>(&'s self, folded: &str) -> impl Iterator<Item = &'s Arc<Stored>> {
        self.at(self.by_name.find(hash(folded)))
            .filter(move |stored| fold_case(stored.name()) == folded)
    }

    pub(super) fn by_external_id(&self, external_id: &str) -> Vec<Arc<Stored>> {
        self.at(self.by_external_id.find(hash(external_id)))
            .filter(|stored| stored.external_id() == Some(external_id))
            .cloned()
            .collect()
    }

    fn at(&self, ordinals: impl Iterator<Item = u64>) -> impl Iterator<Item = &Arc<Stored>> {
        ordinals.filter_map(|ordinal| self.rows.get(self.place(ordinal)?))
    }

    /// What the resource of that id is or was called, in lower case.
    pub(super) fn name_of(&self, id: &str) -> Option<String> {
        match self.by_id(id) {
            Some(stored) => Some(fold_case(stored.name())),
            None => self.departed.get(id).map(|name| name.as_ref().to_owned()),
        }
    }

    /// Whether anybody but the resource of that id has the name.
    pub(super) fn is_name_taken(&self, name: &str, but: Option<&str>) -> bool {
        self.named(&fold_case(name))
            .any(|stored| Some(&*stored.id) != but)
    }

    /// Whether somebody who is gone had the name.
    pub(super) fn was_name_taken(&self, name: &str) -> bool {
        let past = self.past.get(fold_case(name).as_str());
        past.is_some_and(|past| past.is_left)
    }

    /// The first of these attributes whose value another resource than that of the id has.
    pub(super) fn shared<'u>(
        &self,
        unique: &'u [Unique],
        attributes: &Map<String, Value>,
        but: Option<&str>,
    ) -> Option<&'u Unique> {
        let is_shared = |one: &&Unique| {
            let alike = one.hashes(attributes).into_iter();
            let mut alike = alike.flat_map(|hash| self.at(self.by_unique.find(hash)));
            alike.any(|other| Some(&*other.id) != but && one.meets(attributes, &other.attributes()))
        };
        unique.iter().find(is_shared)
    }

    /// The position of the next draw in the stream of a name: as many as were drawn for it.
    ///
    /// Nearly every name is given once, so only what cannot be counted among those present is noted.
    pub(super) fn next_draw(&self, folded: &str) -> u64 {
        match self.past.get(folded) {
            Some(past) => past.next_draw,
            None => self.named(folded).filter(|stored| stored.is_drawn).count() as u64,
        }
    }

    /// Notes which draws the id of a new resource of that name took; that it took the next one can be counted.
    pub(super) fn note_draws(&mut self, folded: &str, draws: &Range<u64>) {
        let counts = draws.end - draws.start == 1;
        if counts && !self.past.contains_key(folded) {
            return;
        }
        let past = self.past.entry(folded.into()).or_default();
        past.next_draw = draws.end;
    }

    /// Takes a new resource in at the end.
    pub(super) fn insert(&mut self, mut stored: Stored) -> Arc<Stored> {
        stored.ordinal = self.next_ordinal;
        self.next_ordinal += 1;
        let stored = self.enter(stored);
        self.rows.push_back(Arc::clone(&stored));
        stored
    }

    /// Takes a resource in again that was here, at the place it had.
    pub(super) fn put_back(&mut self, stored: Stored) -> Arc<Stored> {
        let stored = self.enter(stored);
        self.departed.remove(&stored.id);
        let place = self
            .rows
            .binary_search_by_key(&stored.ordinal, |row| row.ordinal)
            .unwrap_or_else(|place| place);
        self.rows.insert(place, Arc::clone(&stored));
        stored
    }

    fn enter(&mut self, stored: Stored) -> Arc<Stored> {
        let stored = Arc::new(stored);
        self.by_id.insert(hash(&stored.id), stored.ordinal);
        self.index(&stored);
        stored
    }

    /// Puts a later version in the place of an earlier one.
    pub(super) fn swap(&mut self, stored: Stored) -> Arc<Stored> {
        let stored = Arc::new(stored);
        let Some(place) = self.place(stored.ordinal) else {
            return stored;
        };
        if let Some(before) = self.rows.get(place).cloned() {
            let (was, is) = (before.name(), stored.name());
            if was != is && fold_case(was) != fold_case(is) {
                self.pin(was);
                self.pin(is);
            }
            if was != is
                || before.external_id() != stored.external_id()
                || before.unique != stored.unique
            {
                self.unindex(&before);
                self.index(&stored);
            }
        }
        self.rows.set(place, Arc::clone(&stored));
        stored
    }

    pub(super) fn remove(&mut self, stored: &Stored) {
        self.pin(stored.name());
        let name: Arc<str> = fold_case(stored.name()).into();
        let past = self.past.entry(Arc::clone(&name)).or_default();
        past.is_left = true;
        self.departed.insert(stored.id.clone(), name);
        self.unindex(stored);
        self.by_id.remove(hash(&stored.id), stored.ordinal);
        if let Some(place) = self.place(stored.ordinal) {
            self.rows.remove(place);
        }
    }

    /// Notes how far the stream of a name has been drawn from, before those who have it no longer tell.
    fn pin(&mut self, name: &str) {
        let folded = fold_case(name);
        let next_draw = self.next_draw(&folded);
        let past = self.past.entry(folded.into()).or_default();
        past.next_draw = next_draw;
    }

    /// Where the resource of that ordinal stands: at its ordinal, less those before it that are gone.
    fn place(&self, ordinal: u64) -> Option<usize> {
        let most = usize::try_from(ordinal).ok()?;
        let gone = usize::try_from(self.next_ordinal).ok()? - self.rows.len();
        let (mut from, mut to) = (most.saturating_sub(gone), most.min(self.rows.len()));
        // The place itself may be the first one beyond.
        to = to.saturating_add(1).min(self.rows.len());
        while from < to {
            let middle = from + (to - from) / 2;
            let found = self.rows.get(middle)?.ordinal;
            match found.cmp(&ordinal) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    fn index(&mut self, stored: &Stored) {
        let ordinal = stored.ordinal;
        let name = hash(&fold_case(stored.name()));
        self.by_name.insert(name, ordinal);
        if let Some(external_id) = stored.external_id() {
            self.by_external_id.insert(hash(external_id), ordinal);
        }
        for hash in &stored.unique {
            self.by_unique.insert(*hash, ordinal);
        }
    }

    fn unindex(&mut self, stored: &Stored) {
        let ordinal = stored.ordinal;
        let name = hash(&fold_case(stored.name()));
        self.by_name.remove(name, ordinal);
        if let Some(external_id) = stored.external_id() {
            self.by_external_id.remove(hash(external_id), ordinal);
        }
        for hash in &stored.unique {
            self.by_unique.remove(*hash, ordinal);
        }
    }
}
