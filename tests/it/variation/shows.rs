//! How each form of each point looks to the client.

use goto_double::variation::POINTS;
use serde_json::{Map, Value};

use super::raw::Raw;
use crate::support::CORE_USER;

/// Whether an answer shows that form of a point.
pub fn shows(point: &str, form: &str, raw: &Raw) -> bool {
    match point {
        "id-form" | "etag-form" | "token-form" => shape(point, form, raw),
        "field-case" | "field-order" | "framing" | "reason" | "persistence" | "further-fields" => {
            head(point, form, raw)
        }
        "media-parameter" | "location-form" | "retry-after" | "challenge" => {
            value(point, form, raw)
        }
        "member-order" | "white-space" | "escapes" => script(point, form, raw),
        "token-type" => raw.json()["token_type"] == form,
        "token-members" => raw.json().get("x-session").is_some() == (form == "further"),
        "patch-answer" => {
            raw.status.to_string() == form && (raw.chunks.is_empty() == (form == "204"))
        }
        "error-detail" => match raw.json().get("detail") {
            None => form == "absent",
            Some(detail) if detail.as_str().unwrap().contains("0x1F") => form == "other words",
            Some(_) => form == "own words",
        },
        _ => resource(point, form, &raw.json()),
    }
}

/// Every point that this file knows how to see.
#[test]
fn no_point_is_forgotten() {
    for point in POINTS {
        assert!(
            include_str!("shows.rs").contains(&format!("\"{}\"", point.name)),
            "{}",
            point.name
        );
    }
}

fn shape(point: &str, form: &str, raw: &Raw) -> bool {
    let body = raw.json();
    let all = |text: &str, fits: fn(char) -> bool| text.chars().all(fits);
    match point {
        "id-form" => {
            let id = body["id"].as_str().unwrap();
            match form {
                "digits" => all(id, |letter| letter.is_ascii_digit()),
                "uuid" => id.len() == 36 && id.matches('-').count() == 4,
                _ => id.contains('~') && id.contains('.'),
            }
        }
        "etag-form" => {
            let tag = raw.field("etag").unwrap();
            if let Some(version) = body.pointer("/meta/version") {
                assert_eq!(version, tag);
            }
            let inside = tag.strip_prefix("W/\"").unwrap().trim_end_matches('"');
            match form {
                "number" => all(inside, |letter| letter.is_ascii_digit()),
                "letters" => all(inside, |letter| letter.is_ascii_lowercase()),
                _ => inside.starts_with("rev:"),
            }
        }
        _ => {
            let token = body["refresh_token"].as_str().unwrap();
            match form {
                "hexadecimal" => token.len() == 64,
                "long" => token.len() > 1000,
                _ => token.contains('&') && token.contains('+'),
            }
        }
    }
}

fn head(point: &str, form: &str, raw: &Raw) -> bool {
    let names = || raw.fields.iter().map(|(name, _)| name.as_str());
    match point {
        "field-case" => names().all(|name| match form {
            "small letters" => name == name.to_ascii_lowercase(),
            "CAPITALS" => name == name.to_ascii_uppercase(),
            _ => name.split('-').all(|word| {
                let (first, rest) = word.split_at(1);
                first == first.to_ascii_uppercase() && rest == rest.to_ascii_lowercase()
            }),
        }),
        "field-order" => {
            let own = names().map(str::to_ascii_lowercase);
            let mut own = own.filter(|name| {
                !["content-length", "transfer-encoding", "date"].contains(&name.as_str())
            });
            let is_usual = ["content-type", "location"].contains(&own.next().unwrap().as_str());
            is_usual == (form == "usual")
        }
        "framing" => match form {
            "content-length" => raw.field("content-length").is_some(),
            "one chunk" => raw.field("content-length").is_none() && raw.chunks.len() == 1,
            _ => raw.field("content-length").is_none() && raw.chunks.len() > 3,
        },
        "reason" => match form {
            "absent" => raw.reason.is_empty(),
            "other words" => raw.reason.starts_with("So Be It"),
            _ => !raw.reason.is_empty() && !raw.reason.starts_with("So Be It"),
        },
        "persistence" => (raw.field("connection") == Some("keep-alive")) == (form == "keep-alive"),
        _ => raw.field("x-request-id").is_some() == (form == "some"),
    }
}

