//! Strict JSON with the place of every value: what turns a pointer into a line and a column.

use std::collections::HashMap;

use jsonc_parser::ast::{self, ObjectPropName};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};
use serde_json::{Map, Value};

use super::finding::{Complaint, Finding, Findings, Half, Pointer, Raw, Severity};

/// Where each member's key and value begin in the text, as byte offsets.
#[derive(Debug, Default)]
pub(super) struct Positions {
    keys: HashMap<String, usize>,
    values: HashMap<String, usize>,
    /// The byte offset at which each line begins.
    lines: Vec<usize>,
}

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads JSON; the value is `None` where the text is none, and the findings then say why.
pub(super) fn read(
    text: &str,
    findings: &mut Findings,
) -> (Option<Value>, Vec<Finding>, Positions) {
    let collect = CollectOptions {
        comments: CommentCollectionStrategy::Off,
        tokens: false,
    };
    let mut positions = Positions {
        lines: line_starts(text),
        ..Positions::default()
    };
    let value = match parse_to_ast(text, &collect, &STRICT) {
        Ok(parsed) => parsed.value,
        Err(error) => {
            let complaint = Complaint::new(format!("not JSON: {}", error.kind()).to_lowercase());
            let finding = positions.at(text, error.range().start, raw_at_root(complaint));
            return (None, vec![finding], positions);
        }
    };
    let Some(value) = value else {
        let finding = positions.at(text, 0, raw_at_root(Complaint::new("the file is empty")));
        return (None, vec![finding], positions);
    };
    let value = positions.walk(&value, &Pointer::default(), findings);
    (Some(value), Vec::new(), positions)
}

fn raw_at_root(complaint: Complaint) -> Raw {
    Raw {
        pointer: Pointer::default(),
        half: Half::Value,
        complaint,
        severity: Severity::Error,
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0)
        .chain(text.match_indices('\n').map(|(offset, _)| offset + 1))
        .collect()
}

impl Positions {
    /// Line and column of a value.
    pub(super) fn line_and_column(&self, text: &str, pointer: &str) -> (usize, usize) {
        self.counted(text, self.offset(pointer, Half::Value))
    }

    /// The finding with its line and column.
    pub(super) fn place(&self, text: &str, raw: Raw) -> Finding {
        let offset = self.offset(raw.pointer.as_str(), raw.half);
        self.at(text, offset, raw)
    }

    fn at(&self, text: &str, offset: usize, raw: Raw) -> Finding {
        let (line, column) = self.counted(text, offset);
        raw.placed(line, column)
    }

    /// The line and the column of an offset, both counted from 1.
    fn counted(&self, text: &str, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let column = text
            .get(start..offset)
            .map_or(offset.saturating_sub(start), |before| {
                before.chars().count()
            });
        (line, column + 1)
    }

    /// Where that place begins; the nearest place around it if the document does not have it.
    fn offset(&self, pointer: &str, half: Half) -> usize {
        if half == Half::Key
            && let Some(offset) = self.keys.get(pointer)
        {
            return *offset;
        }
        let mut pointer = pointer;
        loop {
            if let Some(offset) = self.values.get(pointer) {
                return *offset;
            }
            match pointer.rsplit_once('/') {
                Some((parent, _)) => pointer = parent,
                None => return 0,
            }
        }
    }

    fn walk(&mut self, node: &ast::Value<'_>, at: &Pointer, findings: &mut Findings) -> Value {
        // Of two members of one name the later one counts, in the value and here.
        self.values.insert(at.as_str().to_owned(), node.start());
        match node {
            ast::Value::StringLit(text) => Value::String(text.value.clone().into_owned()),
            ast::Value::NumberLit(number) => {
                serde_json::from_str(number.value).unwrap_or_else(|_| {
                    findings.error(at, format!("\"{}\" is no JSON number", number.value));
                    findings.spoil(at);
                    Value::Null
                })
            }
            ast::Value::BooleanLit(boolean) => Value::Bool(boolean.value),
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::Array(array) => array
                .elements
                .iter()
                .enumerate()
                .map(|(index, element)| self.walk(element, &at.index(index), findings))
                .collect(),
            ast::Value::Object(object) => Value::Object(self.members(object, at, findings)),
        }
    }

    fn members(
        &mut self,
        object: &ast::Object<'_>,
        at: &Pointer,
        findings: &mut Findings,
    ) -> Map<String, Value> {
        let mut members = Map::new();
        for property in &object.properties {
            let (name, start) = match &property.name {
                ObjectPropName::String(name) => (name.value.as_ref(), name.range.start),
                ObjectPropName::Word(name) => (name.value, name.range.start),
            };
            let at = at.key(name);
            self.keys.insert(at.as_str().to_owned(), start);
            let value = self.walk(&property.value, &at, findings);
            if members.insert(name.to_owned(), value).is_some() {
                findings.error_at_key(&at, format!("the key \"{name}\" is given twice"));
            }
        }
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, pointer: &Pointer, half: Half) -> (usize, usize) {
        let (value, failed, positions) = read(text, &mut Findings::default());
        assert!(value.is_some(), "{failed:?}");
        let raw = Raw {
            pointer: pointer.clone(),
            half,
            complaint: Complaint::new("x"),
            severity: Severity::Error,
        };
        let finding = positions.place(text, raw);
        (finding.line, finding.column)
    }

    #[test]
    fn every_key_and_value_has_its_place_counted_in_characters() {
        let text = "{\n  \"ä\": [1,\n    {\"b\": true}]\n}";
        let list = Pointer::default().key("ä");
        assert_eq!(place(text, &list, Half::Key), (2, 3));
        assert_eq!(place(text, &list, Half::Value), (2, 8));
        assert_eq!(place(text, &list.index(1).key("b"), Half::Value), (3, 11));
        assert_eq!(place(text, &list.index(1).key("none"), Half::Value), (3, 5));
    }

    #[test]
    fn what_is_not_strict_json_is_found_with_its_place() {
        for text in [
            "",
            "{\"a\": 1,}",
            "{a: 1}",
            "{'a': 1}",
            "// x\n{}",
            "{\"a\" 1}",
            "{} {}",
        ] {
            let (value, failed, _) = read(text, &mut Findings::default());
            assert!(value.is_none(), "{text}");
            assert_eq!(failed.len(), 1, "{text}");
            assert!(failed[0].line == 1, "{text}");
        }
        for text in ["{\"a\": 01}", "{\"a\": 1, \"a\": 2}"] {
            let mut findings = Findings::default();
            let (value, failed, _) = read(text, &mut findings);
            let found = failed.len() + findings.into_raw().len();
            assert_eq!(found, 1, "{text} {value:?}");
        }
    }
}
