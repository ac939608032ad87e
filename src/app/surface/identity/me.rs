//! `/Users/me`: the user that the token speaks for, which is how GoTo's clients ask who they are.
//!
//! An account need not be a user of a directory, nor have an organization: then the account itself is shown.

use std::sync::Arc;

use compact_str::CompactString;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Played, Scene, located};
use crate::app::auth::{Bearer, Denied};
use crate::app::call::Call;
use crate::entry::{Subject, SubjectKind};
use crate::exchange::IntoReply;
use crate::oauth::scope::{IDENTITY, SCIM_ME, SCIM_ORG};
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::state::OrganizationRole;
use crate::scim::error::ScimError;
use crate::scim::resource_type::{Kind, fold_case};
use crate::scim::v1::USER;
use crate::scim::v1::error::Refused;
use crate::scim::v1::show::{self, ProductAccount};
use crate::store::organization::{Account, Organization};

/// Plays a call about the caller's own user: any of the scopes will do, and no role is needed.
pub(super) async fn play(call: Call<'_>, bearer: &Bearer) -> Result<Played, Denied> {
    bearer.check_scope(call.sandbox, &[SCIM_ME, SCIM_ORG, IDENTITY])?;
    let account = &bearer.grant.account;
    let organization = call.sandbox.organizations.of(account);
    let own = organization
        .as_deref()
        .and_then(|organization| Some((organization, id_of(organization, account)?)));
    if let Some((organization, id)) = own {
        let mut scene = Scene::new(call, &USER, organization);
        let reply = match call.operation {
            Operation::ReplaceIdentityMe => scene.replace(&id).await,
            Operation::PatchIdentityMe => scene.patch(&id).await,
            _ => scene.get(&id, &account.key),
        };
        return Ok(scene.end(reply));
    }
    let reply = if call.operation == Operation::GetIdentityMe {
        let shown = account_shown(call.sandbox, account, organization.as_deref());
        located(StatusCode::OK, &shown)
    } else {
        let who = format!("{} as a user of an organization", account.user_name);
        Refused::of(ScimError::not_found(who), call.request.path()).into_reply()
    };
    Ok(Played {
        subject: Some(subject_of(account)),
        ..Played::of(reply)
    })
}

/// The id of the directory's user that an account is: the one with its key, else the one with its address.
fn id_of(organization: &Organization, account: &Account) -> Option<CompactString> {
    let directory = organization.directory();
    let user = directory
        .by_id(Kind::User, &account.key)
        .or_else(|| directory.by_user_name(&account.user_name))?;
    Some(user.id.clone())
}

/// The account with that key.
pub(super) fn account_of(sandbox: &Sandbox, key: &str) -> Option<Arc<Account>> {
    sandbox.organizations.account_of_key(key)
}

/// An account as the journal knows it.
pub(super) fn subject_of(account: &Account) -> Subject {
    Subject {
        kind: SubjectKind::User,
        key: fold_case(&account.user_name),
        id: Some(account.key.clone()),
    }
}

/// An account as if it were a user.
pub(super) fn account_shown(
    sandbox: &Sandbox,
    account: &Account,
    organization: Option<&Organization>,
) -> Value {
    let mut name = json!({});
    for (part, text) in [
        ("givenName", &account.given_name),
        ("familyName", &account.family_name),
    ] {
        if !text.is_empty() {
            name[part] = text.as_str().into();
        }
    }
    let user = json!({
        "id": account.key,
        "userName": account.user_name,
        "name": name,
        "meta": { "created": sandbox.began() },
    });
    let shown = show::resource(&USER, &user, &sandbox.base_url, &sandbox.profile);
    let accounts = [product_account(sandbox, organization, account)];
    show::with_accounts(shown, &accounts)
}

/// The product accounts of a directory's user.
///
/// SCIM creates an identity and no product account; one who signs in has one, and so has one whose `entitlements`
/// were set by SCIM 2.0.
pub(super) fn accounts_of(
    sandbox: &Sandbox,
    organization: &Organization,
    user: &Value,
) -> Vec<ProductAccount> {
    let user_name = user.get("userName").and_then(Value::as_str);
    if let Some(account) = user_name.and_then(|name| sandbox.organizations.account(name)) {
        return vec![product_account(sandbox, Some(organization), &account)];
    }
    let given = user.get("entitlements").and_then(Value::as_array);
    let entitlements: Vec<String> = given
        .into_iter()
        .flatten()
        .filter_map(|one| Some(one.get("value")?.as_str()?.to_owned()))
        .collect();
    if entitlements.is_empty() {
        return Vec::new();
    }
    vec![ProductAccount {
        key: product_key(sandbox, &organization.name),
        name: organization.name.clone(),
        entitlements,
    }]
}

/// The product account that somebody signs in to: that of the organization, or what will be its name.
fn product_account(
    sandbox: &Sandbox,
    organization: Option<&Organization>,
    account: &Account,
) -> ProductAccount {
    let name = match organization {
        Some(organization) => organization.name.clone(),
        // The organization takes the name of the domain that is proved first, which is this one.
        None => account
            .domain()
            .map_or_else(|| account.user_name.clone(), |domain| domain.to_string()),
    };
    let role = organization.map(|organization| organization.role(account));
    let entitlements = account.entitlements.clone().unwrap_or_else(|| match role {
        Some(OrganizationRole::ReadOnly | OrganizationRole::ReadWrite) => vec!["acctadmin".into()],
        Some(OrganizationRole::User) | None => Vec::new(),
    });
    ProductAccount {
        key: product_key(sandbox, &name),
        name,
        entitlements,
    }
}

/// The key of a product account: 19 digits that are no user's.
fn product_key(sandbox: &Sandbox, name: &str) -> String {
    let stream = format!("product account key/{}", fold_case(name));
    sandbox.entropy.draw(&stream, 0).decimal19()
}
