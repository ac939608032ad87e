//! The web of a sandbox: where servers are, and files that need none.

use std::sync::Arc;

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
        let files = self.files.iter().map(|entry| entry.key().0.clone());
        let mut all: Vec<_> = servers.chain(files).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The files of a domain by path, in alphabetical order.
    pub fn files(&self, domain: &str) -> Vec<(String, Arc<WebFile>)> {
        let domain = key(domain);
        let entries = self.files.iter().filter(|entry| entry.key().0 == domain);
        let mut all: Vec<_> = entries
            .map(|entry| (entry.key().1.clone(), Arc::clone(&entry)))
            .collect();
        all.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        all
    }

    /// Puts these files, and no others, on a domain's web server.
    pub fn set_files(&self, domain: &str, files: impl IntoIterator<Item = (String, WebFile)>) {
        let domain = key(domain);
        self.files.retain(|(of, _), _| *of != domain);
        for (path, file) in files {
            self.files.insert((domain.clone(), path), Arc::new(file));
        }
    }

    /// The file that the double itself answers a path of a domain with.
    ///
    /// Where a domain has files but no server, every other path of it is not found.
    pub fn file(&self, domain: &str, path: &str) -> Option<Arc<WebFile>> {
        let domain = key(domain);
        let found = self.files.get(&(domain.clone(), path.to_owned()));
        if let Some(found) = found {
            return Some(Arc::clone(&found));
        }
        let has_files = || self.files.iter().any(|entry| entry.key().0 == domain);
        (!self.web.contains_key(&domain) && has_files()).then(|| {
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
        let before = self.files.len();
        self.files.retain(|(of, _), _| *of != domain);
        had_server || self.files.len() < before
    }
}
