//! How a double is described and started.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::{fs, io};

use serde_json::{Map, Value};
use tokio::runtime::Handle;

use super::descriptors::most_connections;
use super::ports::{Service, bind};
use super::{Addresses, GotoDouble, Ready};
use crate::app::App;
use crate::app::connections::OpenConnections;
use crate::app::control::{Control, ControlError, Largest, SandboxSpec};
use crate::app::sandboxes::{self, DEFAULT};
use crate::operation::Operation;
use crate::profile::BASE;
use crate::sandbox::{Outdoors, Outfit, Sandbox};
use crate::scenario::script::ClockSetting;
use crate::scim::resource_type::{LoadError, ResourceTypes};
use crate::wire::tls::{Tls, TlsError};
use crate::wire::{Connections, Limits, Probe, Stop, dns};

/// A double to be started; every method takes and returns it.
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    spec: SandboxSpec,
    profile: Map<String, Value>,
    scenario: Option<String>,
    host: IpAddr,
    port: u16,
    control_port: u16,
    dns_port: u16,
    sandbox_limit: usize,
    connection_limit: Option<usize>,
    limits: Limits,
    schemas: Vec<(String, Value)>,
    resolver: Option<SocketAddr>,
    speech: Speech,
    ca_file: Option<PathBuf>,
}

/// What is spoken on both ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speech {
    Plain,
    Tls,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            spec: SandboxSpec::default(),
            profile: Map::new(),
            scenario: None,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            control_port: 0,
            dns_port: 0,
            sandbox_limit: sandboxes::MOST,
            connection_limit: None,
            limits: Limits::default(),
            schemas: Vec::new(),
            resolver: None,
            speech: Speech::Plain,
            ca_file: None,
        }
    }
}

