//! Changes to the true answer: JSON Patch, and the deviations that have a name.

use std::borrow::Cow;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::exchange::Reply;
use crate::scenario::file;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::plan::{ListNumber, Mutation, Oddity, Shape, TagMode, Unassigned};

use super::reply::is_json;
use super::{abroad, dress, rows, shape, tag};

/// The deviations whose name says all.
const PLAIN: [(&str, Mutation); 33] = [
    ("omit_id", Mutation::OmitId),
    ("string_booleans", Mutation::StringBooleans),
    ("wrong_total", Mutation::WrongTotal),
    ("page_drift", Mutation::PageDrift),
    ("filter_ignored", Mutation::FilterIgnored),
    ("duplicate_match", Mutation::DuplicateMatch),
    ("empty_page", Mutation::EmptyPage),
    ("no_match_404", Mutation::NoMatch404),
    ("dates:offset", Mutation::Shape(Shape::OffsetDates)),
    ("dates:long", Mutation::Shape(Shape::LongDates)),
    ("stale_body", Mutation::StaleBody),
    ("other_resource", Mutation::OtherResource),
    ("number_id", Mutation::Shape(Shape::NumberId)),
    ("upper_names", Mutation::Shape(Shape::UpperNames)),
    ("lower_names", Mutation::Shape(Shape::LowerNames)),
    ("resources", Mutation::Shape(Shape::Resources)),
    ("extra_attributes", Mutation::Shape(Shape::ExtraAttributes)),
    (
        "unassigned:null",
        Mutation::Shape(Shape::Unassigned(Unassigned::Null)),
    ),
    (
        "unassigned:list",
        Mutation::Shape(Shape::Unassigned(Unassigned::List)),
    ),
    (
        "unassigned:absent",
        Mutation::Shape(Shape::Unassigned(Unassigned::Absent)),
    ),
    (
        "unassigned:turns",
        Mutation::Shape(Shape::Unassigned(Unassigned::Turns)),
    ),
    ("reordered", Mutation::Shape(Shape::Reordered)),
    ("string_numbers", Mutation::Shape(Shape::StringNumbers)),
    ("rewritten", Mutation::Shape(Shape::Rewritten)),
    (
        "start_index:missing",
        Mutation::Count(ListNumber::StartIndex, Oddity::Missing),
    ),
    (
        "start_index:wrong",
        Mutation::Count(ListNumber::StartIndex, Oddity::Wrong),
    ),
    (
        "start_index:text",
        Mutation::Count(ListNumber::StartIndex, Oddity::Text),
    ),
    (
        "items_per_page:missing",
        Mutation::Count(ListNumber::ItemsPerPage, Oddity::Missing),
    ),
    (
        "items_per_page:wrong",
        Mutation::Count(ListNumber::ItemsPerPage, Oddity::Wrong),
    ),
    (
        "items_per_page:text",
        Mutation::Count(ListNumber::ItemsPerPage, Oddity::Text),
    ),
    ("etag:missing", Mutation::Tag(TagMode::Missing)),
    ("etag:strong", Mutation::Tag(TagMode::Strong)),
    ("foreign_host", Mutation::ForeignHost),
];

/// The one that is another each time.
const CHANGING: &str = "etag:changing";

/// A deviation that needs more than its name, as an example of each.
const STALE_LIST: &str = "stale_list:3";

/// What a deviation must know beside the answer.
pub struct Listing<'l> {
    /// Whether the resource of that id was created fewer than so many list reads ago.
    pub is_stale: &'l dyn Fn(&str, u32) -> bool,
    /// The resource as it was before the request.
    pub earlier: Option<&'l Value>,
    /// Some resources of the same type.
    pub others: &'l [Value],
}

impl std::fmt::Debug for Listing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listing").finish_non_exhaustive()
    }
}

