//! One object of a document that is being read, and what is wrong with it.

use std::cell::RefCell;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::mistake::{Mistake, Wrong, nearest};

/// An object within a document; reading goes on after a mistake, so that all of them are told at once.
pub(super) struct Node<'d> {
    file: &'d str,
    path: String,
    members: &'d Map<String, Value>,
    mistakes: &'d RefCell<Vec<Mistake>>,
}

impl<'d> Node<'d> {
    /// The document as a whole, if it is an object.
    pub(super) fn root(
        file: &'d str,
        document: &'d Value,
        mistakes: &'d RefCell<Vec<Mistake>>,
    ) -> Option<Self> {
        let Value::Object(members) = document else {
            mistakes.borrow_mut().push(Mistake {
                file: file.to_owned(),
                path: String::new(),
                wrong: Wrong::Type("a JSON object"),
            });
            return None;
        };
        Some(Self {
            file,
            path: String::new(),
            members,
            mistakes,
        })
    }

    /// The name of the document it stands in.
    pub(super) fn file(&self) -> &'d str {
        self.file
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.members.contains_key(key)
    }

    /// Notes a mistake of the object itself.
    pub(super) fn wrong(&self, wrong: Wrong) {
        self.note(self.path.clone(), wrong);
    }

    /// Notes a mistake of one of its members.
    pub(super) fn wrong_at(&self, key: &str, wrong: Wrong) {
        self.note(self.path_of(key), wrong);
    }

    fn note(&self, path: String, wrong: Wrong) {
        self.mistakes.borrow_mut().push(Mistake {
            file: self.file.to_owned(),
            path,
            wrong,
        });
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Refuses members beside these.
    pub(super) fn only(&self, known: &[&str]) {
        let strangers = self
            .members
            .keys()
            .filter(|key| !known.contains(&key.as_str()));
        for key in strangers {
            self.wrong_at(
                key,
                Wrong::UnknownMember(nearest(key, known.iter().copied())),
            );
        }
    }

    /// A member that is text.
    pub(super) fn text(&self, key: &str) -> Option<&'d str> {
        let value = self.members.get(key)?;
        if value.as_str().is_none() {
            self.wrong_at(key, Wrong::Type("text"));
        }
        value.as_str()
    }

    /// A member that is text and must be there.
    pub(super) fn needed(&self, key: &'static str) -> Option<&'d str> {
        if !self.has(key) {
            self.wrong(Wrong::Missing(key));
        }
        self.text(key)
    }

    /// A member that is `true` or `false`; `false` if it is absent.
    pub(super) fn flag(&self, key: &str) -> bool {
        match self.members.get(key) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.wrong_at(key, Wrong::Type("true or false"));
                false
            }
        }
    }

    /// A member that is one of a few words.
    pub(super) fn word<T: DeserializeOwned>(&self, key: &str, known: &[&str]) -> Option<T> {
        let word = self.text(key)?;
        if known.contains(&word) {
            return serde_json::from_value(Value::String(word.to_owned())).ok();
        }
        self.wrong_at(
            key,
            Wrong::UnknownWord {
                word: word.to_owned(),
                known: known.join(", "),
                meant: nearest(word, known.iter().copied()),
            },
        );
        None
    }

    /// A member that is a list of texts; empty if it is absent.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        let all: Vec<_> = self
            .items(key, "an array of texts")
            .iter()
            .map(Value::as_str)
            .collect();
        if all.contains(&None) {
            self.wrong_at(key, Wrong::Type("an array of texts"));
        }
        all.into_iter().flatten().map(str::to_owned).collect()
    }

    /// A member that is a list of objects; empty if it is absent.
    pub(super) fn nodes(&self, key: &str) -> Vec<Self> {
        let node = |(index, value): (usize, &'d Value)| {
            let path = format!("{}[{index}]", self.path_of(key));
            let Value::Object(members) = value else {
                self.note(path, Wrong::Type("a JSON object"));
                return None;
            };
            Some(Self {
                path,
                members,
                ..*self
            })
        };
        let items = self.items(key, "an array of objects");
        items.iter().enumerate().filter_map(node).collect()
    }

    fn items(&self, key: &str, wanted: &'static str) -> &'d [Value] {
        match self.members.get(key) {
            None => &[],
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.wrong_at(key, Wrong::Type(wanted));
                &[]
            }
        }
    }
}
