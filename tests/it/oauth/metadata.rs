//! The documents of the authorization server: metadata ([RFC 8414](https://www.rfc-editor.org/rfc/rfc8414)) and key set
//! ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)), and the access tokens that the keys check.

use goto_double::oauth::jwt::Claims;
use goto_double::scenario::script::ClockSetting;
use goto_double::{GotoDouble, SandboxSpec};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation};
use serde_json::{Value, json};

use super::CLIENT;
use crate::support::{Client, start, with};

fn document(url: &str) -> Value {
    let answer = Client::new(url).get("");
    assert_eq!(answer.status, 200, "{url} {}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.json()
}

// RFC 8414 section 2.
#[test]
fn metadata_names_every_endpoint_and_only_what_is_offered() {
    let (goto, _client) = start();
    let ready = goto.ready();
    let metadata = document(&ready.metadata_url);
    assert_eq!(metadata["authorization_endpoint"], ready.authorize_url);
    assert_eq!(metadata["token_endpoint"], ready.token_url);
    assert_eq!(metadata["revocation_endpoint"], ready.revoke_url);
    let introspection = ready.token_url.replace("/token", "/introspect");
    assert_eq!(metadata["introspection_endpoint"], introspection);
    let methods = [
        "client_secret_basic",
        "client_secret_post",
        "none",
        "private_key_jwt",
    ];
    assert_eq!(
        metadata["token_endpoint_auth_methods_supported"],
        json!(methods)
    );
    assert_eq!(metadata["response_types_supported"], json!(["code"]));
    assert_eq!(
        metadata["code_challenge_methods_supported"],
        json!(["S256"])
    );
    let grants = json!(["authorization_code", "refresh_token", "client_credentials"]);
    assert_eq!(metadata["grant_types_supported"], grants);
}

// RFC 8414 section 3.3: "The "issuer" value returned MUST be identical to the authorization server's issuer identifier
// value into which the well-known URI string was inserted"; section 3.1: before the path of an issuer that has one.
#[test]
fn metadata_is_found_by_way_of_the_issuer() {
    let (goto, _client) = start();
    let spec = SandboxSpec {
        id: Some("one".into()),
        seed: Some(8),
        ..SandboxSpec::default()
    };
    goto.control().create(spec).unwrap();
    let origin = format!("http://{}", goto.addresses().product);
    let well_known = format!("{origin}/.well-known/oauth-authorization-server");
    assert_eq!(document(&well_known)["issuer"], origin);
    let inserted = document(&format!("{well_known}/t/one"));
    assert_eq!(inserted["issuer"], format!("{origin}/t/one"));
    let appended = document(&format!(
        "{origin}/t/one/.well-known/oauth-authorization-server"
    ));
    assert_eq!(inserted, appended);
    assert_eq!(
        Client::new(&format!("{well_known}/t/nobody"))
            .get("")
            .status,
        404
    );
}

fn read(goto: &GotoDouble, token: &str) -> TokenData<Claims> {
    let metadata = document(&goto.ready().metadata_url);
    let set: JwkSet =
        serde_json::from_value(document(metadata["jwks_uri"].as_str().unwrap())).unwrap();
    let header = jsonwebtoken::decode_header(token).unwrap();
    let key = set.find(&header.kid.unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS512);
    validation.set_audience(&[CLIENT]);
    validation.validate_exp = false;
    jsonwebtoken::decode(token, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap()
}

#[test]
fn access_token_is_signed_with_the_published_key_and_says_what_gotos_say() {
    let clock = ClockSetting::parse("manual").unwrap();
    let (goto, _client) = with(GotoDouble::builder().clock(clock));
    let token = read(&goto, goto.token());
    assert_eq!(token.header.alg, Algorithm::RS512);
    let claims = token.claims;
    assert_eq!(claims.aud, CLIENT);
    assert_eq!(claims.sc, "identity:scim.org");
    assert_eq!(claims.typ, "a");
    assert_eq!(claims.ogn, "pwd");
    assert_eq!(claims.exp - claims.iat, 3600);
    assert!(claims.sub.len() >= 18 && claims.sub.bytes().all(|byte| byte.is_ascii_digit()));
    assert!(claims.jti.len() == 36 && claims.ls.len() == 36);
    let now = goto.control().clock().unwrap()["now"]
        .as_str()
        .unwrap()
        .to_owned();
    let now = goto_double::clock::Timestamp::parse(&now).unwrap();
    assert_eq!(claims.iat, now.as_second());
}

// RFC 7517 section 4 and RFC 7518 section 6.3.2: what is private stays at home.
#[test]
fn key_set_holds_public_halves_only() {
    let (goto, _client) = start();
    let url = goto
        .ready()
        .token_url
        .replace("/oauth/token", "/oauth/jwks.json");
    let set = document(&url);
    let key = &set["keys"][0];
    assert_eq!(key["kty"], "RSA");
    assert_eq!(key["use"], "sig");
    assert_eq!(key["alg"], "RS512");
    for private in ["d", "p", "q", "dp", "dq", "qi"] {
        assert!(key.get(private).is_none(), "{private}");
    }
}

#[test]
fn token_that_was_altered_does_not_fit_the_key() {
    let (goto, _client) = start();
    let mut parts: Vec<String> = goto.token().split('.').map(str::to_owned).collect();
    parts[1].insert(10, 'A');
    let url = goto
        .ready()
        .token_url
        .replace("/oauth/token", "/oauth/jwks.json");
    let set: JwkSet = serde_json::from_value(document(&url)).unwrap();
    let key = DecodingKey::from_jwk(&set.keys[0]).unwrap();
    let mut validation = Validation::new(Algorithm::RS512);
    validation.set_audience(&[CLIENT]);
    assert!(jsonwebtoken::decode::<Value>(goto.token(), &key, &validation).is_ok());
    assert!(jsonwebtoken::decode::<Value>(parts.join("."), &key, &validation).is_err());
}
