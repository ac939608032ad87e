//! What happens to resources behind the client's back, before its request is handled.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::entry::{Subject, SubjectKind};
use crate::sandbox::Sandbox;
use crate::scenario::fault::data::befalls;
use crate::scenario::plan::{DataVerb, Fate, Plan, Whom};
use crate::scim::error::ScimError;
use crate::scim::resource::{Accepted, accept};
use crate::scim::resource_type::Kind;
use crate::scim::schema::ResourceType;
use crate::store::directory::{Directory, Stored};

/// The kinds of resources that have a name.
const NAMED: [Kind; 2] = [Kind::User, Kind::Group];

/// Does to the store what the plan wants done to it; what cannot be done is told with the rule.
///
/// The client has no part in it, so it is none of the changes of its request.
pub(super) fn befall(sandbox: &Sandbox, plan: &mut Plan) {
    for verb in &plan.data {
        let DataVerb::Befalls(fate, whom) = verb else {
            if *verb == DataVerb::Wiped {
                wipe(sandbox);
            }
            continue;
        };
        if let Err(why) = strike(sandbox, (*fate, whom), plan.subject.as_ref()) {
            let word = befalls(*fate, whom);
            let rule = plan.fired.iter_mut().find(|one| one.what.contains(&word));
            if let Some(rule) = rule {
                rule.what = format!("{} (not done: {why})", rule.what);
            }
        }
    }
}

fn wipe(sandbox: &Sandbox) {
    let Some(organization) = sandbox.organizations.default_organization() else {
        return;
    };
    let directory = organization.directory();
    // Groups first, so that none has to be written anew for each of its members.
    for kind in NAMED.into_iter().rev() {
        for one in directory.snapshot(kind).iter() {
            // Whoever is gone already is what is wanted.
            _ = directory.take_away((kind, &one.id), sandbox.now());
        }
    }
}

fn strike(
    sandbox: &Sandbox,
    (fate, whom): (Fate, &Whom),
    subject: Option<&Subject>,
) -> Result<(), String> {
    let organization = sandbox.organizations.default_organization();
    let organization = organization.ok_or("there is no organization")?;
    let scene = Scene {
        sandbox,
        directory: organization.directory(),
    };
    if fate == Fate::Restored {
        return scene.restore(whom, subject);
    }
    let one = scene
        .find(whom, subject)
        .ok_or("there is nobody of that name")?;
    let done = match fate {
        Fate::Deleted => scene.take_away(&one),
        Fate::NewId => scene.renumber(&one),
        Fate::Alone => scene.isolate(&one),
        Fate::Deactivated => scene.change(&one, |after| after["active"] = false.into()),
        Fate::Renamed => {
            let name = format!("renamed.{}", one.name());
            let naming = one.resource_type.naming.clone();
            scene.change(&one, |after| after[&naming] = name.into())
        }
        Fate::Restored => Ok(()),
    };
    done.map_err(|error| error.detail)
}

/// The directory that something happens in.
struct Scene<'s> {
    sandbox: &'s Sandbox,
    directory: &'s Directory,
}

impl Scene<'_> {
    fn find(&self, whom: &Whom, subject: Option<&Subject>) -> Option<Arc<Stored>> {
        let named = |kind, name: &str| self.directory.by_name(kind, name).into_iter().next();
        match whom {
            Whom::Named(name) => NAMED.into_iter().find_map(|kind| named(kind, name)),
            Whom::Subject => {
                let subject = subject?;
                let kind = kind_of(subject.kind)?;
                let id = subject.id.as_deref();
                let known = id.and_then(|id| self.directory.by_id(kind, id));
                known.or_else(|| named(kind, &subject.key))
            }
        }
    }

    fn take_away(&self, one: &Stored) -> Result<(), ScimError> {
        let which = (one.kind(), &*one.id);
        self.directory.take_away(which, self.sandbox.now())?;
        Ok(())
    }

    fn restore(&self, whom: &Whom, subject: Option<&Subject>) -> Result<(), String> {
        let (kinds, name) = match (whom, subject) {
            (Whom::Named(name), _) => (NAMED.to_vec(), name),
            (Whom::Subject, Some(subject)) => {
                (kind_of(subject.kind).into_iter().collect(), &subject.key)
            }
            (Whom::Subject, None) => return Err("the request is about nobody".to_owned()),
        };
        let mut kinds = kinds.into_iter();
        let one = kinds.find_map(|kind| self.directory.taken(kind, name));
        let one = one.ok_or("no rule deleted anybody of that name")?;
        self.give(&one.resource_type, one.resource().into_owned())
            .map_err(|error| error.detail)
    }

    /// The same resource under an id that it never had; it keeps its place in its groups.
    fn renumber(&self, one: &Stored) -> Result<(), ScimError> {
        let groups = self.directory.groups_of(&one.id);
        let stream = format!("another id/{}", one.id);
        let id = self.sandbox.entropy.draw(&stream, 0).decimal19();
        let mut body = one.resource().into_owned();
        body["id"] = id.as_str().into();
        self.take_away(one)?;
        self.give(&one.resource_type, body)?;
        for group in groups {
            if let Some(group) = self.directory.by_id(Kind::Group, &group.id) {
                self.change(&group, |after| {
                    let member = json!({ "value": id });
                    match after.get_mut("members") {
                        Some(Value::Array(members)) => members.push(member),
                        _ => after["members"] = json!([member]),
                    }
                })?;
            }
        }
        Ok(())
    }

    fn isolate(&self, one: &Stored) -> Result<(), ScimError> {
        if one.kind() == Kind::Group {
            return self.change(one, |after| after["members"] = json!([]));
        }
        for group in self.directory.groups_of(&one.id) {
            self.change(&group, |after| {
                if let Some(Value::Array(members)) = after.get_mut("members") {
                    members.retain(|member| member["value"].as_str() != Some(&*one.id));
                }
            })?;
        }
        Ok(())
    }

    fn give(&self, resource_type: &Arc<ResourceType>, body: Value) -> Result<(), ScimError> {
        let (sandbox, new) = (self.sandbox, (resource_type, body));
        self.directory
            .give(new, &sandbox.profile, sandbox.now(), sandbox.entropy)?;
        Ok(())
    }

    fn change(&self, one: &Stored, edit: impl FnOnce(&mut Value)) -> Result<(), ScimError> {
        let change = |before: &Stored| -> Result<Accepted, ScimError> {
            let mut after = before.resource().into_owned();
            edit(&mut after);
            accept(&before.resource_type, after, &self.sandbox.profile)
        };
        let which = (one.kind(), &*one.id);
        self.directory.replace(which, self.sandbox.now(), change)?;
        Ok(())
    }
}

fn kind_of(kind: SubjectKind) -> Option<Kind> {
    match kind {
        SubjectKind::User => Some(Kind::User),
        SubjectKind::Group => Some(Kind::Group),
        _ => None,
    }
}
