//! How fast the body of a request is read.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::app::head::Pace;
use crate::clock::Clock;
use crate::scenario::plan::HeadVerb;

use super::line::Line;

/// Waits between the pieces of a body, where rules want it.
///
/// While it waits nothing is read: the kernel's buffers fill, or the window of HTTP/2 runs out, and the sender stands.
pub(super) struct Pacer {
    slow: Option<Box<Slow>>,
}

struct Slow {
    verb: HeadVerb,
    clock: Clock,
    peer: SocketAddr,
    line: Arc<Line>,
    /// Bytes that were read since the last pause.
    read: usize,
    /// Whether the one pause there is was made.
    is_over: bool,
}

impl Pacer {
    /// As fast as it comes.
    pub(super) fn none() -> Self {
        Self { slow: None }
    }

    /// As the rules want it.
    pub(super) fn of(pace: Pace, line: &Arc<Line>) -> Self {
        let most = match pace.verb {
            HeadVerb::SlowRead { bytes, .. } => bytes,
            HeadVerb::StallRead { bytes, .. } => bytes.max(1),
            HeadVerb::Early(_) => 0,
        };
        if !line.is_multiplexed() {
            line.set_gulp(most);
        }
        Self {
            slow: Some(Box::new(Slow {
                verb: pace.verb,
                clock: pace.clock,
                peer: line.connection.peer,
                line: Arc::clone(line),
                read: 0,
                is_over: false,
            })),
        }
    }

    /// Waits as long as it must after so many bytes, before the next are read.
    pub(super) async fn before(&mut self, more: usize) {
        let Some(slow) = &mut self.slow else {
            return;
        };
        slow.read += more;
        let wait = slow.wait();
        if !wait.is_zero() {
            slow.clock.hold(slow.peer, wait).await;
        }
    }
}

impl Slow {
    fn wait(&mut self) -> Duration {
        match self.verb {
            HeadVerb::SlowRead { bytes, every } => {
                let pauses = u32::try_from(self.read / bytes.max(1)).unwrap_or(u32::MAX);
                self.read %= bytes.max(1);
                every.saturating_mul(pauses)
            }
            HeadVerb::StallRead { bytes, hold } if self.read >= bytes && !self.is_over => {
                self.is_over = true;
                self.line.set_gulp(0);
                hold
            }
            HeadVerb::StallRead { .. } | HeadVerb::Early(_) => Duration::ZERO,
        }
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        self.line.set_gulp(0);
    }
}
