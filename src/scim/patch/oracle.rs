//! A second, deliberately simple PATCH, written from the text of
//! [RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2) alone: it takes the resource apart
//! into a list of single values, each with its place, and puts it together again.
//! The engine must agree with it on any resource and any operation, refusals included.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use crate::profile::UnknownAttributes;
use crate::scim::error::ScimType;
use crate::scim::resource::accept;
use crate::scim::resource_type::Kind;
use crate::scim::schema::Schema;

use super::*;

const THING: &str = "urn:example:Thing";
const EXTRA: &str = "urn:example:extension:Extra";

fn schema(id: &str, attributes: Value) -> Arc<Schema> {
    let document = json!({"id": id, "name": id, "attributes": attributes});
    Arc::new(serde_json::from_value(document).unwrap())
}

fn thing() -> ResourceType {
    let core = json!([
        {"name": "schemas", "type": "reference", "multiValued": true},
        {"name": "id", "type": "string", "mutability": "readOnly"},
        {"name": "label", "type": "string", "required": true},
        {"name": "note", "type": "string"},
        {"name": "born", "type": "string", "mutability": "immutable"},
        {"name": "box", "type": "complex", "subAttributes": [
            {"name": "left", "type": "string"}, {"name": "right", "type": "string"},
        ]},
        {"name": "tags", "type": "string", "multiValued": true},
        {"name": "mails", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "value", "type": "string"}, {"name": "type", "type": "string"},
            {"name": "primary", "type": "boolean"},
        ]},
    ]);
    let extra = json!([{"name": "unit", "type": "string"}, {"name": "code", "type": "string"}]);
    ResourceType {
        kind: Kind::Other(0),
        naming: "label".into(),
        name: "Thing".into(),
        endpoint: "/Things".into(),
        description: String::new(),
        schema: schema(THING, core),
        extensions: vec![Extension {
            schema: schema(EXTRA, extra),
            required: false,
        }],
    }
}

/// What stands at one place: `Mail` is one value of `mails`.
#[derive(Clone, Debug, PartialEq)]
enum Fact {
    /// `label`, `note`, `born`, `id`.
    Plain(String, Value),
    /// A part of `box` or of the extension, after the name of the whole.
    Part(String, String, Value),
    Tag(Value),
    Mail(Mail),
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Mail {
    value: Option<String>,
    kind: Option<String>,
    primary: Option<bool>,
}

type Why = ScimType;

impl Mail {
    /// A value as a client writes it; `None` stands for a member that is null.
    fn read(value: &Value) -> Result<Self, Why> {
        let Value::Object(members) = value else {
            return Err(Why::InvalidValue);
        };
        let text = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Why::InvalidValue),
        };
        Ok(Self {
            value: text("value")?,
            kind: text("type")?,
            primary: match members.get("primary") {
                None | Some(Value::Null) => None,
                Some(Value::Bool(primary)) => Some(*primary),
                Some(_) => return Err(Why::InvalidValue),
            },
        })
    }

    fn is_bare(&self) -> bool {
        *self == Self::default()
    }

    /// RFC 7643 section 2.4: the combination of value and type is what tells values apart.
    fn is(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Some(left), Some(right)) => fold(left) == fold(right) && self.same_kind(other),
            (None, None) => self == other,
            _ => false,
        }
    }

    fn same_kind(&self, other: &Self) -> bool {
        self.kind.as_deref().map(fold) == other.kind.as_deref().map(fold)
    }

    fn take_over(&mut self, other: &Self) {
        self.value = other.value.clone().or(self.value.take());
        self.kind = other.kind.clone().or(self.kind.take());
        self.primary = other.primary.or(self.primary);
    }
}

fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// The filters that are tried.
#[derive(Clone, Debug)]
enum Pick {
    Value(String),
    Kind(String),
    Primary(bool),
    HasKind,
    Not(Box<Pick>),
    Both(Box<Pick>, Box<Pick>),
    Either(Box<Pick>, Box<Pick>),
}

impl Pick {
    fn text(&self) -> String {
        match self {
            Self::Value(text) => format!("value eq \"{text}\""),
            Self::Kind(text) => format!("type eq \"{text}\""),
            Self::Primary(primary) => format!("primary eq {primary}"),
            Self::HasKind => "type pr".into(),
            Self::Not(one) => format!("not ({})", one.text()),
            Self::Both(left, right) => format!("({}) and ({})", left.text(), right.text()),
            Self::Either(left, right) => format!("{} or {}", left.text(), right.text()),
        }
    }

