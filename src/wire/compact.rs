//! Takes a request out of the buffer it was read into.
//!
//! What hyper hands over points into its read buffer. The journal keeps requests, and would keep a whole buffer with
//! each: hyper would need a new one every time, and the journal many times the memory it says anything with.

use bytes::Bytes;
use http::Uri;
use http::header::HeaderValue;

use crate::exchange::Request;

/// Moves target, header values and body of a request into one piece of memory of just their size.
pub(super) fn compact(request: &mut Request) {
    let mut kept = Bytes::from(gather(request));
    let target = kept.split_to(target_of(&request.uri).len());
    if let (false, Ok(uri)) = (target.is_empty(), Uri::from_maybe_shared(target)) {
        request.uri = uri;
    }
    for value in request.headers.values_mut() {
        // A value that was read once can be read again.
        if let Ok(moved) = HeaderValue::from_maybe_shared(kept.split_to(value.len())) {
            *value = moved;
        }
    }
    request.body = kept;
}

fn gather(request: &Request) -> Vec<u8> {
    let target = target_of(&request.uri).as_bytes();
    let values = || request.headers.values().map(HeaderValue::as_bytes);
    let all: usize = values().map(<[u8]>::len).sum();
    let mut gathered = Vec::with_capacity(target.len() + all + request.body.len());
    gathered.extend_from_slice(target);
    for value in values() {
        gathered.extend_from_slice(value);
    }
    gathered.extend_from_slice(&request.body);
    gathered
}

/// A target in origin form, which nearly all have; any other is left where it is.
fn target_of(uri: &Uri) -> &str {
    match (uri.authority(), uri.path_and_query()) {
        (None, Some(target)) => target.as_str(),
        _ => "",
    }
}
