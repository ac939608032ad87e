//! How much there is of everything that can grow, and how much there may be.

use serde_json::{Map, Value, json};

use super::ControlError;
use crate::app::App;
use crate::sandbox::Sandbox;

/// What one world holds, by the names of the table.
pub(super) fn of_world(sandbox: &Sandbox) -> Value {
    let holdings = sandbox.holdings().into_iter();
    let told = holdings.map(|holding| {
        let mut told = json!({ "held": holding.held, "limit": holding.limit });
        if !holding.kind.met.is_empty() {
            told[holding.kind.met] = holding.met.into();
        }
        (holding.kind.name.to_owned(), told)
    });
    Value::Object(told.collect::<Map<_, _>>())
}

/// How much of one request is read at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Largest {
    /// Bytes of its body.
    pub(crate) body: usize,
    /// Bytes of its head.
    pub(crate) head: u32,
}

/// How large a request may be; nothing where no socket reads any.
pub(super) fn of_requests(app: &App) -> Value {
    app.largest.map_or(
        Value::Null,
        |largest| json!({ "body_bytes": largest.body, "head_bytes": largest.head }),
    )
}

/// What the process holds.
pub(crate) fn of_all(app: &App) -> Value {
    let worlds = app.sandboxes.all();
    let open: usize = worlds.iter().map(|world| world.clock.holds().open()).sum();
    let bytes: usize = worlds.iter().map(|world| world.journal.bytes()).sum();
    json!({
        "connections": {
            "held": app.connections.open(),
            "limit": app.connections.most,
            "refused": app.connections.refused(),
        },
        "sandboxes": {
            "held": worlds.len(),
            "limit": app.sandboxes.most,
            "refused": app.sandboxes.refused(),
        },
        "stalls": { "held": open },
        "journal_bytes": { "held": bytes },
    })
}

/// Refuses one more of a kind where there are as many as may be.
pub(super) fn one_more(sandbox: &Sandbox, name: &str) -> Result<(), ControlError> {
    match sandbox.refuses(name) {
        None => Ok(()),
        Some(full) => Err(ControlError::full(&full)),
    }
}
