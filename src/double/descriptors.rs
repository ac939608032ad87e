//! How many connections the system lets one process have open.

use crate::app::connections::MOST;

/// What is left for all else at the least: the control port, name servers, ports of single sandboxes, files.
const RESERVE: u64 = 64;

/// How many connections to the product ports may be open unless told otherwise: a quarter of the descriptors that the
/// process may have is left for all else.
pub(super) fn most_connections() -> usize {
    match limit() {
        None => MOST,
        Some(descriptors) => within(descriptors),
    }
}

fn within(descriptors: u64) -> usize {
    let left = descriptors.saturating_sub(RESERVE.max(descriptors / 4));
    usize::try_from(left).unwrap_or(MOST).clamp(1, MOST)
}

/// How many descriptors the process may have, if there is a limit that can be known.
#[cfg(all(unix, feature = "cli"))]
fn limit() -> Option<u64> {
    use rustix::process::{Resource, getrlimit};

    getrlimit(Resource::Nofile).current
}

#[cfg(not(all(unix, feature = "cli")))]
fn limit() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_a_quarter_of_the_descriptors_and_never_exceed_ten_thousand() {
        let usual = [(1, 1), (64, 1), (256, 192), (1_024, 768), (1 << 20, MOST)];
        for (descriptors, connections) in usual {
            assert_eq!(within(descriptors), connections, "{descriptors}");
        }
        assert_eq!(within(u64::MAX), MOST);
    }
}
