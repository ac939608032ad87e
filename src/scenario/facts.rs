//! What the rules of a scenario may look at: one request, with what the store knows of it.

use http::header::CONTENT_TYPE;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::entry::{Exchange, Probe, Subject, SubjectKind, TokenFacts};
use crate::exchange::Request;
use crate::operation::Operation;

/// One request as the rules see it.
#[derive(Debug)]
pub struct Facts<'r> {
    /// What was asked.
    pub operation: Operation,
    /// The request itself; absent for a look-out of the double's own.
    pub request: Option<&'r Request>,
    /// The body as JSON, if it is JSON.
    pub body: Option<Value>,
    /// The body as form fields, if it is a form.
    pub form: Vec<(String, String)>,
    /// The query's fields, decoded.
    pub query: Vec<(String, String)>,
    /// Whom or what it is about.
    pub subject: Option<Subject>,
    /// What its bearer token is worth.
    pub token: TokenFacts,
}

impl<'r> Facts<'r> {
    /// An operation of which nothing else is known.
    pub fn bare(operation: Operation) -> Self {
        Self {
            operation,
            request: None,
            body: None,
            form: Vec::new(),
            query: Vec::new(),
            subject: None,
            token: TokenFacts::default(),
        }
    }

    /// What a request says by itself: whom it means and what its token is worth are still open.
    pub fn of_request(operation: Operation, request: &'r Request) -> Self {
        let is_form = request
            .header(&CONTENT_TYPE)
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let form = if is_form { request.body.as_ref() } else { &[] };
        Self {
            request: Some(request),
            body: if is_form || request.body.is_empty() {
                None
            } else {
                serde_json::from_slice(&request.body).ok()
            },
            form: form_urlencoded::parse(form).into_owned().collect(),
            query: form_urlencoded::parse(request.query().as_bytes())
                .into_owned()
                .collect(),
            ..Self::bare(operation)
        }
    }

    /// What the double's own look-out for the proof of a domain is about.
    pub fn of_probe(operation: Operation, domain: &str) -> Self {
        Self {
            subject: Some(Subject {
                kind: SubjectKind::Domain,
                key: domain.to_lowercase(),
                id: None,
            }),
            ..Self::bare(operation)
        }
    }

    /// What the rules saw of an exchange that is in the journal; `None` if nobody answers its path.
    pub fn of_exchange(exchange: &'r Exchange) -> Option<Self> {
        Some(Self {
            subject: exchange.subject.clone(),
            token: exchange.token.clone(),
            ..Self::of_request(exchange.operation?, &exchange.request)
        })
    }

    /// What the rules saw of a look-out that is in the journal.
    pub fn of_journalled_probe(probe: &Probe) -> Self {
        Self::of_probe(probe.operation, &probe.domain)
    }

    /// What stood in the path in place of `{name}`, decoded.
    pub fn path_part(&self, name: &str) -> Option<String> {
        let template = self.operation.row().path;
        let path = self.request?.path();
        let path = path.strip_suffix('/').unwrap_or(path);
        // From the end, because a sandbox may be chosen by a prefix of the path.
        template
            .rsplit('/')
            .zip(path.rsplit('/'))
            .find(|(expected, _)| expected.strip_prefix('{') == Some(&format!("{name}}}")))
            .map(|(_, segment)| percent_decode_str(segment).decode_utf8_lossy().into_owned())
    }
}
