//! A bounded map of things that end.

use std::sync::Arc;

use dashmap::DashMap;

use super::recent::Recent;
use crate::clock::Timestamp;
use crate::store::own_keys::OwnKeys;

/// How many things of a kind are kept.
pub const MOST: usize = 32_768;

/// How much of a text, from its end, finds the thing: a whole JWT would be slow to hash, and its signature tells it apart.
const KEY_BYTES: usize = 32;

/// Something that ends, and that is older or younger than its like.
pub(super) trait Dated {
    /// When it ends.
    fn expires(&self) -> Timestamp;
    /// Its place in the order in which things came to be.
    fn ordinal(&self) -> u64;
}

/// Holds things by their secret text: first those that ended make room, then the oldest.
#[derive(Debug)]
pub(super) struct Shelf<T> {
    things: DashMap<Box<[u8]>, Shelved<T>, OwnKeys>,
    most: usize,
    recent: Recent<T>,
}

#[derive(Debug)]
struct Shelved<T> {
    /// All of its text: a like ending is not enough.
    text: String,
    thing: Arc<T>,
}

/// The part of a text that its thing is found by.
fn key(text: &str) -> &[u8] {
    let bytes = text.as_bytes();
    bytes.last_chunk::<KEY_BYTES>().map_or(bytes, |end| end)
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            things: DashMap::with_hasher(OwnKeys),
            most: MOST,
            recent: Recent::default(),
        }
    }
}

impl<T: Dated> Shelf<T> {
    /// The thing behind a text.
    pub(super) fn find(&self, text: &str) -> Option<Arc<T>> {
        let shelved = self.things.get(key(text))?;
        (shelved.text == text).then(|| Arc::clone(&shelved.thing))
    }

    /// The thing that was remembered by what presented it.
    pub(super) fn find_presented(&self, value: &[u8]) -> Option<Arc<T>> {
        self.recent.find(value)
    }

    /// Remembers what presented a thing of this shelf.
    pub(super) fn remember(&self, value: &[u8], thing: &Arc<T>) {
        self.recent.remember(value, thing);
    }

    /// Puts a thing there, making room if need be.
    pub(super) fn put(&self, text: String, thing: T, now: Timestamp) {
        if self.things.len() >= self.most {
            self.make_room(now);
        }
        let key = key(&text).into();
        let thing = Arc::new(thing);
        self.things.insert(key, Shelved { text, thing });
    }

    /// Takes the thing behind a text away.
    pub(super) fn take_away(&self, text: &str) {
        self.things
            .remove_if(key(text), |_, shelved| shelved.text == text);
    }

    /// Does something with each thing, in no order.
    pub(super) fn each(&self, mut visit: impl FnMut(&T)) {
        for shelved in &self.things {
            visit(&shelved.thing);
        }
    }

    /// An eighth is freed at once, so that a full shelf is not searched for each new thing.
    fn make_room(&self, now: Timestamp) {
        self.recent.clear();
        self.things
            .retain(|_, shelved| now < shelved.thing.expires());
        let surplus = self
            .things
            .len()
            .saturating_sub(self.most - self.most.div_ceil(8));
        let mut ordinals = Vec::with_capacity(self.things.len());
        self.each(|thing| ordinals.push(thing.ordinal()));
        if surplus == 0 || surplus > ordinals.len() {
            return;
        }
        let (_, newest_to_go, _) = ordinals.select_nth_unstable(surplus - 1);
        let newest_to_go = *newest_to_go;
        self.things
            .retain(|_, shelved| shelved.thing.ordinal() > newest_to_go);
    }
}
