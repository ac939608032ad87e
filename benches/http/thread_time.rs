//! How much processor time one thread of this process has used.
//!
//! A rate tells how busy the machine was with other things; this does not.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// How often a thread is looked for.
const PATIENCE: usize = 10_000;

/// A thread of this process, by its file of the kernel's; on a system without one, it has no time to tell.
#[derive(Debug)]
pub(crate) struct ThreadTime {
    file: Option<PathBuf>,
}

impl ThreadTime {
    /// Finds the thread of that name which `start` starts.
    pub(crate) fn of_started<T>(name: &str, start: impl FnOnce() -> T) -> (T, Self) {
        let before = threads(name);
        let started = start();
        // A thread takes its name when it first runs.
        for _ in 0..PATIENCE {
            let new = threads(name).into_iter().find(|one| !before.contains(one));
            if let Some(thread) = new {
                let file = Some(thread.join("schedstat"));
                return (started, Self { file });
            }
            std::thread::yield_now();
        }
        (started, Self { file: None })
    }

    /// The time it has spent on a processor so far, in user and system mode together.
    pub(crate) fn so_far(&self) -> Option<Duration> {
        let text = fs::read_to_string(self.file.as_ref()?).ok()?;
        let nanoseconds = text.split(' ').next()?.parse().ok()?;
        Some(Duration::from_nanos(nanoseconds))
    }
}

fn threads(name: &str) -> Vec<PathBuf> {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else {
        return Vec::new();
    };
    tasks
        .flatten()
        .map(|task| task.path())
        .filter(|task| fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim() == name))
        .collect()
}
