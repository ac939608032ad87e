//! What a tester changes in the store behind the client's back.

use serde_json::Value;

use crate::entry::{Change, SubjectKind, Verb};
use crate::sandbox::Sandbox;
use crate::scenario::target::TargetStep;
use crate::scim::resource::{accept, naming_all_schemas};
use crate::scim::resource_type::Kind;
use crate::store::directory::{Directory, Refusal, Stored};

/// Applies the step; the message of a refusal names what is not there.
pub(crate) fn apply(sandbox: &Sandbox, step: &TargetStep) -> Result<Vec<Change>, String> {
    if step.is_empty() {
        return Ok(Vec::new());
    }
    let Some(organization) = sandbox.organizations.default_organization() else {
        return Err("there is no organization yet".into());
    };
    let directory = organization.directory();
    let mut changes = Vec::new();
    for name in &step.delete_users {
        let id = user(directory, name)?;
        changes.push(delete(sandbox, directory, (Kind::User, &id))?);
    }
    for name in &step.delete_groups {
        let id = group(directory, name)?;
        changes.push(delete(sandbox, directory, (Kind::Group, &id))?);
    }
    for patch in &step.patch_users {
        let id = user(directory, &patch.user)?;
        let change = |before: &Stored| {
            let mut next = before.resource().into_owned();
            if let Value::Object(fields) = &mut next {
                fields.extend(patch.set.clone());
            }
            let resource_type = &before.resource_type;
            let next = naming_all_schemas(resource_type, next);
            accept(resource_type, next, &sandbox.profile)?
                .in_place_of(resource_type, &before.resource())
        };
        directory
            .replace((Kind::User, &id), sandbox.now(), change)
            .map_err(|refusal| format!("{}: {}", patch.user, refusal.detail))?;
        changes.push(Change {
            kind: SubjectKind::User,
            id,
            verb: Verb::Updated,
        });
    }
    Ok(changes)
}

fn user(directory: &Directory, name: &str) -> Result<String, String> {
    let found = directory.by_user_name(name);
    found
        .map(|stored| stored.id.to_string())
        .ok_or_else(|| format!("there is no user {name:?}"))
}

fn group(directory: &Directory, name: &str) -> Result<String, String> {
    let found = directory.by_display_name(name).into_iter().next();
    found
        .map(|stored| stored.id.to_string())
        .ok_or_else(|| format!("there is no group {name:?}"))
}

fn delete(
    sandbox: &Sandbox,
    directory: &Directory,
    (kind, id): (Kind, &str),
) -> Result<Change, String> {
    let let_go = |_: &Stored| Ok::<_, Refusal>(());
    directory
        .delete((kind, id), sandbox.now(), let_go)
        .map_err(|refusal| refusal.to_string())?;
    Ok(Change {
        kind: kind.into(),
        id: id.to_owned(),
        verb: Verb::Deleted,
    })
}