/// Reads `do.mutate`: a name, a JSON Patch, or a list of names and patch operations.
pub(in crate::scenario) fn read(
    value: &Value,
    at: &Pointer,
    findings: &mut Findings,
) -> Vec<Mutation> {
    let list = match value {
        Value::String(name) => {
            return findings.keep(at, named(name)).into_iter().collect();
        }
        Value::Array(list) => list,
        _ => {
            findings.error(at, "expected a JSON Patch, or a name, or a list of both");
            return Vec::new();
        }
    };
    if list.is_empty() {
        findings.error(at, "changes nothing");
    }
    let mut all = Vec::new();
    for (index, element) in list.iter().enumerate() {
        let at = at.index(index);
        if let Value::String(name) = element {
            all.extend(findings.keep(&at, named(name)));
        } else if element.get("op").is_some_and(|op| !op.is_string()) {
            // serde would take a number for the place of a word in its list.
            findings.error(
                &at.key("op"),
                "expected the name of an operation of JSON Patch",
            );
        } else if let Some(operation) = file::read(element, &at, findings) {
            // Neighbours are one patch: it is applied whole or not at all.
            match all.last_mut() {
                Some(Mutation::JsonPatch(patch)) => patch.0.push(operation),
                _ => all.push(Mutation::JsonPatch(json_patch::Patch(vec![operation]))),
            }
        }
    }
    all
}

fn named(name: &str) -> Result<Mutation, Complaint> {
    if let Some((_, mutation)) = PLAIN.iter().find(|(known, _)| *known == name) {
        return Ok(mutation.clone());
    }
    if name == CHANGING {
        return Ok(Mutation::Tag(TagMode::Changing(0)));
    }
    if let Some(dress) = dress::parse(name) {
        return dress.map(Mutation::Dress);
    }
    let reads = name.strip_prefix("stale_list:").map(str::parse);
    if let Some(Ok(reads)) = reads {
        let lags = (reads > 0).then_some(Mutation::StaleList(reads));
        return lags.ok_or_else(|| "a list lags by one read at least".into());
    }
    let plain = PLAIN.iter().map(|(known, _)| *known);
    let known = plain.chain(dress::NAMES).chain([STALE_LIST, CHANGING]);
    Err(Complaint::unknown("deviation", name, known))
}

fn name_of(mutation: &Mutation) -> Cow<'static, str> {
    match mutation {
        Mutation::JsonPatch(_) => "patch".into(),
        Mutation::StaleList(_) => "stale_list".into(),
        Mutation::Tag(TagMode::Changing(_)) => CHANGING.into(),
        Mutation::Dress(dress) => dress::name_of(dress),
        plain => {
            let row = PLAIN.iter().find(|(_, known)| known == plain);
            row.map_or("nothing", |(name, _)| name).into()
        }
    }
}

pub(super) fn what(mutations: &[Mutation]) -> String {
    let names: Vec<_> = mutations.iter().map(name_of).collect();
    format!("mutate {}", names.join(" "))
}

/// Makes the changes to an answer: to its JSON first, in order, then to how it is wrapped, in order too.
///
/// Says of each that could not be made or found nothing to change, by its place, why.
pub fn alter(
    reply: &mut Reply,
    mutations: &[Mutation],
    listing: &Listing<'_>,
) -> Vec<(usize, String)> {
    let mut troubles = alter_json(reply, mutations, listing);
    for (place, mutation) in mutations.iter().enumerate() {
        if let Mutation::Dress(dress) = mutation {
            let trouble = dress::put_on(reply, dress).err();
            troubles.extend(trouble.map(|why| (place, why)));
        }
    }
    troubles
}

fn alter_json(
    reply: &mut Reply,
    mutations: &[Mutation],
    listing: &Listing<'_>,
) -> Vec<(usize, String)> {
    let all = mutations.iter().enumerate();
    let changes: Vec<_> = all
        .filter(|(_, mutation)| !matches!(mutation, Mutation::Dress(_)))
        .collect();
    if changes.is_empty() {
        return Vec::new();
    }
    let json = is_json(reply).then(|| serde_json::from_slice(&reply.body).ok());
    let mut json: Option<Value> = json.flatten();
    let mut troubles = Vec::new();
    for (place, change) in changes {
        let in_head = change.in_head(&mut reply.headers);
        let in_body = match &mut json {
            Some(body) => change.make(body, listing),
            None => Err("the answer has no JSON to change".to_owned()),
        };
        match in_body {
            Err(why) if !in_head => troubles.push((place, why)),
            Ok(()) => change.settle_head(reply, json.as_ref()),
            Err(_) => {}
        }
    }
    if let Some(body) = json {
        reply.body = body.to_string().into();
    }
    troubles
}

