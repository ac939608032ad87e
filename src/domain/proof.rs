//! What is looked up to prove a domain, and what counts as proof.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

use crate::domain::code::file_path;
use crate::domain::name::DomainName;

pub use crate::domain::judge::{Finding, judge};

/// Something of the outside world that a proof rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// The TXT records at a name.
    Txt {
        /// The domain itself: a parent's record does not count.
        name: String,
    },
    /// A file on the domain's web server.
    File {
        /// The domain.
        domain: String,
        /// The path, as in `/goto-verification-code.txt`.
        path: String,
    },
}

/// Which of the two methods of proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A TXT record at the domain itself.
    Txt,
    /// A file on the domain's web server.
    File,
}

/// Says what must be looked up to prove a domain by a method under one prefix.
pub fn need(domain: &DomainName, method: Method, prefix: &str) -> Need {
    match method {
        Method::Txt => Need::Txt {
            name: domain.as_str().into(),
        },
        Method::File => Need::File {
            domain: domain.as_str().into(),
            path: file_path(prefix),
        },
    }
}

/// Says what to look up, in turn: the TXT records once, then one file for each prefix.
pub fn needs(domain: &DomainName, prefixes: &[String]) -> Vec<Need> {
    std::iter::once(need(domain, Method::Txt, ""))
        .chain(
            prefixes
                .iter()
                .map(|prefix| need(domain, Method::File, prefix)),
        )
        .collect()
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Txt { name } => write!(f, "TXT {name}"),
            Self::File { domain, path } => write!(f, "GET http://{domain}{path}"),
        }
    }
}

/// What a look-up brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// TXT records, each with its character-strings joined.
    Records(Vec<String>),
    /// The name does not exist, or has no TXT record.
    NoRecords {
        /// The response code, as `NXDOMAIN` or `NOERROR`.
        rcode: String,
    },
    /// A file, whatever the server made of the request.
    File {
        /// The status code.
        status: u16,
        /// The media type as sent.
        media_type: Option<String>,
        /// The body.
        body: Bytes,
    },
    /// The look-up itself failed: a transient state, not an answer.
    Failed {
        /// Why, in words.
        why: String,
    },
}

/// A look-up under way.
pub type LookUp<'a> = Pin<Box<dyn Future<Output = Evidence> + Send + 'a>>;

/// Answers a [`Need`]: the house's only trait object.
///
/// It exists because the arrow would otherwise point upwards, from the proof to the sockets.
pub trait Outside: fmt::Debug + Send + Sync {
    /// Looks up what is needed.
    fn look_up<'a>(&'a self, need: &'a Need) -> LookUp<'a>;
}
