//! `explain`: which rule of a scenario would act on a request, and why each other one would not.

mod asked;
mod told;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use goto_double::clock::{Clock, parse_duration};
use goto_double::engine::Engine;
use goto_double::entropy::Entropy;
use goto_double::read_script;
use goto_double::scenario::{Pace, Row, Script};

use self::asked::Asked;
use self::told::Told;
use super::{Failure, say};

/// Say which rule would act on a request, and why each other one would not.
///
/// The rules decide as in a run, from their first request on; nothing is served and nothing is stored.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    goto-double explain my-fault.json --request 'POST /scim/v2/Users' --body ada.json\n  \
    goto-double explain my-fault.json --request 'GET /scim/v2/Users?filter=userName eq \"ada@main.com\"' --nth 3\n  \
    goto-double explain my-fault.json --request 'POST /oauth/token' --body form.txt --state expired --token dead\n  \
    goto-double explain my-fault.json --request 'probe.dns main.com' --at 30s --json")]
pub(super) struct Explain {
    /// The scenario file.
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// The request as `METHOD PATH`, or a look-out of the double's own as `probe.dns DOMAIN`.
    #[arg(long, value_name = "METHOD PATH")]
    request: String,
    /// The body of the request: JSON, or else a form.
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// A header field of the request; may be repeated.
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// What the bearer token of the request is worth.
    #[arg(long, value_enum, default_value_t = Token::Live)]
    token: Token,
    /// The OAuth client that the token was given to.
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// The state in which the request finds the sandbox; else the one that the requests before it lead to.
    #[arg(long, value_name = "NAME")]
    state: Option<String>,
    /// Explain the N-th such request; those before it come at the start.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    nth: u32,
    /// How long after the start the request comes, as in 30s.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    at: Duration,
    /// Which row of the matrix; the first if absent.
    #[arg(long)]
    row: Option<String>,
    /// Which value the named durations have: quick or real.
    #[arg(long, default_value_t = Pace::Quick)]
    pace: Pace,
    /// The seed that decides every draw; else the file's own, else 0.
    #[arg(long)]
    seed: Option<u64>,
    /// Write one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Token {
    /// It is accepted.
    Live,
    /// It is refused.
    Dead,
    /// There is none.
    None,
}

fn duration(text: &str) -> Result<Duration, String> {
    let span = parse_duration(text.strip_prefix('+').unwrap_or(text));
    span.ok_or_else(|| format!("{text:?} is no duration: write 250ms, 30s, 2m, 1h or 10d"))
}

impl Explain {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let text = fs::read_to_string(&self.scenario)
            .map_err(|error| format!("cannot read {}: {error}", self.scenario.display()))?;
        let script = match read_script(&text) {
            Ok(script) => script,
            Err(findings) => {
                for finding in findings {
                    say::line(format!("{}:{finding}", self.scenario.display()));
                }
                return Ok(ExitCode::from(2));
            }
        };
        let row = self.row(&script)?;
        let seed = self.seed.or(script.seed()).unwrap_or(0);
        let asked = Asked::parse(&self)?;
        let facts = asked.facts(row.scenario.given());
        let engine = Engine::new(&row.scenario, Entropy::from_seed(seed));
        let start = row.scenario.clock().start;
        let start = start.unwrap_or_else(|| Clock::system().now());
        engine.begin(start);
        for _ in 1..self.nth {
            self.suppose(&engine);
            engine.decide(&facts, start);
        }
        self.suppose(&engine);
        let told = Told {
            row: &row,
            seed,
            facts: &facts,
            nth: self.nth,
            explanation: engine.explain(&facts, start.plus(self.at)),
        };
        if self.json {
            say::line(told.as_json().to_string());
        } else {
            say::line(told.as_text());
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Puts the rules into the state that the flag names.
    fn suppose(&self, engine: &Engine) {
        if let Some(state) = &self.state {
            engine.enter(state);
        }
    }

    fn row(&self, script: &Script) -> Result<Row, Failure> {
        let rows = script.rows(self.pace);
        let names: Vec<_> = rows.iter().map(|row| row.name.clone()).collect();
        let wanted = |row: &Row| self.row.as_ref().is_none_or(|name| row.name == *name);
        let found = rows.into_iter().find(wanted);
        found.ok_or_else(|| {
            format!(
                "the scenario has no such row; there are: {}",
                names.join("; ")
            )
            .into()
        })
    }
}
