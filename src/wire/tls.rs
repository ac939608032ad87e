//! HTTPS: the double's certificates, and the handshake before a connection's first request.

mod authority;
mod handshake;
mod outdated;

use std::net::IpAddr;
use std::sync::Arc;

use rustls::SupportedProtocolVersion;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::default_provider;
use rustls::server::{NoServerSessionStorage, ServerConfig};
use rustls::sign::SingleCertAndKey;
use rustls::version::{TLS12, TLS13};

use crate::scenario::plan::TlsVerb;

use self::authority::{Authority, Flaw};
pub(super) use self::handshake::greet;

/// What is spoken inside, the best first, [RFC 7301](https://www.rfc-editor.org/rfc/rfc7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The certificate could not be used.
    #[error("cannot use the certificate: {0}")]
    Configuration(#[from] rustls::Error),
}

/// Everything a TLS port needs; made once, at the start.
pub(crate) struct Tls {
    authority: Authority,
    provider: Arc<CryptoProvider>,
    /// What nearly every connection uses.
    sound: Arc<ServerConfig>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Nothing here is for a log.
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Tls {
    /// A new authority, and a certificate of its for the address that is listened on and all that the double stands for.
    pub(crate) fn new(host: IpAddr) -> Result<Self, TlsError> {
        let authority = Authority::new(host)?;
        let provider = Arc::new(default_provider());
        let sound = Arc::new(configure(&authority, &provider, (None, None))?);
        Ok(Self {
            authority,
            provider,
            sound,
        })
    }

    /// The certificate of the authority, for clients to trust.
    pub(crate) fn ca_pem(&self) -> String {
        self.authority.pem()
    }

    /// How to speak with a client that rules may want to see a fault, and that may have asked for a sandbox by its name.
    fn configuration(
        &self,
        fault: Option<&TlsVerb>,
        sandbox_name: Option<&str>,
    ) -> Result<Arc<ServerConfig>, TlsError> {
        if fault.is_none() && sandbox_name.is_none() {
            return Ok(Arc::clone(&self.sound));
        }
        let configured = configure(&self.authority, &self.provider, (fault, sandbox_name))?;
        Ok(Arc::new(configured))
    }
}

fn configure(
    authority: &Authority,
    provider: &Arc<CryptoProvider>,
    (fault, sandbox_name): (Option<&TlsVerb>, Option<&str>),
) -> Result<ServerConfig, TlsError> {
    let flaw = match fault {
        Some(TlsVerb::Expired) => Flaw::Expired,
        Some(TlsVerb::NotYetValid) => Flaw::NotYetValid,
        Some(TlsVerb::WrongName) => Flaw::WrongName,
        Some(TlsVerb::UnknownCa) => Flaw::UnknownAuthority,
        Some(TlsVerb::SelfSigned) => Flaw::SelfSigned,
        Some(
            TlsVerb::Tls10 | TlsVerb::Tls11 | TlsVerb::Tls12 | TlsVerb::Close | TlsVerb::Stall(_),
        )
        | None => Flaw::None,
    };
    let versions: &[&SupportedProtocolVersion] = match fault {
        Some(TlsVerb::Tls12) => &[&TLS12],
        _ => &[&TLS13, &TLS12],
    };
    let certified = authority.issue(flaw, sandbox_name)?;
    let mut config = ServerConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(versions)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
    if fault.is_some() {
        // A session that is resumed shows no certificate, and hides the fault.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    Ok(config)
}
