//! `completions`: what a shell needs to complete our arguments.

use std::io;
use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Arguments, Failure};

/// Print completions for a shell.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  goto-double completions bash > ~/.local/share/bash-completion/completions/goto-double"
)]
pub(super) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    #[expect(clippy::unnecessary_wraps, reason = "every command has this shape")]
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        clap_complete::generate(
            self.shell,
            &mut Arguments::command(),
            "goto-double",
            &mut io::stdout(),
        );
        Ok(ExitCode::SUCCESS)
    }
}
