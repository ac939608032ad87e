//! What the rules of a scenario may look at: one request, with what the store knows of it.

use std::fmt::Write as _;
use std::sync::OnceLock;

use compact_str::CompactString;
use http::header::CONTENT_TYPE;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::entry::{Exchange, Probe, Subject, SubjectKind, TokenFacts};
use crate::exchange::Request;
use crate::operation::Operation;

/// What of a request must be gathered before rules can look at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each part of a request is wanted or not, whatever the others are"
)]
pub struct Wants {
    /// The body as JSON.
    pub body: bool,
    /// The fields of a form.
    pub form: bool,
    /// The fields of the query.
    pub query: bool,
    /// What the bearer token is worth.
    pub token: bool,
    /// Whom or what the request is about.
    pub subject: bool,
}

impl Wants {
    /// All there is to know.
    pub const ALL: Self = Self {
        body: true,
        form: true,
        query: true,
        token: true,
        subject: true,
    };

    /// What either of the two wants.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            body: self.body || other.body,
            form: self.form || other.form,
            query: self.query || other.query,
            token: self.token || other.token,
            subject: self.subject || other.subject,
        }
    }
}

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
    /// What varies in its path, decoded once it is first asked for: a hundred rules may look at it.
    pub(crate) parts: OnceLock<Vec<(&'static str, CompactString)>>,
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
            parts: OnceLock::new(),
        }
    }

    /// What a request says by itself: whom it means and what its token is worth are still open.
    pub fn of_request(operation: Operation, request: &'r Request) -> Self {
        Self::gathered(operation, request, Wants::ALL)
    }

    /// The same without what nobody wants to know.
    pub fn gathered(operation: Operation, request: &'r Request, wants: Wants) -> Self {
        let mut facts = Self {
            request: Some(request),
            ..Self::bare(operation)
        };
        if (wants.form || wants.body) && !request.body.is_empty() {
            let is_form = request
                .header(&CONTENT_TYPE)
                .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
            if is_form {
                facts.form = pairs(&request.body);
            } else if wants.body {
                facts.body = serde_json::from_slice(&request.body).ok();
            }
        }
        if wants.query {
            facts.query = pairs(request.query().as_bytes());
        }
        facts
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
    pub fn path_part(&self, name: &str) -> Option<&str> {
        let parts = self.parts.get_or_init(|| self.path_parts());
        let (_, part) = parts.iter().find(|(known, _)| *known == name)?;
        Some(part)
    }

    fn path_parts(&self) -> Vec<(&'static str, CompactString)> {
        let pairs = self.path_pairs().into_iter().flatten();
        let named = pairs.filter_map(|(expected, segment)| {
            let name = expected.strip_prefix('{')?.strip_suffix('}')?;
            Some((name, percent_decode_str(segment).decode_utf8_lossy().into()))
        });
        named.collect()
    }

    /// The segments of the template beside those of the path, the last ones first.
    fn path_pairs(&self) -> Option<impl Iterator<Item = (&'static str, &str)>> {
        let path = self.request?.path();
        let path = path.strip_suffix('/').unwrap_or(path);
        // From the end, because a sandbox may be chosen by a prefix of the path.
        let template = self.operation.row().path;
        Some(template.rsplit('/').zip(path.rsplit('/')))
    }

    /// What tells one write from another: a digest of operation, target and content; `None` for what is no write.
    ///
    /// Two JSON bodies have one content if they differ in nothing but blanks and the order of members.
    pub fn write(&self) -> Option<String> {
        let request = self.request.filter(|_| self.operation.is_write())?;
        let mut hash = Sha256::new();
        hash.update(self.operation.name());
        for (expected, segment) in self.path_pairs()? {
            if expected.starts_with('{') {
                hash.update("/");
                hash.update(segment);
            }
        }
        hash.update("\n");
        match serde_json::from_slice::<Value>(&request.body) {
            Ok(mut content) => {
                content.sort_all_objects();
                hash.update(content.to_string());
            }
            Err(_) => hash.update(&request.body),
        }
        let digest = hash.finalize();
        Some(
            digest
                .iter()
                .take(16)
                .fold(String::new(), |mut text, byte| {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "{byte:02x}");
                    text
                }),
        )
    }
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}
