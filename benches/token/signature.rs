//! What an RS512 signature costs by itself.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use goto_double::clock::Monotonic;
use goto_double::oauth::jwt::{Claims, SigningKey};

use crate::figure::median;
use crate::thread_time::ThreadTime;
use crate::{Outcome, Settings};

/// How many microseconds of processor time a signature takes, by a thread that does nothing else.
pub(crate) fn cost(settings: Settings) -> Outcome<f64> {
    let (order, orders) = channel();
    let (report, reports) = channel();
    let (_, time) = ThreadTime::of_started("signer", || {
        thread::Builder::new()
            .name("signer".into())
            .spawn(move || sign(&orders, &report))
    });
    let mut costs = Vec::new();
    for _ in 0..settings.rounds {
        let before = time.so_far();
        order.send(settings.round / 2)?;
        let signed = reports.recv()?;
        let used = before.and_then(|before| time.so_far()?.checked_sub(before));
        costs.extend(used.map(|used| used.as_secs_f64() * 1e6 / f64::from(signed)));
    }
    Ok(median(costs))
}

/// Signs for as long as it is told, again and again, and says how often.
fn sign(orders: &Receiver<Duration>, report: &Sender<u32>) {
    let Ok(key) = SigningKey::published() else {
        return;
    };
    let claims = claims();
    while let Ok(time) = orders.recv() {
        let started = Monotonic::now();
        let mut signed = 0;
        while started.elapsed() < time {
            drop(std::hint::black_box(
                key.sign(std::hint::black_box(&claims)),
            ));
            signed += 1;
        }
        if report.send(signed).is_err() {
            return;
        }
    }
}

/// Claims like those of a true token.
fn claims() -> Claims {
    let uuid = "5c3f9e1a-7d42-4b8e-9a10-2f6d8c4b7e01";
    Claims {
        sc: "identity:scim.org".into(),
        sub: "1234567890123456789".into(),
        aud: uuid.into(),
        ogn: "pwd".into(),
        ls: uuid.into(),
        typ: "a".into(),
        exp: 1_900_003_600,
        iat: 1_900_000_000,
        jti: uuid.into(),
    }
}
