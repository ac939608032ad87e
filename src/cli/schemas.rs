//! `--schemas`: a folder of documents that describe further resource types.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use super::Failure;

/// Which resource types there are beside users and groups.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct SchemaFolder {
    /// Serve the resource types and extensions that the *.json files of this folder describe too.
    #[arg(long, value_name = "FOLDER")]
    schemas: Option<PathBuf>,
}

impl SchemaFolder {
    /// The folder, if one was named.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.schemas.as_deref()
    }

    /// The documents in the order of their names, each with the name of its file; none if no folder was named.
    pub(super) fn documents(&self) -> Result<Vec<(String, Value)>, Failure> {
        let Some(folder) = &self.schemas else {
            return Ok(Vec::new());
        };
        let unreadable = |error| format!("cannot read the folder {}: {error}", folder.display());
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                paths.push(path);
            }
        }
        if paths.is_empty() {
            let folder = folder.display();
            return Err(format!("there is no *.json file in {folder}").into());
        }
        paths.sort();
        let read: Vec<_> = paths.iter().map(|path| document(path)).collect();
        let mistakes: Vec<_> = read.iter().filter_map(|one| one.as_ref().err()).collect();
        if !mistakes.is_empty() {
            let mistakes: Vec<_> = mistakes.into_iter().map(String::as_str).collect();
            return Err(mistakes.join("\n").into());
        }
        Ok(read.into_iter().flatten().collect())
    }
}

fn document(path: &Path) -> Result<(String, Value), String> {
    let name = path.display().to_string();
    let content =
        fs::read_to_string(path).map_err(|error| format!("cannot read {name}: {error}"))?;
    let document = serde_json::from_str(&content).map_err(|error| format!("{name}: {error}"))?;
    Ok((name, document))
}
