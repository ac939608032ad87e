//! One row: a fresh sandbox, the client once a cycle, then the verdict.

use std::fs;
use std::time::Duration;

use goto_double::app::auth::MintRequest;
use goto_double::client::{Memory, Settings as ClientSettings, provision};
use goto_double::clock::{Monotonic, real_sleep};
use goto_double::report::Row;
use goto_double::scenario::script::{ClockSetting, CycleStep};
use goto_double::scenario::source::Source;
use goto_double::{Control, Ready, SandboxSpec};
use tempfile::TempDir;

use super::driver::{Command, NotRun, Place, Ran, quoted, variables};
use super::source_files::SourceFiles;
use super::start::NotStarted;
use super::suite::Job;
use super::{Settings, Variety};

/// How long a client may take for a cycle whose scenario sets no limit.
const COMMAND_LIMIT: Duration = Duration::from_secs(300);

/// How long the built-in client may take in real time, whatever the sandbox clock says: then the rig is broken.
const WATCHDOG: Duration = Duration::from_secs(120);

/// A row that was played.
#[derive(Debug)]
pub(super) struct Played {
    /// How long it took.
    pub(super) took: Duration,
    row: Row,
}

impl Played {
    pub(super) fn name(&self) -> String {
        self.row.name()
    }

    pub(super) fn into_row(self) -> Row {
        self.row
    }
}

/// Plays one row; whatever goes wrong with the rig is part of the result.
pub(super) fn play(settings: &Settings, job: &Job) -> Played {
    let began = Monotonic::now();
    let mut row = Row {
        scenario: job.named.clone(),
        row: job.row.clone(),
        about: job.scenario.about().to_owned(),
        ..Row::default()
    };
    if let Err(why) = Stage::set(settings, job).and_then(|mut stage| stage.play(&mut row)) {
        row.broken = Some(why);
    }
    row.replay = replay(settings, job, row.seed);
    row.took = began.elapsed();
    Played {
        took: row.took,
        row,
    }
}

/// Everything one row needs while it runs.
struct Stage<'s> {
    settings: &'s Settings,
    job: &'s Job,
    control: Control,
    ready: Ready,
    runtime: tokio::runtime::Runtime,
    /// Kept while the row runs; gone with it.
    _folder: TempDir,
    files: SourceFiles,
    state_dir: std::path::PathBuf,
    memory: Memory,
}

