//! Whether an account may sign in.

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::store::organization::Account;

/// Whether the account was removed, or the organization has suspended the user of that name: then nobody signs in as it, and no token is given for it.
///
/// Access tokens that were given before live on, as those of a server that only looks at their signature would.
pub(crate) fn is_suspended(sandbox: &Sandbox, account: &Account) -> bool {
    if sandbox.organizations.present(account).is_none() {
        return true;
    }
    let Some(organization) = sandbox.organizations.of(account) else {
        return false;
    };
    let user = organization.directory().by_user_name(&account.user_name);
    user.is_some_and(|user| user.resource().get("active") == Some(&Value::Bool(false)))
}
