//! The one table of everything a client can ask.
//!
//! It routes, names operations in scenario files, and writes `docs/operations.md`.
//! This module knows nothing of the rest of the crate.

mod route;

use http::Method;

pub use self::route::Parts;

/// Which face of the double an operation belongs to, and thereby in which dialect its errors speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Surface {
    /// SCIM 2.0 at `/scim/v2`.
    Scim,
    /// The older SCIM dialect at `/identity/v1`.
    Identity,
    /// The OAuth 2.0 server and its pages.
    OAuth,
    /// The Organization Center.
    Center,
    /// What nobody calls and yet happens: the double's own look-outs, and handshakes.
    Probe,
    /// What a tester may do, on a port of its own.
    Control,
}

/// One row of the table.
#[derive(Debug)]
pub struct Row {
    /// Which operation.
    pub operation: Operation,
    /// Its name in scenario files, journals and reports.
    pub name: &'static str,
    /// The face it belongs to.
    pub surface: Surface,
    /// Its method; empty for a look-out of the double's own.
    pub method: &'static str,
    /// Its path, with `{…}` for one segment that varies.
    pub path: &'static str,
    /// The clause that defines it, or "ours".
    pub clause: &'static str,
    /// One sentence for the reference page.
    pub about: &'static str,
}

macro_rules! operations {
    ($($variant:ident $name:literal $surface:ident $method:literal $path:literal $clause:literal $about:literal)*) => {
        /// Something that can be asked of the double.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Operation {
            $(#[doc = $about] $variant,)*
        }

        /// Every operation, in the order of the reference page.
        pub const OPERATIONS: &[Row] = &[
            $(Row {
                operation: Operation::$variant,
                name: $name,
                surface: Surface::$surface,
                method: $method,
                path: $path,
                clause: $clause,
                about: $about,
            },)*
        ];
    };
}

