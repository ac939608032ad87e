//! One connection to one origin, and what became of a request sent on it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, HOST, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::clock::{Participant, real_sleep};

/// How long an answer may take, from the first byte sent to the last one received.
const TIME_OUT: Duration = Duration::from_secs(60);
/// How long, in real time, the other side may take to notice that nobody waits any more.
const PARTING: Duration = Duration::from_secs(1);
/// The largest answer that is read.
const LARGEST: usize = 10 * 1024 * 1024;

/// A base URL taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) authority: String,
    host: String,
    port: u16,
    path: String,
    query: Option<String>,
}

impl Address {
    /// Reads an absolute `http` URL.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.split('#').next()?.parse().ok()?;
        if uri.scheme_str() != Some("http") {
            return None;
        }
        Some(Self {
            authority: uri.authority()?.as_str().to_owned(),
            host: uri.host()?.to_owned(),
            port: uri.port_u16().unwrap_or(80),
            path: uri.path().trim_end_matches('/').to_owned(),
            query: uri.query().map(str::to_owned),
        })
    }

    /// The request target of a resource below this base.
    pub(super) fn target(&self, below: &str, query: &str) -> String {
        let path = match format!("{}{below}", self.path) {
            empty if empty.is_empty() => "/".to_owned(),
            path => path,
        };
        let query = match &self.query {
            Some(own) if query.is_empty() => own.clone(),
            Some(own) => format!("{own}&{query}"),
            None => query.to_owned(),
        };
        if query.is_empty() {
            path
        } else {
            format!("{path}?{query}")
        }
    }

    /// Whether `other` is the same origin.
    pub(super) fn is_origin_of(&self, other: &Self) -> bool {
        self.host == other.host && self.port == other.port
    }

    /// Where the connection goes; `localhost` and names below it are this machine, RFC 6761 section 6.3.
    fn host(&self) -> &str {
        if self.host.ends_with(".localhost") {
            "127.0.0.1"
        } else {
            self.host.trim_start_matches('[').trim_end_matches(']')
        }
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) body: Bytes,
}

