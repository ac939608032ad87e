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
    if is_on_users(operation) {
        return Err(Unrouted {
            surface: Surface::Scim,
            allow: Vec::new(),
        });
    }
    let is_there = parts
        .first()
        .is_some_and(|name| endpoint.strip_prefix('/') == Some(name));
    Ok(match on_users(operation).filter(|_| is_there) {
        Some(operation) => (operation, parts.rest()),
        None => (operation, parts),
    })
}

fn is_on_users(operation: Operation) -> bool {
    use Operation as O;
    matches!(
        operation,
        O::CreateUser
            | O::ListUsers
            | O::SearchUsers
            | O::GetUser
            | O::ReplaceUser
            | O::PatchUser
            | O::DeleteUser
    )
}

/// The operation on users that is like this one on resources of a type that the path names.
fn on_users(operation: Operation) -> Option<Operation> {
    use Operation as O;
    Some(match operation {
        O::CreateResource => O::CreateUser,
        O::ListResources => O::ListUsers,
        O::SearchResources => O::SearchUsers,
        O::GetResource => O::GetUser,
        O::ReplaceResource => O::ReplaceUser,
        O::PatchResource => O::PatchUser,
        O::DeleteResource => O::DeleteUser,
        _ => return None,
    })
}
