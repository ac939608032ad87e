//! What real clients were seen to send, replayed: each folder of `fixtures/clients` is a test of its own.
//!
//! `fixtures/clients/README.md` tells the format.

mod compare;
mod fixture;
mod judging;
mod placeholder;

use goto_double::GotoDouble;

use self::compare::differences;
use self::fixture::{Exchange, Folder, Named, Recorded, Request};
use self::placeholder::Words;
use crate::support::{Answer, Client, with};

macro_rules! clients {
    ($($test:ident = $folder:literal,)*) => {
        $(#[test]
        fn $test() {
            let wrong = replay(&Folder::open($folder));
            assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
        })*

        const FOLDERS: &[&str] = &[$($folder),*];
    };
}

clients! {
    authentik = "authentik",
    aws_ssosync = "aws-ssosync",
    entra = "entra",
    entra_gallery = "entra-gallery",
    entra_optscim = "entra-optscim",
    entra_validator = "entra-validator",
    idp_scim_sync = "idp-scim-sync",
    jumpcloud = "jumpcloud",
    keycloak_large_group = "keycloak-large-group",
    microsoft_postman = "microsoft-postman",
    microsoft_samples = "microsoft-samples",
    okta_aiw = "okta-aiw",
    okta_crud = "okta-crud",
    okta_import = "okta-import",
    okta_oin = "okta-oin",
    okta_spec = "okta-spec",
    onelogin = "onelogin",
    pingfederate = "pingfederate",
}

#[test]
fn every_folder_is_replayed() {
    let mut found: Vec<String> = std::fs::read_dir(fixture::root())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    found.sort();
    let mut named = FOLDERS.to_vec();
    named.sort_unstable();
    assert_eq!(found, named);
}

/// Replays a folder against a double of its own; every mismatch is a line or more.
fn replay(folder: &Folder) -> Vec<String> {
    let (goto, _) = with(world(&folder.client));
    let mut words = Words::new(goto.scim_url(), goto.token());
    let mut wrong = Vec::new();
    for (name, exchange) in &folder.exchanges {
        let found = match send(&folder.client, exchange, &words) {
            Ok(answer) => {
                let mut found = learn(exchange, &answer, &mut words);
                found.extend(differences(&exchange.answer, &answer, &words));
                found
            }
            Err(why) => vec![why],
        };
        match (&exchange.pending, found.is_empty()) {
            (None, _) => wrong.extend(found.iter().map(|line| format!("{name}: {line}"))),
            (Some(_), false) => {}
            (Some(why), true) => wrong.push(format!("{name}: passes, but is pending: {why}")),
        }
    }
    wrong
}

/// The double that a folder asks for.
fn world(client: &Recorded) -> goto_double::Builder {
    let mut builder = GotoDouble::builder().profile_named(match client.profile {
        Named::Goto => "goto",
        Named::Rfc => "rfc",
        Named::EntraLenient => "entra-lenient",
    });
    if let Some(state) = &client.state {
        builder = builder.state(state.clone());
    }
    for (field, value) in &client.overrides {
        builder = builder.profile(field, value.clone());
    }
    builder
}

/// Sends one request as the client does; the error says why there is no answer.
fn send(client: &Recorded, exchange: &Exchange, words: &Words) -> Result<Answer, String> {
    let request = &exchange.request;
    let (http, path, body) = prepared(client, request, words)
        .map_err(|word| format!("not sent: {{{{{word}}}}} was never captured"))?;
    http.send(&request.method, &path, body.as_bytes())
        .map_err(|error| format!("no answer: {error}"))
}

/// A client with the header fields of a request, its path and its body; a word that was not captured is the error.
fn prepared(
    client: &Recorded,
    request: &Request,
    words: &Words,
) -> Result<(Client, String, String), String> {
    let body = match (&request.body, &request.text) {
        (Some(body), _) => Some(words.fill_all(body)?.to_string()),
        (None, text) => text.clone(),
    };
    let is_replaced = |name: &str| {
        let mut names = request.headers.keys();
        names.any(|other| other.eq_ignore_ascii_case(name))
    };
    let of_body = client.headers_with_body.iter().filter(|_| body.is_some());
    let of_client = client.headers.iter().chain(of_body);
    let of_request = request.headers.iter();
    let headers = of_client
        .filter(|(name, _)| !is_replaced(name))
        .chain(of_request.filter_map(|(name, value)| Some((name, value.as_ref()?))));
    let mut http = Client::new(&words.fill("{{base}}")?);
    for (name, value) in headers {
        http = http.header(name, &words.fill(value)?);
    }
    let path = words.fill(&request.path)?;
    Ok((http, path, body.unwrap_or_default()))
}

/// Keeps what later files name.
fn learn(exchange: &Exchange, answer: &Answer, words: &mut Words) -> Vec<String> {
    let mut wrong = Vec::new();
    let body = serde_json::from_slice(&answer.body).unwrap_or(serde_json::Value::Null);
    for (name, pointer) in &exchange.capture {
        match body.pointer(pointer).and_then(serde_json::Value::as_str) {
            Some(value) => words.learn(name, value),
            None => wrong.push(format!(
                "{pointer}: expected a text to capture as {name}, got none"
            )),
        }
    }
    wrong
}
