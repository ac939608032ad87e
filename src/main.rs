//! The binary door: arguments in, exit code out.

mod cli;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A directory is many small pieces of memory, and this one keeps what is alike together: in a large directory a filter
/// that an index answers takes a tenth less time than with the system's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
