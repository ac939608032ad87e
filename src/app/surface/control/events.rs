//! The journal as server-sent events, [HTML section 9.2](https://html.spec.whatwg.org/multipage/server-sent-events.html).

use std::sync::Arc;
use std::time::Duration;
use std::vec::IntoIter;

use bytes::Bytes;
use http::header::CACHE_CONTROL;
use http::{HeaderName, Method, StatusCode};
use serde_json::json;

use super::Answer;
use super::input::Query;
use crate::app::control::{Control, ControlError, Follower};
use crate::app::{Piece, Pieces, journal_json};
use crate::clock::real_sleep;
use crate::entry::Entry;
use crate::exchange::{Reply, Request};
use crate::journal::Batch;

/// How long nothing is said at most, in real time, so that nobody in between takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The number of the last entry a client got before its connection broke.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Answers with the entries that the query takes, those that are there and those that come.
pub(super) fn follow(control: &Control, request: &Request) -> Result<Answer, ControlError> {
    let mut filter = Query::read(request, &[])?.filter()?;
    // A browser that comes back asks for the same address, and says here how far it came.
    if let Some(last) = request.header(&LAST_EVENT_ID) {
        let wanted = "the number of an entry is wanted";
        filter.after = last
            .trim()
            .parse()
            .map_err(|_| ControlError::of_field("Last-Event-ID", wanted))?;
    }
    let reply = Reply::with_body(StatusCode::OK, "text/event-stream", Bytes::new())
        .with_header(CACHE_CONTROL, "no-store");
    if request.method == Method::HEAD {
        return Ok(Answer::Whole(reply));
    }
    let events = Events {
        follower: control.follow(filter)?,
        stage: Stage::Begin,
        read: Vec::new().into_iter(),
    };
    Ok(Answer::Flowing(reply, Box::new(events)))
}

/// The events of one follower, one at a time: what it holds is a few entries, however slow its client is.
pub(super) struct Events {
    follower: Follower,
    stage: Stage,
    read: IntoIter<Arc<Entry>>,
}

enum Stage {
    Begin,
    UnderWay,
    Over,
}

impl Pieces for Events {
    fn next(mut self: Box<Self>) -> Piece {
        Box::pin(async move {
            let piece = match self.stage {
                Stage::Begin => {
                    self.stage = Stage::UnderWay;
                    // The head and this leave at once, so that the client knows it is heard.
                    "retry: 1000\n\n".to_owned()
                }
                Stage::UnderWay => {
                    let piece = self.wait().await;
                    piece.unwrap_or_else(|| {
                        self.stage = Stage::Over;
                        "event: end\ndata: {\"why\":\"the sandbox was reset or deleted\"}\n\n"
                            .to_owned()
                    })
                }
                Stage::Over => return None,
            };
            Some((Bytes::from(piece), self as Box<dyn Pieces>))
        })
    }
}

impl Events {
    /// Waits for an entry that is wanted, or until it is time to say anything at all.
    async fn wait(&mut self) -> Option<String> {
        let alive = real_sleep(HEARTBEAT);
        tokio::pin!(alive);
        loop {
            if let Some(entry) = self.read.next() {
                return Some(event(&entry));
            }
            tokio::select! {
                biased;
                batch = self.follower.next() => {
                    let Batch { entries, missed } = batch?;
                    self.read = entries.into_iter();
                    if missed > 0 {
                        let data = json!({ "entries": missed });
                        return Some(format!("event: missed\ndata: {data}\n\n"));
                    }
                }
                () = &mut alive => return Some(": still here\n\n".to_owned()),
            }
        }
    }
}

fn event(entry: &Entry) -> String {
    let data = journal_json::entry(entry);
    format!("id: {}\ndata: {data}\n\n", entry.number)
}
