//! The ways to a token that are measured.

use std::net::SocketAddr;

use crate::Outcome;
use crate::line::Line;

const CLIENT: &str = "5c3f9e1a-7d42-4b8e-9a10-2f6d8c4b7e01";
const SECRET: &str = "double-secret-not-for-production";
const REDIRECT: &str = "http://127.0.0.1/callback";
const ADMIN: (&str, &str) = ("admin@main.com", "correct horse battery staple");

/// A way to a token.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Flow {
    /// One request to the token endpoint.
    ClientCredentials,
    /// Three redirects of a browser that is signed in and has consented, and the request that trades the code.
    AuthorizationCode,
}

impl Flow {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client credentials (1 request)",
            Self::AuthorizationCode => "authorize, code, token (4 requests)",
        }
    }

    /// Goes it once.
    pub(crate) async fn walk(self, line: &mut Line, cookie: &str) -> Outcome<()> {
        match self {
            Self::ClientCredentials => trade(line, &[("grant_type", "client_credentials")]).await,
            Self::AuthorizationCode => {
                let code = code(line, cookie).await?;
                let fields = [
                    ("grant_type", "authorization_code"),
                    ("code", &*code),
                    ("redirect_uri", REDIRECT),
                ];
                trade(line, &fields).await
            }
        }
    }
}

async fn trade(line: &mut Line, fields: &[(&str, &str)]) -> Outcome<()> {
    let mut form = vec![("client_id", CLIENT), ("client_secret", SECRET)];
    form.extend_from_slice(fields);
    line.post("/oauth/token", "", &form)
        .await?
        .expect("200")
        .map(drop)
}

fn authorize() -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", REDIRECT),
            ("state", "s"),
        ])
        .finish();
    format!("/oauth/authorize?{query}")
}

/// From the address that asks for a code to the one that brings it.
async fn code(line: &mut Line, cookie: &str) -> Outcome<String> {
    let mut target = authorize();
    for _ in 0..3 {
        let to = line.get(&target, cookie).await?.expect("302")?.location()?;
        if let Some((_, after)) = to.split_once("?code=") {
            let code = after.split('&').next().unwrap_or_default();
            return Ok(code.to_owned());
        }
        target = path_of(&to);
    }
    Err("no code".into())
}

/// Signs in and consents, once for all; gives the cookie.
pub(crate) async fn signed_in(server: SocketAddr) -> Outcome<String> {
    let mut line = Line::open(server).await?;
    let to = line
        .get(&authorize(), "")
        .await?
        .expect("302")?
        .location()?;
    let page = line.get(&path_of(&to), "").await?.expect("200")?;
    let anonymous = page.cookie().ok_or("no cookie")?;
    let (csrf, service) = (page.hidden("csrf")?, page.hidden("service")?);
    let form = [
        ("csrf", &*csrf),
        ("service", &service),
        ("emailAddress", ADMIN.0),
        ("password", ADMIN.1),
    ];
    let signed = line
        .post("/login", &anonymous, &form)
        .await?
        .expect("302")?;
    let cookie = signed.cookie().ok_or("no cookie")?;
    let approve = path_of(&signed.location()?);
    let page = line.get(&approve, &cookie).await?.expect("200")?;
    let csrf = page.hidden("csrf")?;
    let form = [("csrf", &*csrf), ("decision", "allow")];
    line.post(&approve, &cookie, &form).await?.expect("302")?;
    Ok(cookie)
}

fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/')
        .map_or("/", |at| rest.get(at..).unwrap_or("/"))
        .to_owned()
}
