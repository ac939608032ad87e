//! The servers that are measured: the bare one, and the double.

use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::clock::Monotonic;
use goto_double::operation::Operation;

use crate::ask::{Ask, Load};
use crate::bare::Bare;
use crate::drive::{Driven, drive};
use crate::thread_time::ThreadTime;
use crate::world::World;
use crate::{Outcome, Settings};

/// A running server, what it is asked, and what came of it so far.
pub(crate) struct Server {
    address: SocketAddr,
    load: Arc<Load>,
    time: ThreadTime,
    rounds: Vec<Driven>,
    /// Keeps it running.
    running: Running,
}

enum Running {
    Bare(#[expect(dead_code, reason = "dropping it stops it")] Bare),
    Double(Box<GotoDouble>),
}

/// The median of a server's rounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// Requests answered in a second.
    pub(crate) rate: f64,
    /// Microseconds of the server thread's time for each.
    pub(crate) cpu: f64,
}

impl Server {
    /// A bare server with a ready-made answer for whatever is asked, and asked in the same words as the double.
    pub(crate) fn bare(ask: Ask, token: &str) -> Outcome<Self> {
        let start = || Bare::start(World::answers(ask));
        let (bare, time) = ThreadTime::of_started("bare", start);
        let bare = bare?;
        Ok(Self {
            address: bare.address(),
            load: Arc::new(Load::new(ask, token, &bare.address().to_string())),
            time,
            rounds: Vec::new(),
            running: Running::Bare(bare),
        })
    }

    /// The double with such a world in it.
    pub(crate) fn double(world: World, ask: Ask) -> Outcome<Self> {
        let mut builder = GotoDouble::builder().state(world.state()?);
        if let Some(scenario) = world.rules.scenario() {
            builder = builder.scenario(scenario);
        }
        let (double, time) = ThreadTime::of_started("goto-double", || builder.start());
        let double = double?;
        let address = double.addresses().product;
        Ok(Self {
            address,
            load: Arc::new(Load::new(ask, double.token(), &address.to_string())),
            time,
            rounds: Vec::new(),
            running: Running::Double(Box::new(double)),
        })
    }

    /// The token of its requests; a bare server has none of its own.
    pub(crate) fn token(&self) -> &str {
        match &self.running {
            Running::Bare(_) => "",
            Running::Double(double) => double.token(),
        }
    }

    /// How long the double takes to find that no rule is about a GET; nothing for a bare server.
    pub(crate) fn gate(&self) -> Outcome<Option<Duration>> {
        const TIMES: u32 = 5_000_000;
        let Running::Double(double) = &self.running else {
            return Ok(None);
        };
        let sandbox = double.control().sandbox()?;
        let began = Monotonic::now();
        for _ in 0..TIMES {
            black_box(sandbox.engine.listens_to(black_box(Operation::GetUser)));
        }
        Ok(Some(began.elapsed() / TIMES))
    }

    /// Drives it for a while before anything counts.
    pub(crate) fn warm_up(&self, settings: &Settings) -> Outcome<()> {
        drive(
            &self.load,
            self.address,
            settings.connections,
            settings.round / 10,
        )
        .map(drop)
    }

    /// Drives it for one round.
    pub(crate) fn round(&mut self, settings: &Settings) -> Outcome<()> {
        let before = self.time.so_far();
        let mut driven = drive(
            &self.load,
            self.address,
            settings.connections,
            settings.round,
        )?;
        driven.cpu = before.and_then(|before| self.time.so_far()?.checked_sub(before));
        self.rounds.push(driven);
        Ok(())
    }

    pub(crate) fn measured(&self) -> Measured {
        let answered = |driven: &Driven| f64::from(driven.answered);
        let cpu = |driven: &Driven| Some(driven.cpu?.as_secs_f64() * 1e6 / answered(driven));
        Measured {
            rate: median(
                self.rounds
                    .iter()
                    .map(|one| answered(one) / one.took.as_secs_f64()),
            ),
            cpu: median(self.rounds.iter().filter_map(cpu)),
        }
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
