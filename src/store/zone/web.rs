//! The web of a sandbox: where servers are, and files that need none.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::{TxtSet, Zone, key};

/// One file of a domain's web server that the double keeps itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebFile {
    /// The status code it is answered with.
    pub status: u16,
    /// The `Content-Type` it is answered with.
    pub media_type: Option<String>,
    /// What is in it.
    pub body: String,
}

impl Zone {
    /// Every name with its TXT records, in alphabetical order.
    pub fn all_txt(&self) -> Vec<(String, Arc<TxtSet>)> {
        let entries = self.txt.iter();
        let mut all: Vec<_> = entries
            .map(|entry| (entry.key().clone(), Arc::clone(&entry)))
            .collect();
        all.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        all
    }

    /// Every domain with a web server or files, in alphabetical order.
    pub fn web_domains(&self) -> Vec<String> {
        let servers = self.web.iter().map(|entry| entry.key().clone());
        let files = self.files.read();
        let mut all: Vec<_> = servers
            .chain(files.keys().map(|(of, _)| of.clone()))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The files of a domain by path, in alphabetical order.
    pub fn files(&self, domain: &str) -> Vec<(String, Arc<WebFile>)> {
        let domain = key(domain);
        let files = self.files.read();
        let own = files.iter().filter(|((of, _), _)| *of == domain);
        own.map(|((_, path), file)| (path.clone(), Arc::clone(file)))
            .collect()
    }

    /// Puts these files, and no others, on a domain's web server.
    pub fn set_files(&self, domain: &str, files: impl IntoIterator<Item = (String, WebFile)>) {
        let domain = key(domain);
        let mut kept = self.files.write();
        kept.retain(|(of, _), _| *of != domain);
        for (path, file) in files {
            kept.insert((domain.clone(), path), Arc::new(file));
        }
    }

    /// The file that the double itself answers a path of a domain with.
    ///
    /// Where a domain has files but no server, every other path of it is not found.
    pub fn file(&self, domain: &str, path: &str) -> Option<Arc<WebFile>> {
        let domain = key(domain);
        let found = self
            .files
            .read()
            .get(&(domain.clone(), path.to_owned()))
            .cloned();
        if found.is_some() {
            return found;
        }
        (!self.web.contains_key(&domain) && self.files.has(&domain)).then(|| {
            Arc::new(WebFile {
                status: 404,
                media_type: None,
                body: String::new(),
            })
        })
    }

    /// Takes a domain's web server and files away; says whether there were any.
    pub fn remove_web(&self, domain: &str) -> bool {
        let domain = key(domain);
        let had_server = self.web.remove(&domain).is_some();
        let mut files = self.files.write();
        let before = files.len();
        files.retain(|(of, _), _| *of != domain);
        had_server || files.len() < before
    }
}

/// The files by domain and path. Few worlds ever have one, and an empty map of this kind takes no room.
#[derive(Debug, Default)]
pub(super) struct WebFiles(RwLock<Files>);

type Files = BTreeMap<(String, String), Arc<WebFile>>;

impl WebFiles {
    pub(super) fn has(&self, domain: &str) -> bool {
        self.read().keys().any(|(of, _)| of == domain)
    }

    pub(super) fn clear(&self) {
        self.write().clear();
    }

    fn read(&self) -> RwLockReadGuard<'_, Files> {
        // Each change leaves it whole, so a poisoned one is too.
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Files> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
