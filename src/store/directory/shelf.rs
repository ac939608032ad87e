//! The resources of one kind in creation order, with the indexes that find them.

use std::sync::Arc;

use imbl::{HashMap, Vector};

use super::stored::Stored;
use crate::scim::resource_type::fold_case;

/// The resources of one kind. Cloning shares everything and costs next to nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Shelf {
    rows: Vector<Arc<Stored>>,
    by_id: HashMap<Arc<str>, Arc<Stored>>,
    by_name: HashMap<String, Places>,
    by_external_id: HashMap<String, Places>,
    /// How far the stream of a name has been drawn from; it outlives the resources of that name.
    next_draws: HashMap<String, u64>,
    /// What those who are gone were called, in lower case, by id.
    departed: HashMap<Arc<str>, Arc<str>>,
    next_ordinal: u64,
}

/// Which resources a key stands for, in creation order.
type Places = Vec<(u64, Arc<str>)>;

impl Shelf {
    pub(super) fn rows(&self) -> &Vector<Arc<Stored>> {
        &self.rows
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Arc<Stored>> {
        self.by_id.get(id)
    }

    pub(super) fn by_name(&self, name: &str) -> Vec<Arc<Stored>> {
        self.at(self.by_name.get(&fold_case(name)))
    }

    pub(super) fn by_external_id(&self, external_id: &str) -> Vec<Arc<Stored>> {
        self.at(self.by_external_id.get(external_id))
    }

    fn at(&self, places: Option<&Places>) -> Vec<Arc<Stored>> {
        places
            .into_iter()
            .flatten()
            .filter_map(|(_, id)| self.by_id.get(id).cloned())
            .collect()
    }

    /// What the resource of that id is or was called, in lower case.
    pub(super) fn name_of(&self, id: &str) -> Option<String> {
        match self.by_id.get(id) {
            Some(stored) => Some(fold_case(stored.name())),
            None => self.departed.get(id).map(|name| name.as_ref().to_owned()),
        }
    }

    /// Whether anybody but the resource of that id has the name.
    pub(super) fn is_name_taken(&self, name: &str, but: Option<&str>) -> bool {
        let places = self.by_name.get(&fold_case(name));
        places
            .into_iter()
            .flatten()
            .any(|(_, id)| Some(id.as_ref()) != but)
    }

    /// Whether somebody who is gone had the name.
    pub(super) fn was_name_taken(&self, name: &str) -> bool {
        let name = fold_case(name);
        self.departed.values().any(|gone| gone.as_ref() == name)
    }

    /// The position of the next draw in the stream of a name.
    pub(super) fn next_draw(&self, folded_name: &str) -> u64 {
        self.next_draws.get(folded_name).copied().unwrap_or(0)
    }

    pub(super) fn set_next_draw(&mut self, folded_name: String, position: u64) {
        self.next_draws.insert(folded_name, position);
    }

    /// Takes a new resource in at the end.
    pub(super) fn insert(&mut self, mut stored: Stored) -> Arc<Stored> {
        stored.ordinal = self.next_ordinal;
        self.next_ordinal += 1;
        let stored = Arc::new(stored);
        self.index(&stored);
        self.rows.push_back(Arc::clone(&stored));
        self.by_id
            .insert(Arc::clone(&stored.id), Arc::clone(&stored));
        stored
    }

    /// Puts a later version in the place of an earlier one.
    pub(super) fn swap(&mut self, stored: Stored) -> Arc<Stored> {
        let stored = Arc::new(stored);
        if let Some(before) = self.by_id.get(&stored.id).cloned() {
            let moved = fold_case(before.name()) != fold_case(stored.name())
                || before.external_id() != stored.external_id();
            if moved {
                self.unindex(&before);
                self.index(&stored);
            }
        }
        if let Some(place) = self.place(&stored) {
            self.rows.set(place, Arc::clone(&stored));
        }
        self.by_id
            .insert(Arc::clone(&stored.id), Arc::clone(&stored));
        stored
    }

    pub(super) fn remove(&mut self, stored: &Stored) {
        self.unindex(stored);
        if let Some(place) = self.place(stored) {
            self.rows.remove(place);
        }
        self.by_id.remove(&stored.id);
        let name = fold_case(stored.name());
        self.departed.insert(Arc::clone(&stored.id), name.into());
    }

    fn place(&self, stored: &Stored) -> Option<usize> {
        self.rows
            .binary_search_by_key(&stored.ordinal, |row| row.ordinal)
            .ok()
    }

    fn index(&mut self, stored: &Stored) {
        note(&mut self.by_name, fold_case(stored.name()), stored);
        if let Some(external_id) = stored.external_id() {
            note(&mut self.by_external_id, external_id.to_owned(), stored);
        }
    }

    fn unindex(&mut self, stored: &Stored) {
        forget(&mut self.by_name, &fold_case(stored.name()), stored);
        if let Some(external_id) = stored.external_id() {
            forget(&mut self.by_external_id, external_id, stored);
        }
    }
}

fn note(index: &mut HashMap<String, Places>, key: String, stored: &Stored) {
    let places = index.entry(key).or_default();
    let at = places.partition_point(|(ordinal, _)| *ordinal < stored.ordinal);
    places.insert(at, (stored.ordinal, Arc::clone(&stored.id)));
}

fn forget(index: &mut HashMap<String, Places>, key: &str, stored: &Stored) {
    let Some(places) = index.get_mut(key) else {
        return;
    };
    places.retain(|(ordinal, _)| *ordinal != stored.ordinal);
    if places.is_empty() {
        index.remove(key);
    }
}
