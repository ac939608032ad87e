//! `conform`: the main job. Does a provisioning client survive what GoTo can do to it, and do the right thing?

mod driver;
mod interrupt;
mod progress;
mod row;
mod source_files;
mod start;
mod suite;
mod workers;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::thread::available_parallelism;

use clap::Args;
use goto_double::client::Defect;
use goto_double::clock::Monotonic;
use goto_double::conformance::catalogue;
use goto_double::conformance::client_profile::ClientProfile;
use goto_double::report::known::Known;
use goto_double::report::{Report, json, junit, terminal};
use goto_double::scenario::Pace;
use goto_double::shipped;
use goto_double::{Control, GotoDouble};
use serde_json::{Map, Value};

use self::driver::Command;
use self::interrupt::Interrupt;
use self::row::Played;
use super::profile::ProfileWords;
use super::schemas::SchemaFolder;
use super::{Failure, say};

/// Run a client through every scenario and say which rules it kept and broke.
///
/// The client command is run once a cycle, through no shell, with the addresses, credentials and the directory to
/// provision in its environment as `GOTO_DOUBLE_*`; docs/driving-a-client.md lists them.
/// Without a command the built-in reference client is judged, as demonstration and self-test.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    goto-double conform\n  \
    goto-double conform -- ./my-sync --once\n  \
    goto-double conform --scenario create-answer-lost --report out -- python sync.py\n  \
    goto-double conform --defect CRE-07       see the rule fail that the built-in client then breaks")]
pub(super) struct Conform {
    /// Play only this scenario (by name), or this file; may be repeated.
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Vec<String>,
    /// Play only the row of this name.
    #[arg(long, value_name = "ROW")]
    row: Option<String>,
    /// Play what exercises these rules, and judge only them; may be repeated.
    #[arg(long, value_name = "RULE", value_parser = rule)]
    rule: Vec<String>,
    /// How many rows run side by side; by default the cores for the built-in client, four times as many for a command, which mostly waits.
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Write report.json and junit.xml into this folder.
    #[arg(long, value_name = "FOLDER")]
    report: Option<PathBuf>,
    /// Decide every id, code, token and fault by this seed instead of each scenario's own.
    #[arg(long)]
    seed: Option<u64>,
    /// Give every answer in its usual form; without this, what the RFCs leave open varies by the seed.
    #[arg(long)]
    no_vary: bool,
    /// Which durations hold for a command: quick, or as long as a real server's.
    #[arg(long, default_value = "quick")]
    pace: Pace,
    /// The habits the client is documented to have: strict, entra, okta, or a JSON file.
    #[arg(long, value_name = "PROFILE", default_value = "strict")]
    client_profile: String,
    #[command(flatten)]
    profile: ProfileWords,
    #[command(flatten)]
    schemas: SchemaFolder,
    /// A file of rules that are known to fail; one of them passing fails the run as stale.
    #[arg(long, value_name = "FILE")]
    known_failures: Option<PathBuf>,
    /// Make the built-in client break this rule.
    #[arg(long, value_name = "RULE", value_parser = super::client::defect, conflicts_with = "client")]
    defect: Option<Defect>,
    /// Have the client speak HTTPS; `GOTO_DOUBLE_TLS_CA` names the file with the certificate to trust.
    #[arg(long, requires = "client")]
    tls: bool,
    /// A command to run once before each row, with the row's environment.
    #[arg(long, value_name = "COMMAND")]
    setup: Option<String>,
    /// A command to run once after each row.
    #[arg(long, value_name = "COMMAND")]
    teardown: Option<String>,
    /// The client's command and its arguments.
    #[arg(last = true, value_name = "CLIENT")]
    client: Vec<String>,
}

/// What every row needs to know of the run.
#[derive(Debug)]
pub(super) struct Settings {
    /// A hold on the double, to make sandboxes through.
    control: Control,
    /// Where its control port is.
    control_url: String,
    /// The file with the certificate to trust, where TLS is spoken.
    tls_ca: Option<String>,
    /// The client's command; the built-in client if there is none.
    command: Option<Command>,
    setup: Option<Command>,
    teardown: Option<Command>,
    defect: Option<Defect>,
    seed: Option<u64>,
    variety: Variety,
    /// Changes to the profile of every row's double.
    double_profile: Map<String, Value>,
    profile: ClientProfile,
    /// Rules to judge; all if empty.
    only: Vec<String>,
    /// The options that a replay of any row needs as well.
    replayed: Vec<String>,
    interrupt: Interrupt,
    /// Why no row can be played, once one has found out.
    hopeless: OnceLock<String>,
}

/// Whether answers vary where the RFCs leave them open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Variety {
    /// They do, unless a scenario says that it needs exact shapes.
    Lawful,
    /// They do not.
    Off,
}

