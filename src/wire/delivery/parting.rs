//! A connection's last words, and how it ends.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::clock::real_sleep;
use crate::exchange::{Connection, Ending};

use super::super::line::{Close, Parting, Tally};
use super::super::socket::Socket;

/// How long a closed connection stays readable, so that the client sees the end and not a reset.
const LINGER: Duration = Duration::from_secs(1);

/// Says a connection's last words and ends it.
pub(in crate::wire) async fn part(mut stream: Socket, parting: Parting, connection: Connection) {
    let _guard = Unended(&parting.tally);
    if !say(&mut stream, &parting).await {
        parting.tally.end(Ending::ClientGone);
        return;
    }
    if let Some(hold) = parting.hold {
        tokio::select! {
            biased;
            () = parting.tally.clock.hold(connection.peer, hold) => {}
            () = read_to_end(&mut stream) => {
                parting.tally.end(Ending::ClientGone);
                return;
            }
        }
    }
    parting.tally.end(parting.ending);
    match parting.close {
        Close::Orderly => close(stream).await,
        Close::Unnotified => close(stream.bare()).await,
        Close::Reset => stream.reset(),
    }
}

/// Writes the last words; `false` if the client is gone.
///
/// They are noted before they are written, as is the end if no silence follows:
/// whoever has heard them then also finds the note, and its hour is not that of what the client does next.
async fn say(stream: &mut Socket, parting: &Parting) -> bool {
    let mut words = parting.words.clone();
    let delivered = &parting.tally.delivered;
    delivered.add(words.len() as u64);
    if parting.hold.is_none() {
        parting.tally.end(parting.ending);
    }
    while !words.is_empty() {
        if stream.write_buf(&mut words).await.is_err() {
            delivered.take_back(words.len() as u64);
            return false;
        }
    }
    stream.flush().await.is_ok()
}

/// Closes in good order: our end first, then the whole once the client has seen it.
pub(in crate::wire) async fn close(mut stream: Socket) {
    if stream.shutdown().await.is_err() {
        return;
    }
    // Closing with unread bytes in the socket would send RST after all.
    tokio::select! {
        () = read_to_end(&mut stream) => {}
        () = real_sleep(LINGER) => {}
    }
}

async fn read_to_end(stream: &mut Socket) {
    let mut scrap = [0; 4096];
    while let Ok(1..) = stream.read(&mut scrap).await {}
}

/// Notes a delivery that is dropped half-way: the double stops.
struct Unended<'a>(&'a Tally);

impl Drop for Unended<'_> {
    fn drop(&mut self) {
        self.0.end(Ending::BrokenOff);
    }
}
