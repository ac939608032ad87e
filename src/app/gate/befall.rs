//! What happens to resources behind the client's back, before its request is handled.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::auth;
use crate::entry::{Change, Event, Subject, SubjectKind, Verb};
use crate::exchange::Request;
use crate::sandbox::Sandbox;
use crate::scenario::fault::data::befalls;
use crate::scenario::plan::{DataVerb, Fate, Part, Plan, Whom};
use crate::scim::error::ScimError;
use crate::scim::resource::{Accepted, accept};
use crate::scim::resource_type::Kind;
use crate::store::directory::{Deleted, Directory, Refusal, Returned, Stored};

/// The kinds of resources that have a name.
const NAMED: [Kind; 2] = [Kind::User, Kind::Group];

/// Does to the store what the plan wants done to it; what cannot be done is told with the rule.
///
/// It happens in the organization that the request is for. The client has no part in it, so it is none of the changes of
/// its request: the journal tells it in an entry of its own, before that of the request.
pub(super) fn befall(sandbox: &Sandbox, request: &Request, plan: &mut Plan) {
    let strikes = |verb: &DataVerb| matches!(verb, DataVerb::Befalls(..) | DataVerb::Wiped);
    if !plan.data.iter().any(strikes) {
        return;
    }
    let Some(organization) = auth::organization_of(sandbox, request) else {
        return;
    };
    let mut scene = Scene {
        sandbox,
        directory: organization.directory(),
        changes: Vec::new(),
    };
    // What lags behind is to see what there was before this.
    scene
        .directory
        .keep_past(sandbox.engine.reach(), &sandbox.clock);
    let mut troubles = Vec::new();
    for (place, verb) in plan.data.iter().enumerate() {
        let DataVerb::Befalls(fate, whom) = verb else {
            if *verb == DataVerb::Wiped {
                scene.wipe();
            }
            continue;
        };
        if let Err(why) = scene.strike((*fate, whom), plan.subject.as_ref()) {
            let is_alone = plan.data_of_asker(place) == 1;
            let which = || format!("{}: {why}", befalls(*fate, whom));
            let why = if is_alone { why } else { which() };
            troubles.push((place, why));
        }
    }
    for (place, why) in troubles {
        plan.undone(Part::Data(place), why);
    }
    if !scene.changes.is_empty() {
        sandbox.journal.note(Event::Changed(scene.changes));
    }
}

/// The directory that something happens in, and what has happened so far.
struct Scene<'s> {
    sandbox: &'s Sandbox,
    directory: &'s Directory,
    changes: Vec<Change>,
}

impl Scene<'_> {
    fn strike(
        &mut self,
        (fate, whom): (Fate, &Whom),
        subject: Option<&Subject>,
    ) -> Result<(), String> {
        if fate == Fate::Restored {
            return self.restore(whom, subject);
        }
        let one = self
            .find(whom, subject)
            .ok_or("there is nobody of that name")?;
        let done = match fate {
            Fate::Deleted => self.take_away(&one),
            Fate::NewId => self.renumber(&one),
            Fate::Alone => self.isolate(&one),
            Fate::Deactivated if one.kind() == Kind::Group => {
                return Err("a group is neither active nor inactive".to_owned());
            }
            Fate::Deactivated => self.change(&one, |after| after["active"] = false.into()),
            Fate::Renamed => {
                let name = format!("renamed.{}", one.name());
                let naming = one.resource_type.naming.clone();
                self.change(&one, |after| after[&naming] = name.into())
            }
            Fate::Restored => Ok(()),
        };
        done.map_err(|error| error.detail)
    }

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

    /// Groups first, so that none has to be written anew for each of its members.
    fn wipe(&mut self) {
        let gone = self
            .directory
            .wipe(&[Kind::Group, Kind::User], self.sandbox.now());
        for one in &gone {
            self.note(one, Verb::Deleted);
        }
    }

    fn take_away(&mut self, one: &Stored) -> Result<(), ScimError> {
        let which = (one.kind(), &*one.id);
        let deleted = self.directory.take_away(which, self.sandbox.now())?;
        self.note_deleted(&deleted);
        Ok(())
    }

    fn restore(&mut self, whom: &Whom, subject: Option<&Subject>) -> Result<(), String> {
        let (kinds, name) = match (whom, subject) {
            (Whom::Named(name), _) => (NAMED.to_vec(), name),
            (Whom::Subject, Some(subject)) => {
                (kind_of(subject.kind).into_iter().collect(), &subject.key)
            }
            (Whom::Subject, None) => return Err("the request is about nobody".to_owned()),
        };
        for kind in kinds {
            let back = self.directory.bring_back((kind, name), self.sandbox.now());
            let back = back.map_err(|refusal: Refusal| refusal.to_string())?;
            if let Some(returned) = back {
                self.note_returned(&returned);
                return Ok(());
            }
        }
        Err("no rule deleted anybody of that name".to_owned())
    }

    /// The same resource under an id that it never had; it keeps its place in its groups.
    fn renumber(&mut self, one: &Stored) -> Result<(), ScimError> {
        let stream = format!("another id/{}", one.id);
        let id = self.sandbox.entropy.draw(&stream, 0).decimal19();
        let which = (one.kind(), &*one.id);
        let (deleted, returned) = self.directory.renumber(which, &id, self.sandbox.now())?;
        self.note_deleted(&deleted);
        self.note_returned(&returned);
        Ok(())
    }

    fn isolate(&mut self, one: &Stored) -> Result<(), ScimError> {
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

    fn change(&mut self, one: &Stored, edit: impl FnOnce(&mut Value)) -> Result<(), ScimError> {
        let change = |before: &Stored| -> Result<Accepted, ScimError> {
            let mut after = before.resource().into_owned();
            edit(&mut after);
            accept(&before.resource_type, after, &self.sandbox.profile)
        };
        let which = (one.kind(), &*one.id);
        let written = self.directory.replace(which, self.sandbox.now(), change)?;
        if written.changed {
            self.note(&written.stored, Verb::Updated);
        }
        Ok(())
    }

    fn note(&mut self, stored: &Stored, verb: Verb) {
        self.changes.push(Change {
            kind: stored.kind().into(),
            id: stored.id.to_string(),
            verb,
        });
    }

    fn note_deleted(&mut self, Deleted { stored, left }: &Deleted) {
        self.note(stored, Verb::Deleted);
        for group in left {
            self.note(group, Verb::Updated);
        }
    }

    fn note_returned(&mut self, Returned { stored, joined }: &Returned) {
        self.note(stored, Verb::Created);
        for group in joined {
            self.note(group, Verb::Updated);
        }
    }
}

fn kind_of(kind: SubjectKind) -> Option<Kind> {
    match kind {
        SubjectKind::User => Some(Kind::User),
        SubjectKind::Group => Some(Kind::Group),
        _ => None,
    }
}
