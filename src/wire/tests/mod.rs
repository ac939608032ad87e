//! What a client sees of this room, from the client's end of the socket.

mod delivering;
mod listening;
mod naming;
mod probing;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Connections, Limits, Stop, listen};
use crate::app::{Answering, Sent};
use crate::clock::{Clock, Timestamp};
use crate::exchange::{Arrived, Delivered, Delivery, Ending, Reply, Spelling};

pub(super) const BODY: &str = "abcdefghij";

/// A listener whose every answer is [`BODY`], delivered in one way, or the echo of a POST.
pub(super) struct Rig {
    pub(super) address: SocketAddr,
    pub(super) clock: Clock,
    pub(super) stop: Stop,
    pub(super) delivered: Arc<Mutex<Vec<Arc<Delivered>>>>,
    pub(super) served: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Rig {
    pub(super) fn start(delivery: Delivery) -> Self {
        Self::with_limits(delivery, Limits::default())
    }

    pub(super) fn with_limits(delivery: Delivery, limits: Limits) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let clock = Clock::manual(Timestamp::parse("2030-01-01T00:00:00Z").unwrap());
        let delivered = Arc::new(Mutex::new(Vec::new()));
        let (stop, shutdown) = Stop::pair();
        let answer = {
            let (clock, delivered) = (clock.clone(), Arc::clone(&delivered));
            move |arrived| {
                let sent = answer(arrived, delivery.clone(), clock.clone());
                delivered.lock().unwrap().push(Arc::clone(&sent.delivered));
                Answering::Now(sent)
            }
        };
        let connections = Connections::default();
        let served = tokio::spawn(listen::serve(
            listener,
            answer,
            limits,
            connections,
            shutdown,
        ));
        Self {
            address,
            clock,
            stop,
            delivered,
            served,
        }
    }

    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends one request and reads until the server closes.
    pub(super) async fn ask(&self, request: &str) -> std::io::Result<String> {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await?;
        read_all(&mut stream).await
    }

    #[track_caller]
    pub(super) fn delivered(&self, index: usize) -> (u64, Ending) {
        let delivered = self.delivered.lock().unwrap();
        (delivered[index].bytes(), delivered[index].ending())
    }
}

fn answer(arrived: Arrived, delivery: Delivery, clock: Clock) -> Sent {
    let request = arrived.request;
    let reply = if arrived.is_too_large {
        Reply::with_body(StatusCode::PAYLOAD_TOO_LARGE, "text/plain", "too large")
    } else if request.path() == "/none" {
        Reply::empty(StatusCode::NO_CONTENT)
    } else if request.method == Method::POST {
        Reply::with_body(StatusCode::OK, "text/plain", request.body)
    } else {
        Reply::with_body(
            StatusCode::OK,
            "text/plain",
            Bytes::from_static(BODY.as_bytes()),
        )
    };
    Sent {
        reply,
        delivery,
        spelling: Spelling::default(),
        delivered: Arc::new(Delivered::default()),
        answered: clock.now(),
        clock,
    }
}

pub(super) const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
pub(super) const GET_AND_CLOSE: &str = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

pub(super) async fn read_all(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Reads until the answer ends with `end`.
pub(super) async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(end.as_bytes()) {
        let byte = stream.read_u8().await.unwrap();
        answer.push(byte);
    }
    String::from_utf8(answer).unwrap()
}

pub(super) const MINUTE: Duration = Duration::from_secs(60);

pub(super) fn body_of(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}
