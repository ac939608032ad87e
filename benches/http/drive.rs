//! The client: so many connections that each ask again as soon as they have an answer.
//!
//! It knows no more HTTP than it needs to find the end of an answer, so that the server is what limits the rate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use goto_double::clock::Monotonic;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Outcome;
use crate::ask::Load;

/// What came of a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Driven {
    /// How many requests were answered.
    pub(crate) answered: u32,
    /// How long it took.
    pub(crate) took: Duration,
    /// How much of its thread's time the server used, where that can be told.
    pub(crate) cpu: Option<Duration>,
}

/// Drives a server for a while.
pub(crate) fn drive(
    load: &Arc<Load>,
    server: SocketAddr,
    connections: usize,
    time: Duration,
) -> Outcome<Driven> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut streams = Vec::new();
        for _ in 0..connections {
            let stream = TcpStream::connect(server).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        let started = Monotonic::now();
        let mut asking = JoinSet::new();
        for (connection, stream) in streams.into_iter().enumerate() {
            let load = Arc::clone(load);
            asking.spawn(async move { ask(&load, (connection, stream), (started, time)).await });
        }
        let mut answered = 0;
        while let Some(count) = asking.join_next().await {
            answered += count??;
        }
        Ok(Driven {
            answered,
            took: started.elapsed(),
            cpu: None,
        })
    })
}

/// Asks on one connection until the time is over; says how often it was answered.
async fn ask(
    load: &Load,
    (connection, mut stream): (usize, TcpStream),
    (started, time): (Monotonic, Duration),
) -> Outcome<u32> {
    let mut answered = 0;
    let mut request = Vec::new();
    let mut answer = BytesMut::with_capacity(64 << 10);
    let mut turn = 0;
    // Whoever added a member also removes it again.
    while started.elapsed() < time || turn % 2 == 1 {
        load.next((connection, turn), &mut request);
        stream.write_all(&request).await?;
        let status = read(&mut stream, &mut answer).await?;
        if !(200..300).contains(&status) {
            let asked = String::from_utf8_lossy(&request);
            return Err(format!("answered {status} to {asked}").into());
        }
        answered += 1;
        turn += 1;
    }
    Ok(answered)
}

/// Reads one answer to its end; says its status.
async fn read(stream: &mut TcpStream, answer: &mut BytesMut) -> Outcome<u16> {
    loop {
        if let Some((status, length)) = whole(answer)? {
            answer.advance(length);
            return Ok(status);
        }
        if stream.read_buf(answer).await? == 0 {
            return Err("the server closed the connection".into());
        }
    }
}

/// The status and the length of the answer in the buffer, once all of it is there.
fn whole(answer: &[u8]) -> Outcome<Option<(u16, usize)>> {
    let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = str::from_utf8(answer.get(..head).unwrap_or_default())?;
    let status = text.split(' ').nth(1).ok_or("no status")?.parse()?;
    let length = text
        .split("\r\n")
        .find_map(|line| line.strip_prefix("content-length: "));
    let body: usize = length.map_or(Ok(0), str::parse)?;
    let all = head + 4 + body;
    Ok((answer.len() >= all).then_some((status, all)))
}
