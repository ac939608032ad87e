//! The request that somebody asks about, from flags to what the rules see of it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use goto_double::entry::{SubjectKind, TokenFacts};
use goto_double::exchange::{Connection, Request};
use goto_double::operation::{Door, OPERATIONS, Operation, Surface, recognise};
use goto_double::scenario::facts::Facts;
use goto_double::scenario::state::State;
use goto_double::scenario::subject;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Uri, Version};
use serde_json::Value;

use super::{Explain, Failure, Token};

/// What the flags say.
pub(super) enum Asked {
    /// A request of a client's.
    Request {
        /// What it asks for.
        operation: Operation,
        /// The request.
        request: Box<Request>,
        /// What its token is worth.
        token: TokenFacts,
    },
    /// A look-out of the double's own, and the domain it is about.
    LookOut(Operation, String),
}

impl Asked {
    pub(super) fn parse(flags: &Explain) -> Result<Self, Failure> {
        let written = flags.request.trim();
        let (first, rest) = written.split_once(' ').unwrap_or((written, ""));
        let rest = rest.trim();
        if let Some(operation) = Operation::named(first) {
            return if operation.surface() == Surface::Probe {
                Ok(Self::LookOut(operation, rest.to_owned()))
            } else {
                let row = operation.row();
                let hint = format!("write the request: '{} {}'", row.method, row.path);
                Err(format!("{first} is asked by a client; {hint}").into())
            };
        }
        let request = request(flags, (first, rest))?;
        let operation = recognise(Door::Product, &request.method, request.path())
            .map(|(operation, _)| operation)
            .map_err(|_| unanswered(&request))?;
        Ok(Self::Request {
            operation,
            request: Box::new(request),
            token: token(flags),
        })
    }

    /// What the rules see of it; ids are those of the users and groups that the scenario gives.
    pub(super) fn facts(&self, given: &State) -> Facts<'_> {
        let (operation, request, token) = match self {
            Self::LookOut(operation, domain) => return Facts::of_probe(*operation, domain),
            Self::Request {
                operation,
                request,
                token,
            } => (operation, request, token),
        };
        let mut facts = Facts::of_request(*operation, request);
        facts.token = token.clone();
        let named = |kind, id: &str| match kind {
            SubjectKind::User => key_of(&given.users, id, "userName"),
            SubjectKind::Group => key_of(&given.groups, id, "displayName"),
            _ => None,
        };
        facts.subject = subject::resolve(&facts, &named);
        facts
    }
}

fn key_of(resources: &[Value], id: &str, name: &str) -> Option<String> {
    let resource = resources.iter().find(|resource| resource["id"] == id)?;
    resource[name].as_str().map(str::to_owned)
}

fn request(flags: &Explain, (method, path): (&str, &str)) -> Result<Request, Failure> {
    let method = method
        .parse::<Method>()
        .map_err(|_| format!("{method:?} is no method: write 'POST /scim/v2/Users'"))?;
    if !path.starts_with('/') {
        return Err(format!("{path:?} is no path: write 'POST /scim/v2/Users'").into());
    }
    // A filter is typed with its blanks and quotation marks; on the line they are escaped.
    let escaped = path.replace(' ', "%20").replace('"', "%22");
    let uri = escaped
        .parse::<Uri>()
        .map_err(|error| format!("{path:?} is no path: {error}"))?;
    let body = match &flags.body {
        Some(file) => {
            fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?
        }
        None => Vec::new(),
    };
    let mut headers = headers(&flags.header)?;
    if !body.is_empty() && !headers.contains_key(CONTENT_TYPE) {
        let is_json = serde_json::from_slice::<Value>(&body).is_ok();
        let kind = if is_json {
            "application/scim+json"
        } else {
            "application/x-www-form-urlencoded"
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let body = if headers.get(CONTENT_TYPE).is_some_and(is_form) {
        body.trim_ascii_end().to_vec()
    } else {
        body
    };
    Ok(Request {
        method,
        uri,
        version: Version::HTTP_11,
        headers,
        body: body.into(),
        connection: Connection {
            number: 1,
            peer: nowhere,
            local: nowhere,
        },
    })
}

/// Whether a body is a form: the last line break of its file is none of it.
fn is_form(kind: &HeaderValue) -> bool {
    kind.as_bytes()
        .starts_with(b"application/x-www-form-urlencoded")
}

fn headers(written: &[String]) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for line in written {
        let field = line.split_once(':').and_then(|(name, value)| {
            let name = name.trim().parse::<HeaderName>().ok()?;
            Some((name, HeaderValue::from_str(value.trim()).ok()?))
        });
        let (name, value) =
            field.ok_or_else(|| format!("{line:?} is no header field: write 'Name: value'"))?;
        headers.append(name, value);
    }
    Ok(headers)
}

fn token(flags: &Explain) -> TokenFacts {
    let client: Option<Arc<str>> = flags.client.as_deref().map(Into::into);
    TokenFacts {
        fingerprint: (flags.token != Token::None).then(|| "the token".into()),
        live: flags.token == Token::Live,
        client,
    }
}

fn unanswered(request: &Request) -> String {
    let path = request.path();
    let like = OPERATIONS
        .iter()
        .filter(|row| !matches!(row.surface, Surface::Control | Surface::Probe))
        .map(|row| format!("{} {}", row.method, row.path))
        .max_by_key(|known| {
            let asked = format!("{} {path}", request.method);
            let common = known.bytes().zip(asked.bytes());
            common.take_while(|(one, other)| one == other).count()
        });
    format!(
        "nothing answers {} {path}, so no rule ever meets it; the nearest is {}",
        request.method,
        like.unwrap_or_default()
    )
}
