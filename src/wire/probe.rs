//! Looks up what a proof needs: TXT records over real DNS, files over real HTTP.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA};
use hickory_proto::rr::{Name, RData, RecordType};
use http::header::{CONTENT_TYPE, HOST, LOCATION};
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::net::TcpStream;

use crate::clock::real_sleep;
use crate::domain::proof::{Evidence, LookUp, Need, Outside};
use crate::store::zone::Zone;

use super::Stop;
use super::resolve::{NoReply, Server};

/// How long a name server may take, in real time.
const DNS_LIMIT: Duration = Duration::from_secs(5);

/// How long a web server may take, in real time.
const FILE_LIMIT: Duration = Duration::from_secs(10);

/// How much of a file is read; a verification file is a line.
const FILE_BYTES: usize = 64 * 1024;

/// How many redirects are followed.
const REDIRECTS: usize = 3;

/// The verifier's eyes in one sandbox.
///
/// Names resolve in the sandbox's zone only, so nothing leaves the machine, unless the tester names a resolver.
#[derive(Debug)]
pub(crate) struct Probe {
    zone: Arc<Zone>,
    dns: SocketAddr,
    /// The way out that the tester opened.
    resolver: Option<SocketAddr>,
    sandbox: String,
    /// Held, not read: the name server ends when nobody can look through it any more.
    _server: Option<Stop>,
}

