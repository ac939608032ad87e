//! What is left open in a list and in an error.

use serde_json::{Map, Value};

use super::{Taken, table};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// What every error may say of itself; which is to say nothing.
const OTHER_WORDS: &str =
    "The request was not carried out. \u{2014} Reference 0x1F, \u{ab}see documentation\u{bb}.";

/// Whether an object is a message of that schema.
fn is_message(object: &Map<String, Value>, urn: &str) -> bool {
    let schemas = object.get("schemas").and_then(Value::as_array);
    schemas.is_some_and(|schemas| schemas.iter().any(|schema| schema == urn))
}

/// Whether an object is a list.
pub(super) fn is_list(object: &Map<String, Value>) -> bool {
    is_message(object, LIST)
}

/// Leaves out of a list what need not be in it.
pub(super) fn vary(list: &mut Map<String, Value>, taken: &mut Taken<'_>) {
    let number = |name: &str| list.get(name).and_then(Value::as_u64);
    let shown = list
        .get("Resources")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let (total, start) = (number("totalResults"), number("startIndex"));
    let has_cursor = list.contains_key("nextCursor") || list.contains_key("previousCursor");
    if total == Some(shown as u64)
        && start == Some(1)
        && !has_cursor
        && taken.take(table::PAGING_MEMBERS) == 1
    {
        list.shift_remove("startIndex");
        list.shift_remove("itemsPerPage");
    }
    if total == Some(0) && taken.take(table::EMPTY_LIST) == 1 {
        list.shift_remove("Resources");
    }
}

/// Varies what a SCIM error says to a person; what it says to a program stays.
pub(super) fn error(object: &mut Map<String, Value>, taken: &mut Taken<'_>) {
    if !is_message(object, ERROR) || !object.contains_key("detail") {
        return;
    }
    match taken.take(table::ERROR_DETAIL) {
        1 => {
            object.insert("detail".into(), OTHER_WORDS.into());
        }
        2 => {
            object.shift_remove("detail");
        }
        _ => {}
    }
}
