//! Ctrl-C in a run: the clients are stopped, what was played is reported, and nothing is left behind.

use std::io;
use std::thread;

use tokio::sync::watch;

use crate::cli::signals;

/// Tells whether the run was asked to end, and waits for that.
#[derive(Clone, Debug)]
pub(super) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Begins to listen. Who asks a second time ends the process at once.
    pub(super) fn listen() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (asked, seen) = watch::channel(false);
        thread::spawn(move || {
            let first = runtime.block_on(signals::ended());
            if first.is_ok()
                && asked.send(true).is_ok()
                && runtime.block_on(signals::ended()).is_ok()
            {
                end_at_once();
            }
        });
        Ok(Self(seen))
    }

    /// Whether it has come.
    pub(super) fn has_come(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for it; for ever, if it cannot come any more.
    pub(super) async fn comes(&self) {
        let mut seen = self.0.clone();
        if seen.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[expect(
    clippy::exit,
    reason = "who asks twice does not want to wait for a teardown"
)]
fn end_at_once() {
    std::process::exit(2);
}
