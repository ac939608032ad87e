//! Faults that make no sense are refused when the file is read, at the place where they stand.

use goto_double::scenario::parse;

/// The first finding of a file that holds this `do`, and the text that stands at its place.
#[track_caller]
fn refused(on: &str, when: &str, act: &str) -> (String, String) {
    let text = format!(
        "{{ \"scenario\": \"odd\", \"v\": 1, \"rules\": [\n{{ \"id\": \"a\", \"on\": \"{on}\", \"when\": {when}, \"do\": {act} }} ] }}"
    );
    let findings = parse(&text)
        .err()
        .unwrap_or_else(|| panic!("{act} was taken"));
    let line = text.lines().nth(findings[0].line - 1).unwrap();
    let rest = line.chars().skip(findings[0].column - 1).collect();
    (findings[0].to_string(), rest)
}

/// Operation, `when` and `do`; part of what is said, and what stands where it is said.
const REFUSED: &[[&str; 5]] = &[
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 199 } }"#,
        "no final status",
        "199",
    ],
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 1000 } }"#,
        "no final status",
        "1000",
    ],
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 307, "redirect": "others" } }"#,
        "\"other\"",
        "\"others\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 200, "redirect": "other" } }"#,
        "200 does not redirect",
        "\"other\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 301, "redirect": "same", "headers": { "location": "/" } } }"#,
        "already",
        "\"same\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 429, "retry_after_as": "hug" } }"#,
        "\"huge\"",
        "\"hug\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "mutate": "number_ids" }"#,
        "\"number_id\"",
        "\"number_ids\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "mutate": "status:100" }"#,
        "no final status",
        "\"status:100\"",
    ],
    [
        "users.get",
        "{}",
        r#"{ "mutate": "resources" }"#,
        "lists and searches",
        "\"resources\"",
    ],
    [
        "users.get",
        "{}",
        r#"{ "mutate": "stale_body" }"#,
        "PUT and PATCH",
        "\"stale_body\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "mutate": "other_resource" }"#,
        "one resource of a type",
        "\"other_resource\"",
    ],
    [
        "users.delete",
        "{}",
        r#"{ "mutate": "gzip" }"#,
        "answers with a body",
        "\"gzip\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "headers": { "Content-Length": "3" } }"#,
        "framed",
        "\"3\"",
    ],
    [
        "probe.dns",
        "{}",
        r#"{ "headers": { "X-A": "3" } }"#,
        "never on look-outs",
        "{ \"X-A\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "rate_limit": "x-ratelimit" }"#,
        "no limit to tell of",
        "\"x-ratelimit\"",
    ],
    [
        "users.list",
        r#"{ "over": "1/1s" }"#,
        r#"{ "rate_limit": "xratelimit" }"#,
        "\"x-ratelimit\"",
        "\"xratelimit\"",
    ],
    [
        "users.list",
        r#"{ "over": "0/1s" }"#,
        r#"{ "reply": { "status": 429 } }"#,
        "1 or more",
        "\"0/1s\"",
    ],
    [
        "users.list",
        r#"{ "over": "10" }"#,
        r#"{ "reply": { "status": 429 } }"#,
        "10/1s",
        "\"10\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 200, "headers": { "Transfer-Encoding": "chunked" } } }"#,
        "framed",
        "\"chunked\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 401, "headers": { "WWW-Authenticate": null } } }"#,
        "beside the \"reply\"",
        "null",
    ],
    [
        "users.list",
        "{}",
        r#"{ "data": "pagecap:5" }"#,
        "\"page_cap:5\"",
        "\"pagecap:5\"",
    ],
    [
        "users.get",
        "{}",
        r#"{ "data": ["lag:3", "page_cap:5"] }"#,
        "lists and searches",
        "[\"lag:3\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "data": "hidden:" }"#,
        "behind the colon",
        "\"hidden:\"",
    ],
    [
        "users.create",
        "{}",
        r#"{ "data": "lag:3" }"#,
        "reads, lists and searches",
        "\"lag:3\"",
    ],
    [
        "users.get",
        "{}",
        r#"{ "data": "lag:3", "reply": { "status": 500 } }"#,
        "\"commit\": true",
        "\"lag:3\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "data": "quota:5" }"#,
        "creates",
        "\"quota:5\"",
    ],
    [
        "oauth.token",
        "{}",
        r#"{ "data": "deleted" }"#,
        "one user or group",
        "\"deleted\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "data": ["total:grows", "total:shrinks"] }"#,
        "one way",
        "[\"total:grows\"",
    ],
    [
        "users.get",
        "{}",
        r#"{ "mutate": "start_index:text" }"#,
        "lists and searches",
        "\"start_index:text\"",
    ],
    [
        "oauth.token",
        "{}",
        r#"{ "mutate": "etag:strong" }"#,
        "SCIM 2.0",
        "\"etag:strong\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 99999 } }"#,
        "no final status",
        "99999",
    ],
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 304, "redirect": "same" } }"#,
        "304 does not redirect",
        "\"same\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "reply": { "status": 401, "auth_error": "a\"b" } }"#,
        "no error code",
        r#""a\"b""#,
    ],
    [
        "users.create",
        "{}",
        r#"{ "data": "quota:1", "reply": { "status": 307, "redirect": "same" } }"#,
        "a quota refuses",
        "\"same\"",
    ],
    [
        "users.list",
        "{}",
        r#"{ "headers": { "date": null } }"#,
        "every answer is dated",
        "null",
    ],
    [
        "users.list",
        "{}",
        r#"{ "mutate": [] }"#,
        "changes nothing",
        "[]",
    ],
    [
        "users.list",
        "{}",
        r#"{ "mutate": "stale_list:0" }"#,
        "one read",
        "\"stale_list:0\"",
    ],
    [
        "oauth.token",
        "{}",
        r#"{ "token": {} }"#,
        "names nothing",
        "{}",
    ],
    [
        "oauth.token",
        "{}",
        r#"{ "token": { "expires_in": "5m" }, "reply": { "status": 500 } }"#,
        "gives no token",
        r#"{ "expires_in""#,
    ],
    ["probe.dns", "{}", r#"{ "dns": {} }"#, "says nothing", "{}"],
    [
        "probe.dns",
        "{}",
        r#"{ "dns": { "ttl": "60s" } }"#,
        "no txt",
        "\"60s\"",
    ],
    [
        "probe.dns",
        "{}",
        r#"{ "dns": { "rcode": "NXDOMAIN", "txt": ["a"] } }"#,
        "NOERROR only",
        r#"["a"]"#,
    ],
    [
        "probe.dns",
        "{}",
        r#"{ "dns": { "label": "a.b" } }"#,
        "a label has",
        "\"a.b\"",
    ],
];

