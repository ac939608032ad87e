//! What a token costs, and how much of that is its RSA signature.
//!
//! The double runs on one thread of its own; one client thread drives it over kept connections.
//! `cargo bench --bench token -- --seconds 2 --connections 32`, or `--quick` for a look.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]

mod figure;
mod flow;
mod line;
#[path = "../http/thread_time.rs"]
mod thread_time;

use std::error::Error;
use std::time::Duration;

use goto_double::clock::Monotonic;
use goto_double::oauth::jwt::{Claims, SigningKey};

use self::figure::{Measured, measure};
use self::flow::Flow;

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
    let signature = signature(settings)?;
    println!("RS512 signature alone: {signature:.1} µs, the median of as many rounds\n");
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

/// How many microseconds a signature takes, of claims like those of a true token.
fn signature(settings: Settings) -> Outcome<f64> {
    let key = SigningKey::published().map_err(ToString::to_string)?;
    let claims = Claims {
        sc: "identity:scim.org".into(),
        sub: "1234567890123456789".into(),
        aud: "5c3f9e1a-7d42-4b8e-9a10-2f6d8c4b7e01".into(),
        ogn: "pwd".into(),
        ls: "5c3f9e1a-7d42-4b8e-9a10-2f6d8c4b7e01".into(),
        typ: "a".into(),
        exp: 1_900_003_600,
        iat: 1_900_000_000,
        jti: "5c3f9e1a-7d42-4b8e-9a10-2f6d8c4b7e01".into(),
    };
    let mut rounds = Vec::new();
    for _ in 0..settings.rounds {
        let mut signed = 0_u32;
        let started = Monotonic::now();
        while started.elapsed() < settings.round / 2 {
            std::hint::black_box(key.sign(std::hint::black_box(&claims)))?;
            signed += 1;
        }
        rounds.push(started.elapsed().as_secs_f64() * 1e6 / f64::from(signed));
    }
    Ok(figure::median(rounds))
}
