//! Where the client finds the server and what it may use there.

use thiserror::Error;

use super::Defect;
use super::http::Address;

/// Why the client could not begin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientError {
    /// A variable it cannot do without is absent or empty.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// A variable does not hold an `http` URL. The client speaks no TLS: it is made for a double on this machine.
    #[error("{name} is not an http URL: {text:?}")]
    Url {
        /// The variable.
        name: &'static str,
        /// What it held.
        text: String,
    },
    /// A variable that ought to hold a number does not.
    #[error("{name} is not a number: {text:?}")]
    Number {
        /// The variable.
        name: &'static str,
        /// What it held.
        text: String,
    },
    /// What the client kept from an earlier cycle cannot be read.
    #[error("the memory of an earlier cycle cannot be read: {0}")]
    Memory(String),
}

/// The addresses and credentials of one provisioning job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The SCIM base.
    pub scim_url: String,
    /// An access token to use as it is.
    pub token: Option<String>,
    /// The token endpoint.
    pub token_url: Option<String>,
    /// The authorization endpoint.
    pub authorize_url: Option<String>,
    /// The revocation endpoint; only whoever ends the job for good has a use for it.
    pub revoke_url: Option<String>,
    /// The client's identifier at the authorization server.
    pub client_id: Option<String>,
    /// Its secret; a client without one is public.
    pub client_secret: Option<String>,
    /// Where the browser is sent back to.
    pub redirect_uri: Option<String>,
    /// The scope to ask for.
    pub scope: Option<String>,
    /// A refresh token to begin with.
    pub refresh_token: Option<String>,
    /// The admin who signs in at the login page.
    pub admin_user: Option<String>,
    /// The admin's password.
    pub admin_password: Option<String>,
    /// Whether people who left are deleted instead of disabled.
    pub hard_delete: bool,
    /// What to do wrong on purpose.
    pub defect: Option<Defect>,
    /// Where `state` and the PKCE verifier are drawn from.
    pub seed: u64,
}

impl Settings {
    /// Reads the settings from the variables of the driver contract, `GOTO_DOUBLE_SCIM_URL` and so on.
    ///
    /// `GOTO_DOUBLE_HARD_DELETE=1` has leavers deleted instead of disabled.
    ///
    /// # Examples
    ///
    /// ```
    /// # use goto_double::client::Settings;
    /// let settings = Settings::from_variables(|name| match name {
    ///     "GOTO_DOUBLE_SCIM_URL" => Some("http://127.0.0.1:4000/scim/v2".into()),
    ///     "GOTO_DOUBLE_TOKEN" => Some("abc".into()),
    ///     _ => None,
    /// })?;
    /// assert_eq!(settings.token.as_deref(), Some("abc"));
    /// # Ok::<(), goto_double::client::ClientError>(())
    /// ```
    pub fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ClientError> {
        let text = |name| lookup(name).filter(|value| !value.is_empty());
        let url = |name| match text(name) {
            Some(text) if Address::parse(&text).is_none() => Err(ClientError::Url { name, text }),
            found => Ok(found),
        };
        Ok(Self {
            scim_url: url("GOTO_DOUBLE_SCIM_URL")?
                .ok_or(ClientError::Missing("GOTO_DOUBLE_SCIM_URL"))?,
            token: text("GOTO_DOUBLE_TOKEN"),
            token_url: url("GOTO_DOUBLE_TOKEN_URL")?,
            authorize_url: url("GOTO_DOUBLE_AUTHORIZE_URL")?,
            revoke_url: url("GOTO_DOUBLE_REVOKE_URL")?,
            client_id: text("GOTO_DOUBLE_CLIENT_ID"),
            client_secret: text("GOTO_DOUBLE_CLIENT_SECRET"),
            redirect_uri: text("GOTO_DOUBLE_REDIRECT_URI"),
            scope: text("GOTO_DOUBLE_SCOPE"),
            refresh_token: text("GOTO_DOUBLE_REFRESH_TOKEN"),
            admin_user: text("GOTO_DOUBLE_ADMIN_USER"),
            admin_password: text("GOTO_DOUBLE_ADMIN_PASSWORD"),
            hard_delete: text("GOTO_DOUBLE_HARD_DELETE").is_some_and(|value| value == "1"),
            defect: None,
            seed: seed(text("GOTO_DOUBLE_SEED"))?,
        })
    }

    /// Has the client do one thing wrong.
    #[must_use]
    pub fn with_defect(mut self, defect: Defect) -> Self {
        self.defect = Some(defect);
        self
    }
}

fn seed(text: Option<String>) -> Result<u64, ClientError> {
    let Some(text) = text else { return Ok(0) };
    text.parse().map_err(|_| ClientError::Number {
        name: "GOTO_DOUBLE_SEED",
        text,
    })
}
