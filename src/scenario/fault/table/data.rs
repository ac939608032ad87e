//! What the store does oddly before and while a request is handled.

use super::{FaultRow, Phase, row};

pub(super) const DATA: &[FaultRow] = &[
    row(
        "data racy",
        Phase::During,
        "Makes a PUT or PATCH read the resource, wait so long, and write back what it made of it, so that two of them at once lose one change; a create looks whether its name is free, waits, and stores, so that two of them at once make two of one name.",
        r#"{ "id": "lost-update", "on": "groups.patch", "do": { "data": "racy:300ms" } }"#,
    ),
    row(
        "data lag",
        Phase::During,
        "Lets reads lag behind the writes: by so many reads of the same thing (`3`: of one id, or of what one filter finds), or by so long on the sandbox clock (`30s`); who is new is not found yet, what changed is as it was, and who was deleted is still there.",
        r#"{ "id": "replica", "on": ["users.get", "users.list"], "do": { "data": "lag:3" } }"#,
    ),
    row(
        "data hidden",
        Phase::During,
        "Hides the user or group of that name from reads, lists and searches, although it is there, its name is taken and writes by its id are served; groups still name it as a member, and users as their group. `given.users` can put it in.",
        r#"{ "id": "ghost", "on": ["users.get", "users.list", "users.search"], "do": { "data": "hidden:user-01@main.com" } }"#,
    ),
    row(
        "data half",
        Phase::During,
        "Stores the first so many operations of a PATCH, or attributes of a PUT, and fails with 500; a write that has no more parts is served.",
        r#"{ "id": "torn", "on": ["users.patch", "users.replace"], "when": { "nth": 1 }, "do": { "data": "half:1" } }"#,
    ),
    row(
        "data few_members",
        Phase::During,
        "Takes only so many of the members that a write adds to a group, and answers as if all were well; an answer that holds the group holds those it took.",
        r#"{ "id": "some", "on": "groups.patch", "do": { "data": "few_members:1" } }"#,
    ),
    row(
        "data quota",
        Phase::During,
        "Refuses a create where there are so many of the type already, or so many of them that came to be in a time (`50/24h`); whom the client deletes makes room. With 403, or with the `reply` of the same rule.",
        r#"{ "id": "full", "on": "users.create", "do": { "data": "quota:50", "reply": { "status": 507, "detail": "No seats are left." } } }"#,
    ),
    row(
        "data page_cap",
        Phase::During,
        "Gives no more rows a page than so many, however many are asked for; of two numbers (`2-5`) one between them is drawn for each place in the list.",
        r#"{ "id": "small-pages", "on": "users.list", "do": { "data": "page_cap:5" } }"#,
    ),
    row(
        "data page_repeat",
        Phase::During,
        "Begins every page but the first with the last row of the page before, in addition to the other rows, so that the list is longer than what is in it; `totalResults` counts the repeated rows too.",
        r#"{ "id": "again", "on": "users.list", "do": { "data": "page_repeat" } }"#,
    ),
    row(
        "data unordered",
        Phase::During,
        "Cuts every page out of another order, so that paging misses some rows and sees others twice; there are no more pages than else, by cursors too.",
        r#"{ "id": "shuffled", "on": "users.list", "do": { "data": "unordered" } }"#,
    ),
    row(
        "data total",
        Phase::During,
        "Changes `totalResults` from page to page: one more with each (`grows`), one less (`shrinks`), or up to two more or less (`jitters`).",
        r#"{ "id": "moving", "on": "users.list", "do": { "data": "total:grows" } }"#,
    ),
    row(
        "data expired_cursor",
        Phase::During,
        "Refuses a cursor that comes back as expired, RFC 9865; the profile must have `cursor_paging`.",
        r#"{ "id": "too-late", "on": "users.list", "when": { "nth": 2 }, "do": { "data": "expired_cursor" } }"#,
    ),
    row(
        "data deleted",
        Phase::Before,
        "Deletes whom the request is about before it is handled, or the user or group of that name (`deleted:user-01@main.com`), without the client's doing: in the organization that the request's token is for, as with each of these fates. The journal tells it in an entry `changed` before that of the request.",
        r#"{ "id": "vanished", "on": "users.patch", "when": { "nth": 1 }, "do": { "data": "deleted" } }"#,
    ),
    row(
        "data restored",
        Phase::Before,
        "Brings back whom a rule deleted, whom the request is about or a name: with the same id, at the place it had in lists, in those of its groups and with those of its members that are still there, and with a later version.",
        r#"{ "id": "back", "on": "users.list", "when": { "nth": 3 }, "do": { "data": "restored:user-01@main.com" } }"#,
    ),
    row(
        "data deactivated",
        Phase::Before,
        "Sets `active` to false behind the client's back, of the user whom the request is about or of a name.",
        r#"{ "id": "suspended", "on": "users.list", "when": { "nth": 2 }, "do": { "data": "deactivated:user-01@main.com" } }"#,
    ),
    row(
        "data renamed",
        Phase::Before,
        "Gives whom the request is about, or a name, another name behind the client's back: the same behind `renamed.`.",
        r#"{ "id": "renamed", "on": "users.list", "when": { "nth": 2 }, "do": { "data": "renamed:user-01@main.com" } }"#,
    ),
    row(
        "data new_id",
        Phase::Before,
        "Gives whom the request is about, or a name, another id behind the client's back, as if it had been deleted and created anew; it stays in its groups.",
        r#"{ "id": "renumbered", "on": "users.list", "when": { "nth": 2 }, "do": { "data": "new_id:user-01@main.com" } }"#,
    ),
    row(
        "data alone",
        Phase::Before,
        "Takes whom the request is about, or a name, out of all groups behind the client's back; of a group, all its members.",
        r#"{ "id": "lost-members", "on": "groups.get", "when": { "nth": 1 }, "do": { "data": "alone" } }"#,
    ),
    row(
        "data wiped",
        Phase::Before,
        "Deletes every user and every group behind the client's back.",
        r#"{ "id": "wiped", "on": "users.*", "when": { "nth": 5 }, "do": { "data": "wiped" } }"#,
    ),
    row(
        "poison",
        Phase::Instead,
        "Fails every request about one subject, whether a body, a path or a filter names it and whether by its name or its id, while all others are served: a rule with `subject.key`.",
        r#"{ "id": "poison", "on": ["users.*", "groups.*"], "if": { "subject.key": "user-01@main.com" }, "do": { "reply": { "status": 500 } } }"#,
    ),
];
