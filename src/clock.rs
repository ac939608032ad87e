//! Time, as the one thing that everything with a date asks.
//!
//! A [`Clock`] runs with the system, runs faster than it, stands still, or is moved by hand.
//! A hand-moved clock can also move by itself: see [`Participant`].
//! This module knows nothing of the rest of the crate.

mod hands;
mod holds;
mod timestamp;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

pub use self::hands::Participant;
use self::hands::{Hands, Role};
pub use self::holds::Holds;
pub use self::timestamp::{Timestamp, duration_text, parse_duration};

/// The time of one sandbox.
///
/// Cloning is cheap and the clones are one clock: moving one moves all.
#[derive(Clone, Debug)]
pub struct Clock {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Running(Arc<Running>),
    Manual(Arc<Hands>),
}

#[derive(Debug)]
struct Running {
    /// What nearly every clock shows for ever, to be read without a lock.
    first: Dial,
    is_turned: AtomicBool,
    dial: Mutex<Dial>,
    turned: Notify,
    ended: AtomicBool,
    /// How many milliseconds the face is ahead.
    ahead: AtomicI64,
    holds: Holds,
}

/// Where the clock stood at one real moment, and how fast it has run since.
#[derive(Clone, Copy, Debug)]
struct Dial {
    real: Monotonic,
    at: Timestamp,
    rate: f64,
}

impl Dial {
    fn now(self) -> Timestamp {
        self.at(Monotonic::now())
    }

    fn at(self, moment: Monotonic) -> Timestamp {
        let real = moment.since(self.real);
        // Nearly every clock runs with the system; then the sum is exact and needs no fractions.
        let passed = if (self.rate - 1.0).abs() < f64::EPSILON {
            real
        } else {
            real.mul_f64(self.rate)
        };
        // Cut to milliseconds, as every moment here is: a date that is written has at most three decimals.
        self.at.plus_cut(passed)
    }
}

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self::scaled(Timestamp::now_from_system(), 1.0)
    }

    /// A clock that starts at `start` and runs `rate` times as fast as the system; 0 stands still.
    pub fn scaled(start: Timestamp, rate: f64) -> Self {
        let dial = Dial {
            real: Monotonic::now(),
            at: start,
            rate: rate.max(0.0),
        };
        Self {
            kind: Kind::Running(Arc::new(Running {
                first: dial,
                is_turned: AtomicBool::new(false),
                dial: Mutex::new(dial),
                turned: Notify::new(),
                ended: AtomicBool::new(false),
                ahead: AtomicI64::new(0),
                holds: Holds::default(),
            })),
        }
    }

    /// A clock that starts at `start` and only [`advance`](Self::advance) moves, or its [`Participant`]s by waiting.
    pub fn manual(start: Timestamp) -> Self {
        Self {
            kind: Kind::Manual(Arc::new(Hands::new(start))),
        }
    }

    /// Whether both are one clock.
    pub fn is(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Running(one), Kind::Running(two)) => Arc::ptr_eq(one, two),
            (Kind::Manual(one), Kind::Manual(two)) => Arc::ptr_eq(one, two),
            _ => false,
        }
    }

    /// The present moment on this clock.
    pub fn now(&self) -> Timestamp {
        match &self.kind {
            Kind::Running(running) => running.dial().now(),
            Kind::Manual(hands) => hands.now(),
        }
    }

    /// What somebody reads off its face, which may have been turned: never for waits, and never for an order of events.
    pub fn shown(&self) -> Timestamp {
        let (now, ahead) = (self.now(), self.ahead());
        match ahead {
            0 => now,
            ahead => Timestamp::from_millisecond(now.as_millisecond().saturating_add(ahead)),
        }
    }

    /// How many milliseconds its face is ahead of the time that passes here; less than none if it is behind.
    pub fn ahead(&self) -> i64 {
        self.face().load(Ordering::Relaxed)
    }

    /// Turns its face by so many milliseconds more; no wait ends sooner or later for it.
    pub fn turn_face(&self, by: i64) {
        let turned = |ahead: i64| Some(ahead.saturating_add(by));
        // The closure always gives a value.
        let _before = self
            .face()
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, turned);
    }

    fn face(&self) -> &AtomicI64 {
        match &self.kind {
            Kind::Running(running) => &running.ahead,
            Kind::Manual(hands) => &hands.ahead,
        }
    }

    /// What this clock showed at a moment just past, for whoever needs that moment on both clocks.
    pub fn at(&self, moment: Monotonic) -> Timestamp {
        match &self.kind {
            Kind::Running(running) => running.dial().at(moment),
            Kind::Manual(hands) => hands.now(),
        }
    }

    /// Moves the clock forward and wakes whoever that makes due.
    pub fn advance(&self, by: Duration) {
        match &self.kind {
            Kind::Running(running) => running.turn(|dial| dial.at = dial.at.plus(by)),
            Kind::Manual(hands) => hands.advance(by),
        }
    }

    /// Sets the pace of a running clock, 0 freezing it; a hand-moved clock has no pace and stays as it is.
    pub fn set_rate(&self, rate: f64) {
        if let Kind::Running(running) = &self.kind {
            running.turn(|dial| dial.rate = rate.max(0.0));
        }
    }

    /// The pace against the system's time; `None` for a hand-moved clock.
    pub fn rate(&self) -> Option<f64> {
        match &self.kind {
            Kind::Running(running) => Some(running.dial().rate),
            Kind::Manual(_) => None,
        }
    }

    /// Ends every wait, now and from now on, without moving the hands: the world of this clock is gone.
    pub fn end(&self) {
        match &self.kind {
            Kind::Running(running) => {
                running.ended.store(true, Ordering::Release);
                running.turned.notify_waiters();
            }
            Kind::Manual(hands) => hands.end(),
        }
    }

    /// Waits until this clock has moved on by `duration`.
    pub async fn sleep(&self, duration: Duration) {
        match &self.kind {
            Kind::Running(running) => running.sleep(duration).await,
            Kind::Manual(hands) => hands.sleep(Role::Bystander, duration).await,
        }
    }

    /// Waits like [`sleep`](Self::sleep) on behalf of the exchange with `peer`, whose client thereby waits too.
    ///
    /// This is what lets a hand-moved clock know that nobody is at work. Where as many wait as [may](Holds::limit_to),
    /// one more does not wait.
    pub async fn hold(&self, peer: SocketAddr, duration: Duration) {
        let Some(_place) = self.holds().enter() else {
            return;
        };
        match &self.kind {
            Kind::Running(running) => running.sleep(duration).await,
            Kind::Manual(hands) => hands.sleep(Role::Exchange(peer), duration).await,
        }
    }

    /// The exchanges that wait on this clock.
    pub fn holds(&self) -> &Holds {
        match &self.kind {
            Kind::Running(running) => &running.holds,
            Kind::Manual(hands) => &hands.holds,
        }
    }

    /// How many exchanges wait for its hands; whoever the hands have reached does not, though it may not be at work yet.
    pub fn waiting(&self) -> usize {
        match &self.kind {
            Kind::Running(running) => running.holds.open(),
            Kind::Manual(hands) => hands.waiting(),
        }
    }

    /// Joins the clock as somebody whose waiting moves a hand-moved clock.
    pub fn join(&self) -> Participant {
        match &self.kind {
            Kind::Running(_) => Participant::bystander(self.clone()),
            Kind::Manual(hands) => Participant::of(Arc::clone(hands), self.clone()),
        }
    }
}

