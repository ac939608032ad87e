//! What GoTo asks of a write beyond the schemas, in whichever dialect it comes.

use crate::profile::{ErrorStatus, Profile};
use crate::scim::error::ScimError;
use crate::scim::resource::Accepted;
use crate::scim::resource_type::{Kind, fold_case};
use crate::store::directory::Stored;
use crate::store::organization::Organization;

/// Refuses a `userName` outside the organization's verified domains; one that stays as it was is not asked again.
///
/// Only users have an address.
pub(super) fn check_domain(
    organization: &Organization,
    profile: &Profile,
    (kind, accepted): (Kind, &Accepted),
    before: Option<&Stored>,
) -> Result<(), ScimError> {
    if kind != Kind::User || !profile.user_domain_verified {
        return Ok(());
    }
    let user_name = fold_case(accepted.text("userName").unwrap_or_default());
    if before.is_some_and(|before| fold_case(before.name()) == user_name) {
        return Ok(());
    }
    let detail = match user_name.rsplit_once('@') {
        Some((_, domain)) if organization.has_verified(domain) => return Ok(()),
        Some((_, domain)) => format!("userName: the domain {domain} is not verified"),
        None => "userName must be an e-mail address in a verified domain".into(),
    };
    Err(match profile.unverified_domain_status {
        ErrorStatus::BAD_REQUEST => ScimError::invalid_value(detail),
        other => ScimError::plain(other.code(), detail),
    })
}
