//! The table of fields: what each decides, its value in the profile `goto`, and how that was learnt.

use serde::{Deserialize, Serialize};

use super::{ErrorStatus, Evidence, Field, PatchAnswer, PatchMembers, UnknownAttributes};

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
    cursor_paging: bool = false, Assumed, "GoTo's published SCIM OpenAPI knows startIndex and count only; RFC 9865 is of 2025",
        "Whether lists can be paged by cursor, RFC 9865.";
    cursor_seconds: u64 = 3600, Assumed, "RFC 9865 4 shows cursorTimeout 3600",
        "How long a cursor lives, also in `pagination.cursorTimeout`.";
    unknown_query_attributes_refused: bool = false, Assumed, "RFC 7644 3.4.2.1: an undefined attribute in a filter is one without a value",
        "Whether a `filter` or `sortBy` by an attribute that no schema defines is refused instead of finding nothing.";
    search_schemas_required: bool = false, Assumed, "RFC 7644 3.4.3 defines the SearchRequest URN; clients forget it",
        "Whether the body of a POST to `/.search` must name its schema.";
    lenient_filter_literals: bool = true, Documented, "Microsoft's SCIM pages print `filter=externalId eq jyoung`",
        "Whether a filter may compare with a value without quotation marks.";
    string_boolean_filters: bool = true, Observed, "Entra sends `roles[primary eq \"True\"].value` as a path",
        "Whether a filter may compare a boolean with a string, as in `primary eq \"True\"`.";
    value_path_comparisons: bool = true, Observed, "Entra asks `emails[type eq \"work\"].value eq \"x\"` if that mapping is its matching attribute",
        "Whether a comparison may follow a value filter, as in `emails[type eq \"work\"].value eq \"x\"`.";
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
    etags: bool = true, Assumed, "RFC 7644 3.14 leaves it open; GoTo's SCIM 1.1 configuration has the flag, its value is not public",
        "Whether resources have versions: `ETag` and `meta.version` go out, `If-Match` and `If-None-Match` are heeded.";
    if_match_required: bool = false, Assumed, "RFC 7644 3.14: a client MAY send If-Match; RFC 6585 3 defines the refusal 428",
        "Whether a PUT, PATCH or DELETE must carry `If-Match`.";
    answer_charset: bool = false, Documented, "RFC 8259 11 defines no charset parameter; Microsoft's SCIM guide wants application/scim+json",
        "Whether the media type of answers names `charset=utf-8`.";
    accept_json: bool = false, Assumed, "RFC 7644 3.8: Accept: application/json SHOULD be supported, as another name of the same JSON",
        "Whether a client that prefers `application/json` is answered with that media type.";
    accept_strict: bool = false, Assumed, "RFC 9110 12.5.1 allows both to refuse and to disregard",
        "Whether a client that accepts no media type of SCIM is refused with 406.";
    me: bool = false, Observed, "a live probe of GoTo's scim/v2/Me was answered 404; RFC 7644 3.11 would have 501",
        "Whether `/Me` is the user whose `userName` is the token's account; 404 if not.";
    patch: bool = true, Documented, "Microsoft's SCIM guide: Entra, whose connector GoTo's is, changes users and groups by PATCH",
        "Whether PATCH is supported; 501 if not.";
    bulk: bool = false, Assumed, "no bulk endpoint of GoTo's is public; RFC 7644 3.7 makes it optional",
        "Whether `/Bulk` is supported; 501 if not.";
    bulk_operations: usize = 1000, Assumed, "RFC 7644 table 8 shows maxOperations 1000",
        "How many operations one bulk request may carry.";
    bulk_payload_bytes: usize = 1_048_576, Assumed, "RFC 7644 3.7.4 shows maxPayloadSize 1048576",
        "The largest bulk request, in bytes.";
    sort: bool = true, Documented, "GoTo's published SCIM OpenAPI: sortBy and sortOrder on groups",
        "Whether lists are sorted as asked; if not, `sortBy` is ignored.";
    change_password: bool = true, Documented, "GoTo's published SCIM OpenAPI: PUT and PATCH take a password",
        "Whether PUT and PATCH set a new password; if not, it is left as it was.";
    discovery_open: bool = false, Documented, "GoTo's published SCIM OpenAPI wants a token on every call, discovery included",
        "Whether the discovery documents are shown to callers without a token, as RFC 7643 5 advises.";
    unverified_domain_status: ErrorStatus = ErrorStatus::BAD_REQUEST, Assumed, "GoTo documents the rule, not its status; validation failures there are 400",
        "Which status refuses a `userName` outside the verified domains.";
    delete_suspends: bool = false, Documented, "GoTo's published SCIM OpenAPI: DELETE removes from the organization; older User Sync text: users are only suspended",
        "Whether DELETE of a user suspends it instead: it stays, with `active` false.";
    deleted_name_reserved: bool = false, Assumed, "RFC 7644 3.6: a deleted resource SHOULD NOT count in conflict calculation",
        "Whether the unique name of a deleted resource stays taken.";
    json_depth: usize = 64, Assumed, "ours, to bound memory and stack",
        "How deep arrays and objects of a request body may nest.";
    identity_v1: bool = true, Documented, "GoTo's published SCIM OpenAPI; many public clients call it",
        "Whether the older dialect answers at `/identity/v1`; if not, its paths are 404.";
    identity_bad_token_status: ErrorStatus = ErrorStatus::FORBIDDEN, Documented, "GoTo's published SCIM OpenAPI: 403 invalid token passed; RFC 6750 3.1 says 401",
        "How `/identity/v1` refuses a token that is missing or no good.";
    identity_bad_token_body: bool = false, Observed, "a public client's live probe: an empty body beside the WWW-Authenticate challenge; it noted no status",
        "Whether `/identity/v1` says in a body why it refuses a token.";
    identity_denied_status: ErrorStatus = ErrorStatus::UNAUTHORIZED, Documented, "GoTo's published SCIM OpenAPI: 401 client is not sufficiently authorized; seen live with code not.authorized",
        "How `/identity/v1` refuses a good token whose scope or role is not enough.";
    identity_missing_group_status: ErrorStatus = ErrorStatus::UNAUTHORIZED, Documented, "GoTo's published SCIM OpenAPI: 401 group does not exist in organization; a missing user is 404",
        "How `/identity/v1` answers for a group that is not there.";
    identity_bad_key_status: ErrorStatus = ErrorStatus::BAD_REQUEST, Assumed, "userKey and groupKey are int64 in GoTo's published SCIM OpenAPI; the answer to another text is not public",
        "How `/identity/v1` answers for a key in the path that is nobody's and no number.";
    identity_members_per_request: Option<usize> = Some(100), Documented, "GoTo's published SCIM OpenAPI",
        "How many members one request to `/identity/v1` may carry.";
    identity_patch_members: PatchMembers = PatchMembers::Merge, Assumed, "SCIM 1.1 3.3.2 merges; GoTo's published SCIM OpenAPI does not say",
        "What a PATCH at `/identity/v1` does with the members it carries.";
    identity_filter_whole: bool = false, Documented, "GoTo's published SCIM OpenAPI: eq and sw on four names of users, also co on displayName of groups",
        "Whether lists at `/identity/v1` take the whole grammar of filters, not only the operators that are documented.";
    identity_user_complete: bool = true, Documented, "GoTo's published SCIM OpenAPI requires every attribute of a user in its answers; what stands there unset is assumed",
        "Whether a user at `/identity/v1` always has a displayName, both parts of its name, a locale and a timezone.";
}
