//! Where a redirect leads: what the rule names, worked out for the request that meets it.

use http::Uri;

use crate::app::hosts;
use crate::exchange::Request;
use crate::sandbox::Sandbox;
use crate::scenario::plan::Redirect;

/// Whoever follows to another host arrives here, if the double itself has no other name.
const ELSEWHERE: &str = "elsewhere.example";

/// The field of the query that makes each address of a loop a new one.
const HOP: &str = "hop";

/// The value of `Location`, [RFC 9110 section 10.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.2).
pub(super) fn location(sandbox: &Sandbox, request: &Request, redirect: Redirect) -> String {
    let local = request
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    match redirect {
        Redirect::Relative => local.to_owned(),
        Redirect::Same => hosts::here(sandbox, request, local),
        Redirect::Http => without_tls(&hosts::here(sandbox, request, local)),
        Redirect::Other => elsewhere(&hosts::here(sandbox, request, local)),
        Redirect::Loop => hosts::here(sandbox, request, &next_hop(request)),
    }
}

fn without_tls(address: &str) -> String {
    match address.strip_prefix("https://") {
        Some(rest) => format!("http://{rest}"),
        None => address.to_owned(),
    }
}

/// The same address at another host: the double's own other name, so that its journal shows what was sent there.
fn elsewhere(address: &str) -> String {
    let uri = address.parse::<Uri>().unwrap_or_default();
    let host = match uri.host() {
        Some("127.0.0.1") => "localhost",
        Some("localhost") => "127.0.0.1",
        _ => ELSEWHERE,
    };
    let scheme = uri.scheme_str().unwrap_or("http");
    let port = uri.port().map(|port| format!(":{port}"));
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    format!("{scheme}://{host}{}{target}", port.unwrap_or_default())
}

fn next_hop(request: &Request) -> String {
    let mut hop: u64 = 0;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(request.query().as_bytes()) {
        if name == HOP {
            hop = value.parse().unwrap_or(0);
        } else {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair(HOP, &hop.saturating_add(1).to_string());
    format!("{}?{}", request.path(), query.finish())
}
