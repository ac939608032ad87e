//! The frame around every HTML page of the product surfaces.
//!
//! Plain HTML without a script; whatever comes from outside is escaped by maud.

use std::sync::LazyLock;

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

/// Nothing is loaded from anywhere; the one style sheet is allowed by its hash.
///
/// There is no `form-action`: browsers apply it to redirects as well, and a consent leads to the client's site.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// Describes what stands around the content of a page.
#[derive(Default)]
pub(crate) struct Frame<'f> {
    /// The title of the window, and the page's one first heading unless `heading` is another.
    pub(crate) title: &'f str,
    /// What stands above the content on every page of a face: its name, who is signed in, and the ways through it.
    pub(crate) top: Option<Markup>,
}

/// A page with one small form or message in the common frame.
pub(crate) fn reply(status: StatusCode, title: &str, content: &Markup) -> Reply {
    framed(status, &Frame { title, top: None }, content)
}

/// A page in the common frame, which no cache keeps and no other site shows in its own.
pub(crate) fn framed(status: StatusCode, frame: &Frame<'_>, content: &Markup) -> Reply {
    // Whoever hears the page learns from its title already that something went wrong.
    let problem = if status.is_success() { "" } else { "Problem: " };
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (problem) (frame.title) " · goto-double" }
                style { (PreEscaped(STYLE)) }
            }
            body.small[frame.top.is_none()] {
                a.skip href="#content" { "Skip to the content" }
                header {
                    p.note {
                        strong { "This is goto-double, a test double. " }
                        "It is not GoTo and not run by GoTo. Type no real password here."
                    }
                    @if let Some(top) = &frame.top { div.top { (top) } }
                }
                main #content tabindex="-1" {
                    h1 { (frame.title) }
                    (content)
                }
                footer {
                    p { "goto-double " (env!("CARGO_PKG_VERSION")) ", a stand-in for tests. Everything here is kept in memory and gone when it ends." }
                }
            }
        }
    };
    let reply = Reply::with_body(status, "text/html; charset=utf-8", markup.into_string())
        .with_header(CONTENT_SECURITY_POLICY, POLICY.as_str())
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
