//! Where worlds go that nobody means any more.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread;

use crate::sandbox::Sandbox;

/// How many worlds may wait to be dropped.
const WAITING: usize = 1;

/// Drops worlds on a thread of its own: to drop one with very many users takes longer than to make one anew.
///
/// Where they come faster than they go, whoever brings one too many drops it itself: so at most a few are ever there.
#[derive(Debug, Default)]
pub(crate) struct Leaving {
    /// Open once a world has come, unless no thread could be had.
    door: OnceLock<Option<SyncSender<Arc<Sandbox>>>>,
}

impl Leaving {
    /// Ends everything that waits in a world, and drops it if nobody else holds it.
    pub(crate) fn take(&self, world: Arc<Sandbox>) {
        world.end();
        if let Some(door) = self.door.get_or_init(open) {
            // One that is handed back is dropped here.
            let _ = door.try_send(world);
        }
    }
}

fn open() -> Option<SyncSender<Arc<Sandbox>>> {
    let (door, worlds) = sync_channel(WAITING);
    // It ends when the double is gone, whose door then closes.
    let thread = thread::Builder::new().name("goto-double-leaving".into());
    thread
        .spawn(move || worlds.into_iter().for_each(drop))
        .ok()?;
    Some(door)
}
