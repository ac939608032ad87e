//! Whether what a client shows is worth a token: a code with its promise, a refresh token.

use std::sync::atomic::Ordering;

use crate::clock::Timestamp;
use crate::oauth::client::Client;
use crate::store::grants::Refusal;
use crate::store::grants::grant::{Code, Refresh};

pub(super) fn check_code(code: &Code, client: &Client, now: Timestamp) -> Result<(), Refusal> {
    if code.authorization.client_id != client.id {
        return Err(Refusal::OtherClient);
    }
    // RFC 6749 section 4.1.2: a second use is refused and ends what the first one gave.
    if code.spent.load(Ordering::Acquire) {
        code.authorization.end();
        return Err(Refusal::SpentCode);
    }
    if now >= code.expires {
        return Err(Refusal::ExpiredCode);
    }
    Ok(())
}

pub(super) fn check_promise(
    code: &Code,
    redirect_uri: Option<&str>,
    verifier: Option<&str>,
) -> Result<(), Refusal> {
    let fits = match (&code.sent_redirect_uri, redirect_uri) {
        (Some(sent), Some(repeated)) => sent == repeated,
        (Some(_), None) => false,
        (None, Some(named)) => code.redirect_uri.as_str() == named,
        (None, None) => true,
    };
    if !fits {
        return Err(Refusal::OtherRedirectUri);
    }
    match (&code.challenge, verifier) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(Refusal::MissingVerifier),
        (Some(challenge), Some(verifier)) if challenge.is_met_by(verifier) => Ok(()),
        // A verifier without a challenge smells of a downgrade: RFC 9700 section 2.1.1.
        (None | Some(_), Some(_)) => Err(Refusal::WrongVerifier),
    }
}

pub(super) fn check_refresh(old: &Refresh, client: &Client, now: Timestamp) -> Result<(), Refusal> {
    if old.authorization.client_id != client.id {
        return Err(Refusal::OtherClient);
    }
    // RFC 9700 section 4.14.2: nobody can tell thief from owner, so both lose.
    if old.replaced.load(Ordering::Acquire) {
        old.authorization.end();
        return Err(Refusal::ReplacedRefresh);
    }
    if !old.is_live(now) {
        return Err(Refusal::DeadRefresh);
    }
    Ok(())
}
