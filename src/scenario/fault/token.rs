//! Faults of tokens: they die early, live shortly, rotate or shrink.

use crate::scenario::file;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::plan::{TokenKind, TokenVerb};
use crate::scenario::schedule::duration;

/// Reads `do.token`.
pub(in crate::scenario) fn read(
    token: &file::Token,
    at: &Pointer,
    findings: &mut Findings,
) -> TokenVerb {
    let revoke = token
        .revoke
        .as_deref()
        .and_then(|kind| findings.keep(&at.key("revoke"), kind_of(kind)));
    let expires_in = token
        .expires_in
        .as_deref()
        .and_then(|text| findings.keep(&at.key("expires_in"), duration(text)));
    if let Some(rotate) = token.rotate.as_deref()
        && rotate != "refresh"
    {
        let complaint = Complaint::unknown("token that rotates", rotate, ["refresh"]);
        findings.error(&at.key("rotate"), complaint);
    }
    TokenVerb {
        revoke,
        expires_in,
        rotate: token.rotate.is_some(),
        scope: token.scope.clone(),
    }
}

fn kind_of(text: &str) -> Result<TokenKind, Complaint> {
    match text {
        "access" => Ok(TokenKind::Access),
        "refresh" => Ok(TokenKind::Refresh),
        "all" => Ok(TokenKind::All),
        _ => Err(Complaint::unknown(
            "kind of token",
            text,
            ["access", "refresh", "all"],
        )),
    }
}

pub(super) fn what(verb: &TokenVerb) -> String {
    let mut words = Vec::new();
    if let Some(kind) = verb.revoke {
        words.push(match kind {
            TokenKind::Access => "access token revoked",
            TokenKind::Refresh => "refresh token revoked",
            TokenKind::All => "tokens revoked",
        });
    }
    if verb.rotate {
        words.push("refresh token rotated");
    }
    if verb.expires_in.is_some() {
        words.push("token lifetime set");
    }
    if verb.scope.is_some() {
        words.push("scope narrowed");
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_verb_is_read() {
        let mut findings = Findings::default();
        let token = file::Token {
            revoke: Some("access".into()),
            expires_in: Some("1h".into()),
            rotate: Some("refresh".into()),
            scope: Some("scim.read".into()),
        };
        let verb = read(&token, &Pointer::default(), &mut findings);
        assert!(findings.messages().is_empty());
        assert_eq!(verb.revoke, Some(TokenKind::Access));
        assert_eq!(verb.expires_in, Some(Duration::from_secs(3600)));
        assert!(verb.rotate);
    }

    #[test]
    fn unknown_kinds_are_found() {
        let mut findings = Findings::default();
        let token = file::Token {
            revoke: Some("acces".into()),
            expires_in: Some("soon".into()),
            rotate: Some("access".into()),
            scope: None,
        };
        read(&token, &Pointer::default(), &mut findings);
        assert_eq!(findings.messages().len(), 3);
    }
}