operations! {
    CreateUser "users.create" Scim "POST" "/scim/v2/Users" "RFC 7644 3.3" "Creates a user."
    ListUsers "users.list" Scim "GET" "/scim/v2/Users" "RFC 7644 3.4.2" "Lists users, filtered, sorted and paged."
    GetUser "users.get" Scim "GET" "/scim/v2/Users/{id}" "RFC 7644 3.4.1" "Reads one user."
    ReplaceUser "users.replace" Scim "PUT" "/scim/v2/Users/{id}" "RFC 7644 3.5.1" "Replaces a user."
    PatchUser "users.patch" Scim "PATCH" "/scim/v2/Users/{id}" "RFC 7644 3.5.2" "Changes parts of a user."
    DeleteUser "users.delete" Scim "DELETE" "/scim/v2/Users/{id}" "RFC 7644 3.6" "Deletes a user."
    SearchUsers "users.search" Scim "POST" "/scim/v2/Users/.search" "RFC 7644 3.4.3" "Lists users as a body asks, not a query."
    CreateGroup "groups.create" Scim "POST" "/scim/v2/Groups" "RFC 7644 3.3" "Creates a group."
    ListGroups "groups.list" Scim "GET" "/scim/v2/Groups" "RFC 7644 3.4.2" "Lists groups, filtered, sorted and paged."
    GetGroup "groups.get" Scim "GET" "/scim/v2/Groups/{id}" "RFC 7644 3.4.1" "Reads one group."
    ReplaceGroup "groups.replace" Scim "PUT" "/scim/v2/Groups/{id}" "RFC 7644 3.5.1" "Replaces a group."
    PatchGroup "groups.patch" Scim "PATCH" "/scim/v2/Groups/{id}" "RFC 7644 3.5.2" "Changes parts of a group, its members above all."
    DeleteGroup "groups.delete" Scim "DELETE" "/scim/v2/Groups/{id}" "RFC 7644 3.6" "Deletes a group; its members stay."
    SearchGroups "groups.search" Scim "POST" "/scim/v2/Groups/.search" "RFC 7644 3.4.3" "Lists groups as a body asks, not a query."
    ListAll "resources.list-all" Scim "GET" "/scim/v2" "RFC 7644 3.4.2" "Lists resources of every type together, filtered, sorted and paged."
    Search "resources.search" Scim "POST" "/scim/v2/.search" "RFC 7644 3.4.3" "Lists resources of every type together as a body asks."
    CreateMe "me.create" Scim "POST" "/scim/v2/Me" "RFC 7644 3.11" "Creates the user that the token speaks for."
    GetMe "me.get" Scim "GET" "/scim/v2/Me" "RFC 7644 3.11" "Reads the user that the token speaks for."
    ReplaceMe "me.replace" Scim "PUT" "/scim/v2/Me" "RFC 7644 3.11" "Replaces the user that the token speaks for."
    PatchMe "me.patch" Scim "PATCH" "/scim/v2/Me" "RFC 7644 3.11" "Changes parts of the user that the token speaks for."
    DeleteMe "me.delete" Scim "DELETE" "/scim/v2/Me" "RFC 7644 3.11" "Deletes the user that the token speaks for."
    Bulk "bulk" Scim "POST" "/scim/v2/Bulk" "RFC 7644 3.7" "Does many operations in one request."
    ServiceProviderConfig "discovery.config" Scim "GET" "/scim/v2/ServiceProviderConfig" "RFC 7644 4" "Says which optional features there are."
    ListResourceTypes "discovery.resource-types" Scim "GET" "/scim/v2/ResourceTypes" "RFC 7644 4" "Lists the resource types."
    GetResourceType "discovery.resource-type" Scim "GET" "/scim/v2/ResourceTypes/{name}" "RFC 7644 4" "Reads one resource type."
    ListSchemas "discovery.schemas" Scim "GET" "/scim/v2/Schemas" "RFC 7644 4" "Lists the schemas."
    GetSchema "discovery.schema" Scim "GET" "/scim/v2/Schemas/{urn}" "RFC 7644 4" "Reads one schema."
    CreateResource "resources.create" Scim "POST" "/scim/v2/{type}" "RFC 7644 3.3" "Creates a resource of a type that was loaded."
    ListResources "resources.list" Scim "GET" "/scim/v2/{type}" "RFC 7644 3.4.2" "Lists resources of a type that was loaded."
    SearchResources "resources.query" Scim "POST" "/scim/v2/{type}/.search" "RFC 7644 3.4.3" "Lists resources of a type that was loaded as a body asks."
    GetResource "resources.get" Scim "GET" "/scim/v2/{type}/{id}" "RFC 7644 3.4.1" "Reads one resource of a type that was loaded."
    ReplaceResource "resources.replace" Scim "PUT" "/scim/v2/{type}/{id}" "RFC 7644 3.5.1" "Replaces a resource of a type that was loaded."
    PatchResource "resources.patch" Scim "PATCH" "/scim/v2/{type}/{id}" "RFC 7644 3.5.2" "Changes parts of a resource of a type that was loaded."
    DeleteResource "resources.delete" Scim "DELETE" "/scim/v2/{type}/{id}" "RFC 7644 3.6" "Deletes a resource of a type that was loaded."

    CreateIdentityUser "identity.users.create" Identity "POST" "/identity/v1/Users" "SCIM 1.1 3.1" "Creates a user, in the older dialect."
    ListIdentityUsers "identity.users.list" Identity "GET" "/identity/v1/Users" "SCIM 1.1 3.2.2" "Lists users, in the older dialect."
    GetIdentityUser "identity.users.get" Identity "GET" "/identity/v1/Users/{userKey}" "SCIM 1.1 3.2.1" "Reads one user, in the older dialect."
    ReplaceIdentityUser "identity.users.replace" Identity "PUT" "/identity/v1/Users/{userKey}" "SCIM 1.1 3.3.1" "Replaces a user, in the older dialect."
    PatchIdentityUser "identity.users.patch" Identity "PATCH" "/identity/v1/Users/{userKey}" "SCIM 1.1 3.3.2" "Changes a user by a partial resource."
    DeleteIdentityUser "identity.users.delete" Identity "DELETE" "/identity/v1/Users/{userKey}" "SCIM 1.1 3.4" "Deletes a user from the organization, in the older dialect."
    GetIdentityMe "identity.me.get" Identity "GET" "/identity/v1/Users/me" "ours" "Reads the user that the token speaks for."
    ReplaceIdentityMe "identity.me.replace" Identity "PUT" "/identity/v1/Users/me" "ours" "Replaces the user that the token speaks for."
    PatchIdentityMe "identity.me.patch" Identity "PATCH" "/identity/v1/Users/me" "ours" "Changes the user that the token speaks for by a partial resource."
    CreateIdentityGroup "identity.groups.create" Identity "POST" "/identity/v1/Groups" "SCIM 1.1 3.1" "Creates a group, in the older dialect."
    ListIdentityGroups "identity.groups.list" Identity "GET" "/identity/v1/Groups" "SCIM 1.1 3.2.2" "Lists groups, in the older dialect."
    GetIdentityGroup "identity.groups.get" Identity "GET" "/identity/v1/Groups/{groupKey}" "SCIM 1.1 3.2.1" "Reads one group, in the older dialect."
    ReplaceIdentityGroup "identity.groups.replace" Identity "PUT" "/identity/v1/Groups/{groupKey}" "SCIM 1.1 3.3.1" "Replaces a group, in the older dialect."
    PatchIdentityGroup "identity.groups.patch" Identity "PATCH" "/identity/v1/Groups/{groupKey}" "SCIM 1.1 3.3.2" "Changes a group by a partial resource."
    DeleteIdentityGroup "identity.groups.delete" Identity "DELETE" "/identity/v1/Groups/{groupKey}" "SCIM 1.1 3.4" "Deletes a group, in the older dialect."
    IdentityConfig "identity.config" Identity "GET" "/identity/v1/ServiceProviderConfigs" "SCIM 1.1 9" "Says which optional features the older dialect has."
    IdentityUserSchema "identity.schema" Identity "GET" "/identity/v1/Schemas/Users" "SCIM 1.1 10" "Reads the schema of users, in the older dialect."

    Authorize "oauth.authorize" OAuth "GET" "/oauth/authorize" "RFC 6749 4.1.1" "Starts the authorization code flow; leads to the login page."
    LoginPage "oauth.login-page" OAuth "GET" "/login" "ours" "Shows the login page: user name, Next, password, Sign In."
    Login "oauth.login" OAuth "POST" "/login" "ours" "Takes the user name, then the password."
    ApprovePage "oauth.approve-page" OAuth "GET" "/oauth/approve" "ours" "Shows the consent page, or goes on if consent was given before."
    Approve "oauth.approve" OAuth "POST" "/oauth/approve" "ours" "Takes Allow or Deny and sends the browser back to the client."
    Token "oauth.token" OAuth "POST" "/oauth/token" "RFC 6749 3.2" "Gives access tokens for a code, a refresh token, client credentials or a personal access token."
    Revoke "oauth.revoke" OAuth "POST" "/oauth/revoke" "RFC 7009 2.1" "Revokes a token."
    Introspect "oauth.introspect" OAuth "POST" "/oauth/introspect" "RFC 7662 2.1" "Says whether a token is good, and for what."
    LegacyAuthorize "oauth.legacy-authorize" OAuth "GET" "/oauth/v2/authorize" "ours" "Says that the older authorization endpoint is no more."
    LegacyToken "oauth.legacy-token" OAuth "POST" "/oauth/v2/token" "ours" "Says that the older token endpoint is no more."
    OAuthMetadata "oauth.metadata" OAuth "GET" "/.well-known/oauth-authorization-server" "RFC 8414 3" "Describes the authorization server."
    Jwks "oauth.jwks" OAuth "GET" "/oauth/jwks.json" "RFC 7517 5" "Publishes the key that access tokens are signed with."

    ProductHome "center.home" Center "GET" "/" "ours" "Leads a browser to the first page of the host it asked."
    CenterPage "center.page" Center "GET" "/center" "ours" "Shows the Organization Center: the domains and the Verify button."
    CenterSignInPage "center.sign-in-page" Center "GET" "/center/sign-in" "ours" "Shows the sign-in page of the Organization Center."
    CenterSignIn "center.sign-in" Center "POST" "/center/sign-in" "ours" "Signs an account in to the Organization Center."
    CenterSignUpPage "center.sign-up-page" Center "GET" "/center/sign-up" "ours" "Shows the page that makes an account."
    CenterSignUp "center.sign-up" Center "POST" "/center/sign-up" "ours" "Makes an account and signs it in."
    CenterSignOut "center.sign-out" Center "POST" "/center/sign-out" "ours" "Signs the browser out."
    ListDomains "domain.list" Center "GET" "/center/domains" "ours" "Lists the domains of the account's organization."
    AddDomain "domain.add" Center "POST" "/center/domains" "ours" "Adds a domain and issues its verification code."
    GetDomain "domain.get" Center "GET" "/center/domains/{domain}" "ours" "Reads one domain: state, code, deadline, what the last look-up saw."
    DeleteDomain "domain.delete" Center "DELETE" "/center/domains/{domain}" "ours" "Deletes a domain that is not verified."
    DeleteDomainByForm "domain.delete-form" Center "POST" "/center/domains/{domain}/delete" "ours" "Deletes a domain that is not verified, for browsers."
    VerifyDomain "domain.verify" Center "POST" "/center/domains/{domain}/verify" "ours" "Looks the proof up and settles the domain: the Verify button."
    ListMembers "center.users" Center "GET" "/center/users" "ours" "Lists who is in the organization, and in which role."
    AddMember "center.user-add" Center "POST" "/center/users" "ours" "Adds somebody to the organization in a role."
    GetMember "center.user" Center "GET" "/center/users/{userKey}" "ours" "Reads one user of the organization."
    ChangeMember "center.user-change" Center "POST" "/center/users/{userKey}" "ours" "Changes the names or the role of a user of the organization."
    DeleteMember "center.user-delete" Center "DELETE" "/center/users/{userKey}" "ours" "Deletes a user of the organization and ends its tokens."
    DeleteMemberByForm "center.user-delete-form" Center "POST" "/center/users/{userKey}/delete" "ours" "Deletes a user of the organization, for browsers."
    CenterIdentity "center.identity" Center "GET" "/center/identity" "ours" "Shows the users and groups that arrived by SCIM, a page at a time."
    ListClients "center.clients" Center "GET" "/center/clients" "ours" "Lists the OAuth clients."
    AddClient "center.client-add" Center "POST" "/center/clients" "ours" "Registers an OAuth client; its secret is shown this once."
    GetClient "center.client" Center "GET" "/center/clients/{clientId}" "ours" "Reads one OAuth client, without its secret."
    ChangeClient "center.client-change" Center "POST" "/center/clients/{clientId}" "ours" "Gives an OAuth client other redirect URIs."
    DeleteClient "center.client-delete" Center "DELETE" "/center/clients/{clientId}" "ours" "Deletes an OAuth client and ends its tokens."
    DeleteClientByForm "center.client-delete-form" Center "POST" "/center/clients/{clientId}/delete" "ours" "Deletes an OAuth client, for browsers."

    ProbeDns "probe.dns" Probe "" "" "RFC 1035 3.3.14" "The double's own TXT look-up of a domain's proof."
    ProbeFile "probe.file" Probe "" "" "ours" "The double's own fetch of a domain's proof file."
    AcceptConnection "connection.accept" Probe "" "" "ours" "The beginning of a connection, before anything is said on it."
    TlsHandshake "tls.handshake" Probe "" "" "RFC 8446 4" "The beginning of a TLS connection, before any request; only where TLS is spoken."

    Home "control.home" Control "GET" "/" "ours" "Says what runs here, with every address."
    OpenApi "control.openapi" Control "GET" "/openapi.json" "ours" "Describes the control surface as an OpenAPI 3.1 document."
    ListSandboxes "control.sandbox-list" Control "GET" "/sandboxes" "ours" "Lists the sandboxes."
    CreateSandbox "control.sandbox-create" Control "POST" "/sandboxes" "ours" "Creates a sandbox from a scenario, a state and a seed."
    GetSandbox "control.sandbox-get" Control "GET" "/sandboxes/{sandbox}" "ours" "Reads one sandbox: its addresses, clock, seed and limits."
    DeleteSandbox "control.sandbox-delete" Control "DELETE" "/sandboxes/{sandbox}" "ours" "Deletes a sandbox and ends everything it holds open."
    ResetSandbox "control.reset" Control "POST" "/sandboxes/{sandbox}/reset" "ours" "Takes a sandbox back to its starting state, and its rules to those of its scenario."
    GetClock "control.clock-get" Control "GET" "/sandboxes/{sandbox}/clock" "ours" "Reads the sandbox clock."
    SetClock "control.clock-set" Control "POST" "/sandboxes/{sandbox}/clock" "ours" "Sets, advances, freezes or paces the sandbox clock."
    GetJournal "control.journal" Control "GET" "/sandboxes/{sandbox}/journal" "ours" "Reads the journal, from an entry on, filtered."
    ClearJournal "control.journal-clear" Control "DELETE" "/sandboxes/{sandbox}/journal" "ours" "Forgets what the journal holds; numbers go on where they were."
    FollowJournal "control.journal-follow" Control "GET" "/sandboxes/{sandbox}/journal/events" "ours" "Follows the journal as server-sent events, until the sandbox is reset or deleted."
    GetState "control.state" Control "GET" "/sandboxes/{sandbox}/state" "ours" "Reads users, groups and domains as they are stored."
    ChangeState "control.state-change" Control "POST" "/sandboxes/{sandbox}/state" "ours" "Changes users and groups behind the client's back."
    GetSnapshot "control.snapshot" Control "GET" "/sandboxes/{sandbox}/snapshot" "ours" "Writes what the sandbox holds as a starting state."
    LoadSnapshot "control.snapshot-load" Control "PUT" "/sandboxes/{sandbox}/snapshot" "ours" "Begins anew with a starting state, which is the sandbox's own from now on."
    ListAccounts "control.account-list" Control "GET" "/sandboxes/{sandbox}/accounts" "ours" "Lists who can sign in, and in which role."
    AddAccount "control.account-add" Control "POST" "/sandboxes/{sandbox}/accounts" "ours" "Makes an account, in an organization or in none."
    GetAccount "control.account-get" Control "GET" "/sandboxes/{sandbox}/accounts/{account}" "ours" "Reads one account, by user name or key."
    ChangeAccount "control.account-change" Control "PATCH" "/sandboxes/{sandbox}/accounts/{account}" "ours" "Changes names, role or password of an account."
    DeleteAccount "control.account-delete" Control "DELETE" "/sandboxes/{sandbox}/accounts/{account}" "ours" "Removes an account and ends its tokens."
    ListClaims "control.domain-list" Control "GET" "/sandboxes/{sandbox}/domains" "ours" "Lists the domains, with whose they are and what was looked up."
    AddClaim "control.domain-add" Control "POST" "/sandboxes/{sandbox}/domains" "ours" "Adds a domain, pending or verified."
    GetClaim "control.domain-get" Control "GET" "/sandboxes/{sandbox}/domains/{domain}" "ours" "Reads one domain."
    DeleteClaim "control.domain-delete" Control "DELETE" "/sandboxes/{sandbox}/domains/{domain}" "ours" "Takes a domain away, verified or not."
    ProveClaim "control.domain-verify" Control "POST" "/sandboxes/{sandbox}/domains/{domain}/verify" "ours" "Makes a domain verified without looking anything up."
    ListRegistrations "control.client-list" Control "GET" "/sandboxes/{sandbox}/clients" "ours" "Lists the OAuth clients, with their secrets."
    AddRegistration "control.client-add" Control "POST" "/sandboxes/{sandbox}/clients" "ours" "Registers an OAuth client."
    GetRegistration "control.client-get" Control "GET" "/sandboxes/{sandbox}/clients/{client}" "ours" "Reads one OAuth client."
    ChangeRegistration "control.client-change" Control "PATCH" "/sandboxes/{sandbox}/clients/{client}" "ours" "Gives an OAuth client other redirect URIs."
    DeleteRegistration "control.client-delete" Control "DELETE" "/sandboxes/{sandbox}/clients/{client}" "ours" "Deletes an OAuth client and ends its tokens."
    ListTokens "control.token-list" Control "GET" "/sandboxes/{sandbox}/tokens" "ours" "Lists the live access tokens by their fingerprints."
    MintToken "control.token-mint" Control "POST" "/sandboxes/{sandbox}/tokens" "ours" "Mints an access token for a user or a client."
    RevokeTokens "control.token-revoke" Control "DELETE" "/sandboxes/{sandbox}/tokens" "ours" "Revokes every live access token."
    RevokeToken "control.token-revoke-one" Control "DELETE" "/sandboxes/{sandbox}/tokens/{fingerprint}" "ours" "Revokes one live access token."
    ListZone "control.zone-list" Control "GET" "/sandboxes/{sandbox}/zone" "ours" "Lists every name with TXT records."
    GetZone "control.zone-get" Control "GET" "/sandboxes/{sandbox}/zone/{domain}" "ours" "Reads the TXT records of a name."
    PutZone "control.zone-put" Control "PUT" "/sandboxes/{sandbox}/zone/{domain}" "ours" "Sets the TXT records of a name."
    DeleteZone "control.zone-delete" Control "DELETE" "/sandboxes/{sandbox}/zone/{domain}" "ours" "Takes the TXT records of a name away."
    ListWeb "control.web-list" Control "GET" "/sandboxes/{sandbox}/web" "ours" "Lists every domain with a web server or files."
    GetWeb "control.web-get" Control "GET" "/sandboxes/{sandbox}/web/{domain}" "ours" "Reads where the web server of a domain is, and the files kept for it."
    PutWeb "control.web-put" Control "PUT" "/sandboxes/{sandbox}/web/{domain}" "ours" "Says where the web server of a domain is, or which files to answer for it."
    DeleteWeb "control.web-delete" Control "DELETE" "/sandboxes/{sandbox}/web/{domain}" "ours" "Takes the web server and the files of a domain away."
    ListRules "control.rule-list" Control "GET" "/sandboxes/{sandbox}/rules" "ours" "Lists the rules in force, with their counters, and the state they are in."
    AddRule "control.rule-add" Control "POST" "/sandboxes/{sandbox}/rules" "ours" "Adds a rule, at the end or beside another."
    ReplaceRules "control.rule-replace" Control "PUT" "/sandboxes/{sandbox}/rules" "ours" "Puts other rules in the place of all; those that are as they were keep their counters."
    GetRule "control.rule-get" Control "GET" "/sandboxes/{sandbox}/rules/{rule}" "ours" "Reads one rule, with its counters."
    DeleteRule "control.rule-delete" Control "DELETE" "/sandboxes/{sandbox}/rules/{rule}" "ours" "Takes a rule away."
    BeginCycle "control.cycle-begin" Control "POST" "/sandboxes/{sandbox}/cycles" "ours" "Marks the start of a client's cycle."
    EndCycle "control.cycle-end" Control "DELETE" "/sandboxes/{sandbox}/cycles" "ours" "Marks the end of a client's cycle."
    GetVerdict "control.verdict" Control "GET" "/sandboxes/{sandbox}/verdict" "ours" "Judges what has happened so far."
}

