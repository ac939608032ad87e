//! What a tester sees of tokens and clients, and ends of them.

use crate::clock::Timestamp;
use crate::scenario::state::{GivenClient, State};
use crate::store::grants::{Grant, Grants};

impl Grants {
    /// Shows every live access token, in no order.
    pub fn each_live(&self, now: Timestamp, mut show: impl FnMut(&Grant)) {
        self.access.each(|grant| {
            if grant.is_live(now) {
                show(grant);
            }
        });
    }

    /// Ends the live access token of that fingerprint; says whether there was such a one.
    pub fn end_named(&self, fingerprint: &str, now: Timestamp) -> bool {
        let mut was_there = false;
        self.each_live(now, |grant| {
            if &*grant.fingerprint == fingerprint {
                grant.end();
                was_there = true;
            }
        });
        was_there
    }

    /// Puts the registered clients into a state, as they are now; what is only ever given stays as it was.
    pub fn describe(&self, state: &mut State) {
        let given = state.clients.take().unwrap_or_default();
        let now = self.clients().into_iter().map(|client| {
            let before = given.iter().find(|given| *given.client_id == *client.id);
            GivenClient {
                client_id: client.id.to_string(),
                client_secret: client.secret.clone(),
                redirect_uris: client.redirect_uris.clone(),
                scopes: client.scope.tokens().to_vec(),
                account: client.account.clone(),
                federation: before.and_then(|given| given.federation.clone()),
                grants: Some(
                    client
                        .grants
                        .iter()
                        .map(|one| one.as_str().into())
                        .collect(),
                ),
            }
        });
        state.clients = Some(now.collect());
    }
}
