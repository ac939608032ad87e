//! Running a client command once: its environment, its time limit, what it printed.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use goto_double::Ready;
use goto_double::clock::real_sleep;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;
use tokio::task::JoinHandle;

use super::interrupt::Interrupt;
use super::source_files::SourceFiles;
use super::start::{self, NotStarted};

/// How much of each of a client's two streams is kept.
const OUTPUT_BYTES: usize = 64 * 1024;
/// How long the output may go on when the client has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A program and its arguments; no shell has a part in it.
#[derive(Clone, Debug)]
pub(super) struct Command {
    program: String,
    arguments: Vec<String>,
}

/// How one run of a command ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Ran {
    /// The exit status; none if a signal or the time limit ended it.
    pub(super) exit: Option<i32>,
    /// Whether the time limit ended it.
    pub(super) timed_out: bool,
    /// What it printed.
    pub(super) output: String,
}

/// Why there is no run of a command to tell of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotRun {
    /// It did not start.
    NotStarted(NotStarted),
    /// It was not let run to its end.
    Broken(String),
}

/// Where a row is: the part of the driver contract that changes from run to run.
#[derive(Debug)]
pub(super) struct Place<'p> {
    pub(super) scenario: &'p str,
    pub(super) row: &'p str,
    /// Counted from 1; 0 outside of any.
    pub(super) cycle: u32,
    pub(super) files: &'p SourceFiles,
    pub(super) state_dir: &'p Path,
}

impl Command {
    /// The command that stands on the command line, if there is one.
    pub(super) fn of(words: &[String]) -> Option<Self> {
        let (program, arguments) = words.split_first()?;
        Some(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
        })
    }

    /// A command written as one text, split at blanks.
    pub(super) fn split(text: &str) -> Option<Self> {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        Self::of(&words)
    }

    /// Whether it is the built-in client, run as a command.
    pub(super) fn is_built_in(&self) -> bool {
        start::is_built_in(&self.program, &self.arguments)
    }

    /// Runs it to its end or to its limit; an interrupt ends it as well, and with it the row.
    pub(super) async fn run(
        &self,
        variables: &[(String, String)],
        limit: Duration,
        interrupt: Option<&Interrupt>,
    ) -> Result<Ran, NotRun> {
        let mut command = tokio::process::Command::new(&self.program);
        command
            .args(&self.arguments)
            .envs(variables.iter().cloned());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // A group of its own, so that what it starts can be ended with it.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command
            .spawn()
            .map_err(|error| NotRun::NotStarted(NotStarted::because(&self.program, &error)))?;
        let (out, err) = (Kept::default(), Kept::default());
        let readers = [
            child
                .stdout
                .take()
                .map(|it| tokio::spawn(read(it, out.clone()))),
            child
                .stderr
                .take()
                .map(|it| tokio::spawn(read(it, err.clone()))),
        ];
        let ended = tokio::select! {
            status = child.wait() => Some(status.map_err(|error| NotRun::Broken(error.to_string()))?),
            () = real_sleep(limit) => None,
            () = interrupted(interrupt) => {
                stop(&mut child).await;
                return Err(NotRun::Broken("the run was interrupted".to_owned()));
            }
        };
        if ended.is_none() {
            stop(&mut child).await;
        }
        // Whatever the client started and left behind may hold its output open: that is not waited for.
        tokio::select! {
            () = all(readers) => {}
            () = real_sleep(LAST_WORDS) => {}
        }
        Ok(Ran {
            exit: ended.and_then(|status| status.code()),
            timed_out: ended.is_none(),
            output: out.text() + &err.text(),
        })
    }
}

impl fmt::Display for Command {
    /// The command line as a shell takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", quoted(&self.program))?;
        self.arguments
            .iter()
            .try_for_each(|argument| write!(f, " {}", quoted(argument)))
    }
}

/// A word as a shell takes it: in quotation marks where it is more than letters, digits and the like.
pub(super) fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "-_./:=@%+,".contains(one);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

/// Ends a client and, on Unix, what it has started and not put into another process group.
async fn stop(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        // Its status was not fetched yet, so the number is still its own and that of its group.
        let leader = child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(group) = leader.and_then(Pid::from_raw) {
            // All of it may have ended just now.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
    // The kill is an observation, not an error of the rig; the child may also have ended just now.
    drop(child.kill().await);
}

async fn interrupted(interrupt: Option<&Interrupt>) {
    match interrupt {
        Some(interrupt) => interrupt.comes().await,
        None => std::future::pending().await,
    }
}

/// The first part of what a stream brought.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    /// Adds what still fits.
    fn add(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = OUTPUT_BYTES.saturating_sub(kept.len());
        kept.extend(bytes.iter().take(room));
    }

    fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).into_owned()
    }
}

/// Reads a stream to its end, so that the child never blocks on it.
async fn read(mut stream: impl AsyncRead + Unpin, kept: Kept) {
    let mut buffer = vec![0; 8 * 1024];
    // A stream that breaks has given what it had.
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        kept.add(buffer.get(..count).unwrap_or_default());
    }
}

async fn all(readers: [Option<JoinHandle<()>>; 2]) {
    for reader in readers.into_iter().flatten() {
        drop(reader.await);
    }
}

/// The environment of one run: the driver contract.
pub(super) fn variables(ready: &Ready, place: &Place<'_>) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    if let Ok(Value::Object(fields)) = serde_json::to_value(ready) {
        for (name, value) in fields {
            let text = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            variables.push((format!("GOTO_DOUBLE_{}", name.to_uppercase()), text));
        }
    }
    let mut put =
        |name: &str, value: String| variables.push((format!("GOTO_DOUBLE_{name}"), value));
    put("SOURCE", place.files.json.display().to_string());
    put("SOURCE_CSV", place.files.csv.display().to_string());
    put("STATE_DIR", place.state_dir.display().to_string());
    if place.cycle > 0 {
        put("CYCLE", place.cycle.to_string());
    }
    put("SCENARIO", place.scenario.to_owned());
    if !place.row.is_empty() {
        put("ROW", place.row.to_owned());
    }
    variables
}
