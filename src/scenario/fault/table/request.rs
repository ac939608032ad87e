//! What is done to a request before and while it is handled, and what the double's own look-outs meet.

use super::{FaultRow, Phase, row};

pub(super) const REQUEST: &[FaultRow] = &[
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
];
