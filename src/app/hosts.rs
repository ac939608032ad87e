//! The host names of the real service, so that unchanged URLs work with `curl --connect-to` or a hosts file.
//!
//! Under any other name every face answers; under one of these, only what the real host has.

use std::borrow::Cow;

use http::header::HOST;
use http::uri::Authority;
use http::{StatusCode, Uri};

use crate::exchange::{Reply, Request};
use crate::operation::{self, Door, Surface};
use crate::sandbox::Sandbox;

/// The host that names itself as the issuer, whichever of its two names was asked.
const ISSUER: &str = "identity.goto.com";

/// The domains whose hosts the double stands in for.
const DOMAINS: [&str; 3] = [".logmeininc.com", ".goto.com", ".getgo.com"];

/// Where the older OAuth endpoints are, beside the API.
const OLDER_OAUTH: &str = "/oauth/v2/";

/// Names what a host of the real service is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// The Organization Center.
    Center,
    /// Sign-in and tokens.
    OAuth,
    /// SCIM, in both dialects.
    Api,
}

/// The hosts, each with what it is for.
const HOSTS: [(&str, Purpose); 6] = [
    ("organization.logmeininc.com", Purpose::Center),
    ("authentication.logmeininc.com", Purpose::OAuth),
    (ISSUER, Purpose::OAuth),
    ("api.getgo.com", Purpose::Api),
    ("api.goto.com", Purpose::Api),
    ("iam.servers.getgo.com", Purpose::Api),
];

/// The host a request names, with its port; nothing if it is no text.
pub(crate) fn authority(request: &Request) -> Option<&str> {
    match request.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => request.headers.get(HOST)?.to_str().ok(),
    }
}

/// A local address with scheme and host, for a browser or script to go on to: the host is the one that was asked, since
/// cookies hold for that one only, and some scripts follow no address without a host.
pub(crate) fn here(sandbox: &Sandbox, request: &Request, local: &str) -> String {
    let scheme = sandbox.base_url.split("://").next().unwrap_or("http");
    let asked = authority(request).and_then(|text| text.parse::<Authority>().ok());
    match asked.filter(|asked| !asked.as_str().contains('@')) {
        Some(authority) => format!("{scheme}://{authority}{local}"),
        None => local.to_owned(),
    }
}

/// A host of the real service that a request names, with its port as sent, as in `:8080`.
fn real_host(request: &Request) -> Option<(&str, &str)> {
    let authority = authority(request)?;
    let (host, port) = match authority.find(':') {
        Some(colon) => authority.split_at(colon),
        None => (authority, ""),
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_under = |domain: &&'static str| {
        let start = host.len().checked_sub(domain.len());
        let end = start.and_then(|start| host.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(domain))
    };
    DOMAINS.iter().any(is_under).then_some((host, port))
}

fn purpose(host: &str) -> Option<Purpose> {
    let known = HOSTS
        .iter()
        .find(|(name, _)| host.eq_ignore_ascii_case(name));
    known.map(|(_, purpose)| *purpose)
}

/// Why the host that a request names does not answer there; `None` if it does.
///
/// A host nobody stands in for is refused with 421, [RFC 9110 section 15.5.20](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20).
pub(crate) fn refusal(request: &Request, path: &str) -> Option<(StatusCode, String)> {
    let (host, _) = real_host(request)?;
    let surface = operation::surface_of(Door::Product, path);
    let Some(purpose) = purpose(host) else {
        let names: Vec<&str> = HOSTS.iter().map(|(name, _)| *name).collect();
        let detail = format!(
            "goto-double does not stand in for {host}; it does for {}",
            names.join(", ")
        );
        return Some((StatusCode::MISDIRECTED_REQUEST, detail));
    };
    let is_there = match purpose {
        Purpose::Center => surface == Surface::Center,
        Purpose::OAuth => surface == Surface::OAuth || path == "/",
        Purpose::Api => match surface {
            Surface::Scim | Surface::Identity => true,
            _ => path.starts_with(OLDER_OAUTH),
        },
    };
    if is_there {
        return None;
    }
    let owner = HOSTS.iter().find(|(_, other)| match surface {
        Surface::Center => *other == Purpose::Center,
        Surface::OAuth => *other == Purpose::OAuth,
        _ => *other == Purpose::Api,
    });
    let elsewhere = owner.map_or("another host", |(name, _)| name);
    let detail = format!("{host} has no such path; {elsewhere} may have it");
    Some((StatusCode::NOT_FOUND, detail))
}

/// Where the first page is of the host that a request names.
pub(crate) fn first_page(request: &Request) -> &'static str {
    match real_host(request).and_then(|(host, _)| purpose(host)) {
        Some(Purpose::OAuth) => "/login",
        Some(Purpose::Center | Purpose::Api) | None => "/center",
    }
}

/// What absolute addresses in an answer begin with, without a trailing slash: the host that was asked if it is one of
/// the real service's, the address of the double otherwise.
pub(crate) fn base<'s>(sandbox: &'s Sandbox, request: &Request) -> Cow<'s, str> {
    let own = sandbox.base_url.as_str();
    let named = real_host(request).and_then(|(host, port)| Some((host, purpose(host)?, port)));
    let Some((host, purpose, port)) = named else {
        return own.into();
    };
    let host = if purpose == Purpose::OAuth {
        ISSUER
    } else {
        host
    };
    let Ok(uri) = own.parse::<Uri>() else {
        return own.into();
    };
    let path = uri.path().trim_end_matches('/');
    let scheme = uri.scheme_str().unwrap_or("http");
    format!("{scheme}://{host}{port}{path}").into()
}

/// The refusal as an answer in no face's dialect, for a host that has none.
pub(crate) fn misdirected(detail: &str) -> Reply {
    Reply::with_body(
        StatusCode::MISDIRECTED_REQUEST,
        "text/plain; charset=utf-8",
        format!("{detail}\n"),
    )
}
