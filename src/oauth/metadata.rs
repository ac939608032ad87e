//! The description of the authorization server, [RFC 8414 section 3](https://www.rfc-editor.org/rfc/rfc8414#section-3).

use serde_json::{Value, json};

use crate::profile::Profile;

/// The metadata document of the server at `base_url`.
///
/// It has the members GoTo's own has, as far as they are true here: no `scopes_supported`, no registration, no `OpenID`.
/// What GoTo does not have stands beside: `private_key_jwt`, as workload identity federation needs it.
pub fn document(base_url: &str, profile: &Profile) -> Value {
    let mut grants = vec!["authorization_code", "refresh_token"];
    if profile.client_credentials {
        grants.push("client_credentials");
    }
    let methods = [
        "client_secret_basic",
        "client_secret_post",
        "none",
        "private_key_jwt",
    ];
    let signatures = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
    ];
    // Whoever asks about tokens must be able to keep a secret.
    let confidential = [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
    ];
    json!({
        "issuer": base_url,
        "authorization_endpoint": format!("{base_url}/oauth/authorize"),
        "token_endpoint": format!("{base_url}/oauth/token"),
        "introspection_endpoint": format!("{base_url}/oauth/introspect"),
        "revocation_endpoint": format!("{base_url}/oauth/revoke"),
        "jwks_uri": format!("{base_url}/oauth/jwks.json"),
        "response_types_supported": ["code"],
        "grant_types_supported": grants,
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": signatures,
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": signatures,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": signatures,
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
