//! What a token costs, and how much of that is its RSA signature.
//!
//! The double runs on one thread of its own; one client thread drives it over kept connections.
//! `cargo bench --bench token -- --seconds 2 --connections 32`, or `--quick` for a look.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]

mod figure;
mod flow;
mod line;
mod signature;
#[path = "../http/thread_time.rs"]
mod thread_time;

use std::error::Error;
use std::time::Duration;

use mimalloc::MiMalloc;

use self::figure::{Measured, measure};
use self::flow::Flow;

/// The one that the program has.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What the command line says.
#[derive(Clone, Copy, Debug)]
struct Settings {
    round: Duration,
    rounds: usize,
    connections: usize,
}

impl Settings {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut settings = Self {
            round: Duration::from_secs(2),
            rounds: 3,
            connections: 32,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--seconds" => settings.round = Duration::try_from_secs_f64(value()?.parse()?)?,
                "--rounds" => settings.rounds = value()?.parse::<usize>()?.max(1),
                "--connections" => settings.connections = value()?.parse::<usize>()?.max(1),
                "--quick" => settings.round = Duration::from_millis(300),
                // Cargo adds this one.
                "--bench" => {}
                other => return Err(format!("unknown argument {other}").into()),
            }
        }
        Ok(settings)
    }
}

fn main() -> Outcome<()> {
    let settings = Settings::parse(std::env::args().skip(1))?;
    println!(
        "{} connections, median of {} rounds of {:?}; CPU is the server thread's own time\n",
        settings.connections, settings.rounds, settings.round
    );
    let signature = signature::cost(settings)?;
    println!("RS512 signature alone: {signature:.1} µs of CPU\n");
    println!(
        "{:<44} {:>9} {:>10} {:>11} {:>10}",
        "", "a second", "CPU", "signature", "the rest"
    );
    for flow in [Flow::ClientCredentials, Flow::AuthorizationCode] {
        let Measured { rate, cpu } = measure(flow, settings)?;
        println!(
            "{:<44} {rate:>9.0} {cpu:>7.1} µs {:>9.0} % {:>7.1} µs",
            flow.name(),
            100.0 * signature / cpu,
            cpu - signature
        );
    }
    Ok(())
}
