//! Addresses within one world, written so that they hold whatever host name the browser came by.

use crate::sandbox::Sandbox;

/// The address of a path of this world, without scheme and host.
///
/// A browser that came by `organization.logmeininc.com` stays there, since it resolves the address against its own.
pub(crate) fn local(sandbox: &Sandbox, path: &str) -> String {
    format!("{}{path}", prefix(sandbox))
}

/// What every path of this world begins with, as in `/t/one`; nothing for the default world.
pub(crate) fn prefix(sandbox: &Sandbox) -> &str {
    let base_url = sandbox.base_url.as_str();
    let rest = base_url
        .split_once("://")
        .map_or(base_url, |(_, rest)| rest);
    rest.find('/')
        .and_then(|slash| rest.get(slash..))
        .unwrap_or_default()
        .trim_end_matches('/')
}
