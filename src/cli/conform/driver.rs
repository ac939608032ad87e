//! Running a client command once: its environment, its time limit, what it printed.

use std::fmt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use goto_double::Ready;
use goto_double::clock::real_sleep;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::process::Child;

use super::source_files::SourceFiles;

/// How much of a client's output is kept.
const OUTPUT_BYTES: u64 = 64 * 1024;

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

/// Where a row is: the part of the driver contract that changes from run to run.
#[derive(Debug)]
pub(super) struct Place<'p> {
    pub(super) scenario: &'p str,
    pub(super) row: &'p str,
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

    /// Runs it to its end, or to its limit.
    pub(super) async fn run(
        &self,
        variables: &[(String, String)],
        limit: Duration,
    ) -> Result<Ran, String> {
        let mut command = tokio::process::Command::new(&self.program);
        command
            .args(&self.arguments)
            .envs(variables.iter().cloned());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|error| format!("cannot run {:?}: {error}", self.program))?;
        let output = output(&mut child);
        tokio::pin!(output);
        let mut text = None;
        let waited = tokio::select! {
            status = finish(&mut child, &mut output, &mut text) => Some(status.map_err(|error| error.to_string())?),
            () = real_sleep(limit) => None,
        };
        let Some(exit) = waited else {
            // The kill is an observation, not an error of the rig; the child may also have ended just now.
            drop(child.kill().await);
            let output = match text {
                Some(text) => text,
                None => output.await,
            };
            return Ok(Ran {
                exit: None,
                timed_out: true,
                output,
            });
        };
        Ok(Ran {
            exit,
            timed_out: false,
            output: text.unwrap_or_default(),
        })
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.program)?;
        self.arguments
            .iter()
            .try_for_each(|argument| write!(f, " {argument}"))
    }
}

/// Reads the output to its end, then the exit status.
async fn finish(
    child: &mut Child,
    output: &mut (impl Future<Output = String> + Unpin),
    text: &mut Option<String>,
) -> std::io::Result<Option<i32>> {
    *text = Some(output.await);
    Ok(child.wait().await?.code())
}

/// Both streams of a child, each up to a limit; the rest is read and let go, so that the child never blocks on it.
fn output(child: &mut Child) -> impl Future<Output = String> + Unpin + use<> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    Box::pin(async move {
        let (out, err) = tokio::join!(read(out), read(err));
        if err.is_empty() {
            out
        } else {
            format!("{out}{err}")
        }
    })
}

async fn read(stream: Option<impl tokio::io::AsyncRead + Unpin>) -> String {
    let Some(mut stream) = stream else {
        return String::new();
    };
    let mut kept = Vec::new();
    // A stream that breaks has given what it had.
    drop(
        (&mut stream)
            .take(OUTPUT_BYTES)
            .read_to_end(&mut kept)
            .await,
    );
    drop(tokio::io::copy(&mut stream, &mut tokio::io::sink()).await);
    String::from_utf8_lossy(&kept).into_owned()
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
    put("CYCLE", place.cycle.to_string());
    put("SCENARIO", place.scenario.to_owned());
    if !place.row.is_empty() {
        put("ROW", place.row.to_owned());
    }
    variables
}
