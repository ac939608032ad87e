//! The figures, and what they are to reach.

use std::time::Duration;

use goto_double::clock::Monotonic;
use goto_double::{GotoDouble, SandboxSpec};

use crate::people::{create, state};
use crate::{Outcome, http};

/// Something that is measured.
pub(crate) struct Figure {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) what: &'static str,
    /// Measures it with that many users or sandboxes, or so many that it takes no longer; prints its rows.
    pub(crate) measure: fn(usize) -> Outcome<()>,
}

/// Every figure.
pub(crate) const FIGURES: &[Figure] = &[
    Figure {
        name: "user",
        what: "Memory of a user",
        measure: memory_of_a_user,
    },
    Figure {
        name: "load",
        what: "Loading a starting state",
        measure: loading,
    },
    Figure {
        name: "reset",
        what: "Reset of a sandbox",
        measure: reset,
    },
    Figure {
        name: "reset-after",
        what: "Reset of a sandbox that has grown",
        measure: reset_after,
    },
    Figure {
        name: "sandboxes",
        what: "Memory of sandboxes with 10 users each",
        measure: sandboxes,
    },
    Figure {
        name: "scan",
        what: "A filter that no index answers",
        measure: scan,
    },
];

fn memory_of_a_user(many: usize) -> Outcome<()> {
    let goto = GotoDouble::start()?;
    create(&goto, 0..10)?;
    let before = resident()?;
    create(&goto, 10..many + 10)?;
    let each = (resident()? - before) / many;
    row(&format!("{many} users, bytes each"), each, Some(2048));
    let began = Monotonic::now();
    create(&goto, many + 10..2 * many + 10)?;
    let each = began.elapsed().as_nanos() / many as u128;
    row("  to read, accept and keep one more, ns", each, None);
    Ok(())
}

fn loading(many: usize) -> Outcome<()> {
    let given = state(many)?;
    let began = Monotonic::now();
    let goto = GotoDouble::builder().state(given).start()?;
    let took = began.elapsed();
    row(&format!("{many} users, ms"), took.as_millis(), Some(1000));
    drop(goto);
    Ok(())
}

fn reset(many: usize) -> Outcome<()> {
    let given = GotoDouble::builder().state(state(many)?).start()?;
    let resets = resets(&given, || Ok(()))?;
    tell(&format!("{many} users at its start"), &resets);
    Ok(())
}

fn reset_after(many: usize) -> Outcome<()> {
    let created = GotoDouble::start()?;
    let before = resident()?;
    let mut most = before;
    let mut from = 0;
    let resets = resets(&created, || {
        create(&created, from..from + many)?;
        from += many;
        most = most.max(resident()?);
        Ok(())
    })?;
    tell(&format!("{many} users since"), &resets);
    row("  most memory meanwhile, MiB", (most - before) >> 20, None);
    Ok(())
}

/// What 20 resets took, the shortest first, with something done before each.
fn resets(goto: &GotoDouble, mut before: impl FnMut() -> Outcome<()>) -> Outcome<Vec<Duration>> {
    let mut took = Vec::new();
    for _ in 0..20 {
        before()?;
        let began = Monotonic::now();
        goto.control().reset()?;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    Ok(took)
}

fn tell(what: &str, resets: &[Duration]) {
    let at = |place: usize| resets.get(place).map_or(0, Duration::as_micros);
    row(&format!("{what}, median of 20 in µs"), at(10), Some(1000));
    row("  the longest in µs", at(19), None);
}

fn sandboxes(many: usize) -> Outcome<()> {
    let many = many / 10;
    let goto = GotoDouble::start()?;
    let before = resident()?;
    let given = state(10)?;
    for _ in 0..many {
        goto.control().create(SandboxSpec {
            state: Some(given.clone()),
            ..SandboxSpec::default()
        })?;
    }
    let grown = resident()? - before;
    let each = grown / many;
    row(
        &format!("{many} sandboxes, MiB"),
        grown >> 20,
        Some(many / 20),
    );
    row("  bytes each", each, None);
    Ok(())
}

fn scan(many: usize) -> Outcome<()> {
    let goto = GotoDouble::builder().state(state(many)?).start()?;
    let path = "/scim/v2/Users?filter=name.familyName+eq+%22Family7%22&count=10";
    let mut longest = Duration::ZERO;
    for _ in 0..5 {
        let began = Monotonic::now();
        let (status, _) = http::get(&goto, path)?;
        if !status.contains("200") {
            return Err(status.into());
        }
        longest = longest.max(began.elapsed());
    }
    row(
        &format!("{many} users, longest of 5 in ms"),
        longest.as_millis(),
        None,
    );
    Ok(())
}

fn row(what: &str, measured: impl TryInto<u64>, aim: Option<usize>) {
    let measured = measured.try_into().unwrap_or(u64::MAX);
    match aim {
        Some(aim) => {
            let word = if measured <= aim as u64 {
                "met"
            } else {
                "missed"
            };
            println!("  {what:<52} {measured:>8}   aim at most {aim}: {word}");
        }
        None => println!("  {what:<52} {measured:>8}"),
    }
}

/// How much memory this process holds, in bytes.
fn resident() -> Outcome<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kibibytes: usize = kibibytes.ok_or("no VmRSS here")?.trim().parse()?;
    Ok(kibibytes * 1024)
}