impl Conform {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let began = Monotonic::now();
        let command = self.command()?;
        let pace = if command.is_some() {
            self.pace
        } else {
            Pace::Real
        };
        let rows = suite::rows(&self.scenario, self.row.as_deref(), &self.rule, pace)?;
        let known = self.known()?;
        // A folder that cannot be made is told before the run, not after it.
        self.report.as_deref().map(made).transpose()?;
        // It is there while the run is.
        let folder = self.tls.then(tempfile::tempdir).transpose()?;
        let mut builder = GotoDouble::builder().schemas(self.schemas.documents()?);
        if let Some(folder) = &folder {
            builder = builder.tls_ca(folder.path().join("ca.pem"));
        }
        let goto = builder.start()?;
        let settings = Settings {
            control: goto.control().clone(),
            control_url: goto.ready().control_url.clone(),
            tls_ca: goto.ready().tls_ca.clone(),
            setup: self.setup.as_deref().and_then(Command::split),
            teardown: self.teardown.as_deref().and_then(Command::split),
            defect: self.defect,
            seed: self.seed,
            variety: self.variety(),
            double_profile: self.profile.changes()?,
            profile: profile(&self.client_profile)?,
            only: self.rule.clone(),
            replayed: self.replayed(),
            interrupt: Interrupt::listen()?,
            hopeless: OnceLock::new(),
            command,
        };
        let jobs = self
            .jobs
            .unwrap_or_else(|| default_jobs(settings.command.is_some()))
            .max(1);
        let wanted = suite::exercised(&rows, &self.rule);
        let played = workers::play(&settings, &rows, jobs);
        if let Some(why) = settings.hopeless.get() {
            return Err(why.as_str().into());
        }
        let report = Report {
            client: self.client_name(),
            rows: played.into_iter().map(Played::into_row).collect(),
            wanted,
            known,
            took: began.elapsed(),
        };
        if let Some(folder) = &self.report {
            write(&report, folder)?;
        }
        terminal::write(&report, &mut say::stdout())?;
        if settings.interrupt.has_come() {
            let (played, all) = (report.rows.len(), rows.len());
            return Err(
                format!("the run was interrupted: {played} of {all} rows were begun").into(),
            );
        }
        Ok(ExitCode::from(report.exit_code()))
    }

    /// The client's command, if it is one.
    fn command(&self) -> Result<Option<Command>, Failure> {
        let command = Command::of(&self.client);
        if self.tls && command.as_ref().is_some_and(Command::is_built_in) {
            return Err("the built-in client speaks no TLS, so it cannot be judged with --tls: leave that out, or name another client".into());
        }
        Ok(command)
    }

    fn variety(&self) -> Variety {
        if self.no_vary {
            Variety::Off
        } else {
            Variety::Lawful
        }
    }

    /// The failures that are known, if a list was named.
    fn known(&self) -> Result<Known, Failure> {
        let Some(path) = &self.known_failures else {
            return Ok(Known::default());
        };
        let known = Known::parse(&read(path)?);
        if let Some(wrong) = known.rules().find(|id| catalogue::rule(id).is_none()) {
            let path = path.display();
            return Err(format!("{path}: {wrong:?} is neither a rule nor scenario/expectation; goto-double list rules shows the rules").into());
        }
        Ok(if self.rule.is_empty() {
            known
        } else {
            known.without_expectations()
        })
    }

    /// The options, but for those that a row knows itself, without which it would not come out the same.
    fn replayed(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut put =
            |option: &str, value: &str| words.extend([option.to_owned(), value.to_owned()]);
        if self.pace != Pace::Quick {
            put("--pace", "real");
        }
        if self.client_profile != "strict" {
            put("--client-profile", &self.client_profile);
        }
        for change in self.profile.words() {
            put("--profile", change);
        }
        if let Some(folder) = self.schemas.folder() {
            put("--schemas", &folder.display().to_string());
        }
        for (option, command) in [("--setup", &self.setup), ("--teardown", &self.teardown)] {
            if let Some(command) = command {
                put(option, command);
            }
        }
        words
    }

    fn client_name(&self) -> String {
        match (&self.defect, self.client.is_empty()) {
            (Some(defect), _) => format!("the built-in client with defect {}", defect.id()),
            (None, true) => "the built-in client".into(),
            (None, false) => self.client.join(" "),
        }
    }
}

/// A rule by its id, in any letter case.
fn rule(text: &str) -> Result<String, String> {
    let id = text.to_uppercase();
    if catalogue::rule(&id).is_some() {
        return Ok(id);
    }
    let nearest = shipped::nearest_number(&id, catalogue::rules().map(|rule| rule.id))
        .map(|id| format!("; did you mean {id}?"))
        .unwrap_or_default();
    Err(format!(
        "there is no such rule{nearest}; goto-double list rules shows them"
    ))
}

fn default_jobs(is_command: bool) -> usize {
    let cores = available_parallelism().map_or(2, usize::from);
    if is_command {
        // It waits most of its time, but starting an interpreter is work: with many more, each only starts later.
        8.max(4 * cores)
    } else {
        cores
    }
}

fn profile(text: &str) -> Result<ClientProfile, Failure> {
    if let Some(profile) = ClientProfile::named(text) {
        return Ok(profile);
    }
    let content = fs::read_to_string(text).map_err(|error| {
        format!("{text:?} is no client profile (strict, entra, okta) and cannot be read as a file: {error}")
    })?;
    Ok(serde_json::from_str(&content).map_err(|error| format!("{text}: {error}"))?)
}

fn read(path: &Path) -> Result<String, Failure> {
    Ok(fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?)
}

fn made(folder: &Path) -> Result<(), Failure> {
    Ok(fs::create_dir_all(folder)
        .map_err(|error| format!("cannot make {}: {error}", folder.display()))?)
}

fn write(report: &Report, folder: &Path) -> Result<(), Failure> {
    let put = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
    };
    put("report.json", format!("{:#}\n", json::render(report)))?;
    put("junit.xml", junit::render(report)?)?;
    Ok(())
}
