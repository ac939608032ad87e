//! The description of the authorization server, [RFC 8414 section 3](https://www.rfc-editor.org/rfc/rfc8414#section-3).

use serde_json::{Value, json};

use crate::profile::Profile;

/// The metadata document of the server at `base_url`.
///
/// It has the members GoTo's own has, as far as they are true here: no `scopes_supported`, no registration, no `OpenID`.
pub fn document(base_url: &str, profile: &Profile) -> Value {
    let mut grants = vec!["authorization_code", "refresh_token"];
    if profile.client_credentials {
        grants.push("client_credentials");
    }
    let methods = ["client_secret_basic", "client_secret_post", "none"];
    json!({
        "issuer": base_url,
        "authorization_endpoint": format!("{base_url}/oauth/authorize"),
        "token_endpoint": format!("{base_url}/oauth/token"),
        "revocation_endpoint": format!("{base_url}/oauth/revoke"),
        "jwks_uri": format!("{base_url}/oauth/jwks.json"),
        "response_types_supported": ["code"],
        "grant_types_supported": grants,
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_stand_below_the_issuer() {
        let document = document("http://127.0.0.1:1/t/a", &Profile::default());
        assert_eq!(document["issuer"], "http://127.0.0.1:1/t/a");
        assert_eq!(
            document["token_endpoint"],
            "http://127.0.0.1:1/t/a/oauth/token"
        );
    }

    #[test]
    fn client_credentials_are_named_only_where_they_are_offered() {
        let profile = Profile {
            client_credentials: false,
            ..Profile::default()
        };
        let grants = document("http://a", &profile)["grant_types_supported"].clone();
        assert_eq!(grants, json!(["authorization_code", "refresh_token"]));
    }
}
