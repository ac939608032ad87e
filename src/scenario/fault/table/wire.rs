//! How an answer leaves.

use super::{FaultRow, Phase, row};

pub(super) const WIRE: &[FaultRow] = &[
    row(
        "wire reset",
        Phase::Delivery,
        "Resets the connection without a byte (`reset`), after the head (`reset:head`) or after so many bytes of the body (`reset:body:40`). On HTTP/2 the stream is reset.",
        r#"{ "id": "lost", "on": "users.create", "when": { "nth": 1, "per": "user" }, "do": { "commit": true, "wire": "reset" } }"#,
    ),
    row(
        "wire close",
        Phase::Delivery,
        "Closes the connection in good order without a byte (`close`); with TLS also without the farewell that tells an end from a loss (`close:no_notify`). On HTTP/2 the stream is reset.",
        r#"{ "id": "closed", "on": "users.create", "when": { "nth": 1 }, "do": { "commit": true, "wire": "close" } }"#,
    ),
    row(
        "wire cut",
        Phase::Delivery,
        "Closes after the head (`cut:head`) or after so many bytes of the body (`cut:body:40`; with TLS without its farewell, `cut:body:40:no_notify`). On HTTP/2 the stream is reset.",
        r#"{ "id": "cut", "on": "users.list", "when": { "nth": 2 }, "do": { "commit": true, "wire": "cut:body:40" } }"#,
    ),
    row(
        "wire stall",
        Phase::Delivery,
        "Falls silent before the head (`stall:90s`) or after so many bytes of the body (`stall:body:40:90s`), then closes.",
        r#"{ "id": "hang", "on": "users.patch", "when": { "max": 1 }, "do": { "commit": true, "wire": "stall:90s" } }"#,
    ),
    row(
        "wire dribble",
        Phase::Delivery,
        "Sends the body in small pieces with a pause after each (`dribble:5:2s`).",
        r#"{ "id": "drip", "on": "users.list", "do": { "commit": true, "wire": "dribble:5:2s" } }"#,
    ),
    row(
        "wire garbage",
        Phase::Delivery,
        "Sends bytes that are no HTTP, then closes.",
        r#"{ "id": "noise", "on": "users.get", "when": { "max": 1 }, "do": { "wire": "garbage" } }"#,
    ),
    row(
        "wire bad_chunk",
        Phase::Delivery,
        "Sends a chunked body whose second chunk has a broken size line, then closes. To HTTP/1.0, which has no chunks, half the body leaves; on HTTP/2 too, and the stream is reset.",
        r#"{ "id": "chunk", "on": "users.list", "when": { "max": 1 }, "do": { "commit": true, "wire": "bad_chunk" } }"#,
    ),
    row(
        "wire slice",
        Phase::Delivery,
        "Sends head and body in pieces, each a write of its own: of so many bytes (`slice:7`), or ending in the middle of each line end of the head (`slice:crlf`) or of each letter of the body that takes several bytes (`slice:utf8`); with a pause after each (`slice:7:50ms`) or without. On HTTP/2 the body alone is sliced, into DATA frames, and `crlf` does nothing.",
        r#"{ "id": "sliced", "on": "users.list", "do": { "commit": true, "wire": "slice:7:50ms" } }"#,
    ),
    row(
        "wire chunks",
        Phase::Delivery,
        "Sends the body in chunks of so many bytes, each with an extension, and a field behind the last, RFC 9112 section 7.1; then closes, as the head says. An answer without a body, or to HTTP/1.0, leaves without chunks. On HTTP/2, which has none, the answer comes without its length.",
        r#"{ "id": "chunked", "on": "users.list", "do": { "commit": true, "wire": "chunks:1" } }"#,
    ),
    row(
        "wire interim",
        Phase::Delivery,
        "Sends the heads of interim answers before the true one (`interim:100,102,103`); 103 brings a `Link`. To HTTP/1.0, which knows none, and on HTTP/2, where the server library sends none, the answer comes alone.",
        r#"{ "id": "hints", "on": "users.list", "do": { "commit": true, "wire": "interim:103" } }"#,
    ),
    row(
        "wire length",
        Phase::Delivery,
        "Sends the whole answer with a head that is wrong about its length, then closes: `length:both` (`Content-Length` and `Transfer-Encoding: chunked`), `two` (two `Content-Length` that differ), `long` (7 bytes too many), `short` (7 too few), `none` (the body goes to the end of the connection). On HTTP/2 the field lies in `two`, `long` and `short` and is absent in the others, and the connection stays.",
        r#"{ "id": "lies", "on": "users.list", "when": { "max": 1 }, "do": { "commit": true, "wire": "length:both" } }"#,
    ),
    row(
        "wire stale",
        Phase::Delivery,
        "Sends the whole answer and keeps the connection, and ends it when the next request comes on it, before a byte is answered and without handling it: in good order (`stale:close`) or by a reset (`stale:reset`); the journal notes that one came. A request for another sandbox is answered.",
        r#"{ "id": "pooled", "on": "users.list", "when": { "nth": 1 }, "do": { "commit": true, "wire": "stale:reset" } }"#,
    ),
    row(
        "wire unsaid_close",
        Phase::Delivery,
        "Sends the whole answer and closes without having said so. On HTTP/2 the same.",
        r#"{ "id": "gone", "on": "users.list", "do": { "commit": true, "wire": "unsaid_close" } }"#,
    ),
    row(
        "wire unmeant_close",
        Phase::Delivery,
        "Sends the whole answer with `Connection: close`, and keeps the connection open. On HTTP/2, where no such field is, nothing unusual.",
        r#"{ "id": "stays", "on": "users.list", "do": { "commit": true, "wire": "unmeant_close" } }"#,
    ),
    row(
        "wire rst_stream",
        Phase::Delivery,
        "Resets the stream of HTTP/2 with an error code, by name (`rst_stream:refused_stream`) or number; on HTTP/1.1 the connection is reset.",
        r#"{ "id": "refused", "on": "users.create", "when": { "nth": 1, "per": "user" }, "do": { "wire": "rst_stream:refused_stream" } }"#,
    ),
    row(
        "wire goaway",
        Phase::Delivery,
        "Takes leave of a connection of HTTP/2 by GOAWAY: after the whole answer (`goaway`), or in place of it, saying that this request was never processed (`goaway:refused`) or that it may have been (`goaway:lost`); of what had begun beside it, it says that it may have been. On HTTP/1.1 the first says `Connection: close`, and the others close without a byte.",
        r#"{ "id": "leaving", "on": "users.list", "do": { "commit": true, "wire": "goaway" } }"#,
    ),
    row(
        "wire early",
        Phase::Before,
        "Answers before the body of the request is read; then the body is read and dropped and the connection stays (`early`), or it is closed (`early:close`; on HTTP/2 the stream ends with NO_ERROR). The rule is decided on the head alone and never commits; a request without a body does not meet it.",
        r#"{ "id": "full", "on": "users.create", "do": { "reply": { "status": 413 }, "wire": "early" } }"#,
    ),
    row(
        "wire slow_read",
        Phase::Before,
        "Reads the body of the request at a pace (`slow_read:1000:1s`), so that its sender has to wait; on HTTP/2 the window is granted at that pace. Then everything goes on as ever. The rule is decided on the head alone.",
        r#"{ "id": "slow", "on": "users.create", "do": { "wire": "slow_read:1000:1s" } }"#,
    ),
    row(
        "wire stall_read",
        Phase::Before,
        "Reads so many bytes of the body of the request, then nothing for so long (`stall_read:4096:90s`), then the rest; on HTTP/2 no window is granted meanwhile. The rule is decided on the head alone.",
        r#"{ "id": "stuck", "on": "users.create", "do": { "wire": "stall_read:4096:90s" } }"#,
    ),
    row(
        "wire no_accept",
        Phase::Before,
        "Resets a connection as soon as it is there (`no_accept`), and refuses all others for so long by shutting the port (`no_accept:30s`).",
        r#"{ "id": "down", "on": "connection.accept", "when": { "nth": 2 }, "do": { "wire": "no_accept:30s" } }"#,
    ),
    row(
        "wire black_hole",
        Phase::Before,
        "Takes a connection and never says or reads anything, until its sandbox ends (`black_hole`) or for so long (`black_hole:90s`).",
        r#"{ "id": "hole", "on": "connection.accept", "when": { "max": 1 }, "do": { "wire": "black_hole" } }"#,
    ),
];
