//! The life of a request, from a plain [`Request`](crate::exchange::Request) to a plain answer.
//!
//! It knows nothing of hyper, sockets or files. Read [`App::answer`] from top to bottom and you know the server.

pub mod auth;
mod gate;
pub mod surface;