#[test]
fn loop_that_is_entered_once_is_warned_of() {
    let text = |when: &str| {
        format!(
            r#"{{ "scenario": "odd", "v": 1, "rules": [ {{ "id": "a", "on": "users.list", "when": {when}, "do": {{ "reply": {{ "status": 307, "redirect": "loop" }} }} }} ] }}"#
        )
    };
    let once = parse(&text(r#"{ "max": 1 }"#)).unwrap();
    assert!(once.warnings()[0].to_string().contains("a loop goes on"));
    let often = parse(&text(r#"{ "max": 5 }"#)).unwrap();
    assert!(often.warnings().is_empty());
}

#[test]
fn what_no_answer_will_show_is_warned_of() {
    for (on, reply, key) in [
        ("users.list", r#"{ "status": 204, "body": "x" }"#, "no body"),
        (
            "users.list",
            r#"{ "status": 200, "detail": "x" }"#,
            "not shown",
        ),
        (
            "users.list",
            r#"{ "status": 500, "body": "x", "scim_type": "tooMany" }"#,
            "not shown",
        ),
        (
            "oauth.token",
            r#"{ "status": 400, "scim_type": "tooMany" }"#,
            "not shown",
        ),
        (
            "users.list",
            r#"{ "status": 503, "auth_error": "invalid_token" }"#,
            "not shown",
        ),
        (
            "domain.list",
            r#"{ "status": 401, "auth_error": "invalid_token" }"#,
            "not shown",
        ),
    ] {
        let text = format!(
            r#"{{ "scenario": "odd", "v": 1, "rules": [ {{ "id": "a", "on": "{on}", "do": {{ "reply": {reply} }} }} ] }}"#
        );
        let warnings = parse(&text).unwrap().warnings().to_vec();
        assert!(
            warnings[0].to_string().contains(key),
            "{reply}: {warnings:?}"
        );
    }
    let fine = r#"{ "scenario": "odd", "v": 1, "rules": [ { "id": "a", "on": "users.list", "do": {
        "reply": { "status": 401, "auth_error": "invalid_token", "detail": "why", "body": "" } } } ] }"#;
    assert!(parse(fine).unwrap().warnings().is_empty());
}

#[test]
fn what_an_answer_cannot_be_is_found_where_it_is_written() {
    for [on, when, act, message, place] in REFUSED {
        let (said, rest) = refused(on, when, act);
        assert!(said.contains(message), "{act}: {said}");
        assert!(rest.starts_with(place), "{act}: at {rest}");
    }
}
