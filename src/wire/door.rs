//! A port, and what stands behind it.

use std::net::TcpListener;
use std::sync::Arc;

use crate::app::handshake::Worlds;

use super::tls::Tls;

/// A listener with what it needs to know beside how to answer.
#[derive(Debug)]
pub(crate) struct Door {
    /// Bound and non-blocking.
    pub(crate) listener: TcpListener,
    /// How TLS is spoken, if it is.
    pub(crate) tls: Option<Arc<Tls>>,
    /// Whose rules and journals what befalls a connection is for; nobody's at the control port.
    pub(crate) worlds: Option<Worlds>,
}

impl From<TcpListener> for Door {
    /// A plain one.
    fn from(listener: TcpListener) -> Self {
        Self {
            listener,
            tls: None,
            worlds: None,
        }
    }
}
