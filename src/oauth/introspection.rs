//! The answer to a question about a token, [RFC 7662 section 2.2](https://www.rfc-editor.org/rfc/rfc7662#section-2.2).

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::oauth::jwt::Claims;
use crate::oauth::scope::Scope;

/// What is said of a token that is good.
#[derive(Clone, Debug)]
pub struct Active<'t> {
    /// What it allows.
    pub scope: &'t Scope,
    /// The client it was given to.
    pub client_id: &'t str,
    /// The e-mail address of the account it speaks for.
    pub username: &'t str,
    /// The key of that account.
    pub sub: &'t str,
    /// When it ends.
    pub expires: Timestamp,
    /// What it says of itself; a refresh token says nothing.
    pub claims: Option<Claims>,
}

/// Nothing more is told of a token that is dead, unknown or somebody else's.
pub fn inactive() -> Value {
    json!({ "active": false })
}

impl Active<'_> {
    /// The answer.
    pub fn to_json(&self) -> Value {
        let mut answer = Map::new();
        answer.insert("active".into(), true.into());
        answer.insert("scope".into(), self.scope.to_string().into());
        answer.insert("client_id".into(), self.client_id.into());
        answer.insert("username".into(), self.username.into());
        answer.insert("sub".into(), self.sub.into());
        answer.insert("exp".into(), self.expires.as_second().into());
        if let Some(claims) = &self.claims {
            answer.insert("token_type".into(), "Bearer".into());
            answer.insert("iat".into(), claims.iat.into());
            answer.insert("aud".into(), claims.aud.clone().into());
            answer.insert("jti".into(), claims.jti.clone().into());
        }
        Value::Object(answer)
    }
}
