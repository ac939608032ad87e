//! The table of fields: what each decides, its value in the profile `goto`, and how that was learnt.

use serde::{Deserialize, Serialize};

use super::{Endpoint, ErrorStatus, Evidence, Field, PatchAnswer, PatchMembers, UnknownAttributes};

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
    read_only_admin_reads: bool = false, Documented, "Microsoft's GoTo provisioning tutorial wants Read & Write, and lets Test Connection fail without; GoTo's published SCIM OpenAPI reads with less",
        "Whether an Admin (Read Only) may read by SCIM 2.0; if not, Test Connection fails for everybody but an Admin (Read & Write).";
    legacy_oauth_status: ErrorStatus = ErrorStatus::GONE, Assumed, "n8n-io/n8n issue 14077 shows the body of the answer, and no status",
        "The status that `/oauth/v2/authorize` and `/oauth/v2/token` refuse with.";
    client_secret_twice: bool = false, Documented, "RFC 6749 2.3 forbids more than one method; Entra's connector setting Both sends the secret in header and body",
        "Whether a client may show the same secret in the header and in the body of one request.";
    client_credentials: bool = true, Assumed, "GoTo does not advertise the grant; Entra's current connectors need it",
        "Whether the client credentials grant is offered.";
    users_endpoint: Endpoint = Endpoint::users(), Documented, "GoTo's published SCIM OpenAPI; RFC 7644 3.2 lets /ResourceTypes name another",
        "Where users are below the base URL; with another than `/Users`, which `/ResourceTypes` then names, nothing is there.";
    user_name_length: Option<usize> = Some(128), Documented, "GoTo's published SCIM OpenAPI",
        "The longest `userName`, in characters; null for no bound.";
    given_name_length: Option<usize> = Some(60), Documented, "GoTo's published SCIM OpenAPI",
        "The longest `name.givenName`, in characters; null for no bound.";
    family_name_length: Option<usize> = Some(60), Documented, "GoTo's published SCIM OpenAPI",
        "The longest `name.familyName`, in characters; null for no bound.";
    group_name_length: Option<usize> = Some(128), Documented, "GoTo's published SCIM OpenAPI",
        "The longest group `displayName`, in characters; null for no bound.";
    group_name_unique: bool = true, Documented, "GoTo's published SCIM OpenAPI; Entra matches groups by displayName",
        "Whether a group's `displayName` is unique in the organization.";
    user_domain_verified: bool = true, Documented, "GoTo's published SCIM OpenAPI",
        "Whether the domain of a `userName` must be one of the organization's verified domains.";
    members_per_request: Option<usize> = None, Documented, "GoTo's published SCIM OpenAPI: 100 on identity/v1; the 2.0 side is unknown, so off",
        "How many members one request may carry; null for any number.";
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
    any_case_ops: bool = true, Documented, "Microsoft's SCIM compatibility page: without aadOptscim062020 Entra sends Add, Replace and Remove",
        "Whether the `op` of a PATCH may be written in any case.";
    missing_schemas: bool = true, Observed, "bodies without schemas reach several SCIM servers; RFC 7643 3 wants them in every representation",
        "Whether the body of a resource or a PATCH may come without the `schemas` it is to name.";
    unlisted_schemas: bool = true, Observed, "Entra writes custom extensions that it does not name in schemas, as issue threads of several SCIM servers show",
        "Whether a body may use an extension that its `schemas` does not name.";
    private_schemas: bool = true, Documented, "Microsoft's SCIM guide: Entra names a private URN of its own in the schemas of every group",
        "Whether `schemas` may name URNs that are no schema of the resource, as long as they are of no other resource type.";
    repeated_names: bool = false, Assumed, "RFC 8259 4 leaves open what a repeated name means; RFC 7643 2.1 compares names without case and 3 wants no schema twice",
        "Whether a body may name a member or a schema twice, the last one counting.";
    null_values: bool = true, Documented, "RFC 7643 2.5; Microsoft's samples send \"$ref\": null and roles: []",
        "Whether `null` and an empty array stand for no value.";
    empty_strings_as_absent: bool = true, Documented, "Okta's test plan C9337 sends empty values and wants no error",
        "Whether an empty string stands for no value where a boolean, a number or a date is wanted; where text is wanted it is kept.";
    string_booleans: bool = true, Documented, "Microsoft's SCIM compatibility page: Entra disables with \"False\"; its Postman collection creates with \"True\"",
        "Whether a boolean may be written as a string, in any case.";
    lone_value_for_list: bool = true, Observed, "Entra writes one role as an object where a list belongs, as issue threads of SCIM servers show",
        "Whether a single value may stand where a multi-valued attribute wants an array.";
    array_for_single_value: bool = true, Observed, "Entra adds a manager as an array of one",
        "Whether a single value may come as an array of one.";
    bare_string_values: bool = true, Observed, "members and roles come as bare strings from Microsoft's published samples and from small clients",
        "Whether a string may stand for a complex value, as its `value`.";
    wrapped_values: bool = true, Observed, "Entra's older jobs send [{\"$ref\": null, \"value\": …}] at every path",
        "Whether a simple value may come as the `value` of an object.";
    values_as_json_text: bool = true, Documented, "Microsoft's guide to mapping roles: AssertiveAppRoleAssignmentsComplex and its siblings; without the flag the PATCH holds a JSON string",
        "Whether a complex value may come as a string that holds its JSON.";
    empty_value_clears_reference: bool = true, Observed, "Entra removes a manager by a replace with {\"value\": \"\"}",
        "Whether a reference whose `value` is empty clears the attribute.";
    dotted_keys: bool = true, Documented, "Microsoft's SCIM compatibility page: with aadOptscim062020 one replace without path holds \"name.givenName\" and full URNs as keys",
        "Whether the keys of a body may be paths: `name.givenName`, or an attribute behind the URN of its schema.";
    null_path: bool = true, Observed, "clients written over typed languages serialize a missing path as null",
        "Whether a `path` that is null or empty is no path.";
    filtered_path_creates: bool = true, Observed, "Entra adds and replaces emails[type eq \"work\"].value where there is none and expects it to come to be",
        "Whether a filtered path that finds no value makes one, rather than being `noTarget`.";
    single_member_replace_adds: bool = false, Observed, "Entra and Microsoft's SCIM Validator add a member by a replace with one; Okta's \"push now\" means what it says, and the two cannot be told apart",
        "Whether a `replace` of a list of references with a single one adds it, rather than replacing all.";
    remove_by_value_list: bool = true, Documented, "Microsoft's SCIM compatibility page; JumpCloud and authentik do the same. By RFC 7644 3.5.2.2 all values go",
        "Whether a `remove` that carries a value takes only that from a list.";
    remove_without_match: bool = true, Assumed, "who repeats a remove whose answer was lost finds the value gone; RFC 7644 3.12 calls it noTarget",
        "Whether a `remove` whose filter finds nothing succeeds.";
    resent_read_only: bool = true, Documented, "Okta's catalogue apps rename a group by {id, displayName} without a path",
        "Whether a PATCH without path may name a read-only attribute with the value it has.";
    unique_type: bool = false, Documented, "Microsoft's SCIM guide wants the type inside a multi-valued attribute to be unique; nothing says that GoTo does",
        "Whether a `type` may be in a multi-valued attribute only once.";
    locale_checked: bool = true, Documented, "GoTo's published SCIM OpenAPI: one or two parts, an ISO 639 language and an ISO 3166 country",
        "Whether a user's `locale` must be a language or a language and a country.";
    timezone_checked: bool = true, Documented, "GoTo's published SCIM OpenAPI: a valid zone; RFC 7643 4.1.1 wants the names of the IANA database",
        "Whether a user's `timezone` must be one that the IANA database knows.";
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
    missing_token_named: bool = true, Observed, "a public client's live probe: error=\"invalid_token\" also where no token came; RFC 6750 3.1 would name no error",
        "Whether the `WWW-Authenticate` challenge names an error where no token was presented.";
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
    identity_member_type_required: bool = false, Documented, "GoTo's published SCIM OpenAPI requires the type of a member; off, since the key alone tells it",
        "Whether a member must say at `/identity/v1` that it is a user or a group.";
    identity_patch_members: PatchMembers = PatchMembers::Merge, Assumed, "SCIM 1.1 3.3.2 merges; GoTo's published SCIM OpenAPI does not say",
        "What a PATCH at `/identity/v1` does with the members it carries.";
    identity_filter_whole: bool = false, Documented, "GoTo's published SCIM OpenAPI: eq and sw on four names of users, also co on displayName of groups",
        "Whether lists at `/identity/v1` take the whole grammar of filters, not only the operators that are documented.";
    identity_user_complete: bool = true, Documented, "GoTo's published SCIM OpenAPI requires every attribute of a user in its answers; what stands there unset is assumed",
        "Whether a user at `/identity/v1` always has a displayName, both parts of its name, a locale and a timezone.";
}
