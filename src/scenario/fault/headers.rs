//! Header fields set on an answer, or taken from it, whichever answer it is.

use http::header::{CONTENT_LENGTH, DATE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use serde_json::{Map, Value};

use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::plan::HeaderVerb;

/// Reads `do.headers`: names with a value, a list of values, or `null`.
pub(in crate::scenario) fn read(
    headers: &Map<String, Value>,
    at: &Pointer,
    findings: &mut Findings,
) -> Vec<HeaderVerb> {
    let verbs = headers
        .iter()
        .filter_map(|(name, value)| findings.keep(&at.key(name), verb(name, value)));
    verbs.collect()
}

fn verb(name: &str, value: &Value) -> Result<HeaderVerb, Complaint> {
    let no_field = || Complaint::new("no header field can hold this");
    let name = named(name)?;
    if name == DATE && value.is_null() {
        return Err("every answer is dated: write another date in its place".into());
    }
    let values = match value {
        Value::Null => &[],
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    let read = |value: &Value| {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        HeaderValue::from_str(&text).map_err(|_| no_field())
    };
    Ok(HeaderVerb {
        name,
        values: values.iter().map(read).collect::<Result<_, _>>()?,
    })
}

/// The name of a field that an answer may be given.
pub(super) fn named(name: &str) -> Result<HeaderName, Complaint> {
    let parsed: Result<HeaderName, _> = name.parse();
    let name = parsed.map_err(|_| Complaint::new("no header field can hold this"))?;
    if [CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
        return Err(
            "how the body is framed is decided where it leaves: see the faults of the wire".into(),
        );
    }
    Ok(name)
}

pub(super) fn what(verbs: &[HeaderVerb]) -> String {
    let names: Vec<_> = verbs.iter().map(|verb| verb.name.as_str()).collect();
    format!("headers {}", names.join(" "))
}

impl HeaderVerb {
    /// Makes the change.
    pub fn apply(&self, headers: &mut HeaderMap) {
        headers.remove(&self.name);
        for value in &self.values {
            headers.append(self.name.clone(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_set_repeated_and_removed() {
        let written = json!({ "X-A": ["1", 2], "X-B": null, "X-C": "new" });
        let mut findings = Findings::default();
        let verbs = read(
            written.as_object().unwrap(),
            &Pointer::default(),
            &mut findings,
        );
        let mut headers = HeaderMap::new();
        headers.insert("x-b", HeaderValue::from_static("old"));
        headers.insert("x-c", HeaderValue::from_static("old"));
        for verb in &verbs {
            verb.apply(&mut headers);
        }
        assert_eq!(
            headers.get_all("x-a").iter().collect::<Vec<_>>(),
            ["1", "2"]
        );
        assert!(headers.get("x-b").is_none());
        assert_eq!(headers["x-c"], "new");
        assert!(findings.messages().is_empty());
    }

    #[test]
    fn what_no_field_can_hold_is_found() {
        let written = json!({ "X A": "1", "X-B": "a\nb", "Content-Length": "3" });
        let mut findings = Findings::default();
        assert!(
            read(
                written.as_object().unwrap(),
                &Pointer::default(),
                &mut findings
            )
            .is_empty()
        );
        assert_eq!(findings.messages().len(), 3);
    }
}
