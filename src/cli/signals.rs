//! What asks this process to end.

use std::io;

/// Waits until somebody presses Ctrl-C or, on Unix, the process is told to terminate.
pub(super) async fn ended() -> io::Result<()> {
    heeded()?.await;
    Ok(())
}

/// The same, heeded from now on, whenever it is waited for; to be called inside a runtime.
pub(super) fn heeded() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        let mut interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(async move {
            interrupt.recv().await;
        })
    }
}