/// Why a double could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A socket could not be bound.
    #[error("cannot listen on {address}: is the port taken? Port 0 takes a free one")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The server's thread or runtime could not be started.
    #[error("cannot start the server thread")]
    Thread(#[source] io::Error),
    /// The certificates could not be made.
    #[error("cannot speak TLS: {0}")]
    Tls(#[source] TlsError),
    /// The certificate of the authority could not be written where it was wanted.
    #[error("cannot write the CA certificate to {}", path.display())]
    CaFile {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The documents of schemas and resource types have mistakes.
    #[error("the schemas have mistakes\n{0}")]
    Schemas(#[source] LoadError),
    /// The scenario, state or profile has mistakes.
    #[error("{0}")]
    World(#[source] ControlError),
}

impl Builder {
    /// Decides every id, code, token and fault; from the system if not named.
    pub fn seed(mut self, seed: u64) -> Self {
        self.spec.seed = Some(seed);
        self
    }

    /// Whether answers vary, by the seed, where the RFCs leave them open; as the scenario says, else not, if not named.
    pub fn vary(mut self, vary: bool) -> Self {
        self.spec.vary = Some(vary);
        self
    }

    /// The text of a scenario file; its first row is played.
    pub fn scenario(mut self, text: impl Into<String>) -> Self {
        self.scenario = Some(text.into());
        self
    }

    /// Plays the row of the scenario that has this name.
    pub fn row(mut self, name: impl Into<String>) -> Self {
        self.spec.row = Some(name.into());
        self
    }

    /// The name of a built-in starting state (`default`, `empty`), or a whole one as JSON.
    pub fn state(mut self, state: impl Into<Value>) -> Self {
        self.spec.state = Some(state.into());
        self
    }

    /// How the clock runs; as the scenario says, or with the system, if not named.
    pub fn clock(mut self, clock: ClockSetting) -> Self {
        self.spec.clock = Some(clock);
        self
    }

    /// Replaces one field of the profile, as in `profile("page_size", 5)`.
    pub fn profile(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.profile.insert(field.into(), value.into());
        self
    }

    /// Starts from the profile of that name (`goto`, `rfc`, `entra-lenient`) instead of `goto`.
    pub fn profile_named(self, name: impl Into<String>) -> Self {
        self.profile(BASE, name.into())
    }

    /// Serves what these documents describe beside users and groups: Schema documents of
    /// [RFC 7643 section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7) and `ResourceType` documents of
    /// [section 6](https://www.rfc-editor.org/rfc/rfc7643#section-6).
    ///
    /// Each comes with a name for messages, as of its file. A `ResourceType` that is named `User` or `Group` adds its
    /// extensions to the one that is built in. [`ResourceTypes::with`] says what is checked.
    pub fn schemas(mut self, documents: impl IntoIterator<Item = (String, Value)>) -> Self {
        self.schemas.extend(documents);
        self
    }

    /// Where to listen; loopback if not named. Nothing but loopback is safe: there are no real secrets here.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// The product port; a free one if 0.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The control port; a free one if 0.
    pub fn control_port(mut self, port: u16) -> Self {
        self.control_port = port;
        self
    }

    /// The DNS port of the default world; a free one if 0.
    pub fn dns_port(mut self, port: u16) -> Self {
        self.dns_port = port;
        self
    }

    /// Asks this name server about names that a sandbox's zone does not know, and fetches proof files from where it says.
    ///
    /// This is the only way out: without it nothing ever leaves the machine.
    pub fn resolver(mut self, resolver: SocketAddr) -> Self {
        self.resolver = Some(resolver);
        self
    }

    /// How many entries the journal of a world keeps; 10,000 if not named.
    pub fn journal_limit(mut self, entries: usize) -> Self {
        self.spec.journal_limit = Some(entries);
        self
    }

    /// How many bytes of heads and bodies the journal of a world keeps; 256 MiB if not named.
    pub fn journal_bytes(mut self, bytes: usize) -> Self {
        self.spec.journal_bytes = Some(bytes);
        self
    }

    /// How many answers and handshakes may wait in a world at a time; 10,000 if not named.
    pub fn stall_limit(mut self, waiting: usize) -> Self {
        self.spec.stall_limit = Some(waiting);
        self
    }

    /// How many users, groups and other resources a world keeps, those deleted included; a million if not named.
    pub fn resource_limit(mut self, resources: usize) -> Self {
        self.spec.resource_limit = Some(resources);
        self
    }

    /// How many worlds there may be; 100,000 if not named.
    pub fn sandbox_limit(mut self, sandboxes: usize) -> Self {
        self.sandbox_limit = sandboxes;
        self
    }

    /// How many connections to the product ports may be open at a time; one more is reset. If not named it is 10,000, or
    /// less where that would leave too few descriptors for all else.
    pub fn connection_limit(mut self, connections: usize) -> Self {
        self.connection_limit = Some(connections);
        self
    }

    /// The limits that protect the sockets.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Speaks HTTPS on both ports, with a certificate authority that is made at the start and dies with the double.
    ///
    /// [`GotoDouble::ca_pem`] is what a client has to trust. The certificate is for `localhost`, both loopback
    /// addresses, [`host`](Self::host) and the hosts of the real service.
    pub fn tls(mut self) -> Self {
        self.speech = Speech::Tls;
        self
    }

    /// Speaks HTTPS, and writes the certificate of the authority to a file at the start; its key is never written.
    pub fn tls_ca(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self.tls()
    }

    /// Starts it. When this returns, the kernel queues connections already: there is nothing to wait for.
    pub fn start(self) -> Result<GotoDouble, StartError> {
        let product = bind(self.host, self.port)?;
        let control = bind(self.host, self.control_port)?;
        let addresses = Addresses {
            product: address(&product)?,
            control: address(&control)?,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StartError::Thread)?;
        let (stop, shutdown) = Stop::pair();
        let outfit = outfit(
            runtime.handle().clone(),
            (self.host, self.dns_port),
            self.resolver,
        );
        let service = Service {
            tls: self.make_tls()?,
            limits: self.limits,
            connections: Connections::default(),
        };
        let (scheme, ca_pem) = match &service.tls {
            Some(tls) => ("https", Some(tls.ca_pem())),
            None => ("http", None),
        };
        let (host, ca_file) = (self.host, self.ca_file.clone());
        let app = self.app(format!("{scheme}://{}", addresses.product), outfit)?;
        let mut ready = Ready::of(
            &app.sandboxes.default(),
            &format!("{scheme}://{}", addresses.control),
        );
        if let Some((path, pem)) = ca_file.zip(ca_pem.as_ref()) {
            ready.tls_ca = Some(path.display().to_string());
            fs::write(&path, pem).map_err(|source| StartError::CaFile { path, source })?;
        }
        let room = (runtime.handle().clone(), host);
        // It was made just now, so nobody else has set them.
        let _ = app
            .ports
            .set(service.clone().ports(Arc::downgrade(&app), room));
        let thread = std::thread::Builder::new()
            .name("goto-double".into())
            .spawn({
                let app = Arc::clone(&app);
                move || runtime.block_on(service.serve(app, (product, control), shutdown))
            })
            .map_err(StartError::Thread)?;
        Ok(GotoDouble {
            control: Control::new(app),
            ready,
            ca_pem,
            addresses,
            stop,
            thread: Some(thread),
            judged: AtomicBool::new(false),
        })
    }

    fn make_tls(&self) -> Result<Option<Arc<Tls>>, StartError> {
        if self.speech == Speech::Plain {
            return Ok(None);
        }
        let tls = Tls::new(self.host).map_err(StartError::Tls)?;
        Ok(Some(Arc::new(tls)))
    }

    fn app(self, origin: String, outfit: Outfit) -> Result<Arc<App>, StartError> {
        let types = if self.schemas.is_empty() {
            Arc::clone(ResourceTypes::built_in())
        } else {
            let types = ResourceTypes::built_in().with(&self.schemas);
            Arc::new(types.map_err(StartError::Schemas)?)
        };
        let most = self.sandbox_limit;
        let connections = self.connection_limit.unwrap_or_else(most_connections);
        let mut spec = self.spec;
        if let Some(text) = &self.scenario {
            spec.read_scenario(text).map_err(StartError::World)?;
        }
        let mut setting = spec
            .into_setting((DEFAULT.to_owned(), origin.clone()), types)
            .map_err(StartError::World)?;
        setting.state.profile.extend(self.profile);
        if self.speech == Speech::Plain && setting.is_about(Operation::TlsHandshake) {
            return Err(StartError::World(ControlError::needs_tls()));
        }
        let sandbox = Sandbox::build(setting, Arc::clone(&outfit))
            .map_err(|why| StartError::World(ControlError::invalid(&why)))?;
        let mut app = App::new(sandbox, origin, outfit);
        app.sandboxes.most = most;
        app.connections = Arc::new(OpenConnections::new(connections));
        app.largest = Some(Largest {
            body: self.limits.body_bytes,
            head: self.limits.head_bytes,
        });
        Ok(Arc::new(app))
    }
}

fn address(listener: &TcpListener) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(StartError::Thread)
}

/// Starts a zone's DNS server on the double's runtime, whoever asks for it from whichever thread.
fn outfit(
    runtime: Handle,
    (host, first_port): (IpAddr, u16),
    resolver: Option<SocketAddr>,
) -> Outfit {
    let wanted = AtomicU16::new(first_port);
    Arc::new(move |zone, sandbox| {
        let _inside = runtime.enter();
        // The named port goes to the first zone, which is the default world's; the others take free ones.
        let port = wanted.swap(0, Ordering::Relaxed);
        let sockets = if port == 0 {
            dns::Sockets::bind(host)?
        } else {
            dns::Sockets::bind_to(SocketAddr::new(host, port))?
        };
        let dns = sockets.address();
        // A stop of its own, held by the probe: the sockets close when their sandbox is gone.
        let (stop, shutdown) = Stop::pair();
        sockets.serve(Arc::clone(zone), shutdown)?;
        let probe = Probe::new(Arc::clone(zone), dns, sandbox).resolving_by(resolver);
        let outside = Arc::new(probe.keeping(stop));
        Ok(Outdoors { outside, dns })
    })
}
