//! What is left of the endpoints that GoTo shut down.

use http::header::CACHE_CONTROL;
use serde_json::json;

use crate::app::call::Call;
use crate::exchange::Reply;

/// Answers `/oauth/v2/authorize` and `/oauth/v2/token`: with one member, and without OAuth's own errors, as GoTo does.
pub(super) fn answer(call: Call<'_>) -> Reply {
    let guide =
        "https://developer.goto.com/guides/Authentication/New_Token_Retrieval_Migration_Guide/";
    let body = json!({ "message": format!("This endpoint is no longer valid, see {guide}") });
    let status = call.sandbox.profile.legacy_oauth_status.code();
    Reply::with_body(status, "application/json", body.to_string())
        .with_header(CACHE_CONTROL, "no-store")
}