    fn picks(&self, mail: &Mail) -> bool {
        let is = |found: &Option<String>, text: &str| {
            found
                .as_deref()
                .is_some_and(|found| fold(found) == fold(text))
        };
        match self {
            Self::Value(text) => is(&mail.value, text),
            Self::Kind(text) => is(&mail.kind, text),
            Self::Primary(primary) => mail.primary == Some(*primary),
            Self::HasKind => mail.kind.as_deref().is_some_and(|kind| !kind.is_empty()),
            Self::Not(one) => !one.picks(mail),
            Self::Both(left, right) => left.picks(mail) && right.picks(mail),
            Self::Either(left, right) => left.picks(mail) || right.picks(mail),
        }
    }
}

/// The paths that are tried.
#[derive(Clone, Debug)]
enum At {
    Nowhere,
    Plain(&'static str),
    Whole(&'static str),
    Part(&'static str, &'static str),
    Tags,
    Mails(Option<Pick>, Option<&'static str>),
    Unknown,
}

impl At {
    fn text(&self) -> Option<String> {
        Some(match self {
            Self::Nowhere => return None,
            Self::Plain(name) | Self::Whole(name) => (*name).into(),
            Self::Part(EXTRA, part) => format!("{EXTRA}:{part}"),
            Self::Part(whole, part) => format!("{whole}.{part}"),
            Self::Tags => "tags".into(),
            Self::Unknown => "nothing".into(),
            Self::Mails(pick, sub) => {
                let pick = pick
                    .as_ref()
                    .map_or_else(String::new, |pick| format!("[{}]", pick.text()));
                let sub = sub.map_or_else(String::new, |sub| format!(".{sub}"));
                format!("mails{pick}{sub}")
            }
        })
    }
}

/// The resource as facts.
#[derive(Clone, Debug)]
struct Facts(Vec<Fact>);

impl Facts {
    fn take_apart(resource: &Value) -> Self {
        let mut facts = Vec::new();
        for (name, value) in resource.as_object().unwrap() {
            match (name.as_str(), value) {
                ("schemas", _) => {}
                ("tags", Value::Array(tags)) => facts.extend(tags.iter().cloned().map(Fact::Tag)),
                ("mails", Value::Array(mails)) => {
                    facts.extend(
                        mails
                            .iter()
                            .map(|mail| Fact::Mail(Mail::read(mail).unwrap())),
                    );
                }
                (whole, Value::Object(parts)) => facts.extend(
                    parts
                        .iter()
                        .map(|(part, value)| Fact::Part(whole.into(), part.clone(), value.clone())),
                ),
                (name, value) => facts.push(Fact::Plain(name.into(), value.clone())),
            }
        }
        Self(facts)
    }

    fn put_together(&self) -> Value {
        let mut resource = json!({"schemas": [THING]});
        for fact in &self.0 {
            match fact {
                Fact::Plain(name, value) => resource[name] = value.clone(),
                Fact::Part(whole, part, value) => resource[whole][part] = value.clone(),
                Fact::Tag(tag) => push(&mut resource, "tags", tag.clone()),
                Fact::Mail(mail) => {
                    let mut written = json!({});
                    if let Some(value) = &mail.value {
                        written["value"] = json!(value);
                    }
                    if let Some(kind) = &mail.kind {
                        written["type"] = json!(kind);
                    }
                    if let Some(primary) = mail.primary {
                        written["primary"] = json!(primary);
                    }
                    push(&mut resource, "mails", written);
                }
            }
        }
        if resource.get(EXTRA).is_some() {
            push(&mut resource, "schemas", EXTRA.into());
        }
        resource
    }

    fn mails(&self) -> Vec<Mail> {
        let mails = self.0.iter().filter_map(|fact| match fact {
            Fact::Mail(mail) => Some(mail.clone()),
            _ => None,
        });
        mails.collect()
    }

    fn set_mails(&mut self, mails: Vec<Mail>) {
        self.0.retain(|fact| !matches!(fact, Fact::Mail(_)));
        let kept = mails.into_iter().filter(|mail| !mail.is_bare());
        self.0.extend(kept.map(Fact::Mail));
    }

    fn operate(&mut self, op: &str, at: &At, value: &Value) -> Result<(), Why> {
        // "If "path" is unspecified, the operation fails with HTTP status code 400 and a "scimType" of "noTarget"."
        if matches!(at, At::Nowhere) && op == "remove" {
            return Err(Why::NoTarget);
        }
        match at {
            At::Nowhere => self.each(op, value),
            At::Unknown => Err(Why::InvalidPath),
            At::Plain(name) if op == "remove" => self.plain(name, &Value::Null),
            At::Plain(name) => self.plain(name, value),
            At::Whole(whole) if op == "remove" => {
                self.0
                    .retain(|fact| !matches!(fact, Fact::Part(of, _, _) if of == whole));
                Ok(())
            }
            At::Whole(whole) => self.whole(whole, value),
            At::Part(whole, part) if op == "remove" => self.part(whole, part, &Value::Null),
            At::Part(whole, part) => self.part(whole, part, value),
            At::Tags => self.tags(op, value),
            At::Mails(None, None) => self.all_mails(op, value),
            At::Mails(pick, sub) => self.some_mails(op, (pick.as_ref(), *sub), value),
        }
    }

    /// "If omitted, the target location is assumed to be the resource itself. The "value" parameter contains a set of
    /// attributes to be added to the resource."
    fn each(&mut self, op: &str, value: &Value) -> Result<(), Why> {
        let Value::Object(members) = value else {
            return Err(Why::InvalidValue);
        };
        for (name, value) in members {
            match name.as_str() {
                "box" => self.whole("box", value)?,
                EXTRA => self.whole(EXTRA, value)?,
                "tags" => self.tags(op, value)?,
                "mails" => self.all_mails(op, value)?,
                "label" | "note" | "born" | "id" => self.plain(name, value)?,
                // The profile of this test ignores what it does not know.
                _ => {}
            }
        }
        Ok(())
    }

    fn plain(&mut self, name: &str, value: &Value) -> Result<(), Why> {
        // "A client MUST NOT modify an attribute that has mutability "readOnly" or "immutable"."
        if name == "id" {
            return Err(Why::Mutability);
        }
        if !value.is_null() && !value.is_string() {
            return Err(Why::InvalidValue);
        }
        let old = self
            .0
            .iter()
            .position(|fact| matches!(fact, Fact::Plain(own, _) if own == name));
        match old {
            // "However, a client MAY "add" a value to an "immutable" attribute if the attribute had no previous value."
            Some(place) if name == "born" => match (&self.0[place], value) {
                (Fact::Plain(_, Value::String(old)), Value::String(new))
                    if fold(old) == fold(new) =>
                {
                    Ok(())
                }
                _ => Err(Why::Mutability),
            },
            // "If an attribute is removed or becomes unassigned and is defined as a required attribute ..., the server
            // SHALL return ... a "scimType" error code of "mutability"."
            Some(_) if name == "label" && value.is_null() => Err(Why::Mutability),
            Some(place) if value.is_null() => {
                self.0.remove(place);
                Ok(())
            }
            Some(place) => {
                self.0[place] = Fact::Plain(name.into(), value.clone());
                Ok(())
            }
            None if value.is_null() => Ok(()),
            // "If the target location specifies an attribute that does not exist (has no value), the attribute is
            // added with the new value."
            None => {
                self.0.push(Fact::Plain(name.into(), value.clone()));
                Ok(())
            }
        }
    }

    /// "If the target location specifies a complex attribute, a set of sub-attributes SHALL be specified in the
    /// "value" parameter that replaces any existing values or adds where an attribute did not previously exist.
    /// Sub-attributes that are not specified SHALL be left unchanged."
    fn whole(&mut self, whole: &str, value: &Value) -> Result<(), Why> {
        match value {
            Value::Null => {
                self.0
                    .retain(|fact| !matches!(fact, Fact::Part(of, _, _) if of == whole));
                Ok(())
            }
            Value::Object(parts) => {
                let known: &[&str] = if whole == "box" {
                    &["left", "right"]
                } else {
                    &["unit", "code"]
                };
                let mut parts = parts
                    .iter()
                    .filter(|(part, _)| known.contains(&part.as_str()));
                parts.try_for_each(|(part, value)| self.part(whole, part, value))
            }
            _ => Err(Why::InvalidValue),
        }
    }

    fn part(&mut self, whole: &str, part: &str, value: &Value) -> Result<(), Why> {
        if !value.is_null() && !value.is_string() {
            return Err(Why::InvalidValue);
        }
        let is_it =
            |fact: &Fact| matches!(fact, Fact::Part(of, own, _) if of == whole && own == part);
        let place = self.0.iter().position(is_it);
        self.0.retain(|fact| !(is_it(fact) && value.is_null()));
        if !value.is_null() {
            let new = Fact::Part(whole.into(), part.into(), value.clone());
            match place {
                Some(place) => self.0[place] = new,
                None => self.0.push(new),
            }
        }
        Ok(())
    }

    /// "If the target location specifies a multi-valued attribute, a new value is added to the attribute"; "If the
    /// target location is a multi-valued attribute and no filter is specified, the attribute and all values are
    /// replaced", or removed.
    fn tags(&mut self, op: &str, value: &Value) -> Result<(), Why> {
        let mut new = Vec::new();
        if op != "remove" {
            for tag in list(value)? {
                match tag {
                    Value::Null => {}
                    Value::String(_) => new.push(tag),
                    _ => return Err(Why::InvalidValue),
                }
            }
        }
        if op != "add" {
            self.0.retain(|fact| !matches!(fact, Fact::Tag(_)));
        }
        for tag in new {
            let is_it = |fact: &Fact| matches!(fact, Fact::Tag(old) if fold(old.as_str().unwrap()) == fold(tag.as_str().unwrap()));
            // "If the target location already contains the value specified, no changes SHOULD be made".
            if !self.0.iter().any(is_it) {
                self.0.push(Fact::Tag(tag));
            }
        }
        Ok(())
    }

    fn all_mails(&mut self, op: &str, value: &Value) -> Result<(), Why> {
        let mut mails = if op == "add" {
            self.mails()
        } else {
            Vec::new()
        };
        let mut written = Vec::new();
        if op != "remove" {
            let new = list(value)?.into_iter().filter(|mail| !mail.is_null());
            let new: Result<Vec<_>, _> = new.map(|mail| Mail::read(&mail)).collect();
            for mail in new?.into_iter().filter(|mail| !mail.is_bare()) {
                match mails.iter().position(|old| old.is(&mail)) {
                    Some(place) => {
                        mails[place].take_over(&mail);
                        written.push(place);
                    }
                    None => {
                        written.push(mails.len());
                        mails.push(mail);
                    }
                }
            }
        }
        one_primary(&mut mails, &written)?;
        self.set_mails(mails);
        Ok(())
    }

    fn some_mails(
        &mut self,
        op: &str,
        (pick, sub): (Option<&Pick>, Option<&str>),
        value: &Value,
    ) -> Result<(), Why> {
        let mut mails = self.mails();
        let new = match sub {
            _ if op == "remove" => Mail::default(),
            Some(sub) => Mail::read(&json!({sub: value}))?,
            None if value.is_null() => Mail::default(),
            None => Mail::read(value)?,
        };
        let numbered = mails.iter().enumerate();
        let picked = numbered.filter(|(_, mail)| pick.is_none_or(|pick| pick.picks(mail)));
        let picked: Vec<_> = picked.map(|(place, _)| place).collect();
        // "... and no record match was made, the service provider SHALL indicate failure by returning HTTP status code
        // 400 and a "scimType" error code of "noTarget"."
        if picked.is_empty() && (pick.is_some() || op != "remove") {
            return Err(Why::NoTarget);
        }
        for place in &picked {
            let mail = &mut mails[*place];
            match (op, sub) {
                ("remove", None) => *mail = Mail::default(),
                ("remove", Some(sub)) => clear(mail, sub),
                (_, Some(sub)) if value.is_null() => clear(mail, sub),
                ("replace", None) => *mail = new.clone(),
                _ if value.is_null() => *mail = Mail::default(),
                ("add", None) => {
                    mail.take_over(&new);
                    for (name, _) in value
                        .as_object()
                        .into_iter()
                        .flatten()
                        .filter(|(_, value)| value.is_null())
                    {
                        clear(mail, name);
                    }
                }
                _ => mail.take_over(&new),
            }
        }
        if op != "remove" {
            one_primary(&mut mails, &picked)?;
        }
        self.set_mails(mails);
        Ok(())
    }
}

/// "a PATCH operation that sets a value's "primary" sub-attribute to "true" SHALL cause the server to automatically set
/// "primary" to "false" for any other values in the array."
fn one_primary(mails: &mut [Mail], written: &[usize]) -> Result<(), Why> {
    let mut chosen: Vec<_> = written
        .iter()
        .filter(|place| mails[**place].primary == Some(true))
        .collect();
    chosen.dedup();
    chosen.sort_unstable();
    chosen.dedup();
    let [chosen] = chosen[..] else {
        return if chosen.is_empty() {
            Ok(())
        } else {
            Err(Why::InvalidValue)
        };
    };
    for (place, mail) in mails.iter_mut().enumerate() {
        if place != *chosen && mail.primary == Some(true) {
            mail.primary = Some(false);
        }
    }
    Ok(())
}

fn clear(mail: &mut Mail, sub: &str) {
    match sub {
        "value" => mail.value = None,
        "type" => mail.kind = None,
        "primary" => mail.primary = None,
        _ => {}
    }
}

fn list(value: &Value) -> Result<Vec<Value>, Why> {
    match value {
        Value::Array(values) => Ok(values.clone()),
        Value::Null => Ok(Vec::new()),
        _ => Err(Why::InvalidValue),
    }
}

fn push(resource: &mut Value, name: &str, value: Value) {
    match resource.get_mut(name).and_then(Value::as_array_mut) {
        Some(values) => values.push(value),
        None => resource[name] = json!([value]),
    }
}

fn any_text() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "B", "c"]).prop_map(str::to_owned)
}

