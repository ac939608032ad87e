//! LKP-09 and CRE-05: values with special characters in filters and paths.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;

use crate::conformance::asked::Asked;
use crate::conformance::body::{fold, text};
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::view::View;
use crate::verdict::Verdict;

const DECODES: &str = "a filter that, decoded once, can be read and names the value of the source";
const ONE_SEGMENT: &str = "the id percent-encoded as one path segment, otherwise untouched";

/// LKP-09: a filter value is escaped as JSON, then percent-encoded as UTF-8.
pub(crate) fn filters_are_escaped(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let values = Values::of(view);
    let mut passed = BTreeSet::new();
    for call in &view.calls {
        if !call.is_scim() || call.asked == Asked::Everything {
            continue;
        }
        match values.check(call) {
            Some(Ok(value)) if passed.insert(value.clone()) => {
                let seen = format!("it named `{value}`");
                observed.note(Verdict::Pass, [call.number], DECODES, seen);
            }
            Some(Err(seen)) => observed.note(Verdict::Fail, [call.number], DECODES, seen),
            Some(Ok(_)) | None => {}
        }
    }
    observed
}

/// What a filter may rightly name.
struct Values {
    /// Folded, from the source and the store.
    all: BTreeSet<String>,
    /// Those of the source that need escaping.
    special: BTreeSet<String>,
}

impl Values {
    fn of(view: &View<'_>) -> Self {
        let mut values = Self {
            all: BTreeSet::new(),
            special: BTreeSet::new(),
        };
        for cycle in &view.run.cycles {
            for user in &cycle.source.users {
                values.add(&user.user_name);
                values.add(&user.external_id);
            }
            for group in &cycle.source.groups {
                values.add(&group.display_name);
                values.add(&group.external_id);
            }
        }
        for snapshot in [&view.run.before, &view.run.after] {
            for row in snapshot.users.iter().chain(&snapshot.groups) {
                for attribute in ["id", "userName", "displayName", "externalId"] {
                    values.all.extend(text(row, attribute).map(fold));
                }
            }
        }
        values
    }

    fn add(&mut self, value: &str) {
        self.all.insert(fold(value));
        if value
            .chars()
            .any(|c| !c.is_ascii() || c.is_whitespace() || "\"\\+&#%".contains(c))
        {
            self.special.insert(value.to_owned());
        }
    }

    /// The special value a filter names, or what is wrong with it.
    fn check(&self, call: &Call<'_>) -> Option<Result<String, String>> {
        let query = call.exchange.request.query();
        if !call.is_search() && has_stray_percent(filter_as_sent(query)) {
            return Some(Err("a % that begins no percent-encoded byte".into()));
        }
        if let Asked::Broken(reason) = &call.asked {
            return Some(Err(format!("it cannot be read: {reason}")));
        }
        if let Some(value) = self.unescaped_in(call.field("filter").unwrap_or_default()) {
            return Some(Err(format!("`{value}` is not escaped as JSON")));
        }
        let mut named = None;
        for value in call
            .asked
            .equalities()
            .filter_map(|term| term.value.as_str())
        {
            let folded = fold(value);
            if self.all.contains(&folded) {
                named = self
                    .special
                    .iter()
                    .find(|special| fold(special) == folded)
                    .map(|special| Ok(special.clone()))
                    .or(named);
            } else if let Some(meant) = self.mangled_from(value) {
                return Some(Err(format!(
                    "it names `{value}` where the source has `{meant}`"
                )));
            }
        }
        named
    }

    /// The value whose letters and digits these are, with the rest gone wrong.
    fn mangled_from(&self, value: &str) -> Option<&String> {
        let bones = skeleton(value);
        (bones.len() >= 3)
            .then(|| {
                self.special
                    .iter()
                    .find(|special| skeleton(special) == bones)
            })
            .flatten()
    }

    fn unescaped_in(&self, filter: &str) -> Option<&String> {
        self.special
            .iter()
            .find(|value| value.contains(['"', '\\']) && filter.contains(&format!("\"{value}\"")))
    }
}

fn filter_as_sent(query: &str) -> &str {
    query
        .split('&')
        .find_map(|field| field.strip_prefix("filter="))
        .unwrap_or_default()
}

fn has_stray_percent(sent: &str) -> bool {
    sent.split('%').skip(1).any(|after| {
        let two: Vec<char> = after.chars().take(2).collect();
        two.len() < 2 || !two.iter().all(char::is_ascii_hexdigit)
    })
}

fn skeleton(value: &str) -> String {
    decode(&decode(value))
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn decode(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}

/// CRE-05: an id is opaque text, and one segment of the path.
pub(crate) fn ids_are_opaque(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let mut passed = BTreeSet::new();
    for call in view.calls.iter().filter(|call| call.is_scim()) {
        let Some((kind, raw)) = call.raw_target() else {
            continue;
        };
        let raw = raw.strip_suffix('/').unwrap_or(raw);
        let id = decode(raw);
        if raw.is_empty() {
            continue;
        }
        if view.knows_id(kind, &id) && !raw.contains('/') {
            if needs_care(&id) && passed.insert(id.clone()) {
                let seen = format!("the path holds `{raw}` for the id `{id}`");
                observed.note(Verdict::Pass, [call.number], ONE_SEGMENT, seen);
            }
        } else if let Some(meant) = view
            .ids()
            .filter(|(of, _)| *of == kind)
            .map(|(_, known)| known)
            .find(|known| is_mangled(raw, &id, known))
        {
            let seen = format!("the path holds `{raw}` where the id is `{meant}`");
            observed.note(Verdict::Fail, [call.number], ONE_SEGMENT, seen);
        }
    }
    observed
}

/// Whether an id is one that a careless client would damage.
fn needs_care(id: &str) -> bool {
    let many_digits = id.len() >= 16 && id.bytes().all(|b| b.is_ascii_digit());
    let reserved = |c: char| !c.is_ascii_alphanumeric() && !"-._~".contains(c);
    many_digits || id.contains(reserved)
}

fn is_mangled(raw: &str, decoded: &str, known: &str) -> bool {
    let cut = known
        .find(['?', '#'])
        .and_then(|at| known.get(..at))
        .is_some_and(|front| !front.is_empty() && front == decoded);
    (raw.contains('/') && decoded == known)
        || (raw == known && needs_care(known))
        || decode(decoded) == known
        || decoded.eq_ignore_ascii_case(known)
        || decoded.replace('+', " ") == known
        || decoded.replace(' ', "+") == known
        || cut
        || is_rounded(decoded, known)
}

/// Whether a long number went through a floating-point number on its way.
fn is_rounded(decoded: &str, known: &str) -> bool {
    let digits = known.len() >= 16 && known.bytes().all(|b| b.is_ascii_digit());
    let number = |text: &str| text.parse::<f64>().ok().map(f64::to_bits);
    let looks_numeric = decoded.starts_with(|c: char| c.is_ascii_digit());
    digits && looks_numeric && decoded != known && number(decoded) == number(known)
}
