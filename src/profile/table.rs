//! The table of fields: what each decides, its value in the profile `goto`, and how that was learnt.

use serde::{Deserialize, Serialize};

use super::{Evidence, Field, PatchAnswer, UnknownAttributes};

macro_rules! profile {
    ($($field:ident: $kind:ty = $default:expr, $evidence:ident, $source:literal, $about:literal;)*) => {
        /// How one sandbox behaves where the RFCs leave it open.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Profile {
            $(#[doc = $about] pub $field: $kind,)*
        }

        impl Default for Profile {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        /// What is known of every field, in the order of the reference page.
        pub const FIELDS: &[Field] = &[
            $(Field {
                name: stringify!($field),
                about: $about,
                evidence: Evidence::$evidence,
                source: $source,
            },)*
        ];
    };
}

profile! {
    verification_prefixes: Vec<String> = vec!["goto-".into()], Documented, "Microsoft's GoTo provisioning tutorial; GoTo's own help pages say logmein-",
        "Which prefixes of `verification-code=` prove a domain, the first one being shown.";
    verification_days: u32 = 10, Documented, "Microsoft's GoTo provisioning tutorial, step 2",
        "How many days a verification code lives.";
    access_token_seconds: u64 = 3600, Documented, "developer.goto.com, How to use refresh tokens",
        "How long an access token lives.";
    refresh_token_seconds: u64 = 2_592_000, Documented, "developer.goto.com, How to use refresh tokens (older text: 30 days)",
        "How long a refresh token lives.";
    refresh_token_rotates: bool = false, Documented, "developer.goto.com, How to use refresh tokens: the answer brings no new one",
        "Whether each refresh brings a new refresh token and ends the old one.";
    authorization_code_seconds: u64 = 600, Assumed, "RFC 6749 4.1.2 recommends ten minutes at most",
        "How long an authorization code lives.";
    client_credentials: bool = true, Assumed, "GoTo does not advertise the grant; Entra's current connectors need it",
        "Whether the client credentials grant is offered.";
    user_name_length: usize = 128, Documented, "GoTo's published SCIM OpenAPI",
        "The longest `userName`, in characters.";
    given_name_length: usize = 60, Documented, "GoTo's published SCIM OpenAPI",
        "The longest `name.givenName`, in characters.";
    family_name_length: usize = 60, Documented, "GoTo's published SCIM OpenAPI",
        "The longest `name.familyName`, in characters.";
    group_name_length: usize = 128, Documented, "GoTo's published SCIM OpenAPI",
        "The longest group `displayName`, in characters.";
    group_name_unique: bool = true, Documented, "GoTo's published SCIM OpenAPI; Entra matches groups by displayName",
        "Whether a group's `displayName` is unique in the organization.";
    user_domain_verified: bool = true, Documented, "GoTo's published SCIM OpenAPI",
        "Whether the domain of a `userName` must be one of the organization's verified domains.";
    members_per_request: Option<usize> = None, Documented, "GoTo's published SCIM OpenAPI: 100 on identity/v1; the 2.0 side is unknown, so off",
        "How many members one request may carry.";
    page_size: usize = 100, Assumed, "no page size of GoTo's is public; Okta asks for 100",
        "How many resources a page holds if the client does not say.";
    page_size_most: usize = 200, Assumed, "no page size of GoTo's is public",
        "How many resources a page holds at the most, also in `filter.maxResults`.";
    user_patch_answer: PatchAnswer = PatchAnswer::Full, Assumed, "RFC 7644 3.5.2 allows both; Entra takes both",
        "How a PATCH of a user is answered.";
    group_patch_answer: PatchAnswer = PatchAnswer::NoContent, Documented, "Microsoft's SCIM guide expects 204 for a PATCH of a group",
        "How a PATCH of a group is answered.";
    unknown_attributes: UnknownAttributes = UnknownAttributes::Ignore, Assumed, "RFC 7644 3.3 lets a server ignore what it does not know",
        "What becomes of attributes that no schema defines.";
    lenient_values: bool = true, Observed, "Entra without aadOptscim062020 sends \"False\" for active; its creates of a missing emails element expect success",
        "Whether the forms Entra and Okta send beside the RFC's are taken: string booleans, a value list on remove, dotted keys, a filtered path without a match.";
    body_bytes: usize = 1_048_576, Assumed, "RFC 7644 3.7.4 shows maxPayloadSize 1048576",
        "The largest request body, in bytes.";
    json_depth: usize = 64, Assumed, "ours, to bound memory and stack",
        "How deep arrays and objects of a request body may nest.";
}
