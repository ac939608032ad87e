//! Resources and operations of every kind.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::EXTRA;
use super::facts::{Fact, Facts};
use super::tried::{At, Pick};

pub(super) fn any_text() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "B", "c"]).prop_map(str::to_owned)
}

pub(super) fn any_mail() -> impl Strategy<Value = Value> {
    let text = || {
        prop_oneof![
            4 => any_text().prop_map(Value::from),
            3 => Just(Value::from("none")),
            1 => Just(Value::Null),
        ]
    };
    let primary = select(vec![
        json!(true),
        json!(false),
        json!("none"),
        json!("none"),
        json!(null),
    ]);
    (text(), text(), primary).prop_map(|(value, kind, primary)| {
        let members = [("value", value), ("type", kind), ("primary", primary)];
        let said = members.into_iter().filter(|(_, value)| value != "none");
        said.map(|(name, value)| (name.to_owned(), value)).collect()
    })
}

pub(super) fn any_resource() -> impl Strategy<Value = Value> {
    let text = || prop::option::of(any_text());
    let parts = || (text(), text());
    let mails = prop::collection::vec(any_mail(), 0..4);
    let tags = prop::collection::vec(select(vec!["a", "b", "c"]), 0..3);
    (text(), text(), (parts(), parts()), tags, mails).prop_map(
        |(note, born, (inner, extra), tags, mails)| {
            let mut facts = Facts(vec![
                Fact::Plain("id".into(), "7".into()),
                Fact::Plain("label".into(), "L".into()),
            ]);
            // By way of the oracle's own rules, so that each value is there once and one at most is primary.
            let mut write = |at: At, value: Value| {
                let _ = facts.operate("add", &at, &value);
            };
            write(At::Plain("note"), json!(note));
            write(At::Plain("born"), json!(born));
            write(At::Whole("box"), json!({"left": inner.0, "right": inner.1}));
            write(At::Whole(EXTRA), json!({"unit": extra.0, "code": extra.1}));
            write(At::Tags, json!(tags));
            for mail in mails {
                write(At::Mails(None, None), json!([mail]));
            }
            facts.put_together()
        },
    )
}

pub(super) fn any_pick() -> impl Strategy<Value = Pick> {
    let leaf = prop_oneof![
        any_text().prop_map(Pick::Value),
        any_text().prop_map(Pick::Kind),
        any::<bool>().prop_map(Pick::Primary),
        Just(Pick::HasKind),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|one| Pick::Not(Box::new(one))),
            two.clone()
                .prop_map(|(left, right)| Pick::Both(Box::new(left), Box::new(right))),
            two.prop_map(|(left, right)| Pick::Either(Box::new(left), Box::new(right))),
        ]
    })
}

pub(super) fn any_at() -> impl Strategy<Value = At> {
    let sub = select(vec![None, Some("value"), Some("type"), Some("primary")]);
    prop_oneof![
        2 => Just(At::Nowhere),
        3 => select(vec!["label", "note", "born", "id"]).prop_map(At::Plain),
        2 => select(vec!["box", EXTRA]).prop_map(At::Whole),
        2 => select(vec![("box", "left"), ("box", "right"), (EXTRA, "unit"), (EXTRA, "code")])
            .prop_map(|(whole, part)| At::Part(whole, part)),
        2 => Just(At::Tags),
        6 => (prop::option::weighted(0.7, any_pick()), sub).prop_map(|(pick, sub)| At::Mails(pick, sub)),
        1 => Just(At::Unknown),
    ]
}

pub(super) fn any_value() -> impl Strategy<Value = Value> {
    let text = || any_text().prop_map(Value::from);
    let parts = |left: &'static str, right: &'static str| {
        (prop::option::of(any_text()), prop::option::of(any_text()))
            .prop_map(move |(one, two)| json!({left: one, right: two}))
    };
    let mails = || prop::collection::vec(any_mail(), 0..3).prop_map(Value::from);
    let tags = || prop::collection::vec(text(), 0..3).prop_map(Value::from);
    let members = (
        select(vec!["label", "note", "born", "strange"]),
        text(),
        tags(),
        mails(),
        parts("left", "right"),
    );
    prop_oneof![
        3 => text(),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(json!(7)),
        2 => tags(),
        3 => mails(),
        3 => any_mail(),
        1 => parts("left", "right"),
        1 => parts("unit", "code"),
        2 => members.prop_map(|(name, text, tags, mails, parts)| {
            json!({name: text, "tags": tags, "mails": mails, "box": parts, EXTRA: {"unit": "a"}})
        }),
    ]
}

pub(super) fn any_operation() -> impl Strategy<Value = (&'static str, At, Value)> {
    let op = select(vec!["add", "replace", "remove"]);
    let fitting = (any_text(), any_mail(), any_mail(), any::<bool>());
    let any = (op, any_at(), any_value(), any::<bool>(), fitting);
    any.prop_map(
        |(op, at, value, is_fitting, (text, mail, other, primary))| {
            // Half of the operations get a value that their place takes, else most would be refused for its type.
            let fitting = match &at {
                At::Mails(_, Some("primary")) => json!(primary),
                At::Mails(None, None) => json!([mail, other]),
                At::Mails(_, None) => mail,
                At::Plain(_) | At::Part(..) | At::Mails(..) => json!(text),
                _ => value.clone(),
            };
            (op, at, if is_fitting { fitting } else { value })
        },
    )
}
