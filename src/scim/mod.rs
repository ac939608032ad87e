//! RFC 7643 and 7644 as pure functions over JSON values: no state, no clock, no sockets, no panic.

pub mod schema;