impl Mutation {
    /// The mutation for the so-many-th time that its rule acts.
    pub(super) fn in_turn(&self, count: u64) -> Self {
        match self {
            Self::Shape(shape) => Self::Shape(shape.in_turn(count)),
            Self::Tag(TagMode::Changing(_)) => Self::Tag(TagMode::Changing(count)),
            other => other.clone(),
        }
    }

    /// Makes the change to header fields, if it is about some; whether it found what to change.
    fn in_head(&self, headers: &mut HeaderMap) -> bool {
        match self {
            Self::Tag(mode) => tag::in_head(headers, *mode),
            Self::ForeignHost => abroad::in_head(headers),
            _ => false,
        }
    }

    /// Makes what the head says of the body true of the body that it has now.
    fn settle_head(&self, reply: &mut Reply, body: Option<&Value>) {
        match (self, body) {
            (Self::StaleBody | Self::OtherResource, Some(body)) => {
                tag::follow(&mut reply.headers, body);
            }
            (Self::NoMatch404, _) => {
                reply.status = StatusCode::NOT_FOUND;
            }
            _ => {}
        }
    }

    /// Makes the change to a body, and says so if it found nothing to change.
    fn make(&self, body: &mut Value, listing: &Listing<'_>) -> Result<(), String> {
        // What was asked was changed, or what is wanted may be so already.
        let is_told_elsewhere = matches!(
            self,
            Self::FilterIgnored
                | Self::PageDrift
                | Self::Shape(Shape::Unassigned(Unassigned::Absent))
        );
        // As text, for two objects are equal whatever the order of their members.
        let before = body.to_string();
        self.apply(body, listing)?;
        let after = body.to_string();
        if is_told_elsewhere || after != before {
            return Ok(());
        }
        Err(format!("{} finds nothing to change", name_of(self)))
    }

    /// Makes the change to a body.
    ///
    /// # Errors
    ///
    /// A JSON Patch that does not fit says why, and the body stays as it was.
    pub fn apply(&self, body: &mut Value, listing: &Listing<'_>) -> Result<(), String> {
        match self {
            Self::JsonPatch(patch) => {
                return json_patch::patch(body, &patch.0)
                    .map_err(|error| format!("the patch does not fit: {error}"));
            }
            Self::OmitId => rows::omit_id(body),
            Self::StringBooleans => string_booleans(body),
            Self::WrongTotal => rows::add_to(body, "totalResults"),
            Self::Count(ListNumber::StartIndex, odd) => rows::bend(body, "startIndex", *odd)?,
            Self::Count(ListNumber::ItemsPerPage, odd) => rows::bend(body, "itemsPerPage", *odd)?,
            Self::StaleList(reads) => rows::leave_out(body, |id| (listing.is_stale)(id, *reads)),
            Self::Tag(mode) => tag::in_body(body, *mode),
            Self::ForeignHost => abroad::in_body(body),
            Self::StaleBody => {
                shows_resource(body)?;
                let earlier = listing.earlier.ok_or("nothing is known of it before")?;
                *body = earlier.clone();
            }
            Self::OtherResource => {
                shows_resource(body)?;
                let mut others = listing.others.iter();
                let other = others.find(|other| other.get("id") != body.get("id"));
                *body = other.ok_or("there is no other resource")?.clone();
            }
            Self::Shape(shape) => shape.give(body),
            Self::DuplicateMatch => rows::duplicate(body)?,
            Self::EmptyPage => rows::empty(body),
            Self::NoMatch404 => rows::refuse_empty(body),
            // Not the JSON, but what is around it, or what was asked.
            Self::Dress(_) | Self::FilterIgnored | Self::PageDrift => {}
        }
        Ok(())
    }
}

fn shows_resource(body: &Value) -> Result<(), String> {
    let shows = body.as_object().is_some_and(shape::is_resource);
    shows
        .then_some(())
        .ok_or_else(|| "the answer shows no resource".to_owned())
}