impl<'s> Stage<'s> {
    fn set(settings: &'s Settings, job: &'s Job) -> Result<Self, String> {
        let text = |error: &dyn std::error::Error| error.to_string();
        let clock = settings.command.is_some().then(ClockSetting::default);
        let spec = SandboxSpec {
            id: Some(job.sandbox.clone()),
            seed: settings.seed,
            vary: Some(match settings.variety {
                Variety::Lawful => job.scenario.vary().unwrap_or(true),
                Variety::Off => false,
            }),
            checked: Some(job.scenario.clone()),
            profile: Some(settings.double_profile.clone().into()),
            clock,
            ..SandboxSpec::default()
        };
        let control = settings
            .control
            .create(spec)
            .map_err(|error| text(&error))?;
        let sandbox = control.sandbox().map_err(|error| text(&error))?;
        let ready = Ready {
            tls_ca: settings.tls_ca.clone(),
            ..Ready::of(&sandbox, &settings.control_url)
        };
        let folder = TempDir::with_prefix("goto-double-").map_err(|error| text(&error))?;
        let state_dir = folder.path().join("state");
        fs::create_dir_all(&state_dir).map_err(|error| text(&error))?;
        Ok(Self {
            settings,
            job,
            control,
            ready,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| text(&error))?,
            files: SourceFiles::below(folder.path()),
            _folder: folder,
            state_dir,
            memory: Memory::default(),
        })
    }

    fn play(&mut self, row: &mut Row) -> Result<(), String> {
        row.seed = self.ready.seed;
        let played = self
            .outside("--setup", self.settings.setup.as_ref(), row)
            .and_then(|()| self.cycles(row));
        // What was set up is torn down, whatever came of the row.
        let torn_down = self.outside("--teardown", self.settings.teardown.as_ref(), row);
        played.and(torn_down)?;
        let mut judgement = self
            .control
            .verdict(&self.settings.profile)
            .map_err(|error| error.to_string())?;
        judgement.keep_rules(&self.settings.only);
        row.judgement = judgement;
        row.entries = self.control.journal(0).map_err(|error| error.to_string())?;
        self.control.delete().map_err(|error| error.to_string())
    }

    fn cycles(&mut self, row: &mut Row) -> Result<(), String> {
        let mut source = Source::default();
        for (number, cycle) in (1..).zip(self.job.scenario.cycles()) {
            source = source.after(&cycle.source);
            self.prepare(cycle)?;
            self.hand_over_live_token()?;
            self.control
                .begin_cycle(source.clone())
                .map_err(|error| error.to_string())?;
            let ran = self.client(cycle, &source, number);
            let (exit, timed_out) = ran
                .as_ref()
                .map_or((None, false), |ran| (ran.exit, ran.timed_out));
            self.control
                .end_cycle(exit, timed_out)
                .map_err(|error| error.to_string())?;
            row.output.push_str(&ran?.output);
        }
        Ok(())
    }

    /// What happens between two runs of the client, while none runs.
    fn prepare(&mut self, cycle: &CycleStep) -> Result<(), String> {
        if !cycle.clock.is_zero() {
            self.control
                .advance(cycle.clock)
                .map_err(|error| error.to_string())?;
        }
        let target = &cycle.target;
        self.control
            .change_state(target)
            .map_err(|error| error.to_string())?;
        if target.wipe_state {
            self.memory = Memory::default();
            fs::remove_dir_all(&self.state_dir)
                .and_then(|()| fs::create_dir_all(&self.state_dir))
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Replaces a ready token that has died since: a client without OAuth lives on the token of its administrator,
    /// who puts in a new one in time.
    fn hand_over_live_token(&mut self) -> Result<(), String> {
        let sandbox = self.control.sandbox().map_err(|error| error.to_string())?;
        let (Some(token), Some(given)) =
            (&self.ready.token, sandbox.setting.state.tokens().first())
        else {
            return Ok(());
        };
        if sandbox.grants.bearer(token, sandbox.now()).is_some() {
            return Ok(());
        }
        let wanted = MintRequest {
            account: Some(given.account.clone()),
            client_id: Some(given.client_id.clone()),
            scopes: given.scopes.clone(),
        };
        let answer = self
            .control
            .mint_token(&wanted)
            .map_err(|error| error.to_string())?;
        self.ready.token = Some(answer.access_token);
        self.ready.refresh_token = answer.refresh_token;
        Ok(())
    }

    fn client(&mut self, cycle: &CycleStep, source: &Source, number: u32) -> Result<Ran, String> {
        match &self.settings.command {
            Some(command) => {
                self.files
                    .write(source)
                    .map_err(|error| error.to_string())?;
                let limit = cycle.limit.unwrap_or(COMMAND_LIMIT);
                let ran = self.runtime.block_on(command.run(
                    &self.variables(number),
                    limit,
                    Some(&self.settings.interrupt),
                ));
                ran.map_err(|why| self.not_run(why))
            }
            None => self.built_in(source),
        }
    }

    /// What is told of a command that did not run; what no row can do without ends the whole run.
    fn not_run(&self, why: NotRun) -> String {
        match why {
            NotRun::NotStarted(NotStarted::Ever(why)) => {
                self.settings.hopeless.get_or_init(|| why).clone()
            }
            NotRun::NotStarted(NotStarted::ThisTime(why)) | NotRun::Broken(why) => why,
        }
    }

    fn built_in(&mut self, source: &Source) -> Result<Ran, String> {
        let variables = self.variables(1);
        let lookup = |name: &str| {
            variables
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
        };
        let mut settings =
            ClientSettings::from_variables(lookup).map_err(|error| error.to_string())?;
        settings.defect = self.settings.defect;
        let participant = self
            .control
            .sandbox()
            .map_err(|error| error.to_string())?
            .clock
            .join();
        let memory = &mut self.memory;
        let summary = self.runtime.block_on(async {
            tokio::select! {
                summary = provision(&settings, source, memory, &participant) => Some(summary),
                () = real_sleep(WATCHDOG) => None,
            }
        });
        let summary =
            summary.ok_or("the built-in client did not end: the rig's clock stands still")?;
        let output = summary
            .log
            .iter()
            .fold(String::new(), |text, line| text + line + "\n");
        Ok(Ran {
            exit: Some(summary.exit_code()),
            timed_out: false,
            output,
        })
    }

    fn variables(&self, cycle: u32) -> Vec<(String, String)> {
        let place = Place {
            scenario: &self.job.named,
            row: &self.job.row,
            cycle,
            files: &self.files,
            state_dir: &self.state_dir,
        };
        variables(&self.ready, &place)
    }

    /// Runs the tester's own command before or after the row.
    fn outside(
        &self,
        option: &str,
        command: Option<&Command>,
        row: &mut Row,
    ) -> Result<(), String> {
        let Some(command) = command else {
            return Ok(());
        };
        let ran = self
            .runtime
            .block_on(command.run(&self.variables(0), COMMAND_LIMIT, None))
            .map_err(|why| self.not_run(why))?;
        row.output.push_str(&ran.output);
        let how = match ran.exit {
            Some(0) => return Ok(()),
            Some(exit) => format!("ended with {exit}"),
            None if ran.timed_out => "was stopped at its time limit".to_owned(),
            None => "was ended by a signal".to_owned(),
        };
        Err(format!(
            "the {option} command, {command}, {how}: {}",
            ran.output.trim_end()
        ))
    }
}

/// The command line that plays exactly this row again.
fn replay(settings: &Settings, job: &Job, seed: u64) -> String {
    use std::fmt::Write as _;
    let named = quoted(&job.named);
    let mut line = format!("goto-double conform --scenario {named} --seed {seed}");
    // Writing to a String cannot fail.
    if !job.row.is_empty() {
        let _ = write!(line, " --row '{}'", job.row.replace('\'', r"'\''"));
    }
    for word in &settings.replayed {
        let _ = write!(line, " {}", quoted(word));
    }
    if settings.variety == Variety::Off {
        line.push_str(" --no-vary");
    }
    if settings.tls_ca.is_some() {
        line.push_str(" --tls");
    }
    if let Some(defect) = settings.defect {
        let _ = write!(line, " --defect {}", defect.id());
    }
    if let Some(command) = &settings.command {
        let _ = write!(line, " -- {command}");
    }
    line
}
