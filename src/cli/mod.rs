//! The commands, one file each. They use nothing that a stranger could not use from the library.

mod check;
mod client;
mod completions;
mod conform;
mod explain;
mod list;
mod profile;
mod say;
mod schemas;
mod serve;
mod show;
mod signals;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// GoTo in memory: breaks on purpose and judges provisioning clients.
///
/// A test double of GoTo's Organization Center, OAuth server and SCIM API. Not affiliated with GoTo.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Examples:\n  \
    goto-double conform                          judge the built-in client: demonstration and self-test\n  \
    goto-double conform -- ./my-sync             judge your own client, exit 0 or 1\n  \
    goto-double serve                            start a GoTo to poke at with curl and a browser\n  \
    goto-double serve --scenario lost.json       the same with a fault script; Ctrl-C prints the verdict\n  \
    goto-double show create-answer-lost          print a shipped scenario, to begin one of your own\n  \
    goto-double check lost.json                  find every mistake in a scenario file\n  \
    goto-double explain lost.json --request 'POST /scim/v2/Users'
                                                which rule acts, and why the others do not")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Conform(conform::Conform),
    Check(check::Check),
    Explain(explain::Explain),
    List(list::List),
    Show(show::Show),
    Client(client::Client),
    Completions(completions::Completions),
}

/// Why a command could not do its work; what it found out is not an error.
type Failure = Box<dyn std::error::Error>;

/// Reads the arguments, runs the command, and says how it went: 0 passed, 1 did not pass, 2 could not run.
pub(crate) fn run() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Serve(command) => command.run(),
        Command::Conform(command) => command.run(),
        Command::Check(command) => Ok(command.run()),
        Command::Explain(command) => command.run(),
        Command::List(command) => command.run(),
        Command::Show(command) => command.run(),
        Command::Client(command) => command.run(),
        Command::Completions(command) => command.run(),
    };
    done.unwrap_or_else(|failure| {
        say::failure(failure.as_ref());
        ExitCode::from(2)
    })
}
