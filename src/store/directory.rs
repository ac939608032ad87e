//! Users and groups of one organization.
//!
//! Everything sits in persistent maps behind one lock: a reader takes an `Arc` or a whole consistent view and lets go,
//! a writer checks first and changes after, so that a refused write has changed nothing.

mod change;
mod contents;
mod document;
mod fate;
mod given;
mod index;
mod members;
mod membership;
mod past;
mod refusal;
mod rules;
mod shelf;
mod stored;
mod table;
mod unique;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use imbl::Vector;

pub use contents::Contents;
pub use fate::Returned;
pub use refusal::Refusal;
pub use stored::{Fields, Stored};

use crate::clock::{Clock, Timestamp};
use crate::profile::Profile;
use crate::scenario::plan::Reach;
use crate::scim::patch::Touched;
use crate::scim::resource::Accepted;
use crate::scim::resource_type::{Kind, ResourceTypes};
use crate::scim::schema::ResourceType;
use crate::variation::{EtagForm, Ids};
use contents::Names;
use fate::TakenByName;
use past::Past;
use rules::Rules;

/// Users and groups of one organization.
#[derive(Debug)]
pub struct Directory {
    rules: Arc<Rules>,
    contents: RwLock<Contents>,
    /// What it held before, where rules want to know.
    past: Mutex<Option<Past>>,
    taken: Mutex<TakenByName>,
}

/// What came of a change.
#[derive(Clone, Debug)]
pub struct Written {
    /// The resource as it now is.
    pub stored: Arc<Stored>,
    /// Whether it differs from what was there; if not, version and date are the old ones.
    pub changed: bool,
}

/// What came of a deletion.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// The resource as it was.
    pub stored: Arc<Stored>,
    /// The groups that it thereby left, as they now are.
    pub left: Vec<Arc<Stored>>,
}

impl Directory {
    /// An empty directory of resources of these types, whose locations begin with `base`, as in
    /// `http://127.0.0.1:8080/scim/v2`.
    pub fn new(base: impl Into<String>, profile: &Profile, types: &Arc<ResourceTypes>) -> Self {
        Self::with_etags(base, (profile, types), EtagForm::default())
    }

    /// The same, with entity tags of that shape.
    pub fn with_etags(
        base: impl Into<String>,
        (profile, types): (&Profile, &Arc<ResourceTypes>),
        etags: EtagForm,
    ) -> Self {
        let rules = Rules::new(base.into(), (profile, types), etags);
        Self {
            rules: Arc::new(rules),
            contents: RwLock::default(),
            past: Mutex::default(),
            taken: Mutex::default(),
        }
    }

    /// A directory by the same rules that holds this; what is written to it is written nowhere else.
    #[must_use]
    pub fn showing(&self, contents: Contents) -> Self {
        Self {
            rules: Arc::clone(&self.rules),
            contents: RwLock::new(contents),
            past: Mutex::default(),
            taken: Mutex::default(),
        }
    }

    /// Remembers from now on what it held, so far back by that clock.
    pub fn keep_past(&self, reach: Reach, clock: &Clock) {
        if reach.is_none() {
            return;
        }
        let state = self.state();
        let mut past = lock(&self.past);
        match past.as_mut() {
            Some(past) => past.widen(reach),
            None => *past = Some(Past::from(state, reach, clock.clone())),
        }
    }

    /// What it held so long ago, as far back as it remembers.
    pub fn state_ago(&self, time: Duration) -> Contents {
        let past = lock(&self.past).as_ref().and_then(|past| past.ago(time));
        past.unwrap_or_else(|| self.state())
    }

    /// Notes a read of a thing, and gives what it held so many such reads ago.
    pub fn state_before_reads(&self, key: &str, reads: usize) -> Contents {
        let state = self.state();
        match lock(&self.past).as_mut() {
            Some(past) => past.read(key, &state, reads),
            None => state,
        }
    }

    /// The resource of that id.
    pub fn by_id(&self, kind: Kind, id: &str) -> Option<Arc<Stored>> {
        self.read().shelf(kind).by_id(id).cloned()
    }

