//! All worlds of one process, and which of them a request means.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::app::control::Leaving;
use crate::app::hosts::authority;
use crate::exchange::Request;
use crate::sandbox::Sandbox;
use dashmap::DashMap;

/// The name of the world a request means that names none.
pub(crate) const DEFAULT: &str = "default";

/// How many worlds one process may hold unless told otherwise.
pub(crate) const MOST: usize = 100_000;

/// All worlds of one process.
#[derive(Debug)]
pub(crate) struct Sandboxes {
    /// Kept apart, since nearly every request means it.
    default: RwLock<Arc<Sandbox>>,
    others: DashMap<String, Arc<Sandbox>>,
    /// How many worlds there may be.
    pub(crate) most: usize,
    /// How often there was no room for one more.
    refused: AtomicU64,
    /// How many names were made up.
    counted: AtomicU64,
    /// Held while a world begins anew or gets other rules: neither undoes the other.
    turning: Mutex<()>,
    /// Whether a world was ever there whose rules look at the heads of requests before their bodies.
    looks_at_heads: AtomicBool,
    /// Where those go that were taken away.
    pub(crate) leaving: Leaving,
}

/// A request named a world that is not there.
#[derive(Debug)]
pub(crate) struct NoSuchSandbox {
    /// The name.
    pub(crate) id: String,
}

impl Sandboxes {
    /// The default world alone.
    pub(crate) fn new(default: Arc<Sandbox>) -> Self {
        Self {
            looks_at_heads: AtomicBool::new(default.engine.looks_at_heads()),
            default: RwLock::new(default),
            others: DashMap::new(),
            most: MOST,
            refused: AtomicU64::new(0),
            counted: AtomicU64::new(0),
            turning: Mutex::default(),
            leaving: Leaving::default(),
        }
    }

    /// Notes what the rules of a world look at; to be said of each world, and again when its rules change.
    pub(crate) fn heed(&self, sandbox: &Sandbox) {
        if sandbox.engine.looks_at_heads() {
            self.looks_at_heads.store(true, Ordering::Release);
        }
    }

    /// Whether the head of a request may matter before its body is read.
    pub(crate) fn look_at_heads(&self) -> bool {
        self.looks_at_heads.load(Ordering::Acquire)
    }

    /// The world a request means, and the path within it.
    ///
    /// A path prefix `/t/{id}` wins over a host name `{id}.localhost`; without either it is the default world.
    pub(crate) fn select<'r>(
        &self,
        request: &'r Request,
    ) -> Result<(Arc<Sandbox>, &'r str), NoSuchSandbox> {
        let path = request.path();
        if let Some((id, rest)) = prefixed(path) {
            return self.find(id).map(|sandbox| (sandbox, rest));
        }
        match named_by_host(request) {
            Some(id) => self.find(&id).map(|sandbox| (sandbox, path)),
            None => Ok((self.default(), path)),
        }
    }

    /// The default world.
    pub(crate) fn default(&self) -> Arc<Sandbox> {
        Arc::clone(&self.default.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The world of that name.
    pub(crate) fn find(&self, id: &str) -> Result<Arc<Sandbox>, NoSuchSandbox> {
        if id == DEFAULT {
            return Ok(self.default());
        }
        let found = self.others.get(id).map(|sandbox| Arc::clone(&sandbox));
        found.ok_or_else(|| NoSuchSandbox { id: id.to_owned() })
    }

    /// Every world, the default one first, the others by name.
    pub(crate) fn all(&self) -> Vec<Arc<Sandbox>> {
        let mut others: Vec<_> = self.others.iter().map(|entry| Arc::clone(&entry)).collect();
        others.sort_by(|a, b| a.id.cmp(&b.id));
        std::iter::once(self.default()).chain(others).collect()
    }

    /// Puts a world in place, in place of one of the same name.
    pub(crate) fn put(&self, sandbox: Arc<Sandbox>) {
        self.heed(&sandbox);
        if sandbox.id == DEFAULT {
            *self.default.write().unwrap_or_else(PoisonError::into_inner) = sandbox;
        } else {
            self.others.insert(sandbox.id.clone(), sandbox);
        }
    }

    /// A name that no world of this process has or ever had without being asked for.
    pub(crate) fn free_id(&self) -> String {
        loop {
            let id = format!("s{}", self.counted.fetch_add(1, Ordering::Relaxed) + 1);
            if !self.others.contains_key(&id) {
                return id;
            }
        }
    }

    /// Whether there is room for one more that somebody wants; counts whom there is none for.
    pub(crate) fn has_room(&self) -> bool {
        let has_room = self.count() < self.most;
        if !has_room {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        has_room
    }

    /// How often there was no room for one more.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.others.len() + 1
    }

    /// Keeps every other change of a whole world waiting until it is let go.
    pub(crate) fn turning(&self) -> MutexGuard<'_, ()> {
        self.turning.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a world away; the default one stays.
    pub(crate) fn remove(&self, id: &str) -> Option<Arc<Sandbox>> {
        self.others.remove(id).map(|(_, sandbox)| sandbox)
    }
}

/// The path within whatever world it names.
pub(crate) fn within(path: &str) -> &str {
    prefixed(path).map_or(path, |(_, within)| within)
}

/// Where clients look for the metadata of a server whose address has a path: before that path, not behind it.
///
/// [RFC 8414 section 3.1](https://www.rfc-editor.org/rfc/rfc8414#section-3.1).
const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

/// The world's name and the path behind it, of `/t/{id}/…`.
fn prefixed(path: &str) -> Option<(&str, &str)> {
    if let Some(id) = path
        .strip_prefix(WELL_KNOWN)
        .and_then(|rest| rest.strip_prefix("/t/"))
        .filter(|id| !id.contains('/'))
    {
        return Some((id, WELL_KNOWN));
    }
    let rest = path.strip_prefix("/t/")?;
    let end = rest.find('/').unwrap_or(rest.len());
    let (id, within) = rest.split_at(end);
    Some((id, if within.is_empty() { "/" } else { within }))
}

/// The world's name, of a host `{id}.localhost`.
fn named_by_host(request: &Request) -> Option<String> {
    let host = authority(request)?.split(':').next()?;
    Some(host.strip_suffix(".localhost")?.to_ascii_lowercase())
}
