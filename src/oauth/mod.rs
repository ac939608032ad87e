//! The OAuth 2.0 authorization server as pure functions: requests in, values and refusals out.
//!
//! It holds no grant, asks no clock and draws no dice: moments and draws are handed in.

pub mod authorize;
pub mod bearer;
pub mod client;
pub mod digest;
pub mod error;
pub mod form;
pub mod jwt;
pub mod metadata;
pub mod pkce;
pub mod registration;
pub mod scope;
pub mod token;
