//! Slowness: how long the double waits before it does anything with a request.

use std::f64::consts::TAU;
use std::time::Duration;

use serde_json::Value;

use crate::clock::duration_text;
use crate::entropy::Draw;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::schedule::duration;

/// A wait, fixed or drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Delay {
    /// Always so long.
    Fixed(Duration),
    /// Between the two, each moment as likely as another.
    Uniform(Duration, Duration),
    /// Mostly near the median with a long tail, as latencies of real services are, and never above the cap.
    LogNormal {
        /// Half of the waits are shorter.
        median: Duration,
        /// How wide the tail is: 0.4 is calm, 1 is wild.
        sigma: f64,
        /// The longest wait.
        cap: Duration,
    },
}

impl Delay {
    /// The wait that a draw stands for, to the millisecond; a fixed one needs none.
    pub fn length(self, draw: impl FnOnce() -> Draw) -> Duration {
        let exact = match self {
            Self::Fixed(wait) => return wait,
            Self::Uniform(least, most) => {
                least + (most.saturating_sub(least)).mul_f64(draw().fraction())
            }
            Self::LogNormal { median, sigma, cap } => {
                let factor = (sigma * standard_normal(draw())).exp();
                Duration::try_from_secs_f64(median.as_secs_f64() * factor)
                    .unwrap_or(cap)
                    .min(cap)
            }
        };
        Duration::from_millis(u64::try_from(exact.as_millis()).unwrap_or(u64::MAX))
    }

    /// What it does, in a few words.
    pub(super) fn what(self, verb: &str) -> String {
        match self {
            Self::Fixed(wait) => format!("{verb} {}", duration_text(wait)),
            Self::Uniform(least, most) => {
                format!("{verb} {} to {}", duration_text(least), duration_text(most))
            }
            Self::LogNormal { median, .. } => format!("{verb} around {}", duration_text(median)),
        }
    }

    pub(in crate::scenario) fn read(
        value: &Value,
        at: &Pointer,
        findings: &mut Findings,
    ) -> Option<Self> {
        match value {
            Value::String(text) => findings.keep(at, duration(text)).map(Self::Fixed),
            Value::Object(members) if members.len() == 1 => {
                let (name, list) = members.iter().next()?;
                let at = at.key(name);
                let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
                match name.as_str() {
                    "uniform" => findings.keep(&at, uniform(list)),
                    "lognormal" => findings.keep(&at, log_normal(list)),
                    _ => {
                        let known = ["uniform", "lognormal"];
                        findings
                            .error_at_key(&at, Complaint::unknown("kind of delay", name, known));
                        None
                    }
                }
            }
            _ => {
                findings.error(
                    at,
                    "expected \"2s\", {\"uniform\": [..]} or {\"lognormal\": [..]}",
                );
                None
            }
        }
    }
}

fn uniform(list: &[Value]) -> Result<Delay, Complaint> {
    let [Value::String(least), Value::String(most)] = list else {
        return Err("expected the shortest and the longest wait, as [\"10ms\", \"1s\"]".into());
    };
    let (least, most) = (duration(least)?, duration(most)?);
    if least > most {
        return Err("the shortest wait is longer than the longest".into());
    }
    Ok(Delay::Uniform(least, most))
}

fn log_normal(list: &[Value]) -> Result<Delay, Complaint> {
    let [
        Value::String(median),
        Value::Number(sigma),
        Value::String(cap),
    ] = list
    else {
        return Err("expected median, sigma and cap, as [\"80ms\", 0.4, \"2s\"]".into());
    };
    let sigma = sigma.as_f64().filter(|sigma| (0.0..=10.0).contains(sigma));
    Ok(Delay::LogNormal {
        median: duration(median)?,
        sigma: sigma.ok_or_else(|| Complaint::new("sigma lies between 0 and 10"))?,
        cap: duration(cap)?,
    })
}