    /// What the resource of that id is called, in lower case, or was called before it was deleted.
    pub fn name_of(&self, kind: Kind, id: &str) -> Option<String> {
        self.read().shelf(kind).name_of(id)
    }

    /// The user of that `userName`, compared without case.
    pub fn by_user_name(&self, user_name: &str) -> Option<Arc<Stored>> {
        self.by_name(Kind::User, user_name).into_iter().next()
    }

    /// The groups of that `displayName`, compared without case, in creation order.
    pub fn by_display_name(&self, display_name: &str) -> Vec<Arc<Stored>> {
        self.by_name(Kind::Group, display_name)
    }

    /// The resources that people know by that name: `userName` of users, `displayName` of groups.
    pub fn by_name(&self, kind: Kind, name: &str) -> Vec<Arc<Stored>> {
        self.read().shelf(kind).by_name(name)
    }

    /// The resources that the client calls so, compared with case, in creation order.
    pub fn by_external_id(&self, kind: Kind, external_id: &str) -> Vec<Arc<Stored>> {
        self.read().shelf(kind).by_external_id(external_id)
    }

    /// The groups that the resource of that id is itself a member of, in creation order.
    pub fn groups_of(&self, member: &str) -> Vec<Arc<Stored>> {
        let contents = self.read();
        let ids = contents.membership.groups_of(member);
        let mut groups: Vec<_> = ids
            .filter_map(|id| contents.shelf(Kind::Group).by_id(id).cloned())
            .collect();
        groups.sort_by_key(|group| group.ordinal());
        groups
    }

    /// All resources of a kind at this moment, in creation order; costs the same however many there are.
    pub fn snapshot(&self, kind: Kind) -> Snapshot {
        self.read().snapshot(kind)
    }

    /// Creates a resource, and draws its id from the stream of its name.
    ///
    /// The n-th creation of a name takes the n-th draw, so that neither other names nor the order of requests change it.
    pub fn create(
        &self,
        resource_type: &Arc<ResourceType>,
        accepted: Accepted,
        moment: Timestamp,
        ids: impl Into<Ids>,
    ) -> Result<Arc<Stored>, Refusal> {
        let new = (resource_type, accepted, Names::Compared);
        self.put_in(new, moment, ids.into())
    }

    /// Refuses a resource whose name, or another value that no two may share, is in use.
    pub fn check_new(
        &self,
        resource_type: &Arc<ResourceType>,
        accepted: &Accepted,
    ) -> Result<(), Refusal> {
        let contents = self.read();
        contents.check_unique(&self.rules, resource_type, &accepted.attributes, None)
    }

    /// Creates a resource whose name was [compared](Self::check_new) a while ago, whoever took it in between.
    ///
    /// This is the duplicate that a racy server has; nothing but that fault calls it.
    pub fn create_late(
        &self,
        resource_type: &Arc<ResourceType>,
        accepted: Accepted,
        moment: Timestamp,
        ids: impl Into<Ids>,
    ) -> Result<Arc<Stored>, Refusal> {
        let new = (resource_type, accepted, Names::Ignored);
        self.put_in(new, moment, ids.into())
    }

    fn put_in(
        &self,
        new: (&Arc<ResourceType>, Accepted, Names),
        moment: Timestamp,
        ids: Ids,
    ) -> Result<Arc<Stored>, Refusal> {
        self.write().create(&self.rules, new, moment, ids)
    }

    /// Creates a resource under an id that was given, of any characters.
    pub fn create_with_id(
        &self,
        resource_type: &Arc<ResourceType>,
        accepted: Accepted,
        moment: Timestamp,
        id: &str,
    ) -> Result<Arc<Stored>, Refusal> {
        self.write()
            .insert(&self.rules, (resource_type, accepted), moment, id)
    }

    /// Puts what `change` makes of a resource in its place; nobody writes in between.
    ///
    /// A change that changes nothing leaves version and date alone.
    ///
    /// # Errors
    ///
    /// Whatever `change` refuses with, or the store's own refusal.
    pub fn replace<E: From<Refusal>>(
        &self,
        which: (Kind, &str),
        moment: Timestamp,
        change: impl FnOnce(&Stored) -> Result<Accepted, E>,
    ) -> Result<Written, E> {
        self.change(which, &Touched::Everything, moment, change)
    }

