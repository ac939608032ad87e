//! Faults of tokens: they die early, live shortly, rotate, shrink, bear another date, or speak for somebody else.

use crate::scenario::file;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::plan::{Skew, TokenKind, TokenVerb};
use crate::scenario::schedule::duration;

pub(in crate::scenario) const KINDS: [(&str, TokenKind); 3] = [
    ("access", TokenKind::Access),
    ("refresh", TokenKind::Refresh),
    ("all", TokenKind::All),
];

/// Reads `do.token`.
pub(in crate::scenario) fn read(
    token: &file::Token,
    at: &Pointer,
    findings: &mut Findings,
) -> TokenVerb {
    if *token == file::Token::default() {
        let complaint =
            "names nothing to do: revoke, expires_in, rotate, scope, skew, account or size";
        findings.error(at, complaint);
    }
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
    let skew = token
        .skew
        .as_deref()
        .and_then(|text| findings.keep(&at.key("skew"), skew(text)));
    if let Some(scope) = token.scope.as_deref()
        && !scope.split(' ').all(is_scope_token)
    {
        let complaint = format!("{scope:?} is no scope: tokens divided by single blanks are");
        findings.error(&at.key("scope"), complaint);
    }
    TokenVerb {
        revoke,
        expires_in,
        rotate: token.rotate.is_some(),
        scope: token.scope.clone(),
        skew,
        account: token.account.clone(),
        size: token
            .size
            .and_then(|size| findings.keep(&at.key("size"), length(size))),
    }
}

/// How long a token may be told to be: long enough to be nobody's by accident, and short enough for a header field.
fn length(size: u64) -> Result<usize, Complaint> {
    let size = usize::try_from(size).ok();
    size.filter(|size| (64..=32_768).contains(size))
        .ok_or_else(|| Complaint::new("a token has 64 to 32768 characters"))
}

/// [RFC 6749 section 3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3).
fn is_scope_token(text: &str) -> bool {
    let lawful = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    !text.is_empty() && text.bytes().all(lawful)
}

/// Reads a distance with its direction, as `-10m`.
pub(super) fn skew(text: &str) -> Result<Skew, Complaint> {
    if let Some(ahead) = text.strip_prefix('+') {
        return duration(ahead).map(Skew::Ahead);
    }
    match text.strip_prefix('-') {
        Some(behind) => duration(behind).map(Skew::Behind),
        None => Err(Complaint::new(format!(
            "\"{text}\" is no skew: write +10m for a clock that is ahead, -10m for one that is behind"
        ))),
    }
}

fn kind_of(text: &str) -> Result<TokenKind, Complaint> {
    let known = KINDS.iter().find(|(name, _)| *name == text);
    known
        .map(|(_, kind)| *kind)
        .ok_or_else(|| Complaint::unknown("kind of token", text, KINDS.map(|(name, _)| name)))
}

/// What it does, in a few words.
pub fn what(verb: &TokenVerb) -> String {
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
    if verb.skew.is_some() {
        words.push("token dated by another clock");
    }
    if verb.account.is_some() {
        words.push("token of another account");
    }
    if verb.size.is_some() {
        words.push("token of another size");
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
            skew: Some("-10m".into()),
            account: Some("eve@other.com".into()),
            size: Some(4096),
        };
        let verb = read(&token, &Pointer::default(), &mut findings);
        assert!(findings.messages().is_empty());
        assert_eq!(verb.revoke, Some(TokenKind::Access));
        assert_eq!(verb.expires_in, Some(Duration::from_secs(3600)));
        assert!(verb.rotate);
        assert_eq!(verb.size, Some(4096));
        assert_eq!(verb.skew, Some(Skew::Behind(Duration::from_secs(600))));
        assert_eq!(skew("+1s").ok(), Some(Skew::Ahead(Duration::from_secs(1))));
    }

    #[test]
    fn unknown_kinds_are_found() {
        let mut findings = Findings::default();
        let token = file::Token {
            revoke: Some("acces".into()),
            expires_in: Some("soon".into()),
            rotate: Some("access".into()),
            scope: Some("a  b".into()),
            skew: Some("10m".into()),
            account: None,
            size: Some(12),
        };
        read(&token, &Pointer::default(), &mut findings);
        assert_eq!(findings.messages().len(), 6);
    }
}
