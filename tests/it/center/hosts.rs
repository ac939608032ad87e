//! The host names of the real service: unchanged URLs, sent here by `curl --connect-to` or a hosts file.

use std::process::Command;

use goto_double::GotoDouble;

use crate::support::{Client, start};

/// A client that came by this host name.
fn by(goto: &GotoDouble, host: &str) -> Client {
    let origin = goto.ready().center_url.replace("/center", "");
    Client::new(&origin)
        .header("Host", host)
        .header("Accept", "text/html")
}

/// What curl says of an unchanged URL, with the answer's status and where it ended up on the last line.
#[track_caller]
fn curl(goto: &GotoDouble, arguments: &[&str]) -> (String, String) {
    let center = goto.ready().center_url.as_str();
    let address = center.split('/').nth(2).unwrap();
    let output = Command::new("curl")
        .args(["--silent", "--connect-to", &format!("::{address}")])
        .args(["--write-out", "\n%{http_code} %{url_effective}"])
        .args(arguments)
        .output()
        .expect("curl is needed");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{output:?}");
    let (body, last) = said.rsplit_once('\n').unwrap();
    (body.to_owned(), last.to_owned())
}

#[test]
fn unchanged_urls_lead_where_they_lead_in_the_real_service() {
    let (goto, _client) = start();
    let (page, end) = curl(&goto, &["--location", "http://organization.logmeininc.com"]);
    assert_eq!(end, "200 http://organization.logmeininc.com/center/sign-in");
    assert!(page.contains("action=\"/center/sign-in\""), "{page}");
    let query = "response_type=code&client_id=5c3f9e1a-7d42-4b8e-9a10-2f6d8c4b7e01&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback";
    let url = format!("http://authentication.logmeininc.com/oauth/authorize?{query}");
    let (page, end) = curl(&goto, &["--location", &url]);
    let login = "200 http://authentication.logmeininc.com/login?service=";
    assert!(end.starts_with(login), "{end}");
    assert!(page.contains("action=\"/login\""), "{page}");
    let (_, end) = curl(&goto, &["--location", "http://identity.goto.com/"]);
    assert_eq!(end, "200 http://identity.goto.com/login");
}

#[test]
fn token_taken_at_one_host_opens_the_other() {
    let (goto, _client) = start();
    let ready = goto.ready();
    let pair = format!(
        "{}:{}",
        ready.client_id.as_ref().unwrap(),
        ready.client_secret.as_ref().unwrap()
    );
    let url = "http://identity.goto.com/oauth/token";
    let (answer, end) = curl(
        &goto,
        &[
            "--user",
            &pair,
            "--data",
            "grant_type=client_credentials",
            url,
        ],
    );
    assert!(end.starts_with("200 "), "{end} {answer}");
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let field = format!(
        "Authorization: Bearer {}",
        answer["access_token"].as_str().unwrap()
    );
    for url in [
        "http://api.getgo.com/identity/v1/Users/me",
        "http://api.goto.com/identity/v1/Users/me",
        "http://api.getgo.com/scim/v2/Users",
    ] {
        let (_, end) = curl(&goto, &["--header", &field, url]);
        assert!(end.starts_with("200 "), "{end}");
    }
}

// RFC 8414 section 3.3; the real service has one issuer for both names.
#[test]
fn metadata_name_the_real_issuer_to_whoever_came_by_its_name() {
    let (goto, _client) = start();
    let path = "/.well-known/oauth-authorization-server";
    for (host, issuer) in [
        ("identity.goto.com", "http://identity.goto.com"),
        ("authentication.logmeininc.com", "http://identity.goto.com"),
        ("IDENTITY.goto.com.:8080", "http://identity.goto.com:8080"),
    ] {
        let document = by(&goto, host).get(path).json();
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["token_endpoint"], format!("{issuer}/oauth/token"));
    }
    let own = Client::new(&goto.ready().metadata_url).get("").json();
    assert_ne!(own["issuer"], "http://identity.goto.com");
}

#[test]
fn host_has_only_what_the_real_one_has() {
    let (goto, _client) = start();
    for (host, path) in [
        ("organization.logmeininc.com", "/scim/v2/Users"),
        ("organization.logmeininc.com", "/oauth/authorize"),
        ("identity.goto.com", "/center"),
        ("identity.goto.com", "/identity/v1/Users"),
        ("api.getgo.com", "/center"),
        ("api.getgo.com", "/oauth/token"),
        ("api.getgo.com", "/login"),
    ] {
        assert_eq!(by(&goto, host).get(path).status, 404, "{host}{path}");
    }
}

// RFC 9110 section 15.5.20.
#[test]
fn host_nobody_stands_in_for_is_refused_and_the_refusal_is_in_the_journal() {
    let (goto, _client) = start();
    for host in [
        "organisation.logmeininc.com",
        "www.goto.com",
        "api.getgo.com.getgo.com",
    ] {
        let answer = by(&goto, host).get("/center");
        assert_eq!(answer.status, 421, "{host}");
        assert!(answer.text().contains("organization.logmeininc.com"));
    }
    let journal = goto.journal();
    let last = journal.last().unwrap().exchange().unwrap();
    assert_eq!(last.reply.status, 421);
    assert!(last.changes.is_empty());
}

// A service name of a container network, an address, a name of one's own: the double has no opinion on those.
#[test]
fn any_other_name_has_every_face() {
    let (_goto, client) = start();
    for host in [
        "goto-double:8080",
        "127.0.0.1",
        "goto.com",
        "notgoto.com",
        "é",
        "",
    ] {
        let answer = client.clone().header("Host", host).get("/Users");
        assert_eq!(answer.status, 200, "{host}");
    }
}

#[test]
fn person_stays_on_the_host_that_was_asked() {
    let (goto, _client) = start();
    for host in [
        "organization.logmeininc.com",
        "localhost:8080",
        "goto-double",
        "[::1]:80",
    ] {
        let first = by(&goto, host).get("/center");
        let to = format!("http://{host}/center/sign-in");
        assert_eq!(first.header("location"), Some(&*to));
    }
    for odd in ["", "a@b", "a b", "a/b", "\"<>"] {
        let first = by(&goto, odd).get("/center");
        assert_eq!(first.header("location"), Some("/center/sign-in"), "{odd}");
    }
}

#[test]
fn worlds_below_a_path_keep_their_path() {
    let (goto, _client) = start();
    let spec = goto_double::SandboxSpec {
        id: Some("one".into()),
        ..goto_double::SandboxSpec::default()
    };
    goto.control().create(spec).unwrap();
    let page = by(&goto, "organization.logmeininc.com").get("/t/one/center/sign-in");
    assert!(page.text().contains("action=\"/t/one/center/sign-in\""));
    let cookie = page.header("set-cookie").unwrap();
    assert!(cookie.contains("Path=/t/one"), "{cookie}");
}
