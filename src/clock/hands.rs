//! The hand-moved clock and who makes it move.
//!
//! A client that shares the clock joins it as a [`Participant`].
//! The hands jump to the next moment somebody waits for as soon as nobody can do anything before it:
//! every participant either sleeps, or awaits an answer whose exchange itself sleeps on this clock.
//! An answer under way keeps the hands still, however slow the machine is, so no wait ends early by accident.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Clock, Holds, Timestamp, lock};

#[derive(Debug)]
pub(super) struct Hands {
    pub(super) holds: Holds,
    state: Mutex<State>,
    /// How many milliseconds the face is ahead.
    pub(super) ahead: AtomicI64,
}

#[derive(Debug)]
struct State {
    now: Timestamp,
    next: u64,
    sleepers: BTreeMap<(Timestamp, u64), Sleeper>,
    participants: usize,
    /// Participants that are neither asleep nor awaiting an answer.
    working: usize,
    /// Connections on which a participant awaits an answer.
    awaited: HashSet<SocketAddr>,
    /// How many waits the exchanges of a connection are in.
    held: HashMap<SocketAddr, usize>,
    ended: bool,
}

#[derive(Debug)]
struct Sleeper {
    wake: oneshot::Sender<()>,
    role: Role,
}

/// On whose behalf somebody sleeps.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// Nobody the clock counts.
    Bystander,
    /// The exchange with this peer.
    Exchange(SocketAddr),
    /// A participant, with the connection it awaits an answer on.
    Participant(Option<SocketAddr>),
}

impl Hands {
    pub(super) fn new(start: Timestamp) -> Self {
        let state = State {
            now: start,
            next: 0,
            sleepers: BTreeMap::new(),
            participants: 0,
            working: 0,
            awaited: HashSet::new(),
            held: HashMap::new(),
            ended: false,
        };
        Self {
            holds: Holds::default(),
            state: Mutex::new(state),
            ahead: AtomicI64::new(0),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        lock(&self.state).now
    }

    pub(super) fn advance(&self, by: Duration) {
        let mut state = lock(&self.state);
        let to = state.now.plus(by);
        state.move_to(to);
        state.settle();
    }

    pub(super) fn waiting(&self) -> usize {
        let state = lock(&self.state);
        let sleepers = state.sleepers.values();
        let is_exchange = |sleeper: &&Sleeper| matches!(sleeper.role, Role::Exchange(_));
        sleepers.filter(is_exchange).count()
    }

    pub(super) fn end(&self) {
        let mut state = lock(&self.state);
        state.ended = true;
        while let Some((_, sleeper)) = state.sleepers.pop_first() {
            state.wake(sleeper);
        }
    }

    pub(super) async fn sleep(self: &Arc<Self>, role: Role, duration: Duration) {
        if let Some(mut wait) = self.begin(role, duration) {
            wait.woken().await;
        }
    }

    /// Registers a sleeper; `None` if the wait is over before it began.
    fn begin(self: &Arc<Self>, role: Role, duration: Duration) -> Option<Wait> {
        if duration.is_zero() {
            return None;
        }
        let (wake, woken) = oneshot::channel();
        let mut state = lock(&self.state);
        if state.ended {
            return None;
        }
        let key = (state.now.plus(duration), state.next);
        state.next += 1;
        state.sleepers.insert(key, Sleeper { wake, role });
        state.enter(role);
        state.settle();
        drop(state);
        Some(Wait {
            hands: Arc::clone(self),
            key,
            woken,
        })
    }
}

impl State {
    fn enter(&mut self, role: Role) {
        match role {
            Role::Bystander => {}
            Role::Exchange(peer) => {
                *self.held.entry(peer).or_default() += 1;
            }
            Role::Participant(awaited) => {
                self.working -= 1;
                self.awaited.extend(awaited);
            }
        }
    }

