//! The ports of a double: the two that are always there, and those that a sandbox has for itself.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::{Arc, Weak};

use tokio::runtime::Handle;

use super::builder::StartError;
use crate::app::handshake::Worlds;
use crate::app::{App, Ports};
use crate::sandbox::Port;
use crate::wire::door::Door;
use crate::wire::tls::Tls;
use crate::wire::{Connections, Limits, Shutdown, Stop, listen};

/// How every port of a double is served.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) limits: Limits,
    pub(super) connections: Connections,
}

/// Binds a port, ready to be served.
pub(super) fn bind(host: IpAddr, port: u16) -> Result<TcpListener, StartError> {
    let address = SocketAddr::new(host, port);
    bind_nonblocking(address).map_err(|source| StartError::Listen { address, source })
}

fn bind_nonblocking(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Service {
    /// Serves the product port and the control port until told to stop.
    pub(super) async fn serve(
        self,
        app: Arc<App>,
        (product, control): (TcpListener, TcpListener),
        shutdown: Shutdown,
    ) {
        let product = self.product(product, Worlds::all(Arc::clone(&app)));
        let control = Door {
            tls: self.tls.clone(),
            ..Door::from(control)
        };
        let (limits, connections) = (self.limits, self.connections);
        let answer_control = {
            let app = Arc::clone(&app);
            move |arrived| app.answer_control(&arrived)
        };
        let answer = move |arrived| app.answer(arrived);
        // A listener that cannot be taken over leaves its port silent; binding it has succeeded before.
        let _ended = tokio::join!(
            listen::serve(
                product,
                answer,
                limits,
                connections.clone(),
                shutdown.clone()
            ),
            listen::serve(control, answer_control, limits, connections, shutdown),
        );
    }

    fn product(&self, listener: TcpListener, worlds: Worlds) -> Door {
        Door {
            listener,
            tls: self.tls.clone(),
            worlds: Some(worlds),
        }
    }

    /// Opens ports on the double's runtime, for one sandbox each, whoever asks for them from whichever thread.
    pub(super) fn ports(self, app: Weak<App>, (runtime, host): (Handle, IpAddr)) -> Ports {
        Arc::new(move |id| {
            let app = app.upgrade().ok_or(io::ErrorKind::NotConnected)?;
            let listener = bind_nonblocking(SocketAddr::new(host, 0))?;
            let address = listener.local_addr()?;
            let (stop, shutdown) = Stop::pair();
            let door = self.product(listener, Worlds::one(Arc::clone(&app), id));
            let answer = move |arrived| app.answer(arrived);
            let (limits, connections) = (self.limits, self.connections.clone());
            runtime.spawn(listen::serve(door, answer, limits, connections, shutdown));
            let port: Port = Arc::new(stop);
            Ok((address, port))
        })
    }
}
