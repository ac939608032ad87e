//! The table of faults: what the reference page and `list faults` print.

/// When in the life of a request a fault takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Before anything else is done with the request.
    Before,
    /// While the true handler works.
    During,
    /// In place of the true answer.
    Instead,
    /// On the answer, before it leaves.
    After,
    /// While the answer leaves.
    Delivery,
}

impl Phase {
    /// The word of the reference page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::During => "during",
            Self::Instead => "instead",
            Self::After => "after",
            Self::Delivery => "delivery",
        }
    }
}

/// One row of the table.
#[derive(Debug)]
pub struct FaultRow {
    /// Its name.
    pub name: &'static str,
    /// When it takes effect.
    pub phase: Phase,
    /// One sentence.
    pub about: &'static str,
    /// A whole rule that shows it.
    pub example: &'static str,
}

const fn row(
    name: &'static str,
    phase: Phase,
    about: &'static str,
    example: &'static str,
) -> FaultRow {
    FaultRow {
        name,
        phase,
        about,
        example,
    }
}

/// Every fault, in the order of the reference page.
pub const FAULTS: &[FaultRow] = &[
    row(
        "delay",
        Phase::Before,
        "Waits on the sandbox clock before the request is handled: so long, or a time drawn evenly (`uniform`) or with a long tail (`lognormal`: median, sigma, cap).",
        r#"{ "id": "slow", "on": "*", "stack": true, "do": { "delay": { "lognormal": ["80ms", 0.4, "2s"] } } }"#,
    ),
    row(
        "token.revoke",
        Phase::Before,
        "Ends the presented `access` token, its `refresh` token, or `all` of them, before the request is handled; whether it expired or was revoked, no client can tell.",
        r#"{ "id": "kill", "on": "users.*", "when": { "nth": 5 }, "do": { "token": { "revoke": "access" } } }"#,
    ),
    row(
        "token.expires_in",
        Phase::During,
        "Sets how long the access token given by this answer lives.",
        r#"{ "id": "short", "on": "oauth.token", "do": { "token": { "expires_in": "5m" } } }"#,
    ),
    row(
        "token.rotate",
        Phase::During,
        "Gives a new refresh token with the answer and ends the one that was used.",
        r#"{ "id": "rotate", "on": "oauth.token", "if": { "form.grant_type": "refresh_token" }, "do": { "token": { "rotate": "refresh" } } }"#,
    ),
    row(
        "token.scope",
        Phase::During,
        "Gives fewer scopes than were asked for.",
        r#"{ "id": "narrow", "on": "oauth.token", "do": { "token": { "scope": "identity:scim.me" } } }"#,
    ),
    row(
        "token.skew",
        Phase::During,
        "Dates the access token given by this answer by a clock that is ahead of the directory's (`+10m`: it is not good yet) or behind it (`-10m`: it dies earlier than `expires_in` says).",
        r#"{ "id": "early", "on": "oauth.token", "do": { "token": { "skew": "-10m" } } }"#,
    ),
    row(
        "token.account",
        Phase::During,
        "Gives a token that speaks for another account, and so for its organization, as a server does that mixes its tenants up.",
        r#"{ "id": "mixed", "on": "oauth.token", "when": { "nth": 2 }, "do": { "token": { "account": "member@main.com" } } }"#,
    ),
    row(
        "token answer: expires_in",
        Phase::After,
        "Says the lifetime in a way that is none: a text, a fraction, nothing, less than nothing, or none at all (`remove`).",
        r#"{ "id": "odd-life", "on": "oauth.token", "do": { "mutate": [ { "op": "replace", "path": "/expires_in", "value": "3600" } ] } }"#,
    ),
    row(
        "token answer: token_type",
        Phase::After,
        "Names another type of token: `bearer` in lower case is the same, RFC 6749 section 7.1, and with any other the client must not use the token.",
        r#"{ "id": "odd-type", "on": "oauth.token", "do": { "mutate": [ { "op": "replace", "path": "/token_type", "value": "mac" } ] } }"#,
    ),
    row(
        "token answer: more members",
        Phase::After,
        "Adds members that a client must ignore, RFC 6749 section 5.1, such as those of GoTo's older endpoint.",
        r#"{ "id": "more", "on": "oauth.token", "do": { "mutate": [ { "op": "add", "path": "/organizer_key", "value": "1234567890123456789" } ] } }"#,
    ),
    row(
        "token answer: HTML",
        Phase::Instead,
        "Answers 200 with a page in place of a token, as a proxy does that wants somebody to sign in.",
        r#"{ "id": "portal", "on": "oauth.token", "when": { "max": 1 }, "do": { "reply": { "status": 200, "headers": { "Content-Type": "text/html" }, "body": "<html><body>Sign in to the network</body></html>" } } }"#,
    ),
    row(
        "token answer: redirect",
        Phase::Instead,
        "Sends the request with its secret to another host, which no client should follow.",
        r#"{ "id": "elsewhere", "on": "oauth.token", "when": { "max": 1 }, "do": { "reply": { "status": 307, "headers": { "Location": "http://tokens.example/oauth/token" } } } }"#,
    ),
    row(
        "token answer: lost",
        Phase::Delivery,
        "Gives the token, with rotation a new refresh token as well, and resets the connection: the client is left with what was replaced.",
        r#"{ "id": "lost-token", "on": "oauth.token", "when": { "nth": 1 }, "do": { "commit": true, "token": { "rotate": "refresh" }, "wire": "reset" } }"#,
    ),
    row(
        "dns",
        Phase::During,
        "Decides what the double's own TXT look-up sees: a response code (`rcode`), records (`txt`, with `@code` for the current code), their `ttl`, and after how many bytes a string is `split`.",
        r#"{ "id": "nx", "on": "probe.dns", "when": { "per": "domain", "max": 3 }, "do": { "dns": { "rcode": "NXDOMAIN" } } }"#,
    ),
    row(
        "dns lags",
        Phase::During,
        "The double's own look-up sees the name as it was before its last change: for so long after it (`\"5m\"`), for so many look-ups (`3`), or for ever (`\"always\"`, a stale code).",
        r#"{ "id": "slow-dns", "on": "probe.dns", "do": { "dns": { "lags": "10m" } } }"#,
    ),
    row(
        "dns label",
        Phase::During,
        "The domain's records stand at that label below it by mistake, so that the domain itself has none.",
        r#"{ "id": "wrong-label", "on": "probe.dns", "when": { "max": 2 }, "do": { "dns": { "label": "www" } } }"#,
    ),
    row(
        "dns resolvers",
        Phase::During,
        "Look-ups are answered by several resolvers in turn, each with an answer of its own; `{}` is the truth.",
        r#"{ "id": "split-brain", "on": "probe.dns", "do": { "dns": { "resolvers": [ { "rcode": "NXDOMAIN" }, {} ] } } }"#,
    ),
    row(
        "dns answer",
        Phase::During,
        "The answer does not come at all (`none`, 5 seconds on the sandbox clock), or must be asked for again over TCP (`truncated`).",
        r#"{ "id": "mute", "on": "probe.dns", "when": { "max": 1 }, "do": { "dns": { "answer": "none" } } }"#,
    ),
    row(
        "tls expired",
        Phase::Before,
        "Shows a certificate that ended an hour ago, on the machine's own clock.",
        r#"{ "id": "tls-expired", "on": "tls.handshake", "when": { "max": 1 }, "do": { "tls": "expired" } }"#,
    ),
    row(
        "tls not_yet_valid",
        Phase::Before,
        "Shows a certificate that begins tomorrow.",
        r#"{ "id": "tls-not-yet-valid", "on": "tls.handshake", "when": { "max": 1 }, "do": { "tls": "not_yet_valid" } }"#,
    ),
    row(
        "tls wrong_name",
        Phase::Before,
        "Shows a certificate for another host.",
        r#"{ "id": "tls-wrong-name", "on": "tls.handshake", "when": { "max": 1 }, "do": { "tls": "wrong_name" } }"#,
    ),
    row(
        "tls unknown_ca",
        Phase::Before,
        "Shows a certificate signed by an authority that the client was not told of.",
        r#"{ "id": "tls-unknown-ca", "on": "tls.handshake", "when": { "max": 1 }, "do": { "tls": "unknown_ca" } }"#,
    ),
    row(
        "tls self_signed",
        Phase::Before,
        "Shows a certificate signed by its own key.",
        r#"{ "id": "tls-self-signed", "on": "tls.handshake", "when": { "max": 1 }, "do": { "tls": "self_signed" } }"#,
    ),
    row(
        "tls tls12",
        Phase::Before,
        "Speaks TLS 1.2 and nothing newer, with a sound certificate.",
        r#"{ "id": "tls-tls12", "on": "tls.handshake", "when": { "max": 1 }, "do": { "tls": "tls12" } }"#,
    ),
    row(
        "tls close",
        Phase::Before,
        "Closes the connection in place of an answer to the client's first words.",
        r#"{ "id": "tls-close", "on": "tls.handshake", "when": { "max": 1 }, "do": { "tls": "close" } }"#,
    ),
    row(
        "tls stall",
        Phase::Before,
        "Falls silent in place of an answer to the client's first words: until the sandbox ends, or so long (`stall:30s`).",
        r#"{ "id": "tls-stall", "on": "tls.handshake", "when": { "max": 1 }, "do": { "tls": "stall:30s" } }"#,
    ),
    row(
        "data",
        Phase::During,
        "Makes a PATCH read the resource, wait so long, and write back what it made of it, so that two of them at once lose one change.",
        r#"{ "id": "lost-update", "on": "groups.patch", "do": { "data": "racy:300ms" } }"#,
    ),
    row(
        "reply",
        Phase::Instead,
        "Answers in place of the true handler, in the error shape of the surface unless `body` is given.",
        r#"{ "id": "busy", "on": "users.create", "when": { "nth": "every 10" }, "do": { "reply": { "status": 409, "scim_type": "uniqueness", "detail": "Taken", "headers": { "X-Request-Id": "1" } } } }"#,
    ),
    row(
        "reply.retry_after",
        Phase::Instead,
        "Asks the client to wait, in the form that `retry_after_as` names: `seconds`, `http-date`, `rfc850-date`, `asctime-date`, `absent` or `garbage`.",
        r#"{ "id": "quota", "on": "users.*", "when": { "nth": 6, "per": "token" }, "do": { "reply": { "status": 429, "retry_after": "30s", "retry_after_as": "http-date" } } }"#,
    ),
    row(
        "reply.auth_error",
        Phase::Instead,
        "Names the error in the `WWW-Authenticate` challenge of SCIM, or in the body of OAuth.",
        r#"{ "id": "refuse", "on": "users.list", "when": { "max": 1 }, "do": { "reply": { "status": 401, "auth_error": "invalid_token" } } }"#,
    ),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_a_rule_without_a_finding() {
        for fault in FAULTS {
            let text = format!(
                r#"{{ "scenario": "example", "v": 1, "rules": [ {} ] }}"#,
                fault.example
            );
            let script = crate::scenario::parse(&text)
                .unwrap_or_else(|findings| panic!("{}: {}", fault.name, findings[0]));
            assert!(
                script.warnings().is_empty(),
                "{}: {}",
                fault.name,
                script.warnings()[0]
            );
            assert!(fault.about.ends_with('.'));
        }
    }
}
