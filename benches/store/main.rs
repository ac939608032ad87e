//! What worlds cost: the memory of users and of sandboxes, the time of a reset, of loading and of a scan.
//!
//! Each figure is measured in a process of its own, so that none inherits the heap of another.
//! `cargo bench --bench store`, `-- --quick` for a look, `-- reset` for one of them.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]

mod figure;
mod http;
mod people;

use std::error::Error;
use std::process::Command;

use mimalloc::MiMalloc;

use self::figure::FIGURES;

/// The one that the program has.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What stands in front of a figure's name where this program calls itself.
const CHILD: &str = "--child";

fn main() -> Outcome<()> {
    let mut names = Vec::new();
    let mut many = 100_000;
    let mut is_child = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--quick" => many = 10_000,
            CHILD => is_child = true,
            // Cargo adds this one.
            "--bench" => {}
            name => names.push(name.to_owned()),
        }
    }
    for figure in FIGURES {
        let is_meant = names.is_empty() || names.iter().any(|name| name == figure.name);
        if !is_meant {
            continue;
        }
        if is_child {
            return (figure.measure)(many);
        }
        println!("\n{}", figure.what);
        let mut child = Command::new(std::env::current_exe()?);
        child.args([CHILD, figure.name]);
        if many < 100_000 {
            child.arg("--quick");
        }
        if !child.status()?.success() {
            println!("  not measured");
        }
    }
    Ok(())
}
