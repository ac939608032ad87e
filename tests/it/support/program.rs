//! The binary, run as anybody would.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use serde_json::Value;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_goto-double");
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Runs the binary to its end.
#[track_caller]
pub fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(arguments)
        .current_dir(ROOT)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The Python of the tests' virtual environment.
#[track_caller]
pub fn python() -> String {
    let path = format!("{ROOT}/target/venv/bin/python");
    assert!(
        std::path::Path::new(&path).exists(),
        "there is no {path}: run `bash tests/run`, which installs it"
    );
    path
}

/// A served double in a process of its own; killed when dropped.
#[derive(Debug)]
pub struct Served {
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub ready: Value,
}

impl Served {
    /// Starts `serve` on free ports and reads its one line.
    #[track_caller]
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_by(&[PROGRAM], arguments)
    }

    /// The same by a command that ends as the binary.
    #[track_caller]
    pub fn start_by(command: &[&str], arguments: &[&str]) -> Self {
        let mut child = Command::new(command[0])
            .args(&command[1..])
            .args([
                "serve",
                "--port",
                "0",
                "--control-port",
                "0",
                "--dns-port",
                "0",
            ])
            .args(arguments)
            .current_dir(ROOT)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self {
            child,
            stderr,
            ready,
        }
    }

    pub fn text(&self, field: &str) -> String {
        self.ready[field].as_str().unwrap_or_default().to_owned()
    }

    /// Waits for a line on standard error that holds these words; gives it and those before it.
    #[track_caller]
    pub fn until_says(&mut self, words: &str) -> String {
        let mut said = String::new();
        loop {
            let before = said.len();
            let read = self.stderr.read_line(&mut said).unwrap();
            assert!(read > 0, "it ended without saying {words:?}: {said}");
            if said[before..].contains(words) {
                return said;
            }
        }
    }

    /// Asks it to stop, as Ctrl-C does, and gives its exit code and what it said on standard error.
    pub fn interrupt(mut self) -> (i32, String) {
        let status = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), said)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