impl Request {
    pub(super) fn new(method: Method, target: String) -> Self {
        Self {
            method,
            target,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    pub(super) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Reply {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(super) fn text(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why there is no whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The request never left: nothing can have happened.
    Unsent(String),
    /// The connection broke after the request had left: anything can have happened.
    Broken(String),
    /// The answer did not come in time: anything can have happened.
    TimedOut,
    /// The answer was larger than anything sensible.
    Oversize,
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unsent(why) => write!(f, "could not be sent: {why}"),
            Self::Broken(why) => write!(f, "connection broke: {why}"),
            Self::TimedOut => write!(f, "no answer within {} s", TIME_OUT.as_secs()),
            Self::Oversize => write!(f, "answer larger than {LARGEST} bytes"),
        }
    }
}

/// What became of a request.
pub(super) type Outcome = Result<Reply, Lost>;

/// One kept-alive connection, opened when needed.
#[derive(Debug)]
pub(super) struct Connection {
    address: Address,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    sender: SendRequest<Full<Bytes>>,
    local: SocketAddr,
    /// The same socket once more, to say goodbye by.
    socket: TcpStream,
    driver: JoinHandle<()>,
}

impl Open {
    /// Leaves an exchange that takes too long, and waits until the other side has seen it.
    async fn leave(mut self) {
        self.driver.abort();
        let mut scrap = [0; 1024];
        let seen = async {
            // Best effort: a socket that is broken has been left already.
            let _ = self.socket.shutdown().await;
            while let Ok(1..) = self.socket.read(&mut scrap).await {}
        };
        tokio::select! {
            () = seen => {}
            () = real_sleep(PARTING) => {}
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // Without its driver the socket closes, also in the middle of an answer.
        self.driver.abort();
    }
}

impl Connection {
    pub(super) fn to(address: Address) -> Self {
        Self {
            address,
            open: None,
        }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Sends once and awaits the whole answer; only what certainly never left is sent again.
    pub(super) async fn send(&mut self, request: &Request, participant: &Participant) -> Outcome {
        self.open
            .take_if(|open| open.sender.is_closed() || open.driver.is_finished());
        let reused = self.open.is_some();
        let outcome = self.send_once(request, participant).await;
        match outcome {
            Err(Lost::Unsent(_)) if reused => self.send_once(request, participant).await,
            outcome => outcome,
        }
    }

    async fn send_once(&mut self, request: &Request, participant: &Participant) -> Outcome {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => open_to(&self.address).await?,
        };
        let message = self.message(request)?;
        let local = open.local;
        let answer = exchange(&mut open.sender, message);
        let Some(reply) = participant.answer(local, TIME_OUT, answer).await else {
            // On a shared clock the hands wait for us, so the journal tells the moment at which we left.
            if participant.clock().rate().is_none() {
                open.leave().await;
            }
            return Err(Lost::TimedOut);
        };
        let reply = reply?;
        let closes = reply
            .text(CONNECTION)
            .is_some_and(|value| value.to_ascii_lowercase().contains("close"));
        if !closes {
            self.open = Some(open);
        }
        Ok(reply)
    }

    fn message(&self, request: &Request) -> Result<http::Request<Full<Bytes>>, Lost> {
        let mut message = http::Request::builder()
            .method(request.method.clone())
            .uri(&request.target)
            .header(HOST, &self.address.authority)
            .header(
                USER_AGENT,
                concat!("goto-double-client/", env!("CARGO_PKG_VERSION")),
            );
        for (name, value) in &request.headers {
            let value = HeaderValue::from_str(value)
                .map_err(|error| Lost::Unsent(format!("{name}: {error}")))?;
            message = message.header(name, value);
        }
        message
            .body(Full::new(request.body.clone()))
            .map_err(|error| Lost::Unsent(error.to_string()))
    }
}

async fn open_to(address: &Address) -> Result<Open, Lost> {
    let unsent = |error: &dyn std::error::Error| Lost::Unsent(error.to_string());
    let stream = TcpStream::connect((address.host(), address.port))
        .await
        .map_err(|error| unsent(&error))?;
    let local = stream.local_addr().map_err(|error| unsent(&error))?;
    // Best effort: without it a request merely waits a little for its last packet.
    let _ = stream.set_nodelay(true);
    let (stream, socket) = twice(stream).map_err(|error| unsent(&error))?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| unsent(&error))?;
    let driver = tokio::spawn(async move {
        // Its errors reach the waiting request.
        let _ = connection.await;
    });
    Ok(Open {
        sender,
        local,
        socket,
        driver,
    })
}

/// Two handles of one socket.
fn twice(stream: TcpStream) -> io::Result<(TcpStream, TcpStream)> {
    let stream = stream.into_std()?;
    let other = stream.try_clone()?;
    Ok((TcpStream::from_std(stream)?, TcpStream::from_std(other)?))
}

async fn exchange(
    sender: &mut SendRequest<Full<Bytes>>,
    message: http::Request<Full<Bytes>>,
) -> Outcome {
    sender
        .ready()
        .await
        .map_err(|error| Lost::Unsent(error.to_string()))?;
    let response = sender
        .try_send_request(message)
        .await
        .map_err(|mut error| {
            // The message comes back only if no byte of it was written.
            let unsent = error.take_message().is_some();
            let why = error.into_error().to_string();
            if unsent {
                Lost::Unsent(why)
            } else {
                Lost::Broken(why)
            }
        })?;
    let (head, body) = response.into_parts();
    let body = Limited::new(body, LARGEST)
        .collect()
        .await
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                Lost::Oversize
            } else {
                Lost::Broken(error.to_string())
            }
        })?;
    Ok(Reply {
        status: head.status.as_u16(),
        headers: head.headers,
        body: body.to_bytes(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_keeps_the_prefix_and_the_query_of_the_base() {
        let target = |base: &str| Address::parse(base).unwrap().target("/Users", "count=1");
        assert_eq!(target("http://h/scim/v2"), "/scim/v2/Users?count=1");
        assert_eq!(target("http://h/scim/v2/"), "/scim/v2/Users?count=1");
        assert_eq!(target("http://h:1"), "/Users?count=1");
        assert_eq!(target("http://h/t/1?a=b"), "/t/1/Users?a=b&count=1");
        assert_eq!(Address::parse("http://h").unwrap().target("", ""), "/");
    }

    #[test]
    fn only_http_urls_are_addresses() {
        for text in ["https://h/", "h:80", "/scim", "", "http://"] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
