//! `serve`: a GoTo for a person at a terminal, or for a test suite in any language.

mod bounds;
mod reload;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::ExitCode;
use std::{fs, io};

use clap::Args;
use goto_double::scenario::script::ClockSetting;
use goto_double::{Builder, GotoDouble, Judgement, Ready};
use serde_json::Value;
use tokio::runtime::Runtime;

use self::bounds::Bounds;
use self::reload::Reload;
use super::profile::ProfileWords;
use super::schemas::SchemaFolder;
use super::{Failure, say, signals};

/// Start GoTo and keep it until Ctrl-C; with a scenario, judge then.
///
/// One JSON line on standard output holds every address, a ready token and the seed.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    goto-double serve\n  \
    goto-double serve --port 0 --control-port 0 --dns-port 0 --ready-file ready.json\n  \
    goto-double serve --tls-ca ca.pem\n  \
    goto-double serve --state empty --profile rfc\n  \
    goto-double serve --profile entra-lenient --profile page_size=5 --schemas my-schemas\n  \
    goto-double serve --scenario scenarios/create-answer-lost.json --seed 7\n  \
    goto-double serve --scenario my-fault.json --no-reload")]
pub(super) struct Serve {
    /// The product port; 0 takes a free one.
    #[arg(long, default_value_t = 4780)]
    port: u16,
    /// The control port; 0 takes a free one.
    #[arg(long, default_value_t = 4781)]
    control_port: u16,
    /// The DNS port, UDP and TCP; 0 takes a free one.
    #[arg(long, default_value_t = 4753)]
    dns_port: u16,
    /// The address to listen on. Anything but loopback lets others in, with the credentials this prints.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Ask this name server about names that the sandbox's own zone does not know; without it nothing leaves the machine.
    #[arg(long, value_name = "ADDRESS", value_parser = name_server)]
    resolver: Option<SocketAddr>,
    /// Speak HTTPS on both ports, with a certificate authority that is made at the start.
    #[arg(long)]
    tls: bool,
    /// Write the certificate that clients have to trust to this file, and speak HTTPS.
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
    /// The seed that decides every id, code, token and fault.
    #[arg(long)]
    seed: Option<u64>,
    /// Vary what the RFCs leave open, by the seed: goto-double list variations.
    #[arg(long)]
    vary: bool,
    /// The starting state: default, empty, or a JSON file.
    #[arg(long, default_value = "default")]
    state: String,
    /// A fault script; when the file changes, it is read anew and holds at once.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Do not read the scenario anew when its file changes.
    #[arg(long, requires = "scenario")]
    no_reload: bool,
    /// Which row of the scenario to play.
    #[arg(long)]
    row: Option<String>,
    /// How the clock runs: real, manual, scaled:60, or frozen.
    #[arg(long, value_parser = clock)]
    clock: Option<ClockSetting>,
    #[command(flatten)]
    profile: ProfileWords,
    #[command(flatten)]
    schemas: SchemaFolder,
    #[command(flatten)]
    bounds: Bounds,
    /// Write the JSON line to this file too, once everything listens.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

/// An address, with the port that name servers have if none is given.
fn name_server(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| {
            text.parse()
                .map(|address: IpAddr| SocketAddr::new(address, 53))
        })
        .map_err(|_| {
            format!(
                "{text:?} is no address; there are 192.0.2.1, 192.0.2.1:5353 and [2001:db8::1]:53"
            )
        })
}

fn clock(text: &str) -> Result<ClockSetting, String> {
    ClockSetting::parse(text).ok_or_else(|| {
        format!("{text:?} is no clock; there are real, manual, scaled:60 and frozen")
    })
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let script = self.script()?;
        let watched = script.clone().filter(|_| !self.no_reload);
        let with_scenario = script.is_some();
        let ready_file = self.ready_file.clone();
        let host = self.host;
        let text = script.map(|(_, text)| text);
        // Before anybody knows of it: clients may leave no descriptor for it, and testers end it at once.
        let end = End::heed()?;
        let goto = self.builder(text)?.start()?;
        let reload = watched.and_then(|(path, text)| watch(path, text, &goto));
        let ended = announce(goto.ready(), ready_file.as_deref(), host).map(|()| end.wait());
        if let Some(reload) = reload {
            reload.stop();
        }
        // Judged whatever happened: a double that is dropped unjudged takes itself for a forgetful test.
        let judgement = goto.verdict();
        ended?;
        if !with_scenario {
            return Ok(ExitCode::SUCCESS);
        }
        Ok(verdict(&judgement))
    }

    /// The scenario's file and its text.
    fn script(&self) -> Result<Option<(PathBuf, String)>, Failure> {
        let Some(path) = &self.scenario else {
            return Ok(None);
        };
        let text = fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Ok(Some((path.clone(), text)))
    }

    fn builder(self, scenario: Option<String>) -> Result<Builder, Failure> {
        let mut builder = GotoDouble::builder()
            .host(self.host)
            .port(self.port)
            .control_port(self.control_port)
            .dns_port(self.dns_port);
        builder = self.bounds.on(builder).state(state(&self.state)?);
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if self.vary {
            builder = builder.vary(true);
        }
        if let Some(resolver) = self.resolver {
            builder = builder.resolver(resolver);
        }
        if self.tls {
            builder = builder.tls();
        }
        if let Some(path) = self.tls_ca {
            builder = builder.tls_ca(path);
        }
        if let Some(text) = scenario {
            builder = builder.scenario(text);
            // A script's hand-moved clock would stand still here, where nobody shares it.
            builder = builder.clock(self.clock.unwrap_or_default());
        } else if let Some(clock) = self.clock {
            builder = builder.clock(clock);
        }
        if let Some(row) = self.row {
            builder = builder.row(row);
        }
        for (name, value) in self.profile.changes()? {
            builder = builder.profile(name, value);
        }
        Ok(builder.schemas(self.schemas.documents()?))
    }
}

