//! From the start of `serve --tls-ca` to the first answer over HTTPS.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::clock::Monotonic;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

use crate::{Outcome, row};

const TIMES: usize = 31;
const AIM: Duration = Duration::from_millis(50);

pub(crate) fn measure() -> Outcome<()> {
    println!("\nFrom a start with TLS to the first answer over HTTPS, {TIMES} times");
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("ca.pem");
    tell("the program", Some(AIM), || program(&file))?;
    tell(
        "  the same without TLS, to its ready line",
        None,
        plain_program,
    )?;
    tell("in a Rust test", None, embedded)
}

fn tell(what: &str, aim: Option<Duration>, once: impl Fn() -> Outcome<Duration>) -> Outcome<()> {
    let mut took = Vec::new();
    for _ in 0..TIMES {
        took.push(once()?);
    }
    took.sort_unstable();
    let at = |place: usize| took.get(place).copied().unwrap_or_default();
    row(&format!("{what}, median"), at(TIMES / 2), aim);
    row("  the longest", at(TIMES - 1), None);
    Ok(())
}

fn serve(further: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goto-double"));
    command
        .args([
            "serve",
            "--port",
            "0",
            "--control-port",
            "0",
            "--dns-port",
            "0",
        ])
        .args(further)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn program(file: &Path) -> Outcome<Duration> {
    let began = Monotonic::now();
    let mut child = serve(&["--tls-ca", &file.display().to_string()]).spawn()?;
    let asked = ready(child.stdout.take()).and_then(|ready| {
        let text = |name: &str| ready[name].as_str().unwrap_or_default().to_owned();
        let address = text("scim_url");
        let address = address
            .strip_prefix("https://")
            .and_then(|rest| rest.split('/').next());
        let pem = std::fs::read_to_string(file)?;
        ask(address.unwrap_or_default(), &pem, &text("token"))?;
        Ok(began.elapsed())
    });
    child.kill()?;
    child.wait()?;
    asked
}

fn plain_program() -> Outcome<Duration> {
    let began = Monotonic::now();
    let mut child = serve(&[]).spawn()?;
    let took = ready(child.stdout.take()).map(|_| began.elapsed());
    child.kill()?;
    child.wait()?;
    took
}

fn ready(stdout: Option<impl Read>) -> Outcome<Value> {
    let mut line = String::new();
    BufReader::new(stdout.ok_or("no output")?).read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

fn embedded() -> Outcome<Duration> {
    let began = Monotonic::now();
    let goto = GotoDouble::builder().tls().start()?;
    let address = goto.addresses().product.to_string();
    ask(&address, goto.ca_pem().unwrap_or_default(), goto.token())?;
    Ok(began.elapsed())
}

/// One request over TLS, checked in every way a client checks.
fn ask(address: &str, pem: &str, token: &str) -> Outcome<()> {
    let mut roots = RootCertStore::empty();
    roots.add(
        CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| format!("{error:?}"))?,
    )?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let session = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost")?)?;
    let mut stream = StreamOwned::new(session, TcpStream::connect(address)?);
    let request = format!(
        "GET /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 200 ") {
        Ok(())
    } else {
        Err(answer.into())
    }
}