impl Running {
    fn dial(&self) -> Dial {
        if self.is_turned.load(Ordering::Acquire) {
            *lock(&self.dial)
        } else {
            self.first
        }
    }

    fn turn(&self, change: impl FnOnce(&mut Dial)) {
        let mut dial = lock(&self.dial);
        dial.at = dial.now();
        dial.real = Monotonic::now();
        change(&mut dial);
        self.is_turned.store(true, Ordering::Release);
        drop(dial);
        self.turned.notify_waiters();
    }

    async fn sleep(&self, duration: Duration) {
        let due = self.dial().now().plus(duration);
        loop {
            let turned = self.turned.notified();
            tokio::pin!(turned);
            // Registered before the dial is read: a turn between the two is not missed.
            turned.as_mut().enable();
            let dial = self.dial();
            let left = due.since(dial.now());
            if left.is_zero() || self.ended.load(Ordering::Acquire) {
                return;
            }
            if dial.rate == 0.0 {
                turned.await;
            } else {
                tokio::select! {
                    () = real_sleep(left.div_f64(dial.rate)) => {}
                    () = turned => {}
                }
            }
        }
    }
}

/// A moment of the machine's own steady time, for measuring what really passed.
#[derive(Clone, Copy, Debug)]
pub struct Monotonic(std::time::Instant);

impl Monotonic {
    /// The present moment.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the clock asks the system"
    )]
    pub fn now() -> Self {
        Self(std::time::Instant::now())
    }

    /// How much real time has passed since.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// How much later than `earlier` this is; zero if it is not later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_duration_since(earlier.0)
    }
}