impl Operation {
    /// Its row in the table.
    pub fn row(self) -> &'static Row {
        // The table and the enum come from one list, so the discriminant is the index.
        &OPERATIONS[self as usize]
    }

    /// Its name, as in `users.create`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The face it belongs to.
    pub fn surface(self) -> Surface {
        self.row().surface
    }

    /// The operation of that name.
    pub fn named(name: &str) -> Option<Self> {
        OPERATIONS
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.operation)
    }

    /// Whether a successful call changes something a client provisions.
    pub fn is_write(self) -> bool {
        matches!(self.surface(), Surface::Scim | Surface::Identity)
            && self.row().method != "GET"
            && !self.is_search()
    }

    /// Whether it is about the user that the token speaks for, whoever that is.
    pub fn is_about_caller(self) -> bool {
        matches!(
            self,
            Self::CreateMe
                | Self::GetMe
                | Self::ReplaceMe
                | Self::PatchMe
                | Self::DeleteMe
                | Self::GetIdentityMe
                | Self::ReplaceIdentityMe
                | Self::PatchIdentityMe
        )
    }

    /// Whether it gives a list of resources, in whichever dialect, and whether a query or a body asks for it.
    pub fn is_list(self) -> bool {
        self.is_search()
            || matches!(
                self,
                Self::ListUsers
                    | Self::ListGroups
                    | Self::ListResources
                    | Self::ListAll
                    | Self::ListIdentityUsers
                    | Self::ListIdentityGroups
            )
    }

    /// Whether it reads resources: one of them, or a list.
    pub fn is_read(self) -> bool {
        self.is_list()
            || matches!(
                self,
                Self::GetUser
                    | Self::GetGroup
                    | Self::GetResource
                    | Self::GetMe
                    | Self::GetIdentityUser
                    | Self::GetIdentityGroup
            )
    }

    /// The operation that reads what this one changes, for changes of one resource.
    pub fn reading(self) -> Option<Self> {
        Some(match self {
            Self::ReplaceUser | Self::PatchUser => Self::GetUser,
            Self::ReplaceGroup | Self::PatchGroup => Self::GetGroup,
            Self::ReplaceResource | Self::PatchResource => Self::GetResource,
            Self::ReplaceMe | Self::PatchMe => Self::GetMe,
            Self::ReplaceIdentityUser | Self::PatchIdentityUser => Self::GetIdentityUser,
            Self::ReplaceIdentityGroup | Self::PatchIdentityGroup => Self::GetIdentityGroup,
            Self::ReplaceIdentityMe | Self::PatchIdentityMe => Self::GetIdentityMe,
            _ => return None,
        })
    }

    /// The operation that lists what this one creates, reads or changes one of.
    pub fn listing(self) -> Option<Self> {
        Some(match self.reading().unwrap_or(self) {
            Self::CreateUser | Self::GetUser => Self::ListUsers,
            Self::CreateGroup | Self::GetGroup => Self::ListGroups,
            Self::CreateResource | Self::GetResource => Self::ListResources,
            Self::CreateIdentityUser | Self::GetIdentityUser => Self::ListIdentityUsers,
            Self::CreateIdentityGroup | Self::GetIdentityGroup => Self::ListIdentityGroups,
            _ => return None,
        })
    }

    /// Whether it lists what a body asks for, [RFC 7644 section 3.4.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3).
    pub fn is_search(self) -> bool {
        matches!(
            self,
            Self::SearchUsers | Self::SearchGroups | Self::SearchResources | Self::Search
        )
    }
}

