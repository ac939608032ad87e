//! RFC 7643 and 7644 as pure functions over JSON values: no state, no clock, no sockets, no panic.

pub mod dialect;
pub mod discovery;
pub mod error;
pub mod resource;
pub mod resource_type;
pub mod schema;
