//! How much a served double holds at most.

use clap::Args;
use goto_double::Builder;

/// The limits that a user may want otherwise; `docs/limits.md` has them all.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Limits")]
pub(super) struct Bounds {
    /// How many entries each journal keeps [default: 10000].
    #[arg(long, value_name = "ENTRIES")]
    journal_limit: Option<usize>,
    /// How many bytes of heads and bodies each journal keeps [default: 268435456].
    #[arg(long, value_name = "BYTES")]
    journal_bytes: Option<usize>,
    /// How many answers and handshakes may wait in each sandbox at a time [default: 10000].
    #[arg(long, value_name = "WAITING")]
    stall_limit: Option<usize>,
    /// How many users, groups and other resources each sandbox keeps [default: 1000000].
    #[arg(long, value_name = "RESOURCES")]
    resource_limit: Option<usize>,
    /// How many sandboxes there may be [default: 100000].
    #[arg(long, value_name = "SANDBOXES")]
    sandbox_limit: Option<usize>,
    /// How many connections to the product ports may be open at a time [default: 10000, or what the descriptor limit of
    /// the process leaves].
    #[arg(long, value_name = "CONNECTIONS")]
    connection_limit: Option<usize>,
}

impl Bounds {
    /// The double with these limits.
    pub(super) fn on(self, mut builder: Builder) -> Builder {
        if let Some(entries) = self.journal_limit {
            builder = builder.journal_limit(entries);
        }
        if let Some(bytes) = self.journal_bytes {
            builder = builder.journal_bytes(bytes);
        }
        if let Some(waiting) = self.stall_limit {
            builder = builder.stall_limit(waiting);
        }
        if let Some(resources) = self.resource_limit {
            builder = builder.resource_limit(resources);
        }
        if let Some(sandboxes) = self.sandbox_limit {
            builder = builder.sandbox_limit(sandboxes);
        }
        if let Some(connections) = self.connection_limit {
            builder = builder.connection_limit(connections);
        }
        builder
    }
}
