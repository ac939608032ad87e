//! A wait beside the one that matters, looked at only when it is over.
//!
//! A connection is polled for each request, and waits for two things more that hardly ever come: the end of its
//! patience and the word to stop. To poll these too would cost every request a turn through the runtime's lists.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// A future that is polled when it asked to be, however often the task around it is.
pub(super) struct Alarm<F> {
    awaited: F,
    bell: Option<Arc<Bell>>,
}

/// Remembers that the awaited future wants to be polled, and wakes the task that does so.
struct Bell {
    rung: AtomicBool,
    task: Waker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        self.task.wake_by_ref();
    }
}

impl<F: Future + Unpin> Alarm<F> {
    pub(super) fn new(awaited: F) -> Self {
        Self {
            awaited,
            bell: None,
        }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        let known = self.bell.take();
        let bell = match known.filter(|bell| bell.task.will_wake(cx.waker())) {
            Some(bell) if !bell.rung.load(Ordering::Acquire) => {
                self.bell = Some(bell);
                return Poll::Pending;
            }
            Some(bell) => bell,
            // It is polled for the first time, or by another task than before.
            None => Arc::new(Bell {
                rung: AtomicBool::new(false),
                task: cx.waker().clone(),
            }),
        };
        // Taken down before the look, so that a ring meanwhile is not lost.
        bell.rung.store(false, Ordering::Release);
        let waker = Waker::from(Arc::clone(&bell));
        self.bell = Some(bell);
        Pin::new(&mut self.awaited).poll(&mut Context::from_waker(&waker))
    }
}
