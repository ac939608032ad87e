//! What the fuzz targets reach and no stranger can: a request or a packet without a socket in between.
//!
//! It is there in builds for fuzzing only (`--cfg fuzzing`), so it is no part of the library.

use std::task::{Context, Poll, Waker};

use crate::app::{Answering, App, Sent};
use crate::exchange::{Arrived, Request};
use crate::store::zone::Zone;
use crate::wire::dns;

pub use crate::store::zone::Transport;

/// Takes one request through the whole way of [`App`]; nothing comes of one that would have to wait.
pub fn answer(app: &App, request: Request) -> Option<Sent> {
    let arrived = Arrived {
        request,
        is_too_large: false,
        malformed: None,
    };
    match app.answer(arrived) {
        Answering::Now(sent) => Some(sent),
        Answering::Later(mut later) => {
            let mut context = Context::from_waker(Waker::noop());
            match later.as_mut().poll(&mut context) {
                Poll::Ready(sent) => Some(sent),
                Poll::Pending => None,
            }
        }
        // Nothing on the product port is without end.
        Answering::Flowing(_) => None,
    }
}

/// What the name server of a zone says to one packet; nothing to what deserves no answer.
pub fn name_server(zone: &Zone, packet: &[u8], transport: Transport) -> Option<Vec<u8>> {
    dns::answer(packet, zone, transport)
}
