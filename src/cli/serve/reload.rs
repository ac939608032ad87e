//! A scenario file that is changed while it is served is read anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use goto_double::Control;
use goto_double::entry::RulesChange;
use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::cli::check::findings_of;
use crate::cli::say;

/// Editors write in several steps; the file is read when nothing has happened to it for so long.
const QUIET: Duration = Duration::from_millis(100);

/// A folder in which something happens all the time does not keep the file from being read.
const PATIENCE: usize = 20;

type Happened = notify::Result<notify::Event>;

/// Watches a scenario file until it is stopped.
#[derive(Debug)]
pub(super) struct Reload {
    watcher: RecommendedWatcher,
    thread: JoinHandle<()>,
}

impl Reload {
    /// Watches the file, whose text was read already.
    pub(super) fn watch(path: PathBuf, text: String, control: Control) -> notify::Result<Self> {
        let (heard, changes) = channel();
        let mut watcher = notify::recommended_watcher(heard)?;
        // The folder and not the file: most editors put another file in its place.
        for folder in folders(&path) {
            watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        }
        let file = File {
            path,
            text,
            control,
        };
        let thread = thread::Builder::new().name("goto-double-reload".into());
        let thread = thread.spawn(move || file.attend(&changes))?;
        Ok(Self { watcher, thread })
    }

    /// Stops watching; a file that is being read is read to its end.
    pub(super) fn stop(self) {
        drop(self.watcher);
        // A panic of the thread has been reported on its own.
        drop(self.thread.join());
    }
}

/// Where the file is, and where it really is if it is a link.
fn folders(path: &Path) -> Vec<PathBuf> {
    let folder = |path: &Path| match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let named = folder(path);
    let real = path.canonicalize().map(|real| folder(&real)).ok();
    let is_other = |real: &PathBuf| named.canonicalize().ok().as_ref() != Some(real);
    let real = real.filter(is_other);
    std::iter::once(named).chain(real).collect()
}

/// The file as it was read last, and the double that plays it.
struct File {
    path: PathBuf,
    text: String,
    control: Control,
}

impl File {
    fn attend(mut self, changes: &Receiver<Happened>) {
        // It may have been changed between the start and the first watch.
        self.look();
        while let Ok(change) = changes.recv() {
            if !is_writing(&change) {
                continue;
            }
            let still_going = |_: &usize| changes.recv_timeout(QUIET).is_ok();
            let _waits = (0..PATIENCE).take_while(still_going).count();
            self.look();
        }
    }

    /// Reads the file, and takes what it says if that is new.
    fn look(&mut self) {
        // While an editor puts another in its place there is none, or half of one.
        let Ok(text) = fs::read_to_string(&self.path) else {
            return;
        };
        if text == self.text {
            return;
        }
        self.text = text;
        let path = self.path.display();
        let (findings, errors) = findings_of(&self.path, &self.text);
        findings.iter().for_each(say::note);
        if errors > 0 {
            let mistakes = if errors == 1 { "mistake" } else { "mistakes" };
            say::note(format!(
                "{path}: not taken, it has {errors} {mistakes}; the rules stay as they were"
            ));
            return;
        }
        match self.control.reload(&self.text) {
            Ok(changed) => say::note(format!("{path}: read anew: {}", told(&changed.change))),
            Err(error) => say::note(format!(
                "{path}: not taken: {error}; the rules stay as they were"
            )),
        }
    }
}

/// Whether somebody may have written: to read the file is not to change it.
fn is_writing(change: &Happened) -> bool {
    let Ok(event) = change else {
        // Something was missed, so anything may have happened.
        return true;
    };
    match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

/// A change in one line.
fn told(change: &RulesChange) -> String {
    let listed = |what: &str, ids: &[String]| match ids {
        [] => None,
        ids => Some(format!("{what} {}", ids.join(", "))),
    };
    let parts = [
        listed("added", &change.added),
        listed("changed, counting anew:", &change.changed),
        listed("removed", &change.removed),
        Some(format!("{} as before", change.kept)),
        Some(format!("state {:?}", change.state)),
    ];
    let mut line: String = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
    if !change.restart.is_empty() {
        line.push_str("; only from the next start on: ");
        line.push_str(&change.restart.join(", "));
    }
    line
}
