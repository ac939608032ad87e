//! Drives the double along a flow and tells rate and processor time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::clock::Monotonic;
use tokio::task::JoinSet;

use crate::flow::{Flow, signed_in};
use crate::line::Line;
use crate::thread_time::ThreadTime;
use crate::{Outcome, Settings};

/// The median of the rounds of a flow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// How often it was walked in a second.
    pub(crate) rate: f64,
    /// Microseconds of the server thread's time for each.
    pub(crate) cpu: f64,
}

/// Measures a flow against a double of its own.
pub(crate) fn measure(flow: Flow, settings: Settings) -> Outcome<Measured> {
    let (double, time) = ThreadTime::of_started("goto-double", || GotoDouble::builder().start());
    let double = double?;
    let server = double.addresses().product;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let cookie: Arc<str> = runtime.block_on(signed_in(server))?.into();
    let drive = |round| {
        let walking = walk(flow, (server, &cookie), settings.connections, round);
        runtime.block_on(walking)
    };
    drive(settings.round / 10)?;
    let (mut rates, mut costs) = (Vec::new(), Vec::new());
    for _ in 0..settings.rounds {
        let before = time.so_far();
        let (walked, took) = drive(settings.round)?;
        rates.push(walked / took.as_secs_f64());
        let used = before.and_then(|before| time.so_far()?.checked_sub(before));
        costs.extend(used.map(|used| used.as_secs_f64() * 1e6 / walked));
    }
    Ok(Measured {
        rate: median(rates),
        cpu: median(costs),
    })
}

/// Walks a flow on so many connections for a while; says how often, and how long it took.
async fn walk(
    flow: Flow,
    (server, cookie): (SocketAddr, &Arc<str>),
    connections: usize,
    time: Duration,
) -> Outcome<(f64, Duration)> {
    let mut lines = Vec::new();
    for _ in 0..connections {
        lines.push(Line::open(server).await?);
    }
    let started = Monotonic::now();
    let mut walking = JoinSet::new();
    for mut line in lines {
        let cookie = Arc::clone(cookie);
        walking.spawn(async move {
            let mut walked = 0.0;
            while started.elapsed() < time {
                flow.walk(&mut line, &cookie).await?;
                walked += 1.0;
            }
            Outcome::Ok(walked)
        });
    }
    let mut walked = 0.0;
    while let Some(count) = walking.join_next().await {
        walked += count??;
    }
    Ok((walked, started.elapsed()))
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
