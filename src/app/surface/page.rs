//! The frame around every HTML page of the product surfaces.
//!
//! Plain HTML without a script; whatever comes from outside is escaped by maud.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::exchange::Reply;

const STYLE: &str = include_str!("page.css");

/// A page in the common frame, which no cache keeps and no other site shows in its own.
pub(crate) fn reply(status: StatusCode, title: &str, content: &Markup) -> Reply {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · goto-double" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                p.banner role="note" {
                    strong { "This is goto-double, a test double. " }
                    "It is not GoTo and not run by GoTo. Type no real password here."
                }
                main {
                    h1 { (title) }
                    (content)
                }
            }
        }
    };
    let reply = Reply::with_body(status, "text/html; charset=utf-8", markup.into_string())
        .with_header(CONTENT_SECURITY_POLICY, policy())
        .with_header(X_FRAME_OPTIONS, "DENY");
    guarded(reply)
}

/// A page that says what went wrong.
pub(crate) fn trouble(status: StatusCode, title: &str, detail: &str) -> Reply {
    reply(status, title, &html! { p.error role="alert" { (detail) } })
}

/// A way on that the browser takes by itself, with GET whatever came before.
pub(crate) fn redirect(status: StatusCode, to: &str) -> Reply {
    guarded(Reply::empty(status).with_header(LOCATION, to))
}

/// A paragraph that says what was wrong with the last try.
pub(crate) fn error(text: Option<&str>) -> Markup {
    html! {
        @if let Some(text) = text {
            p.error role="alert" { (text) }
        }
    }
}

/// The same with header fields that keep it out of caches, referrers and content guessing.
fn guarded(reply: Reply) -> Reply {
    reply
        .with_header(CACHE_CONTROL, "no-store")
        .with_header(REFERRER_POLICY, "no-referrer")
        .with_header(X_CONTENT_TYPE_OPTIONS, "nosniff")
}

/// Nothing is loaded from anywhere; the one style sheet is allowed by its hash.
///
/// There is no `form-action`: browsers apply it to redirects as well, and a consent leads to the client's site.
fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'"
    )
}
