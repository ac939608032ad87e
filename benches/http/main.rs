//! How close the double comes to a bare hyper server, side by side on the same machine.
//!
//! Both servers run on one thread of their own; one client drives them in turns.
//! `cargo bench --bench http -- --seconds 2 --connections 32`, or `--quick` for a look.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]

mod bare;
mod drive;

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use goto_double::GotoDouble;
use serde_json::{Value, json};

use self::bare::Bare;
use self::drive::{Ask, Load, drive};

/// The default starting state, to which each case adds its users.
const STATE: &str = include_str!("../../fixtures/states/default.json");

/// How large the bare server's ready-made bodies are.
const BODY_BYTES: usize = 1024;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What the command line says.
#[derive(Clone, Copy, Debug)]
struct Settings {
    round: Duration,
    rounds: usize,
    connections: usize,
    many: usize,
}

impl Settings {
    fn parse(arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut settings = Self {
            round: Duration::from_secs(2),
            rounds: 3,
            connections: 32,
            many: 100_000,
        };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--seconds" => settings.round = Duration::try_from_secs_f64(value()?.parse()?)?,
                "--connections" => settings.connections = value()?.parse()?,
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
}

/// One row of the table: a request, and how many users there are.
struct Case {
    name: &'static str,
    users: usize,
    ask: Ask,
}

fn main() -> Outcome<()> {
    let settings = Settings::parse(std::env::args().skip(1))?;
    let few = 1000;
    let cases = [
        Case {
            name: "GET one user",
            users: few,
            ask: Ask::Get(user_path(few / 2)),
        },
        Case {
            name: "POST user",
            users: few,
            ask: Ask::Create,
        },
        Case {
            name: "filter by userName",
            users: few,
            ask: Ask::Get(filter_path(few / 2)),
        },
        Case {
            name: "filter by userName",
            users: settings.many,
            ask: Ask::Get(filter_path(settings.many / 2)),
        },
    ];
    println!(
        "{} connections, median of {} rounds of {:?}\n",
        settings.connections, settings.rounds, settings.round
    );
    println!(
        "{:<20} {:>8} {:>12} {:>12} {:>7}",
        "", "users", "bare req/s", "double req/s", "ratio"
    );
    for case in &cases {
        let (bare, double) = measure(case, settings)?;
        println!(
            "{:<20} {:>8} {bare:>12.0} {double:>12.0} {:>7.2}",
            case.name,
            case.users,
            double / bare
        );
    }
    Ok(())
}

/// The median rates of both servers, their rounds taken in turns so that neither gets the quieter machine.
fn measure(case: &Case, settings: Settings) -> Outcome<(f64, f64)> {
    let bare = Bare::start(ready_made(case.users))?;
    let goto = GotoDouble::builder().state(state(case.users)?).start()?;
    let double = address(goto.scim_url())?;
    let load = Load::new(case.ask.clone(), goto.token(), settings.connections);
    let load = Arc::new(load);
    drive(&load, bare.address(), settings.round / 10)?;
    drive(&load, double, settings.round / 10)?;
    let (mut of_bare, mut of_double) = (Vec::new(), Vec::new());
    for _ in 0..settings.rounds {
        of_bare.push(drive(&load, bare.address(), settings.round)?);
        of_double.push(drive(&load, double, settings.round)?);
    }
    Ok((median(of_bare), median(of_double)))
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

fn address(url: &str) -> Outcome<SocketAddr> {
    let uri: http::Uri = url.parse()?;
    Ok(uri.authority().ok_or("no authority")?.as_str().parse()?)
}

fn id(number: usize) -> String {
    format!("{}", 1_000_000_000_000_000_000 + number)
}

fn user_path(number: usize) -> String {
    format!("/scim/v2/Users/{}", id(number))
}

fn filter_path(number: usize) -> String {
    format!("/scim/v2/Users?filter=userName%20eq%20%22user{number}%40main.com%22")
}

fn state(users: usize) -> Outcome<Value> {
    let mut state: Value = serde_json::from_str(STATE)?;
    let user = |number| {
        let mut user = drive::user(number);
        user["id"] = json!(id(number));
        user
    };
    state["users"] = (0..users).map(user).collect();
    Ok(state)
}

fn ready_made(users: usize) -> impl Iterator<Item = (String, Vec<u8>)> {
    (0..users).flat_map(|number| {
        let mut body = drive::user(number).to_string().into_bytes();
        body.resize(BODY_BYTES, b' ');
        [
            (user_path(number), body.clone()),
            (filter_path(number), body),
        ]
    })
}
