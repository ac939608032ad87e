//! Everybody who can sign in, whether in an organization or not.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use crate::entropy::Entropy;
use crate::store::organization::account::{Account, NewAccount};

/// Holds the accounts in the order they came. Cloning shares everything and costs next to nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    rows: OrdMap<u64, Arc<Account>>,
    /// By user name in lower case.
    by_user_name: OrdMap<String, u64>,
    by_key: OrdMap<String, u64>,
    /// The keys of those who are gone: nobody gets them again.
    departed: OrdSet<String>,
    next: u64,
}

impl People {
    /// The account that signs in with this name, in whatever case it is written.
    pub(super) fn named(&self, user_name: &str) -> Option<&Arc<Account>> {
        let place = self.by_user_name.get(user_name.to_lowercase().as_str())?;
        self.rows.get(place)
    }

    /// The account of that key.
    pub(super) fn of_key(&self, key: &str) -> Option<&Arc<Account>> {
        self.rows.get(self.by_key.get(key)?)
    }

    /// All of them, in the order they came.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.rows.values()
    }

    /// Takes somebody in; `None` if the user name is taken.
    pub(super) fn admit(&mut self, new: NewAccount, entropy: Entropy) -> Option<Arc<Account>> {
        let folded = new.user_name.to_lowercase();
        if self.by_user_name.contains_key(&folded) {
            return None;
        }
        let key = self.free_key(&folded, entropy);
        let place = self.next;
        self.next += 1;
        self.by_user_name.insert(folded, place);
        self.by_key.insert(key.clone(), place);
        let account = Arc::new(new.with_key(key));
        self.rows.insert(place, Arc::clone(&account));
        Some(account)
    }

    /// Puts an account in the place of the one of the same key; the user name is the same.
    pub(super) fn replace(&mut self, account: &Arc<Account>) {
        if let Some(row) = self
            .by_key
            .get(&account.key)
            .and_then(|place| self.rows.get_mut(place))
        {
            *row = Arc::clone(account);
        }
    }

    /// Lets somebody go.
    pub(super) fn dismiss(&mut self, account: &Account) {
        if let Some(place) = self.by_key.remove(&account.key) {
            self.rows.remove(&place);
            self.by_user_name.remove(&account.user_name.to_lowercase());
            self.departed.insert(account.key.clone());
        }
    }

    /// A stream of its own for each name: another account in the state changes nobody's key.
    fn free_key(&self, folded: &str, entropy: Entropy) -> String {
        let stream = format!("account key/{folded}");
        let mut position = 0;
        loop {
            let key = entropy.draw(&stream, position).decimal19();
            if !self.by_key.contains_key(&key) && !self.departed.contains(&key) {
                return key;
            }
            position += 1;
        }
    }
}