/// A path that no operation answers, or none with that method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unrouted {
    /// The face whose dialect the refusal speaks.
    pub surface: Surface,
    /// The methods the path does answer; empty if there is no such path.
    pub allow: Vec<&'static str>,
}

/// Which port a request came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The product port: everything a client may use.
    Product,
    /// The control port.
    Control,
}

/// Names the operation that `method` on `path` asks for, with what stood in place of each `{…}`, not percent-decoded.
///
/// A `HEAD` is recognised as its `GET`, [RFC 9110 section 9.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2).
pub fn recognise<'p>(
    door: Door,
    method: &Method,
    path: &'p str,
) -> Result<(Operation, Parts<'p>), Unrouted> {
    let wanted = if method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    let mut allow = Vec::new();
    if let Some((rows, parts)) = route::fitting(door, path) {
        for row in rows {
            if row.method == wanted {
                return Ok((row.operation, parts));
            }
            allow.push(row.method);
            if row.method == "GET" {
                allow.push("HEAD");
            }
        }
    }
    Err(Unrouted {
        surface: surface_of(door, path),
        allow,
    })
}

/// The face that a path belongs to, whether anything answers it or not.
pub fn surface_of(door: Door, path: &str) -> Surface {
    match door {
        Door::Control => Surface::Control,
        Door::Product if path == "/" || path.starts_with("/center") => Surface::Center,
        Door::Product
            if path.starts_with("/oauth")
                || path.starts_with("/login")
                || path.starts_with("/.well-known/oauth-authorization-server") =>
        {
            Surface::OAuth
        }
        Door::Product if path.starts_with("/identity/v1") => Surface::Identity,
        Door::Product => Surface::Scim,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_name_its_discriminant_and_its_path() {
        for (index, row) in OPERATIONS.iter().enumerate() {
            assert_eq!(row.operation as usize, index);
            assert_eq!(Operation::named(row.name), Some(row.operation));
            if row.surface == Surface::Probe {
                continue;
            }
            let door = if row.surface == Surface::Control {
                Door::Control
            } else {
                Door::Product
            };
            let method: Method = row.method.parse().unwrap();
            let (found, _) = recognise(door, &method, row.path).unwrap();
            assert_eq!(found, row.operation, "{}", row.name);
        }
    }

    #[test]
    fn known_path_with_wrong_method_names_the_right_ones() {
        let unrouted = recognise(Door::Product, &Method::PUT, "/scim/v2/Users").unwrap_err();
        assert_eq!(unrouted.allow, ["POST", "GET", "HEAD"]);
        let unrouted = recognise(Door::Product, &Method::GET, "/scim/v3/Users").unwrap_err();
        assert!(unrouted.allow.is_empty());
    }

    #[test]
    fn the_path_that_varies_least_is_meant() {
        let named = |method, path| recognise(Door::Product, &method, path).map(|(found, _)| found);
        let me = "/identity/v1/Users/me";
        assert_eq!(named(Method::GET, me), Ok(Operation::GetIdentityMe));
        assert_eq!(
            named(Method::DELETE, me).unwrap_err().allow,
            ["GET", "HEAD", "PUT", "PATCH"]
        );
        assert_eq!(named(Method::GET, "/scim/v2/Me"), Ok(Operation::GetMe));
        let other = named(Method::GET, "/scim/v2/Robots");
        assert_eq!(other, Ok(Operation::ListResources));
    }

    #[test]
    fn segments_that_vary_are_handed_out_as_sent() {
        let (operation, parts) =
            recognise(Door::Product, &Method::GET, "/scim/v2/Users/a%2Fb/").unwrap();
        assert_eq!(
            (operation, &*parts),
            (Operation::GetUser, ["a%2Fb"].as_slice())
        );
        assert!(recognise(Door::Product, &Method::GET, "/sandboxes").is_err());
    }
}
