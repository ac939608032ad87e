//! Registered clients: those of the starting state, and those that came and went since.

use std::sync::{Arc, PoisonError, RwLock};

use crate::oauth::client::Client;
use crate::scenario::state::GivenClient;
use crate::store::grants::Grants;
use crate::store::grants::load::client_of;
use crate::store::organization::{Account, Organizations};

/// Holds clients in the order they were registered.
#[derive(Debug, Default)]
pub(super) struct Clients(RwLock<Vec<Registered>>);

#[derive(Clone, Debug)]
struct Registered {
    client: Arc<Client>,
    /// For whom it acts when it asks in its own name.
    acting: Option<Arc<Account>>,
}

impl Clients {
    /// Takes a client in; says no if there is one of that id.
    fn add(&self, client: Client, acting: Option<Arc<Account>>) -> bool {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.iter().any(|one| one.client.id == client.id) {
            return false;
        }
        let client = Arc::new(client);
        all.push(Registered { client, acting });
        true
    }

    fn find(&self, id: &str) -> Option<Registered> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|one| &*one.client.id == id).cloned()
    }

    /// The account a client acts for when it asks in its own name.
    pub(super) fn acting(&self, id: &str) -> Option<Arc<Account>> {
        self.find(id)?.acting
    }

    fn remove(&self, id: &str) -> bool {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = all.len();
        all.retain(|one| &*one.client.id != id);
        all.len() < before
    }

    fn set_redirect_uris(&self, id: &str, uris: Vec<String>) -> Option<Arc<Client>> {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let one = all.iter_mut().find(|one| &*one.client.id == id)?;
        let changed = Client {
            redirect_uris: uris,
            ..Client::clone(&one.client)
        };
        one.client = Arc::new(changed);
        Some(Arc::clone(&one.client))
    }
}

impl Grants {
    /// Registers a client.
    ///
    /// # Errors
    ///
    /// The message says what about it is not lawful.
    pub fn register(
        &self,
        given: &GivenClient,
        organizations: &Organizations,
    ) -> Result<Arc<Client>, String> {
        let wrong = |what: &str| format!("the client {}: {what}", given.client_id);
        let acting = match &given.account {
            None => None,
            Some(user_name) => {
                let account = organizations.account(user_name);
                Some(account.ok_or_else(|| wrong("there is no such account"))?)
            }
        };
        let client = client_of(given).map_err(|error| wrong(&error))?;
        if !self.clients.add(client, acting) {
            return Err(wrong("it is there twice"));
        }
        let made = self.client(&given.client_id);
        made.ok_or_else(|| wrong("it was removed"))
    }

    /// A `client_id` and a secret for a client that is about to be registered; GoTo's ids are UUIDs.
    pub fn client_credentials_to_be(&self) -> (String, String) {
        let id = self.draw("client id").uuid();
        (id, self.draw("client secret").token())
    }

    /// Every registered client, in the order they were registered.
    pub fn clients(&self) -> Vec<Arc<Client>> {
        let all = self
            .clients
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|one| Arc::clone(&one.client)).collect()
    }

    /// The client that was registered first.
    pub fn first_client(&self) -> Option<Arc<Client>> {
        let all = self
            .clients
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        all.first().map(|one| Arc::clone(&one.client))
    }

    /// The client of that id.
    pub fn client(&self, id: &str) -> Option<Arc<Client>> {
        self.clients.find(id).map(|one| one.client)
    }

    /// Gives a client other redirect URIs; `None` if there is no such client.
    pub fn set_redirect_uris(&self, id: &str, uris: Vec<String>) -> Option<Arc<Client>> {
        self.clients.set_redirect_uris(id, uris)
    }

    /// Deletes a client and ends everything it was given; says whether there was such a one.
    pub fn delete_client(&self, id: &str) -> bool {
        let was_there = self.clients.remove(id);
        self.access.each(|grant| {
            if &*grant.client_id == id {
                grant.authorization.end();
            }
        });
        self.refresh.each(|refresh| {
            if &*refresh.authorization.client_id == id {
                refresh.authorization.end();
            }
        });
        self.codes.each(|code| {
            if &*code.authorization.client_id == id {
                code.authorization.end();
            }
        });
        self.consents.retain(|(_, client), _| &**client != id);
        was_there
    }

    /// Ends every token that speaks for an account, and every one to come of what it allowed.
    pub fn end_all_of(&self, account: &Account) {
        self.access.each(|grant| {
            if grant.account.key == account.key {
                grant.authorization.end();
            }
        });
        self.refresh.each(|refresh| {
            if refresh.authorization.account.key == account.key {
                refresh.authorization.end();
            }
        });
        self.codes.each(|code| {
            if code.authorization.account.key == account.key {
                code.authorization.end();
            }
        });
        self.consents.retain(|(key, _), _| *key != account.key);
    }
}
