//! The observers: one for each rule of the catalogue that is judged, each a pure function over what happened.
//!
//! An observer looks for the *occasions* on which its rule could be kept or broken. Where there was none, the
//! rule was not exercised. A request that was under way when a fault struck is innocent: it was sent in good faith.

mod auth;
mod create;
mod deactivate;
mod escape;
mod group;
mod identity;
mod list;
mod lookup;
mod lost;
pub(crate) mod member;
mod oauth;
mod patch;
mod retry;
mod retry_after;
mod source;
mod stray;

use crate::conformance::view::View;
use crate::verdict::{Story, Verdict};

/// One rule of the catalogue with the function that looks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observer {
    /// Its id in the catalogue.
    pub(crate) id: &'static str,
    /// Whether it is judged on every run, or only where a scenario names it.
    pub(crate) standing: bool,
    /// Looks for its occasions.
    pub(crate) observe: fn(&View<'_>) -> Observed,
}

/// What an observer found; empty if its rule was not exercised.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    occasions: Vec<(Verdict, Story)>,
}

impl Observed {
    /// Notes an occasion: the entries that show it, what was due and what came.
    pub(crate) fn note(
        &mut self,
        verdict: Verdict,
        entries: impl IntoIterator<Item = u64>,
        expected: impl Into<String>,
        seen: impl Into<String>,
    ) {
        let mut entries: Vec<u64> = entries.into_iter().collect();
        entries.sort_unstable();
        entries.dedup();
        let story = Story {
            entries,
            expected: expected.into(),
            seen: seen.into(),
        };
        self.occasions.push((verdict, story));
    }

    /// The occasions.
    pub(crate) fn into_occasions(self) -> Vec<(Verdict, Story)> {
        self.occasions
    }
}

const fn standing(id: &'static str, observe: fn(&View<'_>) -> Observed) -> Observer {
    Observer {
        id,
        standing: true,
        observe,
    }
}

const fn triggered(id: &'static str, observe: fn(&View<'_>) -> Observed) -> Observer {
    Observer {
        id,
        standing: false,
        observe,
    }
}

/// Every rule that is judged, in the order of the catalogue.
pub(crate) const OBSERVERS: &[Observer] = &[
    triggered("LKP-01", lookup::looks_before_creating),
    triggered("LKP-02", lookup::adopts_the_match),
    triggered("LKP-03", lookup::creates_who_is_absent),
    triggered("LKP-05", stray::compares_what_it_was_given),
    triggered("LKP-06", stray::leaves_doubles_alone),
    standing("LKP-09", escape::filters_are_escaped),
    triggered("LKP-18", lookup::unknown_is_not_absent),
    standing("CRE-01", create::sends_no_id),
    standing("CRE-05", escape::ids_are_opaque),
    triggered("CRE-06", create::conflict_is_not_repeated),
    triggered("CRE-07", lost::looks_after_a_lost_answer),
    triggered("CRE-08", lost::looks_after_a_held_answer),
    triggered("CRE-11", create::one_account_each),
    triggered("CRE-13", create::no_path_without_id),
    triggered("CRE-17", create::invalid_value_is_permanent),
    triggered("UPD-01", source::nothing_to_do_writes_nothing),
    standing("UPD-02", patch::patch_body_is_well_formed),
    standing("UPD-05", patch::members_leave_one_by_one),
    standing("UPD-07", patch::active_is_a_boolean),
    triggered("UPD-15", identity::dead_id_is_forgotten),
    triggered("UPD-16", identity::renamed_user_keeps_the_id),
    triggered("DEA-01", deactivate::leaver_is_removed),
    triggered("DEA-03", deactivate::returner_keeps_the_id),
    triggered("DEA-05", identity::gone_is_gone),
    triggered("DEA-10", source::sudden_loss_is_stopped),
    triggered("DEA-11", list::broken_listing_proves_nothing),
    standing("GRP-02", member::members_are_named_by_id),
    triggered("GRP-06", group::too_many_members_are_split),
    triggered("GRP-08", group::no_member_is_lost),
    triggered("LST-02", list::next_page_follows_the_rows),
    triggered("LST-05", list::empty_page_ends_the_walk),
    triggered("RTY-01", retry_after::waits_when_unavailable),
    triggered("RTY-02", retry_after::waits_when_throttled),
    triggered("RTY-03", retry_after::waits_until_the_date),
    triggered("RTY-06", retry::waits_grow),
    triggered("RTY-08", retry::gives_up_in_the_end),
    triggered("AUT-03", auth::refreshes_once_and_replays),
    triggered("AUT-04", auth::stops_when_shut_out),
    triggered("OAU-02", oauth::forged_callback_is_dropped),
    triggered("OAU-17", oauth::keeps_the_refresh_token),
];
