//! What a running double tells whoever wants to use it.

use serde::Serialize;

use crate::sandbox::Sandbox;

/// Every address, the seeded credentials and the seed: the one JSON line of `serve`.
///
/// The names are those of the driver contract of `conform`, in lower case and without the prefix.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ready {
    /// The base URL of SCIM 2.0.
    pub scim_url: String,
    /// A ready access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The authorization endpoint.
    pub authorize_url: String,
    /// The token endpoint.
    pub token_url: String,
    /// The revocation endpoint.
    pub revoke_url: String,
    /// The authorization server's metadata.
    pub metadata_url: String,
    /// A registered client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Its first registered redirect URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// Its scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// A ready refresh token of the same grant as `token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// A Read & Write organization admin, or whoever may become one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_user: Option<String>,
    /// The admin's password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_password: Option<String>,
    /// The Organization Center.
    pub center_url: String,
    /// The domain to prove, or the one that is proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Where the embedded zone answers DNS, on UDP and TCP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns: Option<String>,
    /// Where the domain's web server is, if that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web: Option<String>,
    /// The file with the certificate to trust, where TLS is spoken and a file was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_ca: Option<String>,
    /// The control port.
    pub control_url: String,
    /// The sandbox.
    pub sandbox: String,
    /// The seed that decided every id, code, token and fault.
    pub seed: u64,
}

impl Ready {
    /// What there is to tell of one world.
    pub fn of(sandbox: &Sandbox, control_url: &str) -> Self {
        let base = &sandbox.base_url;
        let state = &sandbox.setting.state;
        let client = state.clients().first();
        let admin = state.accounts().iter().max_by_key(|account| account.role);
        let domain = state.domains().first().map(|domain| domain.name.clone());
        let domain = domain.or_else(|| {
            admin
                .and_then(|admin| admin.user_name.split_once('@'))
                .map(|(_, domain)| domain.to_owned())
        });
        let grant = sandbox.grants.given().first();
        Self {
            scim_url: format!("{base}/scim/v2"),
            authorize_url: format!("{base}/oauth/authorize"),
            token_url: format!("{base}/oauth/token"),
            revoke_url: format!("{base}/oauth/revoke"),
            metadata_url: format!("{base}/.well-known/oauth-authorization-server"),
            center_url: format!("{base}/center"),
            client_id: client.map(|client| client.client_id.clone()),
            client_secret: client.and_then(|client| client.client_secret.clone()),
            redirect_uri: client.and_then(|client| client.redirect_uris.first().cloned()),
            scope: client.map(|client| client.scopes.join(" ")),
            token: grant.map(|grant| grant.access_token.clone()),
            refresh_token: grant.and_then(|grant| grant.refresh_token.clone()),
            admin_user: admin.map(|admin| admin.user_name.clone()),
            admin_password: admin.map(|admin| admin.password.clone()),
            web: domain
                .as_deref()
                .and_then(|domain| sandbox.zone.web(domain))
                .map(|web| web.to_string()),
            domain,
            dns: sandbox
                .outdoors()
                .ok()
                .map(|outdoors| outdoors.dns.to_string()),
            tls_ca: None,
            control_url: control_url.to_owned(),
            sandbox: sandbox.id.clone(),
            seed: sandbox.entropy.seed(),
        }
    }
}
