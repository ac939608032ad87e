//! `client`: the reference client as a command of its own, driven by the contract of `conform`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use goto_double::client::{Defect, Memory, Settings, provision};
use goto_double::clock::Clock;
use goto_double::scenario::source::Source;

use super::{Failure, say};

/// Run the reference provisioning client once, by the variables of the driver contract.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  goto-double conform -- goto-double client --defect CRE-07")]
pub(super) struct Client {
    /// Misbehave exactly as this rule forbids.
    #[arg(long, value_name = "RULE", value_parser = defect)]
    defect: Option<Defect>,
}

/// Reads the id of a rule that the reference client can break.
pub(super) fn defect(text: &str) -> Result<Defect, String> {
    Defect::parse(text).ok_or_else(|| {
        let known: Vec<_> = Defect::ALL.iter().map(|defect| defect.id()).collect();
        format!(
            "the reference client cannot break {text:?}; it can break {}",
            known.join(" ")
        )
    })
}

impl Client {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let mut settings = Settings::from_variables(variable)?;
        settings.defect = self.defect;
        let path = variable("GOTO_DOUBLE_SOURCE")
            .ok_or("GOTO_DOUBLE_SOURCE names no file; run this through goto-double conform")?;
        let source: Source = serde_json::from_str(
            &fs::read_to_string(&path).map_err(|error| format!("cannot read {path}: {error}"))?,
        )?;
        let kept =
            variable("GOTO_DOUBLE_STATE_DIR").map(|folder| Path::new(&folder).join("client.json"));
        let mut memory = match kept.as_ref().map(fs::read_to_string) {
            Some(Ok(text)) => serde_json::from_str(&text)?,
            Some(Err(_)) | None => Memory::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let summary = runtime.block_on(provision(
            &settings,
            &source,
            &mut memory,
            &Clock::system().join(),
        ));
        for line in &summary.log {
            say::note(line);
        }
        if let Some(kept) = kept {
            fs::write(kept, serde_json::to_string(&memory)?)?;
        }
        Ok(ExitCode::from(
            u8::try_from(summary.exit_code()).unwrap_or(1),
        ))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the door: the driver contract is made of variables"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
