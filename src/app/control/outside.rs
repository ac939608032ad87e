//! The world around GoTo, as far as a proof looks at it: DNS records and web files. The tester's verbs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::limits::one_more;
use super::{Control, ControlError};
use crate::store::zone::{DEFAULT_TTL, TxtRecord, WebFile};

/// The TXT records of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NameView {
    /// The name.
    pub name: String,
    /// What each record says, its character-strings joined.
    pub txt: Vec<String>,
    /// How long a resolver may keep them, in seconds.
    pub ttl: u32,
}

/// The TXT records that a name is to have.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameSpec {
    /// The records; none takes the name away.
    pub txt: Vec<TxtSpec>,
    /// How long a resolver may keep them, in seconds; 300 if absent.
    #[serde(default)]
    pub ttl: Option<u32>,
}

/// One TXT record.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a text, or a list of character-strings")]
pub enum TxtSpec {
    /// A text, in as few character-strings as hold it.
    Text(String),
    /// Character-strings as they are to be.
    Strings(Vec<String>),
}

/// The web server of a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WebView {
    /// The domain.
    pub domain: String,
    /// Where its server is, as `host:port`, if it has one.
    pub server: Option<String>,
    /// The files that the double answers itself, by path.
    pub files: BTreeMap<String, FileView>,
}

/// A file that the double answers itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileView {
    /// What is in it.
    pub body: String,
    /// The status code it is answered with.
    pub status: u16,
    /// Its `Content-Type`.
    pub media_type: Option<String>,
}

/// The web server that a domain is to have; it takes the place of the one before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebSpec {
    /// Where a server is, as `host:port`.
    pub server: Option<String>,
    /// Files that the double is to answer itself, by path.
    pub files: BTreeMap<String, FileSpec>,
}

/// A file that the double is to answer itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a text, or an object with body, status and media_type"
)]
pub enum FileSpec {
    /// A plain text.
    Text(String),
    /// A text with all that is said of it.
    Whole(WholeFile),
}

/// A file with all that is said of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WholeFile {
    /// What is in it.
    #[serde(default)]
    pub body: String,
    /// The status code; 200 if absent.
    #[serde(default)]
    pub status: Option<u16>,
    /// The `Content-Type`; `text/plain` if absent.
    #[serde(default)]
    pub media_type: Option<String>,
}

impl Control {
    /// Every name with TXT records, in alphabetical order.
    pub fn zone(&self) -> Result<Vec<NameView>, ControlError> {
        let sandbox = self.sandbox()?;
        let all = sandbox.zone.all_txt().into_iter();
        Ok(all
            .map(|(name, set)| NameView {
                name,
                txt: set.records.iter().map(TxtRecord::text).collect(),
                ttl: set.ttl,
            })
            .collect())
    }

    /// The TXT records of a name in the embedded zone.
    pub fn txt(&self, name: &str) -> Result<Vec<String>, ControlError> {
        Ok(self.sandbox()?.zone.texts(name))
    }

    /// Sets the TXT records of a name in the embedded zone; none takes the name away.
    pub fn put_txt(&self, name: &str, records: &[String]) -> Result<(), ControlError> {
        let sandbox = self.sandbox()?;
        if sandbox.zone.txt(name).is_none() {
            one_more(&sandbox, "zone_names")?;
        }
        sandbox.zone.set_texts(name, records);
        Ok(())
    }

    /// Sets the TXT records of a name as they are to be on the wire.
    pub fn put_name(&self, name: &str, spec: &NameSpec) -> Result<(), ControlError> {
        let sandbox = self.sandbox()?;
        check_name(name)?;
        if spec.txt.is_empty() {
            sandbox.zone.remove(name);
            return Ok(());
        }
        if sandbox.zone.txt(name).is_none() {
            one_more(&sandbox, "zone_names")?;
        }
        let record = |spec: &TxtSpec| match spec {
            TxtSpec::Text(text) => TxtRecord::of_text(text),
            TxtSpec::Strings(strings) => TxtRecord::of_strings(strings.iter().map(String::as_str)),
        };
        let records = spec.txt.iter().map(record).collect();
        let ttl = spec.ttl.unwrap_or(DEFAULT_TTL);
        sandbox.zone.set_txt(name, records, ttl);
        Ok(())
    }

