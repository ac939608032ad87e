//! Looks up what a proof needs: TXT records over real DNS, files over real HTTP.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use http::header::{CONTENT_TYPE, HOST, LOCATION};
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::net::{TcpStream, UdpSocket};

use crate::clock::real_sleep;
use crate::domain::proof::{Evidence, LookUp, Need, Outside};
use crate::store::zone::Zone;

use super::{Stop, dns};

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
/// Names resolve in the sandbox's zone only, so nothing leaves the machine that the tester did not send out.
#[derive(Debug)]
pub(crate) struct Probe {
    zone: Arc<Zone>,
    dns: SocketAddr,
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
    #[error("the name server's answer cannot be read")]
    NoMessage,
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
            sandbox: sandbox.to_owned(),
            _server: None,
        }
    }

    /// The same, with the name server's life in its hands: it ends with the last holder of this probe.
    pub(crate) fn keeping(self, server: Stop) -> Self {
        Self {
            _server: Some(server),
            ..self
        }
    }

    async fn txt(&self, name: &str) -> Result<Evidence, Miss> {
        let mut owner = Name::from_ascii(name).map_err(|_| Miss::NoName(name.to_owned()))?;
        owner.set_fqdn(true);
        let answer = tokio::select! {
            answer = self.ask(owner) => answer?,
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

    /// Asks once, over UDP, and again over TCP only if the answer did not fit.
    ///
    /// Never more: a scripted answer is given once, and a second question would look past it.
    async fn ask(&self, owner: Name) -> Result<Message, Miss> {
        let any: SocketAddr = match self.dns {
            SocketAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
            SocketAddr::V6(_) => ([0u16; 8], 0).into(),
        };
        let socket = UdpSocket::bind(any).await?;
        socket.connect(self.dns).await?;
        // The port was drawn by the system, so it is as good an identifier as any draw of ours.
        let id = socket.local_addr()?.port();
        let query = query(id, owner).to_vec().map_err(|_| Miss::NoMessage)?;
        socket.send(&query).await?;
        let mut packet = vec![0; usize::from(u16::MAX)];
        loop {
            let length = socket.recv(&mut packet).await?;
            let answer = packet.get(..length).unwrap_or_default();
            match Message::from_vec(answer) {
                Ok(answer) if !is_answer_to(&answer, id) => {}
                Ok(answer) if answer.metadata.truncation => {
                    return self.ask_at_length(&query).await;
                }
                Ok(answer) => return Ok(answer),
                Err(_) => return Err(Miss::NoMessage),
            }
        }
    }

    async fn ask_at_length(&self, query: &[u8]) -> Result<Message, Miss> {
        let mut stream = TcpStream::connect(self.dns).await?;
        dns::write_message(&mut stream, query).await?;
        let answer = dns::read_message(&mut stream).await?;
        Message::from_vec(&answer).map_err(|_| Miss::NoMessage)
    }

    async fn file(&self, domain: &str, path: &str) -> Result<Evidence, Miss> {
        if let Some(file) = self.zone.file(domain, path) {
            return Ok(Evidence::File {
                status: file.status,
                media_type: file.media_type.clone(),
                body: Bytes::from(file.body.clone()),
            });
        }
        let Some(origin) = self.zone.web(domain) else {
            return Err(Miss::NoWeb {
                domain: domain.to_owned(),
                sandbox: self.sandbox.clone(),
            });
        };
        tokio::select! {
            file = fetch(&origin, domain, path) => file,
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

fn query(id: u16, owner: Name) -> Message {
    let mut message = Message::new(id, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(owner, RecordType::TXT));
    message.set_edns(Edns::new());
    message
}

fn is_answer_to(answer: &Message, id: u16) -> bool {
    answer.metadata.id == id && answer.metadata.message_type == MessageType::Response
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
