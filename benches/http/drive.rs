//! The client: so many connections that each ask again as soon as they have an answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use goto_double::clock::Monotonic;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Outcome;

/// What is asked all the time.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// This path.
    Get(String),
    /// A new user every time.
    Create,
}

/// What one case asks of both servers.
pub(crate) struct Load {
    ask: Ask,
    authorization: String,
    connections: usize,
    /// No user is created twice, in whatever round.
    created: AtomicUsize,
}

impl Load {
    pub(crate) fn new(ask: Ask, token: &str, connections: usize) -> Self {
        Self {
            ask,
            authorization: format!("Bearer {token}"),
            connections: connections.max(1),
            // Far from the numbers of the users that are there from the start.
            created: AtomicUsize::new(1_000_000),
        }
    }

    fn request(&self, server: SocketAddr) -> Outcome<Request<Full<Bytes>>> {
        let request = Request::builder()
            .header(HOST, server.to_string())
            .header(AUTHORIZATION, &self.authorization);
        Ok(match &self.ask {
            Ask::Get(path) => request.uri(path).body(Full::default())?,
            Ask::Create => {
                let number = self.created.fetch_add(1, Ordering::Relaxed);
                request
                    .method("POST")
                    .uri("/scim/v2/Users")
                    .header(CONTENT_TYPE, "application/scim+json")
                    .body(Full::from(user(number).to_string()))?
            }
        })
    }
}

/// The user of that number, as a client sends it.
pub(crate) fn user(number: usize) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": format!("user{number}@main.com"),
        "externalId": format!("external-{number}"),
        "name": { "givenName": "Given", "familyName": format!("Family{number}") },
        "displayName": format!("Given Family{number}"),
        "emails": [{ "value": format!("user{number}@main.com"), "type": "work", "primary": true }],
        "active": true,
    })
}

/// Drives a server for a while; says how many requests a second it answered.
pub(crate) fn drive(load: &Arc<Load>, server: SocketAddr, time: Duration) -> Outcome<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut senders = Vec::new();
        for _ in 0..load.connections {
            senders.push(connect(server).await?);
        }
        let started = Monotonic::now();
        let mut asking = JoinSet::new();
        for sender in senders {
            let load = Arc::clone(load);
            asking.spawn(async move { ask(&load, server, sender, (started, time)).await });
        }
        let mut answered = 0;
        while let Some(count) = asking.join_next().await {
            answered += count??;
        }
        Ok(f64::from(answered) / started.elapsed().as_secs_f64())
    })
}

async fn connect(server: SocketAddr) -> Outcome<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Asks on one connection until the time is over; says how often it was answered.
async fn ask(
    load: &Load,
    server: SocketAddr,
    mut sender: SendRequest<Full<Bytes>>,
    (started, time): (Monotonic, Duration),
) -> Outcome<u32> {
    let mut answered = 0;
    while started.elapsed() < time {
        sender.ready().await?;
        let response = sender.send_request(load.request(server)?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            let body = String::from_utf8_lossy(&body);
            return Err(format!("{server} answered {status}: {body}").into());
        }
        answered += 1;
    }
    Ok(answered)
}
