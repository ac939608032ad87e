//! A filter is refused with a place, or prints as what it reads as; a list finds by it what it matches.
#![no_main]

use std::sync::LazyLock;

use goto_double::scim::filter::{Filter, Leniency};
use goto_double::scim::resource_type::{Kind, ResourceTypes};
use goto_double_fuzz::{World, check_list, check_refusal, encoded, text};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static WORLDS: LazyLock<Vec<World>> = LazyLock::new(World::of_every_profile);

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    for leniency in [Leniency::Strict, Leniency::Lenient] {
        reads_back(text, leniency);
    }
    for world in WORLDS.iter() {
        for (kind, endpoint) in [(Kind::User, "Users"), (Kind::Group, "Groups")] {
            finds_what_it_matches(world, (kind, endpoint), text);
        }
    }
});

fn reads_back(text: &str, leniency: Leniency) {
    match Filter::parse(text, leniency) {
        Err(error) => {
            assert!(
                (1..=text.chars().count() + 1).contains(&error.at),
                "{error}"
            );
            assert!(!error.message.is_empty());
        }
        Ok(filter) => {
            let printed = filter.to_string();
            let again = Filter::parse(&printed, leniency);
            let again = again.unwrap_or_else(|error| panic!("{printed:?}: {error}"));
            assert_eq!(again.to_string(), printed);
        }
    }
}

/// The list goes by indexes and by a look at the stored bytes where it can; the filter itself knows neither.
fn finds_what_it_matches(world: &World, (kind, endpoint): (Kind, &str), text: &str) {
    let target = format!("/scim/v2/{endpoint}?count=100&filter={}", encoded(text));
    let reply = world.ask("GET", &target, "").expect("a target of our own");
    let resource_type = ResourceTypes::built_in().of(kind).expect("a built-in type");
    let filter = Filter::parse(text, Leniency::from(world.profile()))
        .ok()
        .filter(|filter| filter.check(resource_type).is_ok());
    if !reply.status.is_success() {
        check_refusal(&reply);
        return;
    }
    let found: Vec<Value> = check_list(&reply).iter().map(id).collect();
    let filter = filter.unwrap_or_else(|| panic!("{text:?} was taken: {reply:?}"));
    let again = Filter::parse(&filter.to_string(), Leniency::from(world.profile()));
    let again = again.expect("what was printed reads back");
    let resources = world.resources(kind);
    let of = |filter: &Filter| -> Vec<Value> {
        let matching = resources.iter();
        let matching = matching.filter(|row| filter.matches(row, resource_type));
        matching.map(id).collect()
    };
    assert_eq!(found, of(&filter), "{text:?}");
    assert_eq!(found, of(&again), "{again}");
}

fn id(row: &Value) -> Value {
    row["id"].clone()
}
