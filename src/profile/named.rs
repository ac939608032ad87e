//! The profiles that have a name.

use super::{ErrorStatus, PatchAnswer, Profile, UnknownAttributes, hint};

/// A profile with a name.
#[derive(Debug)]
pub struct Named {
    /// The name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Makes it.
    pub profile: fn() -> Profile,
}

/// The profiles that have a name, the default one first.
pub const NAMED: &[Named] = &[
    Named {
        name: "goto",
        about: "What GoTo is known to do, and the most sensible choice where nobody knows.",
        profile: Profile::default,
    },
    Named {
        name: "rfc",
        about: "RFC 7643 and RFC 7644 to the letter, with every optional feature on.",
        profile: Profile::rfc,
    },
    Named {
        name: "entra-lenient",
        about: "Takes every deviation that Entra, Okta, JumpCloud and Microsoft's published samples are known to send.",
        profile: Profile::entra_lenient,
    },
];

impl Profile {
    /// The profile of that name.
    ///
    /// # Errors
    ///
    /// The message lists the names there are.
    pub fn named(name: &str) -> Result<Self, String> {
        let found = NAMED.iter().find(|one| one.name == name);
        found.map(|one| (one.profile)()).ok_or_else(|| {
            let names: Vec<_> = NAMED.iter().map(|one| one.name).collect();
            let hint = hint(name, names.iter().copied());
            let names = names.join(", ");
            format!("there is no profile {name:?}, but {names}{hint}")
        })
    }

    /// Bodies without `schemas`, private URNs in them, a null `path` and a `remove` with values stay allowed: hardly a
    /// client does without one of them, and a profile that stops them all would judge nobody.
    fn rfc() -> Self {
        Self {
            // GoTo's own rules; the RFCs know no such bounds.
            user_name_length: None,
            given_name_length: None,
            family_name_length: None,
            group_name_length: None,
            user_domain_verified: false,
            group_name_unique: false,
            group_patch_answer: PatchAnswer::Full,
            unknown_attributes: UnknownAttributes::Refuse,
            accept_json: true,
            accept_strict: true,
            me: true,
            bulk: true,
            discovery_open: true,
            missing_token_named: false,
            cursor_paging: true,
            unknown_query_attributes_refused: true,
            search_schemas_required: true,
            lenient_filter_literals: false,
            string_boolean_filters: false,
            value_path_comparisons: false,
            any_case_ops: false,
            unlisted_schemas: false,
            empty_strings_as_absent: false,
            string_booleans: false,
            lone_value_for_list: false,
            array_for_single_value: false,
            bare_string_values: false,
            wrapped_values: false,
            values_as_json_text: false,
            empty_value_clears_reference: false,
            dotted_keys: false,
            filtered_path_creates: false,
            remove_without_match: false,
            resent_read_only: false,
            // RFC 7643 4.1.1 takes every language tag, also one of three parts, and demands neither of them.
            locale_checked: false,
            timezone_checked: false,
            identity_bad_token_status: ErrorStatus::UNAUTHORIZED,
            identity_denied_status: ErrorStatus::FORBIDDEN,
            identity_missing_group_status: ErrorStatus::NOT_FOUND,
            identity_bad_key_status: ErrorStatus::NOT_FOUND,
            identity_members_per_request: None,
            identity_filter_whole: true,
            identity_user_complete: false,
            ..Self::default()
        }
    }

    /// The letter alone: `rfc` without the forms of real clients that every named profile takes.
    #[cfg(test)]
    pub(crate) fn letter() -> Self {
        Self {
            missing_schemas: false,
            private_schemas: false,
            null_path: false,
            remove_by_value_list: false,
            ..Self::rfc()
        }
    }

    fn entra_lenient() -> Self {
        Self {
            user_patch_answer: PatchAnswer::NoContent,
            repeated_names: true,
            single_member_replace_adds: true,
            // Microsoft's SCIM Validator sends random texts for both.
            locale_checked: false,
            timezone_checked: false,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_named_profile_is_the_default_one() {
        assert_eq!(Profile::named("goto"), Ok(Profile::default()));
        assert_eq!(NAMED.first().map(|one| one.name), Some("goto"));
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let refusal = Profile::named("okta").unwrap_err();
        assert!(refusal.contains("entra-lenient"), "{refusal}");
    }
}
