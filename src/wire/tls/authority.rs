//! The double's own certificate authority, sound certificates, and certificates with one flaw each.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::crypto::ring::sign::any_ecdsa_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SigningKey};

use crate::clock::Clock;

use super::TlsError;

/// The hosts of the real service that the double stands for, and this machine's own name.
const NAMES: [&str; 5] = [
    "localhost",
    "organization.logmeininc.com",
    "authentication.logmeininc.com",
    "identity.goto.com",
    "api.getgo.com",
];

/// A name that no client of the double means; `.invalid` is reserved, [RFC 6761 section 6.4](https://www.rfc-editor.org/rfc/rfc6761#section-6.4).
const WRONG_NAME: &str = "somebody-else.invalid";

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// How long a sound certificate is good for, from an hour before it was made; clients refuse very long ones.
const LIFE: u64 = 90 * DAY;

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Nothing.
    None,
    /// It ended an hour ago.
    Expired,
    /// It begins tomorrow.
    NotYetValid,
    /// It is for another host.
    WrongName,
    /// It is signed by an authority that nobody was told of.
    UnknownAuthority,
    /// It is signed by its own key.
    SelfSigned,
}

/// A certificate authority of one double.
///
/// Its keys come from the system and not from the seed: seeds are printed and shared, and whoever could work the key
/// out from one could pass for any host towards everybody who trusts the certificate.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
    /// The key of every certificate it issues.
    leaf: KeyPair,
    signer: Arc<dyn SigningKey>,
    names: Vec<String>,
}

impl Authority {
    /// Makes one that vouches for the service's hosts, this machine, and the address that is listened on.
    pub(super) fn new(host: IpAddr) -> Result<Self, TlsError> {
        let (issuer, certificate) = root("goto-double CA")?;
        let leaf = KeyPair::generate()?;
        let der = PrivateKeyDer::Pkcs8(leaf.serialized_der().to_vec().into());
        let mut names: Vec<String> = NAMES.map(str::to_owned).into();
        let loopback = [
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ];
        names.extend(loopback.map(|address| address.to_string()));
        if !host.is_unspecified() && !loopback.contains(&host) {
            names.push(host.to_string());
        }
        Ok(Self {
            issuer,
            certificate,
            signer: any_ecdsa_type(&der)?,
            leaf,
            names,
        })
    }

    /// Its own certificate, for clients to trust; the key never leaves this value.
    pub(super) fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A certificate for every name, and for `further`, with that flaw.
    pub(super) fn issue(
        &self,
        flaw: Flaw,
        further: Option<&str>,
    ) -> Result<CertifiedKey, TlsError> {
        let mut names = match flaw {
            Flaw::WrongName => vec![WRONG_NAME.to_owned()],
            _ => self.names.clone(),
        };
        names.extend(further.filter(|_| flaw != Flaw::WrongName).map(Into::into));
        let subject = names.first().cloned().unwrap_or_default();
        let mut wanted = CertificateParams::new(names)?;
        wanted.distinguished_name = named(&subject);
        wanted.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        wanted.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        wanted.use_authority_key_identifier_extension = true;
        let now = now();
        let (from, to) = match flaw {
            Flaw::Expired => (now.saturating_sub(2 * DAY), now.saturating_sub(HOUR)),
            Flaw::NotYetValid => (now + DAY, now + DAY + LIFE),
            _ => (now.saturating_sub(HOUR), now + LIFE),
        };
        hold_between(&mut wanted, from, to);
        let certificate = match flaw {
            Flaw::SelfSigned => wanted.self_signed(&self.leaf)?,
            Flaw::UnknownAuthority => {
                wanted.signed_by(&self.leaf, &root("somebody else's CA")?.0)?
            }
            _ => wanted.signed_by(&self.leaf, &self.issuer)?,
        };
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        Ok(CertifiedKey::new(chain, Arc::clone(&self.signer)))
    }
}

/// A new authority of that name.
fn root(name: &str) -> Result<(Issuer<'static, KeyPair>, Certificate), TlsError> {
    let key = KeyPair::generate()?;
    let mut wanted = CertificateParams::default();
    wanted.distinguished_name = named(name);
    wanted.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    wanted.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    hold_between(&mut wanted, now().saturating_sub(3 * DAY), now() + 2 * LIFE);
    let certificate = wanted.self_signed(&key)?;
    Ok((Issuer::new(wanted, key), certificate))
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// The present second since 1970. A client holds a certificate against the machine's time, whatever a sandbox's clock says.
fn now() -> u64 {
    u64::try_from(Clock::system().now().as_second()).unwrap_or(0)
}

fn hold_between(wanted: &mut CertificateParams, from: u64, to: u64) {
    let epoch = date_time_ymd(1970, 1, 1);
    wanted.not_before = epoch + Duration::from_secs(from);
    wanted.not_after = epoch + Duration::from_secs(to);
}
