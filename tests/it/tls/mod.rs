//! HTTPS, told by clients that trust the double's authority and check everything.

use std::net::SocketAddr;
use std::process::Command;

use bytes::Bytes;
use goto_double::{GotoDouble, StartError};
use http::{Request, Version};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ALL_VERSIONS, ProtocolVersion};
use serde_json::Value;

use crate::support::Client;
use crate::support::program::Served;
use crate::support::secure::Trust;

const HOSTS: [&str; 7] = [
    "localhost",
    "127.0.0.1",
    "::1",
    "organization.logmeininc.com",
    "authentication.logmeininc.com",
    "identity.goto.com",
    "api.getgo.com",
];

fn secure() -> (GotoDouble, Trust) {
    let goto = GotoDouble::builder().seed(7).tls().start().unwrap();
    let trust = Trust::in_ca(goto.ca_pem().unwrap(), ALL_VERSIONS);
    (goto, trust)
}

fn product(goto: &GotoDouble) -> SocketAddr {
    goto.addresses().product
}

#[test]
fn every_surface_answers_over_https_and_says_so() {
    let (goto, trust) = secure();
    let ready = goto.ready();
    for url in [
        &ready.scim_url,
        &ready.token_url,
        &ready.center_url,
        &ready.control_url,
    ] {
        assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    }
    let ask = |path: &str| {
        let line = trust.connect(product(&goto), "127.0.0.1").unwrap();
        line.get(path, goto.token())
    };
    assert_eq!(ask("/scim/v2/Users").status, 200);
    assert_eq!(ask("/identity/v1/Users").status, 200);
    assert_eq!(ask("/center/sign-in").status, 200);
    let metadata = ask("/.well-known/oauth-authorization-server").json();
    assert_eq!(metadata["token_endpoint"], ready.token_url.as_str());
    let control = trust
        .connect(goto.addresses().control, "localhost")
        .unwrap();
    assert_eq!(control.get("/sandboxes/default/clock", "").status, 200);
}

#[test]
fn certificate_holds_for_this_machine_and_for_the_services_hosts_and_for_no_other() {
    let (goto, trust) = secure();
    for host in HOSTS {
        let line = trust
            .connect(product(&goto), host)
            .unwrap_or_else(|error| panic!("{host}: {error}"));
        assert_eq!(line.get("/center/sign-in", "").status, 200, "{host}");
    }
    let refused = trust.connect(product(&goto), "example.com").unwrap_err();
    assert!(
        refused.to_string().contains("not valid for name"),
        "{refused}"
    );
}

#[test]
fn both_versions_are_spoken_and_both_protocols_are_offered() {
    let (goto, _) = secure();
    let pem = goto.ca_pem().unwrap();
    for (version, settled) in [
        (&TLS12, ProtocolVersion::TLSv1_2),
        (&TLS13, ProtocolVersion::TLSv1_3),
    ] {
        for (offered, protocol) in [
            (["h2", "http/1.1"].as_slice(), Some("h2")),
            (&["http/1.1"], Some("http/1.1")),
            (&[], None),
        ] {
            let trust = Trust::in_ca(pem, &[version]).offering(offered);
            let line = trust.connect(product(&goto), "localhost").unwrap();
            assert_eq!(line.version(), settled);
            assert_eq!(line.protocol().as_deref(), protocol);
        }
    }
}

#[tokio::test]
async fn http2_is_spoken_where_it_was_settled() {
    let (goto, trust) = secure();
    let tcp = tokio::net::TcpStream::connect(product(&goto))
        .await
        .unwrap();
    let connector = tokio_rustls::TlsConnector::from(trust.offering(&["h2"]).config());
    let name = ServerName::try_from("localhost").unwrap();
    let tls = connector.connect(name, tcp).await.unwrap();
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(tls))
        .await
        .unwrap();
    tokio::spawn(connection);
    for path in ["/center/sign-in", "/oauth/jwks.json"] {
        let request = Request::get(format!("https://localhost{path}"));
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        let answer = sender.send_request(request).await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), answer.version()),
            (200, Version::HTTP_2)
        );
        assert!(
            !answer
                .into_body()
                .collect()
                .await
                .unwrap()
                .to_bytes()
                .is_empty()
        );
    }
}

#[test]
fn two_doubles_share_no_authority_even_with_one_seed() {
    let (one, _) = secure();
    let (other, trust) = secure();
    assert_ne!(one.ca_pem(), other.ca_pem());
    let refused = trust.connect(product(&one), "localhost").unwrap_err();
    // The two have one name, so it is the signature that does not fit.
    assert!(
        refused.to_string().contains("invalid peer certificate"),
        "{refused}"
    );
}

#[test]
fn plain_http_at_the_tls_port_is_refused_and_journalled_and_the_control_port_takes_both() {
    let (goto, trust) = secure();
    let plain = Client::new(&goto.scim_url().replace("https", "http")).bearer(goto.token());
    let answer = plain.get("/Users");
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("https://"), "{}", answer.text());

    let control = Client::new(&goto.ready().control_url.replace("https", "http"));
    let journal = control.get("/sandboxes/default/journal").json();
    let entry = &journal["entries"][0];
    assert_eq!(entry["kind"], "incident", "{journal}");
    assert!(
        entry["what"].as_str().unwrap().contains("plain HTTP"),
        "{entry}"
    );
    assert_eq!(
        trust
            .connect(product(&goto), "localhost")
            .unwrap()
            .get("/scim/v2/Users", goto.token())
            .status,
        200
    );
}