fn string_booleans(value: &mut Value) {
    match value {
        Value::Bool(true) => *value = "True".into(),
        Value::Bool(false) => *value = "False".into(),
        Value::Array(elements) => elements.iter_mut().for_each(string_booleans),
        Value::Object(members) => members.values_mut().for_each(string_booleans),
        Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nothing_stale(_: &str, _: u32) -> bool {
        false
    }

    #[track_caller]
    fn check(written: &Value, mut body: Value, expected: &Value) {
        let mut findings = Findings::default();
        let mutations = read(written, &Pointer::default(), &mut findings);
        assert_eq!(findings.messages(), [""; 0]);
        let listing = Listing {
            is_stale: &|id, reads| id == "2" && reads == 3,
            earlier: None,
            others: &[],
        };
        for mutation in mutations {
            mutation.apply(&mut body, &listing).unwrap();
        }
        assert_eq!(&body, expected, "{written}");
    }

    #[test]
    fn what_misleads_about_rows_is_known() {
        let misleads =
            |(name, mutation): &(&'static str, Mutation)| mutation.misleads().then_some(*name);
        let named: Vec<_> = PLAIN.iter().filter_map(misleads).collect();
        assert_eq!(
            named,
            [
                "wrong_total",
                "page_drift",
                "filter_ignored",
                "duplicate_match",
                "empty_page",
                "stale_body",
                "other_resource"
            ]
        );
    }

    #[test]
    fn each_deviation_changes_what_its_name_says() {
        let list = json!({"totalResults": 2, "startIndex": 10, "itemsPerPage": 2, "Resources": [
            {"id": "1", "active": true}, {"id": "2", "active": false}]});
        check(
            &json!("omit_id"),
            json!({"id": "1", "x": 1}),
            &json!({"x": 1}),
        );
        check(
            &json!(["omit_id", "string_booleans", "wrong_total", "page_drift"]),
            list.clone(),
            &json!({"totalResults": 3, "startIndex": 10, "itemsPerPage": 2, "Resources": [
                {"active": "True"}, {"active": "False"}]}),
        );
        check(
            &json!(["start_index:wrong", "items_per_page:text"]),
            json!({"startIndex": 1, "itemsPerPage": 2, "Resources": []}),
            &json!({"startIndex": 2, "itemsPerPage": "2", "Resources": []}),
        );
        check(
            &json!("stale_list:3"),
            list,
            &json!({"totalResults": 1, "startIndex": 10, "itemsPerPage": 1, "Resources": [
                {"id": "1", "active": true}]}),
        );
    }

    #[test]
    fn patch_and_names_mix_in_the_order_of_the_file() {
        check(
            &json!([{"op": "add", "path": "/new", "value": true}, "string_booleans",
                   {"op": "add", "path": "/later", "value": true}]),
            json!({}),
            &json!({"new": "True", "later": true}),
        );
    }

    #[test]
    fn patch_that_does_not_fit_leaves_the_body_and_is_told() {
        let mutations = read(
            &json!([{"op": "add", "path": "/a", "value": 1}, {"op": "remove", "path": "/none"}]),
            &Pointer::default(),
            &mut Findings::default(),
        );
        assert_eq!(mutations.len(), 1);
        let mut reply = Reply::with_body(StatusCode::OK, "application/scim+json", "{\"b\":2}");
        let listing = Listing {
            is_stale: &nothing_stale,
            earlier: None,
            others: &[],
        };
        let troubles = alter(&mut reply, &mutations, &listing);
        assert_eq!(troubles.len(), 1);
        assert_eq!(reply.body, "{\"b\":2}");
        let mut empty = Reply::empty(StatusCode::NO_CONTENT);
        assert_eq!(alter(&mut empty, &mutations, &listing).len(), 1);
    }

    #[test]
    fn unknown_names_and_operations_are_found() {
        let mut findings = Findings::default();
        let written = json!(["omit_ids", {"op": "ad", "path": "/x"}, "stale_list:x"]);
        assert!(read(&written, &Pointer::default(), &mut findings).is_empty());
        assert_eq!(findings.messages().len(), 3);
    }
}
