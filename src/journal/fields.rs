//! Header fields as bytes, and one copy of those that come again and again.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

/// How many different heads are remembered.
///
/// A client sends the same fields with nearly every request: its token, what it accepts, who it is.
const REMEMBERED: usize = 8;

/// The header fields of the last requests, each different head once.
#[derive(Debug, Default)]
pub(super) struct Repeated {
    heads: Vec<Arc<[u8]>>,
    /// Which one makes room for the next.
    oldest: usize,
    /// Room to write a head in before it is known whether it is a new one.
    scratch: Vec<u8>,
}

impl Repeated {
    /// The fields as bytes; those that came lately are not copied again.
    pub(super) fn share(&mut self, fields: &HeaderMap) -> Arc<[u8]> {
        self.scratch.clear();
        write(fields, &mut self.scratch);
        if let Some(known) = self.heads.iter().find(|head| ***head == *self.scratch) {
            return Arc::clone(known);
        }
        let head: Arc<[u8]> = self.scratch.as_slice().into();
        match self.heads.get_mut(self.oldest) {
            Some(oldest) => *oldest = Arc::clone(&head),
            None => self.heads.push(Arc::clone(&head)),
        }
        self.oldest = (self.oldest + 1) % REMEMBERED;
        head
    }
}

/// Appends every field: two lengths, then name and value.
pub(super) fn write(fields: &HeaderMap, bytes: &mut Vec<u8>) {
    for (name, value) in fields {
        let (name, value) = (name.as_str().as_bytes(), value.as_bytes());
        bytes.extend_from_slice(&length(name));
        bytes.extend_from_slice(&length(value));
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(value);
    }
}

/// No head comes near four gigabytes: the socket's limits see to that.
fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes()
}

/// The fields that were written.
pub(super) fn read(bytes: &[u8]) -> HeaderMap {
    let mut fields = HeaderMap::new();
    let mut left = Bytes::copy_from_slice(bytes);
    while let Some((name, value)) = next(&mut left) {
        // What was a field once is one again.
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(&name),
            HeaderValue::from_maybe_shared(value),
        ) {
            fields.append(name, value);
        }
    }
    fields
}

fn next(left: &mut Bytes) -> Option<(Bytes, Bytes)> {
    let name = u32::from_le_bytes(*left.first_chunk()?) as usize;
    let value = u32::from_le_bytes(*left.get(4..)?.first_chunk()?) as usize;
    if left.len() < 8 + name + value {
        return None;
    }
    let mut field = left.split_to(8 + name + value).split_off(8);
    let name = field.split_to(name);
    Some((name, field))
}