#[test]
fn what_is_no_handshake_ends_the_connection_and_no_other() {
    use std::io::{Read, Write};
    let (goto, trust) = secure();
    for words in [
        b"\x16\x03\x01\x00\x05hello".as_slice(),
        b"\x16",
        b"\x16\x03\x01\xff\xff",
    ] {
        let mut tcp = std::net::TcpStream::connect(product(&goto)).unwrap();
        tcp.write_all(words).unwrap();
        tcp.shutdown(std::net::Shutdown::Write).unwrap();
        let mut heard = Vec::new();
        drop(tcp.read_to_end(&mut heard));
        assert!(!heard.starts_with(b"HTTP"), "{heard:?}");
    }
    assert_eq!(
        trust
            .connect(product(&goto), "localhost")
            .unwrap()
            .get("/scim/v2/Users", goto.token())
            .status,
        200
    );
    let incidents = goto
        .journal()
        .iter()
        .filter(|entry| entry.exchange().is_none())
        .count();
    assert_eq!(incidents, 3);
}

#[test]
fn sandboxes_of_a_tls_double_are_reached_by_path_and_by_host_name() {
    let (goto, trust) = secure();
    let spec = goto_double::SandboxSpec {
        id: Some("test-1".into()),
        ..Default::default()
    };
    let control = goto.control().create(spec).unwrap();
    let base = control.describe().unwrap()["base_url"].clone();
    assert_eq!(
        base,
        format!("https://{}/t/test-1", product(&goto)).as_str()
    );
    let by_name = trust.connect(product(&goto), "test-1.localhost").unwrap();
    assert_eq!(by_name.get("/t/test-1/center/sign-in", "").status, 200);
    // No name is vouched for that means nothing here.
    let refused = trust
        .connect(product(&goto), "test-2.localhost")
        .unwrap_err();
    assert!(
        refused.to_string().contains("not valid for name"),
        "{refused}"
    );
}

#[test]
fn scenario_about_handshakes_is_refused_where_no_tls_is_spoken() {
    let scenario = r#"{ "scenario": "x", "v": 1, "rules": [{ "id": "a", "on": "tls.handshake", "do": { "tls": "expired" } }] }"#;
    let refused = GotoDouble::builder()
        .scenario(scenario)
        .start()
        .unwrap_err();
    assert!(matches!(refused, StartError::World(_)), "{refused:?}");
    assert!(refused.to_string().contains("--tls"), "{refused}");
    let goto = GotoDouble::start().unwrap();
    let control = Client::new(&goto.ready().control_url);
    let scenario: Value = serde_json::from_str(scenario).unwrap();
    let answer = control.post("/sandboxes", &serde_json::json!({ "scenario": scenario }));
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("--tls"), "{}", answer.text());
}

#[test]
fn authority_is_written_where_the_flag_says_and_its_key_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let goto = GotoDouble::builder().tls_ca(&file).start().unwrap();
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(Some(written.as_str()), goto.ca_pem());
    assert_eq!(goto.ready().tls_ca.as_deref(), file.to_str());
    assert!(written.contains("BEGIN CERTIFICATE") && !written.contains("PRIVATE"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let refused = GotoDouble::builder()
        .tls_ca(folder.path().join("none/ca.pem"))
        .start();
    assert!(matches!(refused, Err(StartError::CaFile { .. })));
}

#[test]
fn unchanged_programs_reach_it_by_the_real_urls_once_they_trust_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let goto = GotoDouble::builder().tls_ca(&file).start().unwrap();
    let to = format!("organization.logmeininc.com:443:{}", product(&goto));
    let curl = |further: &[&str]| {
        let mut command = Command::new("curl");
        command.args([
            "-s",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code} %{http_version}",
            "--connect-to",
            &to,
        ]);
        let ran = command
            .args(further)
            .arg("https://organization.logmeininc.com/center/sign-in")
            .output()
            .unwrap();
        (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
    };
    let trusting = ["--cacert", file.to_str().unwrap()];
    assert_eq!(curl(&trusting), (Some(0), "200 2".into()));
    assert_eq!(
        curl(&[&trusting[..], &["--http1.1", "--tls-max", "1.2"]].concat()),
        (Some(0), "200 1.1".into())
    );
    // 60: the peer's certificate cannot be checked.
    assert_eq!(curl(&[]).0, Some(60));
}

#[test]
fn client_that_never_speaks_is_hung_up_on() {
    use std::io::{Read, Write};
    let soon = std::time::Duration::from_millis(30);
    let limits = goto_double::Limits {
        head_time: soon,
        ..goto_double::Limits::default()
    };
    let goto = GotoDouble::builder().limits(limits).tls().start().unwrap();
    for words in [b"".as_slice(), b"\x16\x03\x01\x02\x00"] {
        let mut tcp = std::net::TcpStream::connect(product(&goto)).unwrap();
        tcp.write_all(words).unwrap();
        let mut heard = Vec::new();
        drop(tcp.read_to_end(&mut heard));
        assert!(heard.is_empty(), "{heard:?}");
    }
}

#[test]
fn program_says_where_the_certificate_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem").display().to_string();
    let served = Served::start(&["--tls-ca", &file]);
    assert!(served.text("scim_url").starts_with("https://"));
    assert!(served.text("control_url").starts_with("https://"));
    assert_eq!(served.text("tls_ca"), file);
    let address = served.text("scim_url");
    let address = address
        .strip_prefix("https://")
        .and_then(|rest| rest.split('/').next())
        .unwrap();
    let trust = Trust::in_ca(&std::fs::read_to_string(&file).unwrap(), ALL_VERSIONS);
    let line = trust
        .connect(address.parse().unwrap(), "localhost")
        .unwrap();
    assert_eq!(
        line.get("/scim/v2/Users", &served.text("token")).status,
        200
    );
    let (code, said) = served.interrupt();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains(&format!("--cacert {file}")), "{said}");
}
