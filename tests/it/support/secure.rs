//! A TLS client that says exactly what it made of the other side.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned,
    SupportedProtocolVersion,
};

use super::client::{Answer, parse};

/// What a client trusts and speaks.
#[derive(Clone, Debug)]
pub struct Trust {
    config: ClientConfig,
}

/// A connection on which the handshake was done.
#[derive(Debug)]
pub struct Secure {
    pub stream: StreamOwned<ClientConnection, TcpStream>,
}

impl Trust {
    /// Trusts that authority and no other, and speaks these versions.
    pub fn in_ca(pem: &str, versions: &[&'static SupportedProtocolVersion]) -> Self {
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        roots.add(certificate).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { config }
    }

    /// The same, offering these protocols to speak inside.
    pub fn offering(mut self, protocols: &[&str]) -> Self {
        let bytes = |name: &&str| name.as_bytes().to_vec();
        self.config.alpn_protocols = protocols.iter().map(bytes).collect();
        self
    }

    /// What a runtime's client needs.
    pub fn config(&self) -> Arc<ClientConfig> {
        Arc::new(self.config.clone())
    }

    /// Shakes hands with whoever is there, who is to be of that name.
    pub fn connect(&self, address: SocketAddr, name: &str) -> io::Result<Secure> {
        let mut tcp = TcpStream::connect(address)?;
        tcp.set_read_timeout(Some(Duration::from_secs(30)))?;
        let name = ServerName::try_from(name.to_owned()).map_err(io::Error::other)?;
        let mut session = ClientConnection::new(self.config(), name).map_err(io::Error::other)?;
        while session.is_handshaking() {
            session.complete_io(&mut tcp)?;
        }
        Ok(Secure {
            stream: StreamOwned::new(session, tcp),
        })
    }
}

impl Secure {
    /// The version that was settled.
    pub fn version(&self) -> ProtocolVersion {
        self.stream.conn.protocol_version().unwrap()
    }

    /// The protocol that was settled.
    pub fn protocol(&self) -> Option<String> {
        let protocol = self.stream.conn.alpn_protocol()?;
        Some(String::from_utf8(protocol.to_vec()).unwrap())
    }

    /// Sends a request without a body and reads until the end, whatever that is.
    pub fn hear(mut self, path: &str, token: &str) -> (Vec<u8>, io::Result<()>) {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        let sent = self.stream.write_all(request.as_bytes());
        let mut heard = Vec::new();
        let end = sent.and_then(|()| self.stream.read_to_end(&mut heard).map(drop));
        (heard, end)
    }

    /// Asks for a path and takes the whole answer.
    #[track_caller]
    pub fn get(self, path: &str, token: &str) -> Answer {
        let (heard, end) = self.hear(path, token);
        end.unwrap();
        parse(&heard, "").unwrap()
    }
}
