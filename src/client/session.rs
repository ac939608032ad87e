//! One SCIM request with everything around it: token, redirect, waiting, trying again.

use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE};
use serde_json::Value;

use super::http::{Address, Lost, Outcome, Reply, Request};
use super::retry::{Patience, is_transient};
use super::{Client, Defect, body};

/// How many redirects are followed.
const HOPS: usize = 5;
/// After so many operations in a row that spent their whole budget the server is taken for down.
const BREAKER: u32 = 8;

/// Why the cycle ends early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stop(pub(super) String);

/// What became of a request that was tried as often as it deserved.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// A final answer, whatever it says.
    Reply(Reply),
    /// None that means anything; whether it took effect is not known.
    Unknown(String),
}

/// What a read brought.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Read {
    /// A JSON object.
    Body(Value),
    /// 404 or 410.
    Gone,
    /// Another final answer that is no success.
    Refused(String),
    /// Nothing that can be believed.
    Unknown(String),
}

impl Client<'_> {
    /// Reads a resource or a list.
    pub(super) async fn read(&mut self, path: &str, query: &str) -> Result<Read, Stop> {
        let patience = self.patience();
        self.read_within(path, query, patience).await
    }

    /// Reads a resource or a list within a budget.
    pub(super) async fn read_within(
        &mut self,
        path: &str,
        query: &str,
        patience: Patience,
    ) -> Result<Read, Stop> {
        let request = Request::new(Method::GET, self.scim.address().target(path, query));
        Ok(match self.repeat(&request, is_readable, patience).await? {
            Answer::Reply(reply) if reply.is_success() => match body::object(&reply) {
                Some(body) => Read::Body(body),
                None => Read::Unknown("the answer is not JSON".into()),
            },
            Answer::Reply(reply) if is_gone(reply.status) => Read::Gone,
            Answer::Reply(reply) => Read::Refused(body::complaint(&reply)),
            Answer::Unknown(why) => Read::Unknown(why),
        })
    }

    /// Asks for something that may be asked twice, [RFC 9110 section 9.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2),
    /// until a usable answer comes or the budget is spent.
    pub(super) async fn repeat(
        &mut self,
        request: &Request,
        is_usable: fn(&Reply) -> bool,
        mut patience: Patience,
    ) -> Result<Answer, Stop> {
        loop {
            let outcome = self.once(request).await?;
            let why = match outcome {
                Ok(reply) if !is_transient(reply.status) && is_usable(&reply) => {
                    self.exhausted = 0;
                    return Ok(Answer::Reply(reply));
                }
                Ok(ref reply) if reply.is_success() => "the answer is not JSON".to_owned(),
                Ok(ref reply) => body::complaint(reply),
                Err(ref lost) => lost.to_string(),
            };
            if !self.pause(&mut patience, &outcome).await {
                return self.gave_up(why).map(Answer::Unknown);
            }
        }
    }

    /// Waits before the next try; false if there is to be none.
    pub(super) async fn pause(&self, patience: &mut Patience, outcome: &Outcome) -> bool {
        match patience.wait(outcome, self.participant.clock().now()) {
            Some(wait) => {
                self.participant.sleep(wait).await;
                true
            }
            None => false,
        }
    }

    pub(super) fn patience(&self) -> Patience {
        Patience::new(self.settings.defect)
    }

    /// Counts an operation that spent its budget, and ends the cycle if the server seems to be down.
    pub(super) fn gave_up(&mut self, why: String) -> Result<String, Stop> {
        self.exhausted += 1;
        if self.exhausted >= BREAKER && !self.has(Defect::NeverGiveUp) {
            return Err(Stop(format!("the server seems to be down: {why}")));
        }
        Ok(why)
    }

    /// Sends once; a 401 is answered with one refresh and one replay, as the token may merely be old.
    pub(super) async fn once(&mut self, request: &Request) -> Result<Outcome, Stop> {
        let outcome = self.follow(request).await;
        if !has_status(&outcome, 401) {
            return refuse_scope(outcome);
        }
        if !self.has(Defect::NoRefresh)
            && let Err(stop) = self.renew_token().await
        {
            if self.has(Defect::GoOnUnauthorized) {
                return Ok(outcome);
            }
            return Err(stop);
        }
        let again = self.follow(request).await;
        if has_status(&again, 401) && !self.has(Defect::GoOnUnauthorized) {
            return Err(Stop("the server takes none of our tokens".into()));
        }
        refuse_scope(again)
    }

    /// The request with the headers every SCIM request carries.
    pub(super) fn dressed(&self, request: &Request) -> Request {
        let mut request = request.clone().header(
            ACCEPT,
            "application/scim+json, application/json;q=0.9, */*;q=0.1",
        );
        if !request.body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/scim+json");
        }
        match &self.memory.tokens.access {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends with the token, and to where the same origin moved it, with the same method and body.
    async fn follow(&mut self, request: &Request) -> Outcome {
        let mut request = self.dressed(request);
        for _ in 0..HOPS {
            let reply = self.scim.send(&request, self.participant).await?;
            let keeps_method = matches!(reply.status, 307 | 308)
                || (matches!(reply.status, 301 | 302) && request.method == Method::GET);
            let moved = reply
                .text(LOCATION)
                .filter(|_| keeps_method)
                .and_then(|location| same_origin_target(self.scim.address(), location));
            match moved {
                Some(target) => request.target = target,
                None => return Ok(reply),
            }
        }
        Err(Lost::Unsent("too many redirects".into()))
    }
}

/// The target of a `Location`, if it stays on this origin: the token goes nowhere else.
fn same_origin_target(here: &Address, location: &str) -> Option<String> {
    if location.starts_with('/') && !location.starts_with("//") {
        return Some(location.to_owned());
    }
    let there = Address::parse(location)?;
    here.is_origin_of(&there).then(|| there.target("", ""))
}

/// Whether an answer of that status says that there is no such resource.
pub(super) fn is_gone(status: u16) -> bool {
    matches!(status, 404 | 410)
}

fn has_status(outcome: &Outcome, status: u16) -> bool {
    matches!(outcome, Ok(reply) if reply.status == status)
}

/// A token whose scope does not suffice will not suffice for the next request either.
fn refuse_scope(outcome: Outcome) -> Result<Outcome, Stop> {
    match &outcome {
        Ok(reply)
            if reply.status == 403
                && reply
                    .text(WWW_AUTHENTICATE)
                    .is_some_and(|challenge| challenge.contains("insufficient_scope")) =>
        {
            Err(Stop("the token's scope does not suffice".into()))
        }
        _ => Ok(outcome),
    }
}

/// A success that is read has to be a JSON object; any other final answer says enough by its status.
fn is_readable(reply: &Reply) -> bool {
    !reply.is_success() || body::object(reply).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_follows_no_redirect_to_another_origin() {
        let here = Address::parse("http://127.0.0.1:4000/scim/v2").unwrap();
        let target = |location| same_origin_target(&here, location);
        assert_eq!(target("/x?a=b").as_deref(), Some("/x?a=b"));
        assert_eq!(
            target("http://127.0.0.1:4000/x?a=b").as_deref(),
            Some("/x?a=b")
        );
        for elsewhere in ["//evil/x", "http://evil/x", "https://127.0.0.1:4000/x", "x"] {
            assert_eq!(target(elsewhere), None, "{elsewhere}");
        }
    }
}