    /// Like [`replace`](Self::replace), but `change` sees only those members of a group that it can touch, so that it
    /// costs the same in a group of any size; whom it does not see stays a member.
    ///
    /// # Errors
    ///
    /// Whatever `change` refuses with, or the store's own refusal.
    pub fn change<E: From<Refusal>>(
        &self,
        (kind, id): (Kind, &str),
        touched: &Touched,
        moment: Timestamp,
        change: impl FnOnce(&Stored) -> Result<Accepted, E>,
    ) -> Result<Written, E> {
        let mut contents = self.write();
        let before = contents.find(kind, id)?;
        let part = before.part(touched);
        let shown = part.as_ref().unwrap_or(&before);
        let accepted = change(shown)?;
        Ok(contents.replace(&self.rules, (&before, shown), accepted, moment)?)
    }

    /// Writes what somebody made of an old copy over the resource, whoever wrote in between; members who have gone
    /// since then are left out.
    ///
    /// This is the lost update that a racy server has; nothing but that fault calls it.
    pub fn overwrite(
        &self,
        (kind, id): (Kind, &str),
        mut accepted: Accepted,
        moment: Timestamp,
    ) -> Result<Written, Refusal> {
        let mut contents = self.write();
        let before = contents.find(kind, id)?;
        contents.forget_gone(&mut accepted);
        contents.replace(&self.rules, (&before, &before), accepted, moment)
    }

    /// Deletes a resource that `check` lets go; it leaves every group it is a member of.
    ///
    /// # Errors
    ///
    /// Whatever `check` refuses with, or [`Refusal::NotFound`].
    pub fn delete<E: From<Refusal>>(
        &self,
        (kind, id): (Kind, &str),
        moment: Timestamp,
        check: impl FnOnce(&Stored) -> Result<(), E>,
    ) -> Result<Deleted, E> {
        let mut contents = self.write();
        let stored = contents.find(kind, id)?;
        check(&stored)?;
        let left = contents.delete(&self.rules, &stored, moment);
        Ok(Deleted { stored, left })
    }

    /// How many resources it remembers, those deleted included: their names are still known.
    pub fn remembered(&self) -> usize {
        self.read().remembered()
    }

    /// Everything there is, to be [restored](Self::restore); costs next to nothing.
    pub fn state(&self) -> Contents {
        self.read().clone()
    }

    /// Takes the directory back to a state it was in; costs next to nothing.
    pub fn restore(&self, state: Contents) {
        *self
            .contents
            .write()
            .unwrap_or_else(PoisonError::into_inner) = state;
        *lock(&self.past) = None;
        lock(&self.taken).clear();
    }

    fn read(&self) -> RwLockReadGuard<'_, Contents> {
        self.contents.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Contents> {
        let contents = self
            .contents
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(past) = lock(&self.past).as_mut() {
            past.note(&contents);
        }
        contents
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Contents {
    /// All resources of a kind, in creation order.
    pub fn snapshot(&self, kind: Kind) -> Snapshot {
        Snapshot {
            rows: self.shelf(kind).rows().clone(),
        }
    }
}

/// All resources of a kind at one moment, in creation order.
#[derive(Clone, Debug)]
pub struct Snapshot {
    rows: Vector<Arc<Stored>>,
}

impl Snapshot {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// At most `count` of them, from the one at `offset` on; every page costs about the same.
    pub fn page(&self, offset: usize, count: usize) -> Vec<Arc<Stored>> {
        let end = offset.saturating_add(count).min(self.rows.len());
        let mut focus = self.rows.focus();
        (offset..end)
            .filter_map(|place| focus.get(place).cloned())
            .collect()
    }

    /// The place of the resource of that [ordinal](Stored::ordinal), or where it would stand.
    pub fn place(&self, ordinal: u64) -> Result<usize, usize> {
        self.rows
            .binary_search_by_key(&ordinal, |row| row.ordinal())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Stored>> {
        self.rows.iter()
    }
}
