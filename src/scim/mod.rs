//! RFC 7643 and 7644 as pure functions over JSON values: no state, no clock, no sockets, no panic.

pub mod bulk;
pub mod cursor;
pub mod dialect;
pub mod discovery;
pub mod error;
pub mod filter;
pub mod list;
pub mod patch;
pub mod path;
pub mod project;
pub mod resource;
pub mod resource_type;
pub mod schema;
pub mod sort;
#[cfg(test)]
mod specimen;
pub mod v1;
pub mod written;
