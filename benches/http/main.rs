//! How close the double comes to a bare hyper server, and what a large directory costs it.
//!
//! Every server runs on one thread of its own; one client drives those of a figure in turns.
//! `cargo bench --bench http -- --seconds 2 --connections 32 --only GET`, or `--quick` for a look.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]

mod ask;
mod bare;
mod drive;
mod figure;
mod server;
mod thread_time;
mod world;

use std::error::Error;
use std::time::Duration;

use mimalloc::MiMalloc;

use self::figure::{Verdict, figures};

/// The one that the program has.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What the command line says.
#[derive(Clone, Debug)]
struct Settings {
    round: Duration,
    rounds: usize,
    connections: usize,
    many: usize,
    only: Option<String>,
}

impl Settings {
    fn parse(arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut settings = Self {
            round: Duration::from_secs(2),
            rounds: 3,
            connections: 32,
            many: 100_000,
            only: None,
        };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--seconds" => settings.round = Duration::try_from_secs_f64(value()?.parse()?)?,
                "--rounds" => settings.rounds = value()?.parse::<usize>()?.max(1),
                "--connections" => settings.connections = value()?.parse::<usize>()?.max(1),
                "--many" => settings.many = value()?.parse()?,
                "--only" => settings.only = Some(value()?),
                "--quick" => {
                    settings.round = Duration::from_millis(300);
                    settings.many = 10_000;
                }
                // Cargo adds this one.
                "--bench" => {}
                other => return Err(format!("unknown argument {other}").into()),
            }
        }
        Ok(settings)
    }

    /// Whether a figure of that name is asked for, in whatever case it is written.
    fn wants(&self, name: &str) -> bool {
        let only = self.only.as_deref().unwrap_or_default();
        name.to_lowercase().contains(&only.to_lowercase())
    }
}

fn main() -> Outcome<()> {
    let settings = Settings::parse(std::env::args().skip(1))?;
    println!(
        "{} connections, median of {} rounds of {:?}; CPU is the server thread's own time for a request\n",
        settings.connections, settings.rounds, settings.round
    );
    println!(
        "{:<28} {:>8} {:>11} {:>11} {:>6} {:>9} {:>9} {:>6}",
        "", "of", "bare/s", "double/s", "ratio", "bare CPU", "own CPU", "ratio"
    );
    let mut verdicts: Vec<Verdict> = Vec::new();
    for figure in figures(settings.many) {
        if settings.wants(figure.name) {
            verdicts.extend(figure.measure(&settings)?);
        }
    }
    println!();
    for verdict in verdicts {
        println!("{verdict}");
    }
    Ok(())
}