/// Watches the scenario's file; a double whose file cannot be watched is served all the same.
fn watch(path: PathBuf, text: String, goto: &GotoDouble) -> Option<Reload> {
    let name = path.display().to_string();
    let watching = Reload::watch(path, text, goto.control().clone());
    watching
        .map_err(|error| {
            say::note(format!(
                "{name} cannot be watched ({error}): a change of it needs a new start"
            ));
        })
        .ok()
}

/// A built-in state by its name, or the one in a file.
fn state(text: &str) -> Result<Value, Failure> {
    if text == "default" || text == "empty" {
        return Ok(Value::String(text.to_owned()));
    }
    let content = fs::read_to_string(text).map_err(|error| {
        format!("cannot read the state {text}: {error}; built in are default and empty")
    })?;
    Ok(serde_json::from_str(&content).map_err(|error| format!("{text}: {error}"))?)
}

/// Tells everything there is to know: one line for programs, and then a banner for people.
fn announce(ready: &Ready, ready_file: Option<&Path>, host: IpAddr) -> Result<(), Failure> {
    let line = serde_json::to_string(ready)?;
    say::line(&line);
    if let Some(path) = ready_file {
        fs::write(path, format!("{line}\n"))
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    banner(ready, host);
    Ok(())
}

fn banner(ready: &Ready, host: IpAddr) {
    let token = ready.token.as_deref().unwrap_or("(none: authorize first)");
    say::note("goto-double: a test double of GoTo, not GoTo. Ctrl-C stops it.");
    if !host.is_loopback() {
        say::note(format!(
            "WARNING: listening on {host}: everybody who reaches it can read and change everything here."
        ));
    }
    say::note(format!("  SCIM     {}", ready.scim_url));
    say::note(format!("  OAuth    {}", ready.metadata_url));
    say::note(format!("  Center   {}", ready.center_url));
    say::note(format!(
        "  DNS      {}",
        ready.dns.as_deref().unwrap_or("-")
    ));
    say::note(format!("  Control  {}", ready.control_url));
    say::note(format!(
        "  Admin    {} / {}",
        ready.admin_user.as_deref().unwrap_or("-"),
        ready.admin_password.as_deref().unwrap_or("-")
    ));
    say::note(format!("  Seed     {}", ready.seed));
    if ready.scim_url.starts_with("https") {
        let ca = ready.tls_ca.as_deref();
        say::note(format!(
            "  TLS      {}",
            ca.map_or(
                "--tls-ca FILE writes the certificate that clients have to trust".to_owned(),
                |file| format!("trust {file}"),
            )
        ));
    }
    say::note(format!("  export TOKEN={token}"));
    let trust = ready.tls_ca.as_deref();
    let trust = trust.map_or_else(String::new, |file| format!("--cacert {file} "));
    say::note(format!(
        "  curl {trust}-H \"Authorization: Bearer $TOKEN\" {}/Users",
        ready.scim_url
    ));
    say::note(format!(
        "  curl {trust}{}/sandboxes/default/journal",
        ready.control_url
    ));
    say::note(format!(
        "  curl {trust}{}/sandboxes/default/verdict",
        ready.control_url
    ));
}

/// What will ask a served double to end.
struct End {
    runtime: Runtime,
    asked: Pin<Box<dyn Future<Output = ()>>>,
}

impl End {
    fn heed() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let inside = runtime.enter();
        let asked = Box::pin(signals::heeded()?);
        drop(inside);
        Ok(Self { runtime, asked })
    }

    fn wait(self) {
        self.runtime.block_on(self.asked);
    }
}

fn verdict(judgement: &Judgement) -> ExitCode {
    let complaints = judgement.complaints();
    if complaints.is_empty() {
        say::note("PASS: every rule this scenario exercises was kept");
        return ExitCode::SUCCESS;
    }
    say::note(format!("FAIL\n{complaints}"));
    ExitCode::from(1)
}
