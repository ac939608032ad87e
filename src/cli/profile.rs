//! `--profile`: a profile by its name, a file of single fields, or one field; later ones win.

use std::fs;
use std::path::Path;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Args, Command, error};
use goto_double::profile::{BASE, NAMED, Profile};
use serde_json::{Map, Value};

use super::Failure;

/// How the double behaves where the RFCs leave it open.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ProfileWords {
    /// A profile by name (goto, rfc, entra-lenient), a JSON file of single fields with an optional "base", or one field
    /// as in `page_size=5`; may be repeated, and later ones win.
    #[arg(long, value_name = "NAME|FILE|FIELD=VALUE", value_parser = Words, hide_possible_values = true)]
    profile: Vec<String>,
}

impl ProfileWords {
    /// The words as they were given.
    pub(super) fn words(&self) -> &[String] {
        &self.profile
    }

    /// The changes to the profile that the words make together.
    pub(super) fn changes(&self) -> Result<Map<String, Value>, Failure> {
        let mut changes = Map::new();
        for word in &self.profile {
            let said = read(word)?;
            // A name stands for all fields, so it ends what was said of single ones before it.
            if said.contains_key(BASE) {
                changes.clear();
            }
            changes.extend(said);
            Profile::of(&changes).map_err(|wrong| format!("--profile {word}: {wrong}"))?;
        }
        Ok(changes)
    }
}

/// What one word says.
fn read(word: &str) -> Result<Map<String, Value>, Failure> {
    if NAMED.iter().any(|one| one.name == word) {
        return Ok(Map::from_iter([(BASE.to_owned(), word.into())]));
    }
    if let Some((field, value)) = word.split_once('=') {
        // A word that is no JSON is meant as text.
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        return Ok(Map::from_iter([(field.to_owned(), value)]));
    }
    let has_form_of_file = word.contains(['.', '/', '\\']) || Path::new(word).exists();
    if !has_form_of_file {
        let unknown = Profile::named(word).err().unwrap_or_default();
        return Err(format!(
            "--profile {word}: {unknown}; a file or FIELD=VALUE will do too, and goto-double list profile shows the fields"
        )
        .into());
    }
    let content = fs::read_to_string(word)
        .map_err(|error| format!("cannot read the profile {word}: {error}"))?;
    match serde_json::from_str(&content) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(format!("{word}: a JSON object is wanted, as in {{\"page_size\": 5}}").into()),
        Err(error) => Err(format!("{word}: {error}").into()),
    }
}

/// Takes any text, and tells a shell which names there are.
#[derive(Clone)]
struct Words;

impl TypedValueParser for Words {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, error::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = NAMED
            .iter()
            .map(|one| PossibleValue::new(one.name).help(one.about));
        Some(Box::new(names))
    }
}