    /// Takes the TXT records of a name away.
    pub fn delete_name(&self, name: &str) -> Result<(), ControlError> {
        let was_there = self.sandbox()?.zone.remove(name);
        was_there.then_some(()).ok_or_else(|| {
            ControlError::not_found(format!("the zone has no TXT records at {name:?}"))
        })
    }

    /// Every domain with a web server or files, in alphabetical order.
    pub fn webs(&self) -> Result<Vec<WebView>, ControlError> {
        let domains = self.sandbox()?.zone.web_domains();
        domains.iter().map(|domain| self.web(domain)).collect()
    }

    /// The web server of a domain.
    pub fn web(&self, domain: &str) -> Result<WebView, ControlError> {
        let zone = &self.sandbox()?.zone;
        let server = zone.web(domain).map(|server| server.to_string());
        let files: BTreeMap<_, _> = zone
            .files(domain)
            .into_iter()
            .map(|(path, file)| {
                let view = FileView {
                    body: file.body.clone(),
                    status: file.status,
                    media_type: file.media_type.clone(),
                };
                (path, view)
            })
            .collect();
        if server.is_none() && files.is_empty() {
            return Err(no_such_web(domain));
        }
        Ok(WebView {
            domain: domain.to_owned(),
            server,
            files,
        })
    }

    /// Says where the web server of a domain is, as `host:port`.
    pub fn put_web(&self, domain: &str, server: &str) -> Result<(), ControlError> {
        self.put_web_server(
            domain,
            &WebSpec {
                server: Some(server.to_owned()),
                files: BTreeMap::new(),
            },
        )
    }

    /// Says where the web server of a domain is, or which files the double is to answer itself.
    pub fn put_web_server(&self, domain: &str, spec: &WebSpec) -> Result<(), ControlError> {
        let sandbox = self.sandbox()?;
        check_name(domain)?;
        if spec.server.is_none() && spec.files.is_empty() {
            let wanted = "host:port of a server, or files by path, are wanted";
            return Err(ControlError::of_field("server", wanted));
        }
        if let Some(server) = &spec.server {
            check_server(server)?;
        }
        if !sandbox
            .zone
            .web_domains()
            .iter()
            .any(|known| known == domain)
        {
            one_more(&sandbox, "web_domains")?;
        }
        let files: Result<Vec<_>, _> = spec.files.iter().map(file).collect();
        let files = files?;
        sandbox.zone.remove_web(domain);
        if let Some(server) = &spec.server {
            sandbox.zone.set_web(domain, server);
        }
        sandbox.zone.set_files(domain, files);
        Ok(())
    }

    /// Takes the web server and the files of a domain away.
    pub fn delete_web(&self, domain: &str) -> Result<(), ControlError> {
        let was_there = self.sandbox()?.zone.remove_web(domain);
        was_there.then_some(()).ok_or_else(|| no_such_web(domain))
    }
}

fn no_such_web(domain: &str) -> ControlError {
    ControlError::not_found(format!("{domain:?} has neither a web server nor files"))
}

/// What DNS can carry at all; stranger names than host names have TXT records.
fn check_name(name: &str) -> Result<(), ControlError> {
    let plain = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| (1..=63).contains(&label.len());
    if plain.len() <= 253 && plain.split('.').all(is_label) {
        return Ok(());
    }
    Err(ControlError::invalid(&format!(
        "{name:?} is no name: labels have 1 to 63 octets, and all of them 253 at most"
    )))
}

fn check_server(server: &str) -> Result<(), ControlError> {
    let parts = server.rsplit_once(':');
    let is_one = parts.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    is_one.then_some(()).ok_or_else(|| {
        ControlError::of_field("server", "host and port are wanted, as in 127.0.0.1:8080")
    })
}

fn file((path, spec): (&String, &FileSpec)) -> Result<(String, WebFile), ControlError> {
    let wrong = |why: &str| ControlError::of_field(&format!("files.{path}"), why);
    if !path.starts_with('/') {
        return Err(wrong("a path begins with a slash"));
    }
    let plain = Some("text/plain".to_owned());
    let file = match spec {
        FileSpec::Text(body) => WebFile {
            status: 200,
            media_type: plain,
            body: body.clone(),
        },
        FileSpec::Whole(whole) => WebFile {
            status: whole.status.unwrap_or(200),
            media_type: whole.media_type.clone().or(plain),
            body: whole.body.clone(),
        },
    };
    if !(200..=599).contains(&file.status) {
        return Err(wrong("a status is a number from 200 to 599"));
    }
    Ok((path.clone(), file))
}