fn value(point: &str, form: &str, raw: &Raw) -> bool {
    match point {
        "media-parameter" => {
            let kind = raw.field("content-type").unwrap();
            let parameter = kind
                .split_once(';')
                .map_or("none", |(_, parameter)| parameter.trim());
            parameter == form
        }
        "location-form" => raw.field("location").unwrap().starts_with('/') == (form == "relative"),
        "retry-after" => raw.field("retry-after").unwrap().ends_with("GMT") == (form == "date"),
        _ => raw.field("www-authenticate").unwrap().starts_with(form),
    }
}

fn script(point: &str, form: &str, raw: &Raw) -> bool {
    let text = raw.text();
    match point {
        "member-order" => {
            let body = raw.json();
            let names: Vec<&String> = body.as_object().unwrap().keys().collect();
            let leads = |name: &&&String| ["schemas", "access_token"].contains(&name.as_str());
            match form {
                "as stored" => names.first().is_some_and(|name| leads(&name)),
                "reversed" => names.last().is_some_and(|name| leads(&name)),
                "by name" => names.is_sorted(),
                _ => true,
            }
        }
        "white-space" => match form {
            "indented" => text.starts_with("{\n  \"") && text.ends_with("}\n"),
            "blanks" => text.starts_with("{ \"") && text.ends_with(" }"),
            _ => text.starts_with("{\"") && text.ends_with('}') && !text.ends_with(" }"),
        },
        _ => {
            let (ascii, solidus) = (text.is_ascii(), text.contains("\\/"));
            let has_letters = !raw.json().to_string().is_ascii();
            let has_solidus = text.contains('/');
            let (escaped, apart) = match form {
                "only needed" => (false, false),
                "non-ASCII" => (true, false),
                "solidus" => (false, true),
                _ => (true, true),
            };
            (!has_letters || ascii == escaped) && (!has_solidus || solidus == apart)
        }
    }
}

fn resource(point: &str, form: &str, body: &Value) -> bool {
    let list = |name: &str| body[name].as_array().cloned().unwrap_or_default();
    match point {
        "row-order" => {
            let names: Vec<String> = list("Resources")
                .iter()
                .map(|row| row["userName"].to_string())
                .collect();
            match form {
                "newest first" => names.is_sorted_by(|left, right| left >= right),
                _ => names.is_sorted(),
            }
        }
        "page-size" => {
            let most = form
                .strip_prefix("at most ")
                .map_or(100, |most| most.parse().unwrap());
            let total = usize::try_from(body["totalResults"].as_u64().unwrap()).unwrap();
            list("Resources").len() == total.min(most)
        }
        "paging-members" => {
            let there = ["startIndex", "itemsPerPage"].map(|name| body.get(name).is_some());
            there == [form == "present"; 2]
        }
        "empty-list" => body.get("Resources").is_some() == (form == "empty"),
        "schemas-order" => all_resources(body).iter().all(|one| {
            let schemas = one["schemas"].as_array().unwrap();
            schemas.len() < 2 || (schemas[0] == CORE_USER) == (form == "core first")
        }),
        "members-order" => {
            let names: Vec<String> = list("members")
                .iter()
                .map(|one| one["display"].to_string())
                .collect();
            match form {
                "reversed" => names.is_sorted_by(|left, right| left >= right),
                _ => names.is_sorted(),
            }
        }
        "unassigned" => all_resources(body).iter().all(|one| {
            let nulls = one.values().filter(|value| value.is_null()).count();
            let lists = one
                .values()
                .filter(|value| value.as_array().is_some_and(Vec::is_empty));
            match form {
                "null" => nulls > 0,
                "empty list" => nulls == 0 && lists.count() > 0,
                _ => nulls == 0 && lists.count() == 0,
            }
        }),
        "date-form" => all_resources(body).iter().all(|one| {
            let date = one["meta"]["created"].as_str().unwrap();
            date == match form {
                "+00:00" => "2030-01-01T00:00:00+00:00",
                "fraction" => "2030-01-01T00:00:00.000Z",
                _ => super::START,
            }
        }),
        other => panic!("how does {other} look?"),
    }
}

/// The resources of an answer: its rows, or itself.
fn all_resources(body: &Value) -> Vec<Map<String, Value>> {
    match body.get("Resources") {
        Some(rows) => {
            let rows = rows.as_array().unwrap().iter();
            rows.map(|row| row.as_object().unwrap().clone()).collect()
        }
        None => vec![body.as_object().unwrap().clone()],
    }
}
