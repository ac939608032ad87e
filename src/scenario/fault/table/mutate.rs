//! Alterations of the true answer.

use super::{FaultRow, Phase, row};

pub(super) const MUTATE: &[FaultRow] = &[
    row(
        "mutate",
        Phase::After,
        "Changes the JSON of the answer by a JSON Patch (RFC 6902), applied whole or not at all.",
        r#"{ "id": "no-meta", "on": "users.create", "do": { "mutate": [ { "op": "remove", "path": "/meta" } ] } }"#,
    ),
    row(
        "mutate omit_id",
        Phase::After,
        "Leaves `id` out of the resource, or of each listed one.",
        r#"{ "id": "no-id", "on": "users.create", "when": { "nth": 1 }, "do": { "mutate": "omit_id" } }"#,
    ),
    row(
        "mutate string_booleans",
        Phase::After,
        "Writes booleans as `\"True\"` and `\"False\"`.",
        r#"{ "id": "text", "on": "users.get", "do": { "mutate": "string_booleans" } }"#,
    ),
    row(
        "mutate wrong_total",
        Phase::After,
        "Says one more in `totalResults` than there is.",
        r#"{ "id": "total", "on": "users.list", "do": { "mutate": "wrong_total" } }"#,
    ),
    row(
        "mutate page_drift",
        Phase::After,
        "Shifts every page but the first by one row, as if somebody had been added in front while the client paged.",
        r#"{ "id": "drift", "on": "users.list", "do": { "mutate": "page_drift" } }"#,
    ),
    row(
        "mutate stale_list",
        Phase::After,
        "Leaves resources out of lists that were created fewer than so many list reads ago.",
        r#"{ "id": "stale", "on": "users.list", "do": { "mutate": "stale_list:3" } }"#,
    ),
    row(
        "mutate number_id",
        Phase::After,
        "Writes an `id` of digits as a number; GoTo's have 19 of them, more than a double-precision number holds.",
        r#"{ "id": "number", "on": "users.create", "when": { "nth": 1 }, "do": { "mutate": "number_id" } }"#,
    ),
    row(
        "mutate upper_names",
        Phase::After,
        "Writes the names of members in capitals, RFC 7643 section 2.1; those that are URIs stay.",
        r#"{ "id": "loud", "on": "users.*", "do": { "mutate": "upper_names" } }"#,
    ),
    row(
        "mutate lower_names",
        Phase::After,
        "Writes the names of members in small letters.",
        r#"{ "id": "quiet", "on": "users.*", "do": { "mutate": "lower_names" } }"#,
    ),
    row(
        "mutate resources",
        Phase::After,
        "Puts the rows of a list under `resources`, as GoTo's older dialect does.",
        r#"{ "id": "small", "on": "users.list", "do": { "mutate": "resources" } }"#,
    ),
    row(
        "mutate extra_attributes",
        Phase::After,
        "Adds attributes, an extension and its schema that nobody announced, to each resource and to the list.",
        r#"{ "id": "extra", "on": "users.get", "do": { "mutate": "extra_attributes" } }"#,
    ),
    row(
        "mutate unassigned",
        Phase::After,
        "Writes what has no value as `null`, as `[]` where it has several (`list`), leaves it out (`absent`), or does so in turns, which all mean the same, RFC 7643 section 2.5.",
        r#"{ "id": "empty", "on": "users.get", "do": { "mutate": "unassigned:turns" } }"#,
    ),
    row(
        "mutate reordered",
        Phase::After,
        "Turns the order of members and of the values of each attribute round; the rows of a list keep theirs.",
        r#"{ "id": "round", "on": "users.get", "do": { "mutate": "reordered" } }"#,
    ),
    row(
        "mutate string_numbers",
        Phase::After,
        "Writes numbers as text.",
        r#"{ "id": "digits", "on": "users.list", "do": { "mutate": "string_numbers" } }"#,
    ),
    row(
        "mutate rewritten",
        Phase::After,
        "Shows the text of attributes in capitals, as a server that rewrites values does; the `id`, `externalId` and what refers to others stay.",
        r#"{ "id": "capitals", "on": "users.create", "do": { "mutate": "rewritten" } }"#,
    ),
    row(
        "mutate status",
        Phase::After,
        "Gives the true answer with another status: 200 for a 201, 204 without its body, or one that nobody registered.",
        r#"{ "id": "ok", "on": "users.create", "do": { "mutate": "status:200" } }"#,
    ),
    row(
        "mutate no_body",
        Phase::After,
        "Gives the true status without a body.",
        r#"{ "id": "silent", "on": "users.create", "when": { "nth": 1 }, "do": { "mutate": "no_body" } }"#,
    ),
    row(
        "mutate content_type",
        Phase::After,
        "Names another media type for the true answer.",
        r#"{ "id": "plain", "on": "users.get", "do": { "mutate": "content_type:text/plain" } }"#,
    ),
    row(
        "mutate no_content_type",
        Phase::After,
        "Names no media type for the true answer.",
        r#"{ "id": "untyped", "on": "users.get", "do": { "mutate": "no_content_type" } }"#,
    ),
    row(
        "mutate bom",
        Phase::After,
        "Puts a byte order mark before the JSON, which RFC 8259 section 8.1 forbids and lets a reader ignore.",
        r#"{ "id": "marked", "on": "users.list", "do": { "mutate": "bom" } }"#,
    ),
    row(
        "mutate html",
        Phase::After,
        "Puts a page for a person in place of the body and leaves the status, as a portal or a proxy does.",
        r#"{ "id": "portal", "on": "users.create", "when": { "nth": 1 }, "do": { "mutate": "html" } }"#,
    ),
    row(
        "mutate gzip",
        Phase::After,
        "Compresses the answer, whether or not the client said that it reads that.",
        r#"{ "id": "packed", "on": "users.list", "do": { "mutate": "gzip" } }"#,
    ),
    row(
        "mutate stale_body",
        Phase::After,
        "Answers a PUT or PATCH with the resource as it was before, although the change is stored.",
        r#"{ "id": "behind", "on": "users.replace", "do": { "mutate": "stale_body" } }"#,
    ),
    row(
        "mutate other_resource",
        Phase::After,
        "Shows another resource of the same type, as a mixed-up cache does.",
        r#"{ "id": "mixed-up", "on": "users.create", "do": { "mutate": "other_resource" } }"#,
    ),
    row(
        "mutate filter_ignored",
        Phase::After,
        "Lists as if no filter had been asked for, so that a client that takes the first row takes a stranger.",
        r#"{ "id": "unfiltered", "on": "users.list", "do": { "mutate": "filter_ignored" } }"#,
    ),
    row(
        "mutate duplicate_match",
        Phase::After,
        "Shows the last row of a list once more, as another resource with an id of its own.",
        r#"{ "id": "twins", "on": "users.list", "do": { "mutate": "duplicate_match" } }"#,
    ),
    row(
        "mutate empty_page",
        Phase::After,
        "Shows a page without a row, although `totalResults` says that there are some.",
        r#"{ "id": "hole", "on": "users.list", "do": { "mutate": "empty_page" } }"#,
    ),
];
