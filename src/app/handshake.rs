//! What befalls a connection before a request can be read from it: its beginning, its TLS handshake, or that there is
//! no reading it.

use std::sync::Arc;
use std::time::Duration;

use super::App;
use super::connections::{NoPlace, Place};
use super::control::ControlError;
use super::head::Met;
use crate::clock::Clock;
use crate::entry::{Close, Event, Incident, Near};
use crate::exchange::{Arrived, Connection};
use crate::operation::Operation;
use crate::sandbox::{Sandbox, Setting};
use crate::scenario::facts::Facts;
use crate::scenario::plan::{ConnectVerb, Plan, TlsVerb};

/// So long lasts a silence that only the end of its world ends.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// The worlds behind one port.
#[derive(Clone, Debug)]
pub(crate) struct Worlds {
    app: Arc<App>,
    /// The only world behind it, if it was opened for one.
    own: Option<Arc<str>>,
}

/// A client that began a connection or a TLS handshake, and what the rules of the world it means want done.
#[derive(Debug)]
pub(crate) struct Greeted {
    sandbox: Arc<Sandbox>,
    operation: Operation,
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

    /// Gives a new connection its place among those that may be open, or refuses it.
    ///
    /// The first that is refused since there was room is journalled: a whole flood would push all else out.
    pub(crate) fn admit(&self, connection: Connection) -> Result<Place, NoPlace> {
        let admitted = self.app.connections.admit();
        if let Err(NoPlace {
            most,
            is_first: true,
        }) = admitted
        {
            let what = format!(
                "connection: reset, and so is each until one ends: {most} are open, as many as may be"
            );
            self.note(connection, what);
        }
        admitted
    }

    /// What the rules want of a request of which the head alone was read.
    pub(crate) fn meet(&self, head: &Arrived) -> Option<Met> {
        if !self.app.looks_at_heads() {
            return None;
        }
        self.app.meet(head)
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
        let plan = plan(&sandbox, Operation::TlsHandshake);
        Greeted {
            operation: Operation::TlsHandshake,
            plan: plan.unwrap_or_default(),
            sandbox,
            name,
            is_chosen,
        }
    }

    /// Asks the rules about a connection on which nothing was said yet; `None` if none of them acts.
    pub(crate) fn accept(&self) -> Option<Greeted> {
        let sandbox = self.standing();
        let plan = plan(&sandbox, Operation::AcceptConnection)?;
        (!plan.fired.is_empty()).then_some(Greeted {
            operation: Operation::AcceptConnection,
            plan,
            sandbox,
            name: None,
            is_chosen: false,
        })
    }

    /// Whether a request that came on a connection which a world no longer kept is for that world, the one with this
    /// clock; journals then how it was ended. Those for others are answered: no fault leaks.
    pub(crate) fn ends(&self, head: &Arrived, clock: &Clock, how: &str) -> bool {
        let Ok((sandbox, _)) = self.app.sandboxes.select(&head.request) else {
            return false;
        };
        if !sandbox.clock.is(clock) {
            return false;
        }
        let request = &head.request;
        let asked = format!("{} {}", request.method, request.path());
        sandbox.journal.note(Event::Incident(Incident {
            connection: request.connection.number,
            operation: None,
            what: format!("{asked} on a connection that had gone stale: {how} without an answer"),
            fired: Vec::new(),
            near: Near::default(),
        }));
        true
    }

    /// Journals that a connection ended, or a request was refused, before there was a request.
    pub(crate) fn note(&self, connection: Connection, what: String) {
        self.standing().journal.note(Event::Incident(Incident {
            connection: connection.number,
            operation: None,
            what,
            fired: Vec::new(),
            near: Near::default(),
        }));
    }
}

/// What the rules want done to what is no request; `None` where none is about it.
fn plan(sandbox: &Sandbox, operation: Operation) -> Option<Plan> {
    let is_heard = sandbox.engine.listens_to(operation);
    is_heard.then(|| {
        let now = sandbox.clock.now();
        sandbox.engine.decide(&Facts::bare(operation), now)
    })
}

impl Greeted {
    /// What the connection is to meet in place of being served.
    pub(crate) fn refusal(&self) -> Option<ConnectVerb> {
        self.plan.connect
    }

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

    fn whose(&self) -> String {
        if self.operation == Operation::AcceptConnection {
            return "connection".to_owned();
        }
        let name = self.name.as_deref().unwrap_or("no name");
        format!("TLS handshake for {name}")
    }

    fn note(&self, connection: Connection, what: &str, is_ours: bool) {
        let (fired, close) = if is_ours {
            (self.plan.fired.clone(), self.plan.near.clone())
        } else {
            (Vec::new(), Close::default())
        };
        let event = Event::Incident(Incident {
            connection: connection.number,
            operation: Some(self.operation),
            what: format!("{}: {what}", self.whose()),
            fired,
            near: Near::default(),
        });
        self.sandbox.journal.note(event.with_near(&close));
    }
}

impl App {
    /// Whether what it says goes over TLS.
    pub(crate) fn speaks_tls(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// Gives a world that is to be made a port of its own, if its rules are about connections or their handshakes, or
    /// those of the default world are.
    ///
    /// A connection names no world, and a handshake may name none: a client that asks for an address says no host.
    pub(crate) fn give_port(&self, setting: &mut Setting) -> Result<(), ControlError> {
        let about = |operation| setting.is_about(operation);
        let shared = &self.sandboxes.default().setting;
        let (handshakes, connections) = (Operation::TlsHandshake, Operation::AcceptConnection);
        if about(handshakes) && !self.speaks_tls() {
            return Err(ControlError::needs_tls());
        }
        if !about(handshakes) && !about(connections) && !shared.is_about(connections) {
            return Ok(());
        }
        let open = self.ports.get().ok_or_else(ControlError::needs_port)?;
        let opened = open(&setting.id);
        let (address, port) = opened.map_err(|error| {
            ControlError::invalid(&format!("no port for the sandbox could be opened: {error}"))
        })?;
        let scheme = if self.speaks_tls() { "https" } else { "http" };
        setting.base_url = format!("{scheme}://{address}/t/{}", setting.id);
        setting.port = Some(port);
        Ok(())
    }
}
