//! Every key of the format, with what it means.

/// One table of keys: heading, introduction, rows of key and meaning.
pub(in crate::scenario) type Section = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

pub(in crate::scenario) const SECTIONS: &[Section] = &[
    (
        "The file",
        "One JSON object, without comments.\nA key that is not listed here is an error, so a typing mistake never goes unnoticed.",
        &[
            ("scenario", "The id of the scenario."),
            ("v", "The version of the format: 1."),
            ("about", "One sentence on what the scenario does."),
            ("refs", "The clauses behind it, as text."),
            (
                "seed",
                "A number that decides every draw; `--seed` overrides it.",
            ),
            (
                "vary",
                "`false` where the scenario needs the exact shapes of answers, so that [lawful variation](variation.md) stays off also in `conform`; `true` switches it on elsewhere too. An option of the command line or of the sandbox wins.",
            ),
            (
                "each",
                "The matrix: `{\"status\": [429, 503], \"form\": [\"seconds\", \"http-date\"]}` is the product of four rows; `[{\"n\": 1, \"tries\": 3}, {\"n\": 6, \"tries\": 8}]` lists its two rows. Without it there is one row.",
            ),
            (
                "paces",
                "Named durations, each with a value under `quick`, for a client that waits in real time, and one under `real`: `{\"quick\": {\"quota\": \"2s\"}, \"real\": {\"quota\": \"30s\"}}`. The built-in client, which skips its waits, meets the real ones; `--pace` chooses for a command.",
            ),
            (
                "clock",
                "`mode` is `real` (the default), `manual` (it stands still but for waits of the built-in client and `advance`) or `scaled:60`; `start` is where the clock begins. For a client in a process of its own the clock is always `real`.",
            ),
            (
                "given",
                "What is there at the start, merged onto the default state: `organization`, `domains`, `accounts`, `clients`, `tokens` and `web` replace what is there; `users`, `groups`, `zone` and `profile` are added. `profile` holds single fields of [the profile](profile.md), and in `base` the name of the one they change: `{\"base\": \"rfc\", \"page_size\": 5}`. An account may have `entitlements`, which `/identity/v1` shows; an admin has `acctadmin` without them. It may belong to another `organization` than the first, and may have `personal_access_tokens`. A client may have `grants`, the grant types it is registered for, and a `federation` (`issuer`, `subject`, `audience`, `jwks`), whose signed assertions stand for a secret.",
            ),
            ("rules", "The rules, in order."),
            ("expect", "What is expected of the client."),
            (
                "cycles",
                "One entry for each run of the client; one run if absent.",
            ),
            (
                "end",
                "Exactly one of `idle` (a duration without a request), `at` (a moment) and `state`.",
            ),
            (
                "$schema",
                "For editors: [scenario.schema.json](scenario.schema.json), which completes keys and words while you type.",
            ),
        ],
    ),
    (
        "A rule",
        "On this operation, if the request looks so, when the schedule says so, do this, then go to that state.",
        &[
            ("id", "Its name, without `+`, `.` and `*`."),
            (
                "on",
                "One operation or a list of them; `*` stands for any text, as in `users.*`.",
            ),
            ("if", "What must hold of the request: see below."),
            ("when", "The schedule: see below."),
            ("do", "What is done: see the faults."),
            (
                "then",
                "The state that the sandbox is in afterwards; it begins in `start`.",
            ),
            (
                "fires",
                "How often the rule must act for the run to count: `\">=1\"` if absent; `\">=0\"` makes it optional.",
            ),
            (
                "stack",
                "`true` adds the rule to the one that wins instead of competing with it: for delays above all.",
            ),
        ],
    ),
    (
        "if",
        "Each key names a field of the request, each value what must hold of it.\nA literal means equality, and text is compared exactly.\nAn object holds one or more of `has`, `re`, `in`, `exists`, `size`, `number` and `not`, all of which must hold.\nA field that is absent equals nothing.",
        &[
            ("form.x", "A field of a form body."),
            ("query.x", "A field of the query, decoded."),
            (
                "header.x",
                "A header field; several of one name are joined by a comma.",
            ),
            (
                "body.a.b.0",
                "A value in a JSON body; a number counts from 0 in a list; a key with dots, as an extension's URN, is found too; `*` stands for each element or member, as in `body.Operations.*.op`, and then one of the values must do.",
            ),
            (
                "path.id",
                "What stands in the path in place of `{id}` in the table of operations.",
            ),
            ("request.bytes", "How long the body is."),
            ("request.target", "Path and query as they were sent."),
            ("request.version", "`1.0`, `1.1` or `2`, of HTTP."),
            ("token.live", "`true` if the bearer token is accepted."),
            ("token.client", "The OAuth client the token was given to."),
            (
                "subject.key",
                "The user name, group name or domain that the request is about, in lower case.",
            ),
            ("subject.kind", "`user`, `group` or `domain`."),
            (
                "subject.id",
                "The server's id of the subject, where the request names it.",
            ),
            (
                "has",
                "Text within text, an element of a list (an object stands for one that has those members), or a member of an object.",
            ),
            (
                "re",
                "A regular expression that matches somewhere in the text.",
            ),
            ("in", "A list, one of which the value equals."),
            (
                "exists",
                "`true` if the field is there, `false` if it is not.",
            ),
            (
                "size",
                "How many elements, members or letters it has: `3`, `\">100\"`, `\"2-4\"`.",
            ),
            (
                "number",
                "Which whole number it is, or its text writes: `\">100\"`.",
            ),
            (
                "not",
                "A literal or an object of tests that must not hold; of several values it may hold of none.",
            ),
        ],
    ),
    (
        "when",
        "All that is given must hold.",
        &[
            (
                "state",
                "The state the sandbox is in: `\"dead\"`, one of `[\"dead\", \"slow\"]`, or any other than `{\"not\": \"dead\"}`, which takes a list too.",
            ),
            (
                "nth",
                "Which occurrences, counted from 1 for each key: `3`, `[1, 2]`, `\"2-4\"`, `\"5+\"`, `\"every 10\"`, `\"every 10 from 3\"` (3, 13, 23).",
            ),
            ("max", "How often the rule acts at most for each key."),
            ("p", "The probability with which it acts, from 0 to 1."),
            (
                "from",
                "Not before this moment: `\"+10s\"` after the start, a date-time, `\"rule\"` or `\"rule+30s\"` after that rule first acted for the same key, `\"last rule+30s\"` after it last did.",
            ),
            ("to", "Before this moment, written in the same way."),
            (
                "open",
                "Only in a part of each of many equal spans: `\"1m in 10m\"` is the first minute of every ten, counted from `from`, or from the start without it.",
            ),
            (
                "per",
                "Within what the rule counts: a scope, or a list of scopes that are told apart together, as `[\"user\", \"op\"]`.",
            ),
            (
                "over",
                "Only requests beyond a limit, as in `\"10/1s\"`: a bucket of ten that is full at first, gives one for each request that the rule counts, and fills up in a second; one that finds it empty takes nothing.",
            ),
            (
                "parallel",
                "Only requests beside so many others that the rule counts and that are under way: from when a request has been read until its answer has left, or the client has. With `4` the fifth at once is struck.",
            ),
            (
                "repeats",
                "What a write is that the rule has counted before for the same key: `count`, an occurrence like any other, if absent; `pass`, none, so that the rule neither counts it nor acts on it; `same`, the same occurrence once more, with its number and its draw.",
            ),
        ],
    ),
    (
        "do",
        "The faults are in a table of their own.",
        &[
            (
                "commit",
                "`true`: the true handler runs first and may change the store; `false`: it does not run. If absent it is `false` with `reply` or `wire`, `true` otherwise.",
            ),
            (
                "delay",
                "`\"2s\"`, `{\"uniform\": [\"10ms\", \"1s\"]}` or `{\"lognormal\": [\"80ms\", 0.4, \"2s\"]}`.",
            ),
            (
                "hold",
                "How long the finished answer waits, written like `delay`: whatever was to be stored is.",
            ),
            (
                "clock",
                "How far the directory's clock is turned from this request on: `\"+1h\"` or `\"-10m\"`. It shows in `Date`, in dates of resources and tokens, and in what has expired; waits and windows of rules go by time that passes.",
            ),
            (
                "token",
                "An object of `revoke` (`access`, `refresh`, `all`), `expires_in`, `rotate` (`refresh`), `scope`, `skew`, `account` and `size`.",
            ),
            (
                "dns",
                "An object: either what is said (`rcode`, or `txt` with `ttl` and `split`), or how far it `lags` behind the zone's last change (`\"5m\"`, a number of look-ups, or `\"always\"`), or the wrong `label` below the domain at which its records stand, or a list of `resolvers` that are asked in turn, each an object like this one; and `answer`: `none` for silence, `truncated` to be asked again over TCP.",
            ),
            ("tls", "One of the faults of TLS, on `tls.handshake` only."),
            (
                "data",
                "One of the faults of the store, or a list of them; those of all rules that act add up.",
            ),
            (
                "reply",
                "An object of `status`, `scim_type`, `detail`, `headers`, `body`, `retry_after`, `retry_after_as`, `auth_error` and `redirect`.",
            ),
            (
                "mutate",
                "A JSON Patch, the name of a deviation, or a list of both; they are made in their order, first what changes the JSON and then what changes status, media type, coding or the whole body.",
            ),
            (
                "headers",
                "An object of header fields to set on the answer, be it the true one or not: a value, a list of values, or `null` to take the field away.",
            ),
            (
                "callback",
                "An object of parameters that the browser is to bring back to the client (`state`, `code`, `error`, `iss` and others): a value to set, or `null` to take the parameter away.",
            ),
            (
                "rate_limit",
                "In which header fields every answer tells how the bucket of `over` stands: `x-ratelimit` (with the seconds until it is full), `x-ratelimit-epoch` (with that moment in seconds since 1970), `ratelimit-fields` (three fields, as the earlier drafts of the RFC to be) or `ratelimit` (two structured ones, as the later drafts).",
            ),
            ("wire", "One of the faults of the wire."),
        ],
    ),
    (
        "expect",
        "With `rule`, the catalogue judges and nothing else is needed; without it, `id`, `level` and `that` are.\nAn expectation whose trigger never came is not exercised, which is never a pass.",
        &[
            ("id", "Its name."),
            (
                "rule",
                "The id of a rule of the catalogue: `goto-double list rules` names them.",
            ),
            (
                "level",
                "`must` (a miss fails), `should` (a miss warns) or `may` (a miss is told, no more).",
            ),
            ("ref", "The clause behind it."),
            (
                "that",
                "Exactly one of `wait`, `calls`, `order`, `backoff` and `final`.",
            ),
        ],
    ),
    (
        "wait",
        "The gap from the end of one answer to the next call that matches.",
        &[
            (
                "after",
                "A rule, for its first firing of each key, or operations, for each call of theirs.",
            ),
            ("next", "The operations that end the gap."),
            (
                "at_least",
                "The shortest gap: a duration, or `\"retry_after\"` for what the rule asked.",
            ),
            ("at_most", "The longest gap."),
            ("slack", "What is forgiven."),
            ("per", "Within what calls belong together."),
        ],
    ),
    (
        "calls",
        "How many calls there are.",
        &[
            ("on", "Calls of these operations."),
            (
                "like",
                "In place of `on`: calls with the operation and the resource of the request on which that rule first acted.",
            ),
            ("if", "What must hold of each call."),
            (
                "after",
                "Only calls that were sent when the first firing of this rule was known to the client.",
            ),
            ("before", "Only calls before the first firing of this rule."),
            ("within", "Only calls so soon after `after`."),
            ("slack", "Calls so soon after `after` are not counted yet."),
            ("per", "Within what calls are counted."),
            (
                "count",
                "How many: `2`, `\">=1\"`, `\"<=3\"`, `\"2-4\"`; `0` is silence.",
            ),
        ],
    ),
    (
        "order",
        "A list of steps that must come in this order.\nA repeat of the call that made the first step breaks it.",
        &[
            ("rule", "That rule acts."),
            (
                "like",
                "A call with the operation and the resource on which that rule acted before.",
            ),
            ("on", "A call of these operations."),
            ("if", "What must hold of the call."),
            ("per", "What the step shares with the first one."),
        ],
    ),
    (
        "backoff",
        "Growing gaps between the repeats of a call, each from the end of an answer to the next call.",
        &[
            ("on", "Calls of these operations."),
            (
                "like",
                "In place of `on`: calls like the one that rule met first.",
            ),
            ("if", "What must hold of each call."),
            ("after", "Only from the first firing of this rule on."),
            ("per", "Within what calls are repeats of each other."),
            ("first", "The shortest first gap."),
            (
                "growth",
                "Each gap is at least so many times the one before, until `cap`.",
            ),
            ("cap", "No gap is longer."),
            ("slack", "What is forgiven each time."),
        ],
    ),
    (
        "final",
        "What the store holds in the end.",
        &[
            ("select", "`users`, `groups` or `domains`."),
            (
                "where",
                "What must hold of each, by dotted paths of its JSON.",
            ),
            ("group_by", "The path whose value groups them."),
            ("per_group", "How many each group has."),
            ("count", "How many there are."),
        ],
    ),
    (
        "cycles",
        "One entry for each run of the client.",
        &[
            (
                "source",
                "What becomes of the directory to provision: `fresh` (begin from nothing), `people` (so many made-up users), `join`, `leave`, `disable`, `groups`, `drop_groups`.",
            ),
            ("clock", "How far the clock moves before, as in `\"+40m\"`."),
            ("limit", "How long the client may take."),
            (
                "target",
                "What is changed in GoTo behind the client's back before: `delete_users` (user names), `delete_groups` (display names), `patch_users` (a list of `user` and `set`), `wipe_state` (empties the client's own state folder).",
            ),
        ],
    ),
];
