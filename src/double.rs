//! The library door: a running double, and how to start one.

mod builder;
mod descriptors;
mod ports;
mod ready;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

pub use self::builder::{Builder, StartError};
pub use self::ready::Ready;
use crate::app::control::Control;
use crate::app::journal_json;
use crate::conformance::client_profile::ClientProfile;
use crate::entry::Entry;
use crate::sandbox::Judgement;
use crate::verdict::Story;
use crate::wire::Stop;

/// GoTo in memory, running until it is dropped.
///
/// It runs on a thread of its own, so it works in plain tests as well as in async ones, whatever their runtime does
/// with its clock.
///
/// # Examples
///
/// ```
/// use goto_double::GotoDouble;
///
/// let goto = GotoDouble::start()?;
/// assert!(goto.scim_url().ends_with("/scim/v2"));
/// assert!(!goto.token().is_empty());
/// # Ok::<(), goto_double::StartError>(())
/// ```
#[derive(Debug)]
pub struct GotoDouble {
    control: Control,
    ready: Ready,
    ca_pem: Option<String>,
    addresses: Addresses,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
    judged: std::sync::atomic::AtomicBool,
}

/// The sockets a double listens on.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// Everything a client may use.
    pub product: SocketAddr,
    /// Everything a tester may do.
    pub control: SocketAddr,
}

impl GotoDouble {
    /// Starts one with every default: free ports, the seeded world, the system's clock.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// Describes one to be started.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The base URL of SCIM 2.0.
    pub fn scim_url(&self) -> &str {
        &self.ready.scim_url
    }

    /// A ready access token of the seeded Read & Write admin; empty if the starting state has none.
    pub fn token(&self) -> &str {
        self.ready.token.as_deref().unwrap_or_default()
    }

    /// Everything a client or a tester needs to know: the same as `serve` prints.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The certificate of the authority that a client has to trust, as PEM; none where no TLS is spoken.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The sockets.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// A tester's hold on the default world; the control port is a mirror of it.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// What has happened so far, oldest first.
    pub fn journal(&self) -> Vec<Arc<Entry>> {
        self.control.journal(0).unwrap_or_default()
    }

    /// Judges what has happened so far, by the strict client profile.
    pub fn verdict(&self) -> Judgement {
        self.judged
            .store(true, std::sync::atomic::Ordering::Relaxed);
        self.control
            .verdict(&ClientProfile::default())
            .unwrap_or_default()
    }
}

impl Judgement {
    /// Returns if everything judged kept its rule.
    ///
    /// # Panics
    ///
    /// Panics, naming each rule and what was seen, if one was broken or never exercised.
    pub fn assert_pass(&self) {
        let text = self.complaints();
        assert!(text.is_empty(), "the client did not pass:\n{text}");
    }

    /// What stands against a pass, a paragraph each; empty if nothing does.
    pub fn complaints(&self) -> String {
        let rules = self
            .rules
            .iter()
            .filter(|rule| !rule.verdict.stands())
            .map(|rule| (rule.rule.to_owned(), rule.verdict, &rule.stories));
        let own = self
            .expectations
            .iter()
            .filter(|one| !one.verdict.stands())
            .map(|one| (one.id.clone(), one.verdict, &one.stories));
        let mut text = String::new();
        // Writing to a String cannot fail.
        for (id, verdict, stories) in rules.chain(own) {
            let _ = writeln!(text, "{id}: {verdict}");
            for story in stories {
                let Story {
                    entries,
                    expected,
                    seen,
                } = story;
                let _ = writeln!(
                    text,
                    "  entries {entries:?}: expected {expected}; saw {seen}"
                );
            }
        }
        text
    }
}

impl Drop for GotoDouble {
    /// Stops the double.
    ///
    /// # Panics
    ///
    /// Panics if its scenario expects something of the client and nobody asked for the verdict, unless the thread is
    /// panicking already: a test that forgets to look must not pass.
    fn drop(&mut self) {
        let unjudged = !*self.judged.get_mut()
            && self.control.sandbox().is_ok_and(|sandbox| {
                let scenario = sandbox.engine.scenario();
                scenario.is_some_and(|scenario| scenario.has_expectations())
            });
        let seen = if unjudged {
            self.requests_seen()
        } else {
            String::new()
        };
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            // A panic of the server thread has been reported on its own.
            drop(thread.join());
        }
        assert!(
            !unjudged || std::thread::panicking(),
            "the scenario's expectations were never judged: call verdict(); requests seen:\n{seen}"
        );
    }
}

impl GotoDouble {
    fn requests_seen(&self) -> String {
        let entries = self.journal();
        let lines = entries.iter().filter_map(|entry| {
            let exchange = entry.exchange()?;
            Some(format!(
                "  {} {} {} -> {}\n",
                entry.number,
                exchange.request.method,
                journal_json::target(exchange),
                exchange.reply.status
            ))
        });
        lines.collect()
    }
}
