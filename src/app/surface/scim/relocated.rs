//! Users at another endpoint than `/Users`, as `/ResourceTypes` may name one, [RFC 7644 section
//! 3.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.2).

use http::Method;

use crate::operation::{self, Door, Operation, Parts, Surface, Unrouted};
use crate::sandbox::Sandbox;

/// What a request asks of a world: as the table of operations says, but where its users are elsewhere, they are there,
/// and at `/Users` there is nothing.
pub(crate) fn recognise<'p>(
    sandbox: &Sandbox,
    method: &Method,
    path: &'p str,
) -> Result<(Operation, Parts<'p>), Unrouted> {
    let (operation, parts) = operation::recognise(Door::Product, method, path)?;
    let endpoint = sandbox.profile.users_endpoint.as_str();
    if endpoint == "/Users" {
        return Ok((operation, parts));
    }
    if ALIKE.iter().any(|(_, on_users)| *on_users == operation) {
        return Err(Unrouted {
            surface: Surface::Scim,
            allow: Vec::new(),
        });
    }
    let is_there = parts
        .first()
        .is_some_and(|name| endpoint.strip_prefix('/') == Some(name));
    let alike = ALIKE
        .iter()
        .find(|(named, _)| is_there && *named == operation);
    Ok(alike.map_or((operation, parts), |(_, on_users)| {
        (*on_users, parts.rest())
    }))
}

/// Each operation on resources of a type that the path names, and the one on users that is like it.
const ALIKE: [(Operation, Operation); 7] = [
    (Operation::CreateResource, Operation::CreateUser),
    (Operation::ListResources, Operation::ListUsers),
    (Operation::SearchResources, Operation::SearchUsers),
    (Operation::GetResource, Operation::GetUser),
    (Operation::ReplaceResource, Operation::ReplaceUser),
    (Operation::PatchResource, Operation::PatchUser),
    (Operation::DeleteResource, Operation::DeleteUser),
];
