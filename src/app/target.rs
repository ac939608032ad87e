//! What a tester changes in the store behind the client's back.

use serde_json::Value;

use crate::entry::{Change, SubjectKind, Verb};
use crate::sandbox::Sandbox;
use crate::scenario::target::TargetStep;
use crate::scim::resource_type::Kind;
use crate::store::directory::Directory;

/// Applies the step; the message of a refusal names what is not there.
pub(crate) fn apply(sandbox: &Sandbox, step: &TargetStep) -> Result<Vec<Change>, String> {
    let Some(organization) = sandbox.organizations.default_organization() else {
        return Err("there is no organization yet".into());
    };
    let directory = organization.directory();
    let mut changes = Vec::new();
    for name in &step.delete_users {
        let id = user(directory, name)?;
        delete(directory, Kind::User, &id, sandbox, &mut changes)?;
    }
    for name in &step.delete_groups {
        let id = directory.by_display_name(name).ok_or_else(|| format!("there is no group {name:?}"))?.id.clone();
        delete(directory, Kind::Group, &id, sandbox, &mut changes)?;
    }
    for patch in &step.patch_users {
        let id = user(directory, &patch.user)?;
        let set = |stored: &Value| {
            let mut next = stored.clone();
            if let Value::Object(fields) = &mut next {
                fields.extend(patch.set.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
            next
        };
        directory
            .replace_value(Kind::User, &id, sandbox.now(), set)
            .map_err(|refusal| format!("{}: {refusal}", patch.user))?;
        changes.push(Change { kind: SubjectKind::User, id, verb: Verb::Updated });
    }
    Ok(changes)
}

fn user(directory: &Directory, name: &str) -> Result<String, String> {
    directory.by_user_name(name).map(|stored| stored.id.clone()).ok_or_else(|| format!("there is no user {name:?}"))
}

fn delete(directory: &Directory, kind: Kind, id: &str, sandbox: &Sandbox, changes: &mut Vec<Change>) -> Result<(), String> {
    directory.delete(kind, id, None, sandbox.now()).map_err(|refusal| refusal.to_string())?;
    let kind = match kind {
        Kind::User => SubjectKind::User,
        Kind::Group => SubjectKind::Group,
    };
    changes.push(Change { kind, id: id.to_owned(), verb: Verb::Deleted });
    Ok(())
}
