//! Answers in place of the true one.

use super::{FaultRow, Phase, row};

pub(super) const REPLY: &[FaultRow] = &[
    row(
        "reply",
        Phase::Instead,
        "Answers in place of the true handler, in the error shape of the surface unless `body` is given, a person at a browser with a page; with the header fields that the status demands, such as `WWW-Authenticate` with 401 and `Allow` with 405, unless `headers` says otherwise.",
        r#"{ "id": "busy", "on": "users.create", "when": { "nth": "every 10" }, "do": { "reply": { "status": 409, "scim_type": "uniqueness", "detail": "Taken", "headers": { "X-Request-Id": "1" } } } }"#,
    ),
    row(
        "reply.retry_after",
        Phase::Instead,
        "Asks the client to wait, in the form that `retry_after_as` names: `seconds`, `http-date`, `rfc850-date`, `asctime-date`, `absent`, `garbage`, or one that no client should obey to the letter, and that needs no duration: `negative`, `zero`, `past` (a date) or `huge`.",
        r#"{ "id": "quota", "on": "users.*", "when": { "nth": 6, "per": "token" }, "do": { "reply": { "status": 429, "retry_after": "30s", "retry_after_as": "http-date" } } }"#,
    ),
    row(
        "reply.auth_error",
        Phase::Instead,
        "Names the error in the `WWW-Authenticate` challenge of SCIM, whatever the refusal (`insufficient_scope` with 403), or in the body of OAuth.",
        r#"{ "id": "refuse", "on": "users.list", "when": { "max": 1 }, "do": { "reply": { "status": 401, "auth_error": "invalid_token" } } }"#,
    ),
    row(
        "reply: seconds that are none",
        Phase::Instead,
        "Asks the client to wait less than no time.",
        r#"{ "id": "backwards", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": 429, "retry_after_as": "negative" } } }"#,
    ),
    row(
        "reply: a wait for ever",
        Phase::Instead,
        "Asks the client to wait 10^12 seconds.",
        r#"{ "id": "for-ever", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": 503, "retry_after_as": "huge" } } }"#,
    ),
    row(
        "reply.redirect",
        Phase::Instead,
        "Sends the client to the `same` address, written whole or `relative`; to an `other` host, which is the double's own other name (`localhost` and `127.0.0.1`) where it has one, so that the journal shows whether the token came along; to the same address by `http`; or, while the rule acts, to a new address each time (`loop`).",
        r#"{ "id": "moved", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": 307, "redirect": "other" } } }"#,
    ),
    row(
        "reply: odd status",
        Phase::Instead,
        "Answers with a status that nobody registered, from 200 to 999; a client treats it as the first of its class, RFC 9110 section 15.",
        r#"{ "id": "odd", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": 599 } } }"#,
    ),
    row(
        "reply: HTML",
        Phase::Instead,
        "Answers with a page in place of the error, as a proxy does.",
        r#"{ "id": "proxy", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": 502, "headers": { "Content-Type": "text/html" }, "body": "<html><body><h1>Bad Gateway</h1></body></html>" } } }"#,
    ),
    row(
        "reply: 401 without a challenge",
        Phase::Instead,
        "Refuses the token without saying how to get in: no `WWW-Authenticate`, which RFC 9110 section 15.5.2 wants there.",
        r#"{ "id": "bare-401", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": 401 }, "headers": { "WWW-Authenticate": null } } }"#,
    ),
    row(
        "reply: empty 401",
        Phase::Instead,
        "Refuses the token without a body.",
        r#"{ "id": "empty-401", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": 401, "auth_error": "invalid_token", "body": "" } } }"#,
    ),
    row(
        "reply: HTML 401",
        Phase::Instead,
        "Refuses the token with a page to sign in on, as a proxy does.",
        r#"{ "id": "page-401", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": 401, "headers": { "Content-Type": "text/html" }, "body": "<html><body><h1>Sign in</h1></body></html>" } } }"#,
    ),
    row(
        "rate bucket",
        Phase::Instead,
        "Refuses what goes beyond so many requests in a time, for each token, client or the whole sandbox, and tells in every answer how the bucket stands.",
        r#"{ "id": "bucket", "on": "users.*", "when": { "over": "10/1s", "per": "token" }, "do": { "reply": { "status": 429, "retry_after": "1s" }, "rate_limit": "x-ratelimit" } }"#,
    ),
    row(
        "headers",
        Phase::After,
        "Sets header fields of the true answer or of any other, or takes them away with `null`: here the last request of a window is served with a warning.",
        r#"{ "id": "warned", "on": "users.list", "do": { "headers": { "X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30", "ETag": null } } }"#,
    ),
];
