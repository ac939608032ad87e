//! What a client can show in exchange for a token.

/// Names a grant type of the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// An authorization code, [RFC 6749 section 4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1).
    AuthorizationCode,
    /// A refresh token, [RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6).
    RefreshToken,
    /// The client's own credentials, [RFC 6749 section 4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4).
    ClientCredentials,
    /// A token that an account made for itself: GoTo's own, to be switched on for a client.
    PersonalAccessToken,
}

impl GrantType {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::AuthorizationCode,
        Self::RefreshToken,
        Self::ClientCredentials,
        Self::PersonalAccessToken,
    ];

    /// What a client may use unless it is registered for others.
    pub const USUAL: [Self; 3] = [
        Self::AuthorizationCode,
        Self::RefreshToken,
        Self::ClientCredentials,
    ];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::PersonalAccessToken => "personal_access_token",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_name() {
        for grant in GrantType::ALL {
            assert_eq!(GrantType::named(grant.as_str()), Some(grant));
        }
        assert_eq!(GrantType::named("password"), None);
    }
}
