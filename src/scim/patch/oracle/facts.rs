//! The resource taken apart, and what each operation does to the parts.

use serde_json::{Value, json};

use super::mail::{Mail, fold};
use super::tried::{At, Pick};
use super::{EXTRA, THING, Why};

/// What stands at one place: `Mail` is one value of `mails`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fact {
    /// `label`, `note`, `born`, `id`.
    Plain(String, Value),
    /// A part of `box` or of the extension, after the name of the whole.
    Part(String, String, Value),
    Tag(Value),
    Mail(Mail),
}

/// The resource as facts.
#[derive(Clone, Debug)]
pub(super) struct Facts(pub(super) Vec<Fact>);

impl Facts {
    pub(super) fn take_apart(resource: &Value) -> Self {
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

    pub(super) fn put_together(&self) -> Value {
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

    pub(super) fn mails(&self) -> Vec<Mail> {
        let mails = self.0.iter().filter_map(|fact| match fact {
            Fact::Mail(mail) => Some(mail.clone()),
            _ => None,
        });
        mails.collect()
    }

    pub(super) fn set_mails(&mut self, mails: Vec<Mail>) {
        self.0.retain(|fact| !matches!(fact, Fact::Mail(_)));
        let kept = mails.into_iter().filter(|mail| !mail.is_bare());
        self.0.extend(kept.map(Fact::Mail));
    }

    pub(super) fn operate(&mut self, op: &str, at: &At, value: &Value) -> Result<(), Why> {
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
    pub(super) fn each(&mut self, op: &str, value: &Value) -> Result<(), Why> {
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

    pub(super) fn plain(&mut self, name: &str, value: &Value) -> Result<(), Why> {
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
    pub(super) fn whole(&mut self, whole: &str, value: &Value) -> Result<(), Why> {
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

    pub(super) fn part(&mut self, whole: &str, part: &str, value: &Value) -> Result<(), Why> {
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
    pub(super) fn tags(&mut self, op: &str, value: &Value) -> Result<(), Why> {
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
            let text = |tag: &Value| fold(tag.as_str().unwrap());
            let is_it = |fact: &Fact| matches!(fact, Fact::Tag(old) if text(old) == text(&tag));
            // "If the target location already contains the value specified, no changes SHOULD be made".
            if !self.0.iter().any(is_it) {
                self.0.push(Fact::Tag(tag));
            }
        }
        Ok(())
    }

    pub(super) fn all_mails(&mut self, op: &str, value: &Value) -> Result<(), Why> {
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
                if let Some(place) = mails.iter().position(|old| old.is(&mail)) {
                    mails[place].take_over(&mail);
                    written.push(place);
                } else {
                    written.push(mails.len());
                    mails.push(mail);
                }
            }
        }
        one_primary(&mut mails, &written)?;
        self.set_mails(mails);
        Ok(())
    }

    pub(super) fn some_mails(
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
pub(super) fn one_primary(mails: &mut [Mail], written: &[usize]) -> Result<(), Why> {
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

pub(super) fn clear(mail: &mut Mail, sub: &str) {
    match sub {
        "value" => mail.value = None,
        "type" => mail.kind = None,
        "primary" => mail.primary = None,
        _ => {}
    }
}

pub(super) fn list(value: &Value) -> Result<Vec<Value>, Why> {
    match value {
        Value::Array(values) => Ok(values.clone()),
        Value::Null => Ok(Vec::new()),
        _ => Err(Why::InvalidValue),
    }
}

pub(super) fn push(resource: &mut Value, name: &str, value: Value) {
    match resource.get_mut(name).and_then(Value::as_array_mut) {
        Some(values) => values.push(value),
        None => resource[name] = json!([value]),
    }
}
