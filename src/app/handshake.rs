//! What befalls a connection before a request can be read from it: its TLS handshake, or that there is no reading it.

use std::sync::Arc;
use std::time::Duration;

use super::App;
use super::control::ControlError;
use crate::entry::{Event, Incident};
use crate::exchange::Connection;
use crate::operation::Operation;
use crate::sandbox::{Sandbox, Setting};
use crate::scenario::facts::Facts;
use crate::scenario::plan::{Plan, TlsVerb};

/// So long lasts a silence that only the end of its world ends.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// The worlds behind one port.
#[derive(Clone, Debug)]
pub(crate) struct Worlds {
    app: Arc<App>,
    /// The only world behind it, if it was opened for one.
    own: Option<Arc<str>>,
}

/// A client that began a TLS handshake, and what the rules of the world it means want done.
#[derive(Debug)]
pub(crate) struct Greeted {
    sandbox: Arc<Sandbox>,
    /// The name it asked for.
    name: Option<String>,
    /// Whether that name chose the world.
    is_chosen: bool,
    plan: Plan,
}

impl Worlds {
    /// All of them.
    pub(crate) fn all(app: Arc<App>) -> Self {
        Self { app, own: None }
    }

    /// One alone.
    pub(crate) fn one(app: Arc<App>, id: &str) -> Self {
        Self {
            app,
            own: Some(id.into()),
        }
    }

    /// The world a connection means of which nothing was read yet.
    fn standing(&self) -> Arc<Sandbox> {
        let sandboxes = &self.app.sandboxes;
        let own = self.own.as_deref().and_then(|id| sandboxes.find(id).ok());
        own.unwrap_or_else(|| sandboxes.default())
    }

    /// Asks the rules about a client that wants TLS and names that host.
    ///
    /// A host `{id}.localhost` means the world of that name, as it does in a request; else it is the port's.
    pub(crate) fn greet(&self, name: Option<String>) -> Greeted {
        let id = name
            .as_deref()
            .and_then(|name| name.strip_suffix(".localhost"));
        let chosen = id.and_then(|id| self.app.sandboxes.find(id).ok());
        let is_chosen = chosen.is_some();
        let sandbox = chosen.unwrap_or_else(|| self.standing());
        let operation = Operation::TlsHandshake;
        let plan = if sandbox.engine.listens_to(operation) {
            let now = sandbox.clock.now();
            sandbox.engine.decide(&Facts::bare(operation), now)
        } else {
            Plan::default()
        };
        Greeted {
            sandbox,
            name,
            is_chosen,
            plan,
        }
    }

    /// Journals that a connection ended, or a request was refused, before there was a request.
    pub(crate) fn note(&self, connection: Connection, what: String) {
        self.standing().journal.note(Event::Incident(Incident {
            connection: connection.number,
            operation: None,
            what,
            fired: Vec::new(),
        }));
    }
}

impl Greeted {
    /// What is to be shown in place of a sound handshake.
    pub(crate) fn fault(&self) -> Option<&TlsVerb> {
        self.plan.tls.as_ref()
    }

    /// The name of the world that the client asked for, which its certificate must bear too.
    pub(crate) fn sandbox_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|_| self.is_chosen)
    }

    /// Journals what the rules did, before the client sees it, and waits as they want.
    pub(crate) async fn begin(&self, connection: Connection) {
        if !self.plan.fired.is_empty() {
            let rules: Vec<_> = self
                .plan
                .fired
                .iter()
                .map(|one| one.what.as_str())
                .collect();
            self.note(connection, &rules.join(", "), true);
        }
        if !self.plan.delay.is_zero() {
            let clock = &self.sandbox.clock;
            clock.hold(connection.peer, self.plan.delay).await;
        }
    }

    /// Keeps silent so long on the world's clock, and to its end if no time is given.
    pub(crate) async fn keep_silent(&self, connection: Connection, hold: Option<Duration>) {
        let clock = &self.sandbox.clock;
        clock.hold(connection.peer, hold.unwrap_or(FOR_EVER)).await;
    }

    /// The random bytes of a server's first words; they protect nothing here.
    pub(crate) fn random(&self) -> [u8; 32] {
        self.sandbox.entropy.draw("server hello", 0).bytes()
    }

    /// Journals that nothing came of it.
    pub(crate) fn failed(&self, connection: Connection, why: &str) {
        self.note(connection, &format!("failed: {why}"), false);
    }

    fn note(&self, connection: Connection, what: &str, is_ours: bool) {
        let name = self.name.as_deref().unwrap_or("no name");
        let fired = if is_ours {
            self.plan.fired.clone()
        } else {
            Vec::new()
        };
        self.sandbox.journal.note(Event::Incident(Incident {
            connection: connection.number,
            operation: Some(Operation::TlsHandshake),
            what: format!("TLS handshake for {name}: {what}"),
            fired,
        }));
    }
}

impl App {
    /// Gives a world that is to be made a port of its own, if its rules are about handshakes.
    ///
    /// A handshake may name no world: a client that asks for an address says no host at all.
    pub(crate) fn give_port(&self, setting: &mut Setting) -> Result<(), ControlError> {
        if !setting.is_about_handshakes() {
            return Ok(());
        }
        let open = self.ports.get().ok_or_else(ControlError::needs_tls)?;
        let opened = open(&setting.id);
        let (address, port) = opened.map_err(|error| {
            ControlError::invalid(&format!("no port for the sandbox could be opened: {error}"))
        })?;
        setting.base_url = format!("https://{address}/t/{}", setting.id);
        setting.port = Some(port);
        Ok(())
    }
}
