//! What a store does oddly to a write: it is slow between reading and writing, or it is full.

use std::time::Duration;

use http::StatusCode;

use crate::app::call::Call;
use crate::app::instead;
use crate::clock::Timestamp;
use crate::exchange::Reply;
use crate::scenario::plan::{DataVerb, Plan, Quota};
use crate::scim::error::ScimError;
use crate::scim::resource_type::Kind;
use crate::store::directory::Directory;

/// How long a racy write waits between reading and writing.
pub(super) fn gap(plan: &Plan) -> Option<Duration> {
    plan.data.iter().find_map(|verb| match verb {
        DataVerb::Racy(gap) => Some(*gap),
        _ => None,
    })
}

/// Waits between reading and writing; says when it is over.
pub(super) async fn pause(call: Call<'_>, gap: Duration) -> Timestamp {
    let peer = call.request.connection.peer;
    call.sandbox.clock.hold(peer, gap).await;
    call.sandbox.clock.shown()
}

/// What a create is answered where there are so many resources of the kind that no more are taken.
pub(super) fn full(
    call: Call<'_>,
    directory: &Directory,
    kind: Kind,
) -> Option<Result<Reply, ScimError>> {
    let now = call.sandbox.now();
    let is_met = |quota: &&Quota| {
        let rows = directory.snapshot(kind);
        let count = match quota.window {
            None => rows.len(),
            Some(window) => {
                let since = now.minus(window);
                rows.iter().filter(|row| row.created > since).count()
            }
        };
        count >= quota.most
    };
    let quotas = call.plan.data.iter().filter_map(|verb| match verb {
        DataVerb::Quota(quota) => Some(quota),
        _ => None,
    });
    let met = quotas.into_iter().find(is_met)?;
    Some(if let Some(planned) = &met.reply {
        let asked = (call.operation, call.request);
        Ok(instead::rendered(planned, call.sandbox, asked))
    } else {
        let detail = format!("no more than {} of these are taken", met.most);
        Err(ScimError::plain(StatusCode::FORBIDDEN, detail))
    })
}