/// Why a look-up brought nothing.
#[derive(Debug, Error)]
enum Miss {
    #[error("{0}")]
    Socket(#[from] io::Error),
    #[error("the name server gave no answer within {} s", DNS_LIMIT.as_secs())]
    DnsSilent,
    #[error("{0:?} is no name that DNS can carry")]
    NoName(String),
    #[error("{0}")]
    NoReply(#[from] NoReply),
    #[error("{0} has no address")]
    NoAddress(String),
    #[error("the name server answered {0}")]
    Rcode(String),
    #[error(
        "no web server is known for {domain}; say where it is with PUT /sandboxes/{sandbox}/web/{domain}"
    )]
    NoWeb { domain: String, sandbox: String },
    #[error("the web server gave no whole answer within {} s", FILE_LIMIT.as_secs())]
    WebSilent,
    #[error("the web server's answer cannot be read: {0}")]
    Http(#[from] hyper::Error),
    #[error("{0}")]
    Target(#[from] http::Error),
}

impl Probe {
    /// Looks into `zone` through its name server at `dns`; `sandbox` is named in what it says to testers.
    pub(crate) fn new(zone: Arc<Zone>, dns: SocketAddr, sandbox: &str) -> Self {
        Self {
            zone,
            dns,
            resolver: None,
            sandbox: sandbox.to_owned(),
            _server: None,
        }
    }

    /// The same, with a resolver for the names that the zone does not know.
    pub(crate) fn resolving_by(self, resolver: Option<SocketAddr>) -> Self {
        Self { resolver, ..self }
    }

    /// The same, with the name server's life in its hands: it ends with the last holder of this probe.
    pub(crate) fn keeping(self, server: Stop) -> Self {
        Self {
            _server: Some(server),
            ..self
        }
    }

    async fn txt(&self, name: &str) -> Result<Evidence, Miss> {
        let owner = owner(name)?;
        let answer = tokio::select! {
            answer = self.server_for(name).ask(&owner, RecordType::TXT) => answer?,
            () = real_sleep(DNS_LIMIT) => return Err(Miss::DnsSilent),
        };
        match answer.metadata.response_code {
            ResponseCode::NoError => Ok(records(&answer)),
            ResponseCode::NXDomain => Ok(Evidence::NoRecords {
                rcode: "NXDOMAIN".to_owned(),
            }),
            other => Err(Miss::Rcode(rcode_name(other))),
        }
    }

    /// Who is asked about a name: whoever the tester named, unless the sandbox's zone knows it.
    fn server_for(&self, name: &str) -> Server {
        match self.resolver {
            Some(resolver) if !self.zone.knows(name) => Server::Outside(resolver),
            _ => Server::Embedded(self.dns),
        }
    }

    /// Where a domain's web server is: where the zone says, or at the address the named resolver gives.
    async fn origin(&self, domain: &str) -> Result<String, Miss> {
        if let Some(origin) = self.zone.web(domain) {
            return Ok(origin.to_string());
        }
        let Some(resolver) = self.resolver else {
            return Err(Miss::NoWeb {
                domain: domain.to_owned(),
                sandbox: self.sandbox.clone(),
            });
        };
        let owner = owner(domain)?;
        for kind in [RecordType::A, RecordType::AAAA] {
            let answer = Server::Outside(resolver).ask(&owner, kind).await?;
            let address = answer.answers.iter().find_map(|record| match record.data {
                RData::A(A(address)) => Some(IpAddr::V4(address)),
                RData::AAAA(AAAA(address)) => Some(IpAddr::V6(address)),
                _ => None,
            });
            if let Some(address) = address {
                return Ok(SocketAddr::new(address, 80).to_string());
            }
        }
        Err(Miss::NoAddress(domain.to_owned()))
    }

    async fn fetch(&self, domain: &str, path: &str) -> Result<Evidence, Miss> {
        let origin = self.origin(domain).await?;
        fetch(&origin, domain, path).await
    }

    async fn file(&self, domain: &str, path: &str) -> Result<Evidence, Miss> {
        if let Some(file) = self.zone.file(domain, path) {
            // The tester gave it to the double itself, which then need not ask anybody.
            return Ok(Evidence::File {
                status: file.status,
                media_type: file.media_type.clone(),
                body: Bytes::from(file.body.clone()),
            });
        }
        tokio::select! {
            file = self.fetch(domain, path) => file,
            () = real_sleep(FILE_LIMIT) => Err(Miss::WebSilent),
        }
    }
}

impl Outside for Probe {
    fn look_up<'a>(&'a self, need: &'a Need) -> LookUp<'a> {
        Box::pin(async move {
            let looked = match need {
                Need::Txt { name } => self.txt(name).await,
                Need::File { domain, path } => self.file(domain, path).await,
            };
            looked.unwrap_or_else(|miss| Evidence::Failed {
                why: miss.to_string(),
            })
        })
    }
}

fn owner(name: &str) -> Result<Name, Miss> {
    let mut owner = Name::from_ascii(name).map_err(|_| Miss::NoName(name.to_owned()))?;
    owner.set_fqdn(true);
    Ok(owner)
}

fn records(answer: &Message) -> Evidence {
    let records: Vec<String> = answer
        .answers
        .iter()
        .filter_map(|record| match &record.data {
            RData::TXT(txt) => Some(txt.txt_data.concat()),
            _ => None,
        })
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    if records.is_empty() {
        return Evidence::NoRecords {
            rcode: "NOERROR".to_owned(),
        };
    }
    Evidence::Records(records)
}

fn rcode_name(rcode: ResponseCode) -> String {
    match rcode {
        ResponseCode::ServFail => "SERVFAIL".to_owned(),
        ResponseCode::FormErr => "FORMERR".to_owned(),
        ResponseCode::NotImp => "NOTIMP".to_owned(),
        ResponseCode::Refused => "REFUSED".to_owned(),
        other => format!("code {}", u16::from(other)),
    }
}

/// Fetches a file and follows redirects that stay on the host.
async fn fetch(origin: &str, domain: &str, path: &str) -> Result<Evidence, Miss> {
    let mut target = path.to_owned();
    let mut followed = 0;
    loop {
        let response = get(origin, domain, &target).await?;
        if followed < REDIRECTS
            && let Some(next) = redirect(&response, domain, &target)
        {
            followed += 1;
            target = next;
            continue;
        }
        return file(response).await;
    }
}

async fn get(origin: &str, domain: &str, target: &str) -> Result<Response<Incoming>, Miss> {
    let stream = TcpStream::connect(origin).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // The connection ends with the response it carries, or when the sender and the body are dropped.
    tokio::spawn(connection);
    let request = Request::get(target)
        .header(HOST, domain)
        .header(
            "user-agent",
            concat!("goto-double/", env!("CARGO_PKG_VERSION")),
        )
        .header("connection", "close")
        .body(Empty::<Bytes>::new())?;
    Ok(sender.send_request(request).await?)
}

/// Where a redirect leads, if it stays on the domain's web server.
fn redirect(response: &Response<Incoming>, domain: &str, target: &str) -> Option<String> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    if location.starts_with("//") {
        return None;
    }
    let Some((_, after_scheme)) = location.split_once("://") else {
        if location.starts_with('/') {
            return Some(location.to_owned());
        }
        let folder = target.rsplit_once('/').map_or("", |(folder, _)| folder);
        return Some(format!("{folder}/{location}"));
    };
    let uri: Uri = location.parse().ok()?;
    let is_same = uri.host()?.eq_ignore_ascii_case(domain) && !after_scheme.is_empty();
    let path = uri.path_and_query()?.as_str();
    is_same.then(|| path.to_owned())
}

async fn file(response: Response<Incoming>) -> Result<Evidence, Miss> {
    let (head, mut incoming) = response.into_parts();
    let mut body = Vec::new();
    while body.len() < FILE_BYTES
        && let Some(frame) = incoming.frame().await
    {
        if let Ok(data) = frame?.into_data() {
            body.extend_from_slice(&data);
        }
    }
    body.truncate(FILE_BYTES);
    let media_type = head.headers.get(CONTENT_TYPE);
    Ok(Evidence::File {
        status: head.status.as_u16(),
        media_type: media_type.and_then(|value| Some(value.to_str().ok()?.to_owned())),
        body: Bytes::from(body),
    })
}
