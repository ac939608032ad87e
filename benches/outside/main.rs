//! What the outside costs: domains proved by real look-ups, and how soon HTTPS answers after a start.
//!
//! `cargo bench --bench outside`, `-- domains` for one of them.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]

mod domains;
mod secure;

use std::error::Error;
use std::time::Duration;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

type Measure = fn() -> Outcome<()>;

/// What is measured, by the name it has on the command line.
const FIGURES: [(&str, Measure); 2] = [("domains", domains::measure), ("start", secure::measure)];

fn main() -> Outcome<()> {
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    for (name, measure) in FIGURES {
        if named.is_empty() || named.iter().any(|wanted| wanted == name) {
            measure()?;
        }
    }
    Ok(())
}

/// Prints one row, and whether it is what was aimed at.
fn row(what: &str, took: Duration, aim: Option<Duration>) {
    let milliseconds = took.as_secs_f64() * 1000.0;
    match aim {
        Some(aim) => {
            let word = if took <= aim { "met" } else { "missed" };
            println!(
                "  {what:<58} {milliseconds:>9.1} ms   aim under {} ms: {word}",
                aim.as_millis()
            );
        }
        None => println!("  {what:<58} {milliseconds:>9.1} ms"),
    }
}
