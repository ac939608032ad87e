//! How an answer leaves.

use super::{FaultRow, Phase, row};

pub(super) const WIRE: &[FaultRow] = &[
    row(
        "wire reset",
        Phase::Delivery,
        "Resets the connection without a byte.",
        r#"{ "id": "lost", "on": "users.create", "when": { "nth": 1, "per": "user" }, "do": { "commit": true, "wire": "reset" } }"#,
    ),
    row(
        "wire close",
        Phase::Delivery,
        "Closes the connection in good order without a byte.",
        r#"{ "id": "closed", "on": "users.create", "when": { "nth": 1 }, "do": { "commit": true, "wire": "close" } }"#,
    ),
    row(
        "wire cut",
        Phase::Delivery,
        "Closes after the head (`cut:head`) or after so many bytes of the body (`cut:body:40`).",
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
        "Sends a chunked body whose second chunk has a broken size line, then closes.",
        r#"{ "id": "chunk", "on": "users.list", "when": { "max": 1 }, "do": { "commit": true, "wire": "bad_chunk" } }"#,
    ),
];