    fn leave(&mut self, role: Role) {
        match role {
            Role::Bystander => {}
            Role::Exchange(peer) => {
                if let Some(count) = self.held.get_mut(&peer) {
                    *count -= 1;
                    if *count == 0 {
                        self.held.remove(&peer);
                    }
                }
            }
            Role::Participant(awaited) => {
                self.working += 1;
                if let Some(peer) = awaited {
                    self.awaited.remove(&peer);
                }
            }
        }
    }

    /// Moves the hands and wakes, in order, everybody due by then.
    fn move_to(&mut self, to: Timestamp) {
        self.now = self.now.max(to);
        while let Some(entry) = self.sleepers.first_entry() {
            if entry.key().0 > self.now {
                break;
            }
            let sleeper = entry.remove();
            self.wake(sleeper);
        }
    }

    fn wake(&mut self, sleeper: Sleeper) {
        self.leave(sleeper.role);
        // A wait that was dropped has left the map before, so the word reaches somebody.
        let _reached = sleeper.wake.send(());
    }

    fn nobody_can_act(&self) -> bool {
        self.participants > 0
            && self.working == 0
            && self.awaited.iter().all(|peer| self.held.contains_key(peer))
    }

    /// Jumps to the next awaited moment as long as nobody can do anything before it.
    fn settle(&mut self) {
        while self.nobody_can_act() {
            let Some((&(next, _), _)) = self.sleepers.first_key_value() else {
                return;
            };
            self.move_to(next);
        }
    }
}

/// One registered wait; dropping it early takes it back.
#[derive(Debug)]
struct Wait {
    hands: Arc<Hands>,
    key: (Timestamp, u64),
    woken: oneshot::Receiver<()>,
}

impl Wait {
    async fn woken(&mut self) {
        // The sender is only dropped after sending, so both arms mean "awake".
        drop((&mut self.woken).await);
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let mut state = lock(&self.hands.state);
        if let Some(sleeper) = state.sleepers.remove(&self.key) {
            state.leave(sleeper.role);
            state.settle();
        }
    }
}

/// Somebody whose waiting moves a hand-moved clock: a client in the rig's own process.
///
/// While any participant works, the hands stand still. On every other clock this is an ordinary wait.
#[derive(Debug)]
pub struct Participant {
    clock: Clock,
    hands: Option<Arc<Hands>>,
}

impl Participant {
    pub(super) fn bystander(clock: Clock) -> Self {
        Self { clock, hands: None }
    }

    pub(super) fn of(hands: Arc<Hands>, clock: Clock) -> Self {
        let mut state = lock(&hands.state);
        state.participants += 1;
        state.working += 1;
        drop(state);
        Self {
            clock,
            hands: Some(hands),
        }
    }

    /// The clock this participant has joined.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Waits until the clock has moved on by `duration`.
    pub async fn sleep(&self, duration: Duration) {
        match &self.hands {
            Some(hands) => hands.sleep(Role::Participant(None), duration).await,
            None => self.clock.sleep(duration).await,
        }
    }

    /// Awaits `answer` on the connection whose local address is `local`, for at most `limit`.
    ///
    /// `None` means that the limit passed first.
    pub async fn answer<F: Future>(
        &self,
        local: SocketAddr,
        limit: Duration,
        answer: F,
    ) -> Option<F::Output> {
        tokio::pin!(answer);
        let Some(hands) = &self.hands else {
            return tokio::select! {
                biased;
                output = &mut answer => Some(output),
                () = self.clock.sleep(limit) => None,
            };
        };
        // Registered before the answer is polled, so that a handler that sleeps at once finds it awaited.
        let mut wait = hands.begin(Role::Participant(Some(local)), limit)?;
        tokio::select! {
            biased;
            output = &mut answer => Some(output),
            () = wait.woken() => None,
        }
    }
}

impl Drop for Participant {
    fn drop(&mut self) {
        if let Some(hands) = &self.hands {
            let mut state = lock(&hands.state);
            state.participants -= 1;
            state.working -= 1;
            state.settle();
        }
    }
}
