//! A world as a starting state, and a starting state in the place of a world.

use std::sync::{Arc, OnceLock};

use super::{Sandbox, Setting, fill};
use crate::scenario::state::State;
use crate::store::zone::TxtRecord;

impl Sandbox {
    /// A starting state that holds what this world holds now: a world that is made of it goes on from here.
    ///
    /// What has no place in a starting state is left out: codes, sign-ins and consents, tokens but the ready ones, and
    /// the web files that the double keeps.
    pub fn to_state(&self) -> State {
        let mut state = self.setting.state.clone();
        let given = state.accounts.take().unwrap_or_default();
        self.organizations.describe(&mut state);
        for account in state.accounts.iter_mut().flatten() {
            let before = given.iter().find(|one| one.user_name == account.user_name);
            if let Some(before) = before {
                account
                    .personal_access_tokens
                    .clone_from(&before.personal_access_tokens);
            }
        }
        self.grants.describe(&mut state);
        let (clients, accounts) = (state.clients().to_vec(), state.accounts().to_vec());
        if let Some(tokens) = &mut state.tokens {
            tokens.retain(|token| {
                clients.iter().any(|one| one.client_id == token.client_id)
                    && accounts
                        .iter()
                        .any(|one| one.user_name.eq_ignore_ascii_case(&token.account))
            });
        }
        let held = self.snapshot();
        (state.users, state.groups) = (held.users, held.groups);
        let texts = |records: &[TxtRecord]| records.iter().map(TxtRecord::text).collect();
        let zone = self.zone.all_txt().into_iter();
        state.zone = zone
            .map(|(name, set)| (name, texts(&set.records)))
            .collect();
        let web = self.zone.web_domains().into_iter();
        state.web = web
            .filter_map(|domain| Some((domain.clone(), self.zone.web(&domain)?.to_string())))
            .collect();
        state
    }

    /// A world like this one, but with another starting state; nothing has happened in it yet.
    ///
    /// Its zone keeps answering at the same address.
    ///
    /// # Errors
    ///
    /// The message says what in the state contradicts itself.
    pub fn with_state(&self, state: State) -> Result<Self, String> {
        let setting = Setting {
            state,
            ..Setting::clone(&self.setting_at_start())
        };
        let mut fresh = Self::build(setting, Arc::clone(&self.outfit))?;
        if let Some(outdoors) = self.outdoors.get() {
            self.zone.restart(fresh.clock.clone());
            fill(&self.zone, &fresh.setting.state);
            fresh.zone = Arc::clone(&self.zone);
            fresh.outdoors = OnceLock::from(outdoors.clone());
        }
        Ok(fresh)
    }
}
