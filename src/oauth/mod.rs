//! The OAuth 2.0 authorization server as pure functions: requests in, values and refusals out.
//!
//! It holds no grant, asks no clock and draws no dice: moments and draws are handed in.

pub mod assertion;
pub mod authorize;
pub mod bearer;
pub mod client;
pub mod credentials;
pub mod digest;
pub mod error;
pub mod form;
pub mod grant_type;
pub mod introspection;
pub mod jwt;
pub mod metadata;
pub mod pkce;
pub mod registration;
pub mod scope;
pub mod token;
mod verifying;

#[cfg(test)]
mod properties;
