//! A scenario file that is changed while it is served is read anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
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

/// What the thread that reads the file is told.
#[derive(Debug)]
enum News {
    /// Something happened in one of the folders.
    Happened(Happened),
    /// Nobody wants to know any more.
    Stop,
}

/// Watches a scenario file until it is stopped.
#[derive(Debug)]
pub(super) struct Reload {
    news: Sender<News>,
    thread: JoinHandle<()>,
}

impl Reload {
    /// Watches the file, whose text was read already.
    pub(super) fn watch(path: PathBuf, text: String, control: Control) -> notify::Result<Self> {
        let (news, heard) = channel();
        let happened = news.clone();
        let watcher = notify::recommended_watcher(move |change| {
            // Whoever does not listen any more does not miss anything.
            drop(happened.send(News::Happened(change)));
        })?;
        let mut file = File {
            path,
            text,
            control,
            watcher,
            watched: Vec::new(),
            is_missed: false,
        };
        file.watch_folders()?;
        let thread = thread::Builder::new().name("goto-double-reload".into());
        let thread = thread.spawn(move || file.attend(&heard))?;
        Ok(Self { news, thread })
    }

    /// Stops watching; a file that is being read is read to its end.
    pub(super) fn stop(self) {
        drop(self.news.send(News::Stop));
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
    watcher: RecommendedWatcher,
    /// The folders that are watched: the file may be a link that comes to lead elsewhere.
    watched: Vec<PathBuf>,
    /// Whether it was said that there is no file.
    is_missed: bool,
}

impl File {
    fn attend(mut self, news: &Receiver<News>) {
        // It may have been changed between the start and the first watch.
        self.look();
        while let Ok(News::Happened(change)) = news.recv() {
            if !is_writing(&change) {
                continue;
            }
            let mut is_stopped = false;
            let mut still_going = || match news.recv_timeout(QUIET) {
                Ok(News::Stop) => {
                    is_stopped = true;
                    false
                }
                further => further.is_ok(),
            };
            let _waits = (0..PATIENCE).take_while(|_| still_going()).count();
            if is_stopped {
                return;
            }
            self.look();
        }
    }

    /// Watches the folders where the file is now.
    ///
    /// The folder and not the file: most editors put another file in its place.
    fn watch_folders(&mut self) -> notify::Result<()> {
        let folders = folders(&self.path);
        for folder in folders.iter().filter(|one| !self.watched.contains(one)) {
            self.watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
        if self.path.exists() {
            for folder in self.watched.iter().filter(|one| !folders.contains(one)) {
                // A folder that is gone is not watched in any case.
                drop(self.watcher.unwatch(folder));
            }
            self.watched = folders;
        }
        Ok(())
    }

    /// Reads the file, and takes what it says if that is new.
    fn look(&mut self) {
        let name = self.path.display().to_string();
        if let Err(error) = self.watch_folders() {
            say::note(format!("{name} is not watched where it leads: {error}"));
        }
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) => {
                if !self.is_missed {
                    say::note(format!(
                        "{name}: cannot be read: {error}; the rules stay as they were"
                    ));
                }
                self.is_missed = true;
                return;
            }
        };
        self.is_missed = false;
        if text == self.text {
            return;
        }
        self.text = text;
        let (findings, errors) = findings_of(&self.path, &self.text);
        findings.iter().for_each(say::note);
        match self.control.reload(&self.text) {
            Ok(changed) => say::note(format!("{name}: read anew: {}", told(&changed.change))),
            Err(error) => {
                let why = match errors {
                    0 => error.to_string(),
                    1 => "it has 1 mistake".to_owned(),
                    many => format!("it has {many} mistakes"),
                };
                say::note(format!(
                    "{name}: not taken, {why}; the rules stay as they were"
                ));
            }
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