fn any_mail() -> impl Strategy<Value = Value> {
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

fn any_resource() -> impl Strategy<Value = Value> {
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

fn any_pick() -> impl Strategy<Value = Pick> {
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

fn any_at() -> impl Strategy<Value = At> {
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

fn any_value() -> impl Strategy<Value = Value> {
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

fn any_operation() -> impl Strategy<Value = (&'static str, At, Value)> {
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

fn body(operations: &[(&'static str, At, Value)]) -> Value {
    let written = operations.iter().map(|(op, at, value)| {
        let mut operation = json!({"op": op});
        if let Some(path) = at.text() {
            operation["path"] = path.into();
        }
        if *op != "remove" {
            operation["value"] = value.clone();
        }
        operation
    });
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": written.collect::<Vec<_>>()})
}

/// Made once for all cases.
static RULES: LazyLock<(ResourceType, Profile)> = LazyLock::new(|| {
    let letter = Profile {
        unknown_attributes: UnknownAttributes::Ignore,
        ..Profile::named("rfc").unwrap()
    };
    (thing(), letter)
});

fn outcome(resource: &Value, body: &Value) -> Result<Value, Option<ScimType>> {
    let (thing, letter) = &*RULES;
    let after = apply(thing, resource, body, letter).map_err(|error| error.scim_type)?;
    // The schemas have the last word on what may stay, as they have after every PATCH.
    let accepted = accept(thing, after.clone(), letter).map_err(|error| error.scim_type)?;
    let mut kept = json!({"schemas": after["schemas"], "id": after["id"]});
    kept.as_object_mut().unwrap().extend(accepted.attributes);
    Ok(kept)
}

fn check(resource: &Value, operations: &[(&'static str, At, Value)]) -> Result<(), TestCaseError> {
    let mut facts = Facts::take_apart(resource);
    let mut done = operations
        .iter()
        .map(|(op, at, value)| facts.operate(op, at, value));
    let expected = match done.find_map(Result::err) {
        Some(why) => Err(Some(why)),
        None => Ok(facts.put_together()),
    };
    let body = body(operations);
    prop_assert_eq!(outcome(resource, &body), expected, "{} {}", resource, body);
    Ok(())
}

proptest! {
    // Each case compares every operation by itself and all in a row: some 25,000 comparisons.
    #![proptest_config(ProptestConfig { cases: 6_000, ..ProptestConfig::default() })]

    #[test]
    fn engine_and_oracle_agree(resource in any_resource(), operations in prop::collection::vec(any_operation(), 2..5)) {
        for operation in &operations {
            check(&resource, std::slice::from_ref(operation))?;
        }
        check(&resource, &operations)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn replacing_twice_is_replacing_once(resource in any_resource(), (_, at, value) in any_operation()) {
        let body = body(&[("replace", at.clone(), value)]);
        if let Ok(once) = outcome(&resource, &body) {
            // A filter may find less after the change than before, and so may a part of a value that is gone.
            if !matches!(at, At::Mails(Some(_), _) | At::Mails(_, Some(_))) {
                prop_assert_eq!(outcome(&once, &body), Ok(once));
            }
        }
    }

    #[test]
    fn what_is_not_written_keeps_its_order(resource in any_resource(), operation in any_operation()) {
        if let Ok(after) = outcome(&resource, &body(&[operation])) {
            let stayed = |own: &Value, other: &Value| {
                let members = own.as_object().unwrap().iter();
                let same = members.filter(|(name, value)| other.get(name) == Some(value));
                same.map(|(name, _)| name.clone()).collect::<Vec<_>>()
            };
            prop_assert_eq!(stayed(&resource, &after), stayed(&after, &resource));
        }
    }
}
