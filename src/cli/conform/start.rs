//! A command that cannot be started: why, and what to do about it.
//!
//! It would fail each row of the suite in the same way, so it ends the run instead.

use std::io::{Error, ErrorKind};
use std::path::MAIN_SEPARATOR;

/// What is wrong with a command that cannot be started; of one that may start the next time it is only the error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotStarted {
    /// It can never be.
    Ever(String),
    /// It was not this time: the machine was short of something, say.
    ThisTime(String),
}

impl NotStarted {
    /// Reads the error by which a program did not start.
    pub(super) fn because(program: &str, error: &Error) -> Self {
        let told = format!("cannot run {program:?}: {error}");
        match advice(program, error) {
            Some(advice) => Self::Ever(format!("{told}\n{advice}")),
            None => Self::ThisTime(told),
        }
    }
}

fn advice(program: &str, error: &Error) -> Option<String> {
    let is_path = program.contains(['/', MAIN_SEPARATOR]);
    Some(match error.kind() {
        ErrorKind::NotFound if program.contains(char::is_whitespace) => {
            "No shell takes it apart: write the words of the client's command one by one, -- python3 sync.py"
                .to_owned()
        }
        ErrorKind::NotFound if is_path => {
            "There is no such file, seen from here, or what its #! line names is not there.".to_owned()
        }
        ErrorKind::NotFound => format!(
            "No folder of PATH holds it. One in this folder is named with its place: -- ./{program}"
        ),
        ErrorKind::PermissionDenied => format!(
            "It is not a program, or not executable: chmod +x {program}, or name its interpreter, -- python3 {program}"
        ),
        _ if error.raw_os_error() == Some(EXEC_FORMAT) => format!(
            "It is no program of this machine. A script begins with a #! line, or its interpreter is named: -- sh {program}"
        ),
        _ => return None,
    })
}

/// `ENOEXEC`, or what Windows calls `ERROR_BAD_EXE_FORMAT`.
const EXEC_FORMAT: i32 = if cfg!(windows) { 193 } else { 8 };

/// Whether a command is this program in the part of the client, which speaks no TLS.
pub(super) fn is_built_in(program: &str, arguments: &[String]) -> bool {
    let is_client = arguments.first().is_some_and(|first| first == "client");
    let own = std::env::current_exe().ok();
    let own = own.as_deref().and_then(std::path::Path::file_name);
    is_client && own.is_some() && own == std::path::Path::new(program).file_name()
}
