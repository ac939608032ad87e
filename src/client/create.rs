//! Creating a resource exactly once, also if the answer is lost.

use http::Method;
use serde_json::Value;

use super::http::{Lost, Outcome, Reply, Request};
use super::lookup::{Found, Kind, path_of};
use super::retry::is_transient;
use super::session::Stop;
use super::{Client, Defect, body};

/// How often a client that does not learn repeats what was refused.
const STUBBORN: usize = 3;

/// What a create came to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Created {
    /// It is there, made by this request.
    New { id: String, row: Option<Value> },
    /// It was there before, or an earlier try had made it after all.
    Existing { id: String, row: Value },
    /// It is not there, or not certainly.
    Failed(String),
}

impl Client<'_> {
    /// Creates the resource called `name`; whoever calls has made sure that it is not there.
    pub(super) async fn create(
        &mut self,
        kind: Kind,
        name: &str,
        body: &Value,
    ) -> Result<Created, Stop> {
        let target = self.scim.address().target(kind.path(), "");
        let request = Request::new(Method::POST, target).body(body.to_string());
        let mut patience = self.patience();
        loop {
            let outcome = self.once(&request).await?;
            let why = match &outcome {
                Ok(reply) if !is_transient(reply.status) => {
                    self.exhausted = 0;
                    let reply = reply.clone();
                    return self.settle(kind, name, &request, reply).await;
                }
                Ok(reply) => body::complaint(reply),
                Err(lost) => lost.to_string(),
            };
            if !self.pause(&mut patience, &outcome).await {
                return self.gave_up(why).map(Created::Failed);
            }
            if is_unapplied(&outcome) || self.reposts_blindly(&outcome) {
                continue;
            }
            // The outcome is unknown: another POST may only follow a look that says it is not there.
            if self.has(Defect::SecondAccount) && kind == Kind::User {
                return self.create_second(name, body).await;
            }
            match self.look_up(kind, name).await? {
                Found::Absent => {}
                Found::One { id, row } => return Ok(Created::Existing { id, row }),
                Found::Several(count) => return Ok(Created::Failed(format!("{count} rows match"))),
                Found::Unknown(doubt) => {
                    return Ok(Created::Failed(format!("{why}; then: {doubt}")));
                }
            }
        }
    }

    fn reposts_blindly(&self, outcome: &Outcome) -> bool {
        match outcome {
            Err(Lost::Broken(_)) => self.has(Defect::BlindRepost),
            Err(Lost::TimedOut) => self.has(Defect::RepostOnTimeOut),
            _ => false,
        }
    }

    /// Takes a final answer to a create.
    async fn settle(
        &mut self,
        kind: Kind,
        name: &str,
        request: &Request,
        reply: Reply,
    ) -> Result<Created, Stop> {
        let refused = Created::Failed(body::complaint(&reply));
        match reply.status {
            200..=299 => self.accepted(kind, name, reply).await,
            409 => {
                if self.has(Defect::RepostOnConflict) {
                    self.insist(request).await?;
                }
                if self.has(Defect::NoLookup) {
                    return Ok(refused);
                }
                match self.look_up(kind, name).await? {
                    Found::One { id, row } => Ok(Created::Existing { id, row }),
                    _ => Ok(refused),
                }
            }
            400 if self.has(Defect::RepeatRefused) => {
                self.insist(request).await?;
                Ok(refused)
            }
            _ => Ok(refused),
        }
    }

    /// Learns the id of what was created: from the answer, or by looking until it appears.
    async fn accepted(&mut self, kind: Kind, name: &str, reply: Reply) -> Result<Created, Stop> {
        let row = body::object(&reply);
        if let Some(id) = row.as_ref().and_then(body::id) {
            return Ok(Created::New { id, row });
        }
        if self.has(Defect::MissingIdAsText) {
            let id = "undefined".to_owned();
            self.read(&path_of(kind, &id, None), "").await?;
            return Ok(Created::New { id, row });
        }
        let mut patience = self.patience();
        let outcome = Ok(reply);
        loop {
            match self.look_up(kind, name).await? {
                Found::One { id, row } => return Ok(Created::Existing { id, row }),
                Found::Absent if self.pause(&mut patience, &outcome).await => {}
                Found::Absent => return Ok(Created::Failed("created, yet never found".into())),
                Found::Several(count) => return Ok(Created::Failed(format!("{count} rows match"))),
                Found::Unknown(why) => return Ok(Created::Failed(format!("created, then: {why}"))),
            }
        }
    }

    /// Repeats what was refused, as a client does that does not learn.
    pub(super) async fn insist(&mut self, request: &Request) -> Result<(), Stop> {
        for _ in 0..STUBBORN {
            // Whatever it brings is ignored: that is the defect.
            let _ = self.once(request).await?;
        }
        Ok(())
    }

    async fn create_second(&mut self, name: &str, body: &Value) -> Result<Created, Stop> {
        let mut body = body.clone();
        let other = name.replacen('@', "+1@", 1);
        if let Some(members) = body.as_object_mut() {
            members.insert("userName".into(), Value::from(other));
        }
        let target = self.scim.address().target(Kind::User.path(), "");
        let request = Request::new(Method::POST, target).body(body.to_string());
        Ok(match self.once(&request).await? {
            Ok(reply) => match body::object(&reply).as_ref().and_then(body::id) {
                Some(id) => Created::New { id, row: None },
                None => Created::Failed(body::complaint(&reply)),
            },
            Err(lost) => Created::Failed(lost.to_string()),
        })
    }
}

/// Whether a request that ended so certainly did nothing.
fn is_unapplied(outcome: &Outcome) -> bool {
    matches!(outcome, Err(Lost::Unsent(_))) || matches!(outcome, Ok(reply) if reply.status == 429)
}
