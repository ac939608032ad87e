//! Reads a folder of recorded traffic, and refuses what its format does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::placeholder::{self, Words};

/// A client, and what it was seen to say, in order.
#[derive(Debug)]
pub struct Folder {
    pub client: Recorded,
    pub exchanges: Vec<(String, Exchange)>,
}

/// The text of `client.json`: who speaks, and to which double.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    pub name: String,
    pub about: String,
    pub source: String,
    #[serde(rename = "evidence")]
    _evidence: Evidence,
    /// The server profile it is replayed against.
    #[serde(default)]
    pub profile: Named,
    /// The name of a built-in starting state, or a whole one.
    pub state: Option<Value>,
    /// Fields of the profile that are replaced, each for a reason that `about` tells.
    #[serde(default)]
    pub overrides: Map<String, Value>,
    /// What each request carries.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What each request with a body carries beside.
    #[serde(default)]
    pub headers_with_body: BTreeMap<String, String>,
}

/// A server profile by its name.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Named {
    #[default]
    Goto,
    Rfc,
    EntraLenient,
}

/// How sure it is that the client sends this.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    Documented,
    Observed,
    Assumed,
}

/// One request and the answer it must have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    pub about: String,
    pub source: String,
    #[serde(rename = "evidence")]
    _evidence: Evidence,
    pub request: Request,
    pub answer: Answer,
    /// Values of the answer that later files name, by JSON pointer.
    #[serde(default)]
    pub capture: BTreeMap<String, String>,
    /// Why the double does not answer so yet.
    pub pending: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub method: String,
    /// What follows the base URL, exactly as it is sent.
    pub path: String,
    /// Header fields beside those of the client; `null` takes one of those away.
    #[serde(default)]
    pub headers: BTreeMap<String, Option<String>>,
    pub body: Option<Value>,
    /// A body that is not JSON.
    pub text: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub status: u16,
    /// Header fields that must be there; `null` for one that must not.
    #[serde(default)]
    pub headers: BTreeMap<String, Option<String>>,
    /// The whole body; without it, the answer has none.
    pub body: Option<Value>,
}

impl Folder {
    /// Reads a folder of `fixtures/clients`.
    #[track_caller]
    pub fn open(name: &str) -> Self {
        let folder = root().join(name);
        let mut files: Vec<(String, String)> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| {
                let entry = entry.unwrap();
                let name = entry.file_name().into_string().unwrap();
                (name, fs::read_to_string(entry.path()).unwrap())
            })
            .collect();
        files.sort();
        Self::read(&files).unwrap_or_else(|why| panic!("fixtures/clients/{name}/{why}"))
    }

    /// Reads files by their names, which are in order.
    pub fn read(files: &[(String, String)]) -> Result<Self, String> {
        let mut client = None;
        let mut exchanges = Vec::new();
        for (name, text) in files {
            let refused = |error: serde_json::Error| format!("{name}: {error}");
            if name == "client.json" {
                client = Some(serde_json::from_str(text).map_err(refused)?);
            } else {
                let exchange: Exchange = serde_json::from_str(text).map_err(refused)?;
                exchanges.push((name.clone(), exchange));
            }
        }
        let client: Recorded = client.ok_or("client.json is missing")?;
        let texts = [&client.name, &client.about, &client.source];
        if texts.iter().any(|text| text.is_empty()) {
            return Err("client.json: name, about and source must say something".into());
        }
        let folder = Self { client, exchanges };
        folder.check()?;
        Ok(folder)
    }

    /// Refuses what cannot be replayed whatever the server answers.
    fn check(&self) -> Result<(), String> {
        let mut known: BTreeSet<String> = Words::GIVEN.iter().map(|word| (*word).into()).collect();
        for (name, exchange) in &self.exchanges {
            exchange
                .check(&self.client, &mut known)
                .map_err(|why| format!("{name}: {why}"))?;
        }
        Ok(())
    }
}

impl Exchange {
    /// Checks that every placeholder is known when it is needed.
    fn check(&self, client: &Recorded, known: &mut BTreeSet<String>) -> Result<(), String> {
        if self.about.is_empty() || self.source.is_empty() {
            return Err("about and source must say something".into());
        }
        if self.request.body.is_some() && self.request.text.is_some() {
            return Err("a request has a body or a text, not both".into());
        }
        let headers = client
            .headers
            .values()
            .chain(client.headers_with_body.values())
            .chain(self.request.headers.values().flatten());
        for text in headers.chain([&self.request.path]) {
            placeholder::check_text(text, known)?;
        }
        if let Some(body) = &self.request.body {
            placeholder::check(body, known)?;
        }
        for (name, pointer) in &self.capture {
            if placeholder::is_shape(name) || !known.insert(name.clone()) {
                return Err(format!("{{{{{name}}}}} is taken"));
            }
            if !pointer.starts_with('/') {
                return Err(format!("{pointer:?} is no JSON pointer"));
            }
        }
        let mut expected = known.clone();
        expected.extend(placeholder::SHAPES.iter().map(|shape| (*shape).to_owned()));
        for text in self.answer.headers.values().flatten() {
            placeholder::check_text(text, &expected)?;
        }
        self.answer
            .body
            .iter()
            .try_for_each(|body| placeholder::check(body, &expected))
    }
}

/// Where the folders are.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/clients"))
}