/// Waits in real time, whatever any sandbox's clock says: for limits that protect the rig itself.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where the clock asks the system"
)]
pub async fn real_sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// Locks, and goes on with what is there if another holder panicked: times are always whole values.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        Timestamp::parse("2030-01-01T00:00:00Z").unwrap()
    }

    #[test]
    fn manual_clock_moves_by_hand_only() {
        let clock = Clock::manual(start());
        assert_eq!(clock.now(), start());
        clock.advance(Duration::from_secs(3600));
        assert_eq!(clock.now().to_string(), "2030-01-01T01:00:00Z");
    }

    #[test]
    fn frozen_clock_stands_still_and_still_advances() {
        let clock = Clock::scaled(start(), 0.0);
        assert_eq!(clock.now(), start());
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now().since(start()), Duration::from_secs(1));
    }

    #[test]
    fn turned_face_shows_another_time_and_the_clock_goes_on() {
        for clock in [Clock::manual(start()), Clock::scaled(start(), 0.0)] {
            clock.clone().turn_face(3_600_000);
            assert_eq!(clock.shown().to_string(), "2030-01-01T01:00:00Z");
            clock.turn_face(-4_200_000);
            assert_eq!(clock.shown().to_string(), "2029-12-31T23:50:00Z");
            assert_eq!(clock.now(), start());
            clock.advance(Duration::from_secs(600));
            assert_eq!(clock.shown(), start());
        }
    }

    #[tokio::test]
    async fn advance_wakes_a_sleeper_of_a_frozen_clock() {
        let clock = Clock::scaled(start(), 0.0);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(864_000)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(864_000));
        sleeper.await.unwrap();
    }

    #[tokio::test]
    async fn end_wakes_everybody_and_lets_nobody_sleep_again() {
        for clock in [Clock::manual(start()), Clock::scaled(start(), 0.0)] {
            let sleeper = tokio::spawn({
                let clock = clock.clone();
                async move { clock.sleep(Duration::from_secs(5)).await }
            });
            tokio::task::yield_now().await;
            clock.end();
            sleeper.await.unwrap();
            clock.sleep(Duration::from_secs(5)).await;
            assert_eq!(clock.now(), start());
        }
    }

    #[tokio::test]
    async fn clock_holds_so_many_and_no_more() {
        let peer: SocketAddr = "127.0.0.1:4000".parse().unwrap();
        for clock in [Clock::manual(start()), Clock::scaled(start(), 0.0)] {
            let hour = Duration::from_secs(3600);
            let wait = || {
                let clock = clock.clone();
                tokio::spawn(async move { clock.hold(peer, hour).await })
            };
            clock.holds().limit_to(100);
            let held: Vec<_> = (0..100).map(|_| wait()).collect();
            while clock.holds().open() < 100 {
                tokio::task::yield_now().await;
            }
            clock.hold(peer, hour).await;
            assert_eq!((clock.holds().open(), clock.holds().refused()), (100, 1));
            clock.advance(hour);
            for one in held {
                one.await.unwrap();
            }
            assert_eq!(clock.holds().open(), 0);
        }
    }

    #[tokio::test]
    async fn lone_participant_skips_its_wait() {
        let clock = Clock::manual(start());
        let me = clock.join();
        me.sleep(Duration::from_secs(3600)).await;
        assert_eq!(clock.now().since(start()), Duration::from_secs(3600));
    }

    #[tokio::test]
    async fn participant_wait_does_not_pass_another_at_work() {
        let clock = Clock::manual(start());
        let (idle, busy) = (clock.join(), clock.join());
        let waits = tokio::spawn(async move { idle.sleep(Duration::from_secs(5)).await });
        tokio::task::yield_now().await;
        assert_eq!(clock.now(), start());
        busy.sleep(Duration::from_secs(9)).await;
        waits.await.unwrap();
        assert_eq!(clock.now().since(start()), Duration::from_secs(9));
    }

    #[tokio::test]
    async fn answer_within_the_limit_costs_no_time_and_a_held_one_runs_into_the_limit() {
        let clock = Clock::manual(start());
        let peer: SocketAddr = "127.0.0.1:4000".parse().unwrap();
        let me = clock.join();
        let soon = me
            .answer(peer, Duration::from_secs(60), async {
                tokio::task::yield_now().await;
            })
            .await;
        assert!(soon.is_some());
        assert_eq!(clock.now(), start());

        let held = {
            let clock = clock.clone();
            async move { clock.hold(peer, Duration::from_secs(90)).await }
        };
        assert!(
            me.answer(peer, Duration::from_secs(60), held)
                .await
                .is_none()
        );
        assert_eq!(clock.now().since(start()), Duration::from_secs(60));
    }
}
