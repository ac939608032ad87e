//! Whatever rules do to the store, the journal tells it: who adds its changes up has what the store holds.

use std::collections::{BTreeMap, BTreeSet};

use goto_double::GotoDouble;
use goto_double::entropy::Entropy;
use goto_double::entry::{Change, Event, SubjectKind, Verb};
use serde_json::{Value, json};

use super::{older, playing_with};
use crate::support::{Client, patch};

/// Faults of every kind, each now and then.
fn rules() -> Value {
    let anything = [
        "users.*",
        "groups.*",
        "identity.users.*",
        "identity.groups.*",
    ];
    let both = |verbs: &[&str]| -> Vec<String> {
        let kinds = ["users", "groups", "identity.users", "identity.groups"];
        let names = kinds
            .iter()
            .flat_map(|kind| verbs.iter().map(move |verb| format!("{kind}.{verb}")));
        names.collect()
    };
    let reads = both(&["get", "list"]);
    let (creates, changes) = (both(&["create"]), both(&["patch", "replace"]));
    let odd = [
        (json!(anything), "deleted"),
        (json!(anything), "deleted:user-1@main.com"),
        (json!(anything), "restored"),
        (json!(anything), "restored:user-1@main.com"),
        (json!(anything), "restored:group-1"),
        (json!(anything), "deactivated"),
        (json!(anything), "renamed:user-2@main.com"),
        (json!(anything), "renamed:group-1"),
        (json!(anything), "new_id"),
        (json!(anything), "new_id:group-2"),
        (json!(anything), "alone"),
        (json!(reads), "lag:2"),
        (json!(reads), "hidden:user-1@main.com"),
        (json!(changes), "half:1"),
        (json!(["groups.patch", "groups.create"]), "few_members:1"),
        (json!(creates), "quota:4"),
        (json!("users.list"), "wiped"),
    ];
    let rule = |(place, (on, data)): (usize, &(Value, &str))| json!({ "id": format!("rule-{place}"), "on": on, "stack": true, "when": { "p": 0.1 }, "do": { "data": data } });
    odd.iter().enumerate().map(rule).collect()
}

/// A client that does one thing or another.
struct Restless {
    new: Client,
    old: Client,
    chance: Entropy,
    drawn: u64,
}

impl Restless {
    fn below(&mut self, limit: usize) -> usize {
        self.drawn += 1;
        let drawn = self.chance.draw("client", self.drawn).number();
        usize::try_from(drawn % limit as u64).unwrap()
    }

    fn one_of(&mut self, ids: &BTreeMap<String, SubjectKind>) -> String {
        let place = self.below(ids.len().max(1));
        ids.keys().nth(place).cloned().unwrap_or_else(|| "1".into())
    }

    fn act(&mut self, ids: &BTreeMap<String, SubjectKind>) {
        let dialects = [self.new.clone(), self.old.clone()];
        let client = &dialects[self.below(2)];
        let kind = ["Users", "Groups"][self.below(2)];
        let members = json!([{ "value": self.one_of(ids) }]);
        let name = self.below(4);
        let resource = match kind {
            "Users" => {
                json!({ "userName": format!("user-{name}@main.com"), "displayName": name.to_string() })
            }
            _ => json!({ "displayName": format!("group-{name}"), "members": members }),
        };
        let path = format!("/{kind}/{}", self.one_of(ids));
        match self.below(6) {
            0 | 1 => drop(client.post(&format!("/{kind}"), &resource)),
            2 => drop(client.put(&path, &resource)),
            3 if kind == "Groups" => {
                let operations = json!([{ "op": "add", "path": "members", "value": members }, { "op": "replace", "path": "displayName", "value": format!("group-{name}") }]);
                drop(self.new.patch(&path, &patch(operations)));
            }
            3 => drop(
                self.old
                    .patch(&path, &json!({ "displayName": name.to_string() })),
            ),
            4 => drop(client.delete(&path)),
            _ => drop(client.get(&format!("/{kind}"))),
        }
    }
}

fn changes(goto: &GotoDouble, after: u64) -> (Vec<Change>, u64) {
    let entries = goto.journal();
    let new = entries.iter().filter(|entry| entry.number > after);
    let changes = new.flat_map(|entry| match &entry.event {
        Event::Exchange(exchange) => exchange.changes.clone(),
        Event::Changed(changes) => changes.clone(),
        _ => Vec::new(),
    });
    (
        changes.collect(),
        entries.last().map_or(0, |entry| entry.number),
    )
}

/// What the store holds, by id: which kind, and what it says apart from what follows from others.
fn held(goto: &GotoDouble) -> BTreeMap<String, (SubjectKind, Value)> {
    let state = goto.control().state().unwrap();
    let users = state.users.into_iter().map(|row| (SubjectKind::User, row));
    let groups = state
        .groups
        .into_iter()
        .map(|row| (SubjectKind::Group, row));
    let keyed = users.chain(groups).map(|(kind, mut row)| {
        let said = row.as_object_mut().unwrap();
        said.remove("groups");
        said.remove("meta");
        (row["id"].as_str().unwrap().to_owned(), (kind, row))
    });
    keyed.collect()
}

#[test]
fn changes_of_the_journal_add_up_to_what_the_store_holds() {
    for seed in 0..4 {
        let (goto, client) = playing_with(
            rules(),
            json!({ "profile": { "deleted_name_reserved": seed == 3 } }),
        );
        let mut restless = Restless {
            new: client,
            old: older(&goto),
            chance: Entropy::from_seed(seed),
            drawn: 0,
        };
        let (mut ledger, mut read) = (BTreeMap::new(), 0);
        let mut before = held(&goto);
        for turn in 0..120 {
            restless.act(&ledger);
            let (changes, last) = changes(&goto, read);
            read = last;
            for change in &changes {
                let known = match change.verb {
                    Verb::Created => ledger.insert(change.id.clone(), change.kind).is_none(),
                    Verb::Updated => ledger.contains_key(&change.id),
                    Verb::Deleted => ledger.remove(&change.id).is_some(),
                };
                assert!(known, "{seed}/{turn}: {change:?}");
            }
            let now = held(&goto);
            let kinds: BTreeMap<_, _> = now
                .iter()
                .map(|(id, (kind, _))| (id.clone(), *kind))
                .collect();
            assert_eq!(ledger, kinds, "{seed}/{turn}");
            let told: BTreeSet<_> = changes.iter().map(|change| &change.id).collect();
            for (id, row) in &now {
                let is_as_before = before.get(id).is_none_or(|old| old == row);
                assert!(is_as_before || told.contains(id), "{seed}/{turn}: {row:?}");
            }
            before = now;
        }
    }
}