/// A normally distributed number, by Box and Muller from the two halves of a draw.
fn standard_normal(draw: Draw) -> f64 {
    let bytes = draw.bytes();
    let fraction = |part: &[u8]| {
        let number = part
            .iter()
            .take(4)
            .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        f64::from(number) / f64::from(u32::MAX)
    };
    // Never the logarithm of zero.
    let radius = (-2.0 * (1.0 - fraction(&bytes)).max(1e-12).ln()).sqrt();
    radius * (TAU * fraction(bytes.get(8..).unwrap_or_default())).cos()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::entropy::Entropy;

    fn read(value: &Value) -> Option<Delay> {
        Delay::read(value, &Pointer::default(), &mut Findings::default())
    }

    fn lengths(delay: Delay) -> Vec<Duration> {
        (0..500)
            .map(|n| delay.length(|| Entropy::from_seed(1).draw("delay", n)))
            .collect()
    }

    #[test]
    fn uniform_wait_stays_between_its_ends() {
        let all = lengths(read(&json!({"uniform": ["10ms", "1s"]})).unwrap());
        assert!(
            all.iter()
                .all(|wait| (10..=1000).contains(&wait.as_millis()))
        );
        assert!(all.iter().any(|wait| wait.as_millis() > 700));
    }

    #[test]
    fn log_normal_wait_has_its_median_and_its_cap() {
        let mut all = lengths(read(&json!({"lognormal": ["80ms", 0.4, "150ms"]})).unwrap());
        all.sort();
        assert!((70..90).contains(&all[250].as_millis()), "{:?}", all[250]);
        assert_eq!(all[499].as_millis(), 150);
    }

    /// The draws of a published seed, so many that their shape shows: no machine gets other ones.
    fn milliseconds(written: &Value) -> Vec<f64> {
        let delay = read(written).unwrap();
        let dice = Entropy::from_seed(20_300_101);
        let mut all: Vec<f64> = (1..=20_000)
            .map(|n| delay.length(|| dice.draw("rule/s/slow//delay", n)))
            .map(|wait| wait.as_secs_f64() * 1000.0)
            .collect();
        all.sort_by(f64::total_cmp);
        all
    }

    #[track_caller]
    fn near(found: f64, expected: f64, share: f64) {
        let off = (found / expected - 1.0).abs();
        assert!(off < share, "{found}, not {expected}");
    }

    #[test]
    fn log_normal_waits_are_spread_as_that_distribution_is() {
        for (median, sigma) in [(80.0, 0.4), (1000.0, 1.0)] {
            let all = milliseconds(&json!({"lognormal": [format!("{median}ms"), sigma, "10h"]}));
            // The places of the normal distribution at 2.28, 15.87, 50, 84.13 and 97.72 in a hundred.
            for (place, z) in [
                (456, -2.0),
                (3173, -1.0),
                (10_000, 0.0),
                (16_827, 1.0),
                (19_544, 2.0),
            ] {
                near(all[place], median * f64::exp(sigma * z), 0.05);
            }
            let logs = || all.iter().map(|wait| wait.ln());
            let mean = logs().sum::<f64>() / 20_000.0;
            let spread = logs().map(|log| (log - mean).powi(2)).sum::<f64>() / 20_000.0;
            near(mean, median.ln(), 0.01);
            near(spread.sqrt(), sigma, 0.02);
        }
    }

    #[test]
    fn cap_of_a_log_normal_wait_cuts_the_tail_and_nothing_else() {
        let whole = milliseconds(&json!({"lognormal": ["80ms", 0.4, "10h"]}));
        let capped = milliseconds(&json!({"lognormal": ["80ms", 0.4, "120ms"]}));
        let beyond = whole.iter().filter(|wait| **wait >= 120.0).count();
        // What lies beyond 1.5 medians at a sigma of 0.4 is 15.5 in a hundred.
        assert!((2_900..3_300).contains(&beyond), "{beyond}");
        assert_eq!(capped.iter().filter(|wait| **wait >= 120.0).count(), beyond);
        assert_eq!(capped[..20_000 - beyond], whole[..20_000 - beyond]);
        near(capped[19_999], 120.0, 1e-9);
    }

    #[test]
    fn uniform_waits_are_spread_evenly() {
        let all = milliseconds(&json!({"uniform": ["100ms", "1100ms"]}));
        for tenth in 0..10_u32 {
            let from = f64::from(100 + 100 * tenth);
            let within = all
                .iter()
                .filter(|wait| (from..from + 100.0).contains(*wait));
            let count = within.count();
            assert!((1_850..2_150).contains(&count), "{tenth}: {count}");
        }
        assert!(all[0] >= 100.0 && all[19_999] < 1100.0);
    }

    #[test]
    fn what_is_no_delay_is_refused() {
        for wrong in [
            json!("soon"),
            json!(2),
            json!({"uniform": ["1s", "1ms"]}),
            json!({"uniform": ["1s"]}),
            json!({"lognormal": ["80ms", -1, "2s"]}),
            json!({"normal": ["80ms"]}),
        ] {
            assert_eq!(read(&wrong), None, "{wrong}");
        }
    }
}
