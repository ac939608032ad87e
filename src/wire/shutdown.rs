//! The word to stop, and everybody who listens for it.

use tokio::sync::watch;

/// Tells every holder of the matching [`Shutdown`] to stop, at the latest when it is dropped.
#[derive(Debug)]
pub(crate) struct Stop(watch::Sender<bool>);

/// Hears the word to stop.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown(watch::Receiver<bool>);

impl Stop {
    /// The two ends.
    pub(crate) fn pair() -> (Self, Shutdown) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Shutdown(receiver))
    }

    /// Gives the word; saying it twice changes nothing.
    pub(crate) fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Shutdown {
    /// Waits for the word.
    pub(crate) async fn asked(&self) {
        // A sender that is gone has said it too.
        drop(self.0.clone().wait_for(|stop| *stop).await);
    }

    /// Whether the word was given.
    pub(crate) fn is_asked(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}
