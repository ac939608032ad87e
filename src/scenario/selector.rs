//! Which operations a rule or an expectation is about.

use http::Method;
use serde_json::Value;

use crate::operation::{Door, OPERATIONS, Operation, Surface, recognise};

use super::finding::{Complaint, Findings, Pointer};

/// A set of operations, written as names and globs: `users.create`, `users.*`, `*.list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operations {
    written: Vec<String>,
    members: Vec<Operation>,
}

impl Operations {
    /// Whether the operation is one of them.
    pub fn contains(&self, operation: Operation) -> bool {
        self.members.contains(&operation)
    }

    /// Each of them, in the order of the reference page.
    pub fn members(&self) -> &[Operation] {
        &self.members
    }

    /// Whether every one of `other` is here too.
    pub fn covers(&self, other: &Self) -> bool {
        other.members.iter().all(|member| self.contains(*member))
    }

    /// As the file has it.
    pub fn written(&self) -> String {
        self.written.join(", ")
    }

    /// The operations of one name or glob.
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        let all = || {
            OPERATIONS
                .iter()
                .filter(|row| row.surface != Surface::Control)
        };
        let members: Vec<_> = all()
            .filter(|row| glob_matches(text, row.name))
            // These are no requests: a rule about everything that is asked does not count them.
            .filter(|row| row.operation != Operation::TlsHandshake || text.starts_with("tls"))
            .filter(|row| {
                row.operation != Operation::AcceptConnection || text.starts_with("connection")
            })
            .map(|row| row.operation)
            .collect();
        if !members.is_empty() {
            return Ok(Self {
                written: vec![text.to_owned()],
                members,
            });
        }
        if Operation::named(text).is_some() {
            return Err(Complaint::new(format!(
                "\"{text}\" is asked by a tester, and no rule ever meets it"
            )));
        }
        if let Some(operation) = asked(text) {
            let name = operation.name();
            return Err(Complaint::near(unknown(text), name, [name]));
        }
        if text.contains('*') {
            let globs = globs();
            let globs = globs.iter().map(String::as_str);
            return Err(Complaint::near(unknown(text), text, globs).or_see("operations"));
        }
        let names = all().map(|row| row.name);
        Err(Complaint::near(unknown(text), text, names).or_see("operations"))
    }

    /// One name or a list of names.
    pub(super) fn read(value: &Value, at: &Pointer, findings: &mut Findings) -> Option<Self> {
        let names = match value {
            Value::String(name) => return findings.keep(at, Self::parse(name)),
            Value::Array(names) if !names.is_empty() => names,
            _ => {
                findings.error(at, "expected the name of an operation, or a list of names");
                return None;
            }
        };
        let mut all = Self {
            written: Vec::new(),
            members: Vec::new(),
        };
        for (index, name) in names.iter().enumerate() {
            let at = at.index(index);
            let Value::String(name) = name else {
                findings.error(&at, "expected the name of an operation");
                continue;
            };
            let Some(part) = findings.keep(&at, Self::parse(name)) else {
                continue;
            };
            all.written.extend(part.written);
            for member in part.members {
                if !all.contains(member) {
                    all.members.push(member);
                }
            }
        }
        (!all.members.is_empty()).then_some(all)
    }
}

fn unknown(text: &str) -> String {
    format!("unknown operation \"{text}\"")
}

/// The operation of a request that is written as `POST /Users` or `POST /scim/v2/Users`.
fn asked(text: &str) -> Option<Operation> {
    let (method, path) = text.split_once(' ')?;
    let method: Method = method.to_uppercase().parse().ok()?;
    let recognised = |path: &str| {
        let found = recognise(Door::Product, &method, path).ok();
        found.map(|(operation, _)| operation)
    };
    recognised(path).or_else(|| recognised(&format!("/scim/v2{path}")))
}

/// The globs that make sense: one a family.
pub(super) fn globs() -> Vec<String> {
    let mut globs: Vec<String> = OPERATIONS
        .iter()
        .filter(|row| row.surface != Surface::Control)
        .filter_map(|row| row.name.split_once('.'))
        .map(|(family, _)| format!("{family}.*"))
        .collect();
    globs.dedup();
    globs
}

/// Whether a name fits a pattern in which `*` stands for any text.
fn glob_matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(found) => rest = rest.get(found + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn glob_stands_for_a_family_and_never_for_the_tester() {
        let users = Operations::parse("users.*").unwrap();
        assert_eq!(users.members().len(), 7);
        assert!(users.contains(Operation::PatchUser) && !users.contains(Operation::PatchGroup));
        let all = Operations::parse("*").unwrap();
        assert!(all.covers(&users) && !users.covers(&all));
        assert!(!all.contains(Operation::ResetSandbox));
        assert_eq!(Operations::parse("*.list").unwrap().members().len(), 6);
        assert!(glob_matches("a*b*c", "axxbyyc") && !glob_matches("a*b", "axxc"));
    }

    #[test]
    fn unknown_operation_is_answered_with_the_nearest() {
        let mut findings = Findings::default();
        let read = Operations::read(
            &json!(["user.create", "user.*", "control.reset"]),
            &Pointer::default(),
            &mut findings,
        );
        assert!(read.is_none());
        let nearest: Vec<_> = findings
            .into_raw()
            .into_iter()
            .map(|raw| raw.placed(1, 1).nearest)
            .collect();
        assert_eq!(
            nearest,
            [
                Some("users.create".to_owned()),
                Some("users.*".to_owned()),
                None
            ]
        );
    }
}
