//! The browser of the admin who allows the client: it follows redirects, keeps cookies and fills in forms.

use std::collections::BTreeMap;

use form_urlencoded::Serializer;
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};

use super::Client;
use super::form::{Credentials, Form};
use super::http::{Address, Connection, Reply, Request};
use super::retry::is_transient;
use super::session::Stop;

/// How many pages and redirects lie between the request and the callback at the most.
const STEPS: usize = 20;

/// A browser window: where it is, and the cookies it was given.
#[derive(Debug)]
struct Browser {
    connection: Connection,
    cookies: BTreeMap<String, String>,
}

/// What the browser does next.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    url: String,
    /// The form to send; `None` for a plain visit.
    form: Option<String>,
}

impl Client<'_> {
    /// Visits the authorization endpoint as the admin would, and returns the query the client is called back with.
    ///
    /// The callback itself is not visited: nobody listens there.
    pub(super) async fn browse(&mut self, url: &str) -> Result<Vec<(String, String)>, Stop> {
        let settings = self.settings;
        let (Some(user), Some(password), Some(redirect_uri)) = (
            settings.admin_user.as_deref(),
            settings.admin_password.as_deref(),
            settings.redirect_uri.as_deref(),
        ) else {
            return Err(Stop("nobody can sign in to allow the client".into()));
        };
        let credentials = Credentials { user, password };
        let mut browser = Browser::at(url)?;
        let mut step = Step::visit(url.to_owned());
        let mut has_signed_in = false;
        for _ in 0..STEPS {
            let reply = self.load(&mut browser, &step).await?;
            browser.remember(&reply);
            if let Some(location) = reply
                .text(LOCATION)
                .filter(|_| (300..400).contains(&reply.status))
            {
                let target = resolve(&step.url, location)?;
                if let Some(query) = callback(&target, redirect_uri) {
                    return Ok(query);
                }
                step = Step::visit(target);
                continue;
            }
            let form = onward_form(&reply)?;
            if form.asks_password() && std::mem::replace(&mut has_signed_in, true) {
                return Err(Stop(
                    "the login page takes neither name nor password".into(),
                ));
            }
            step = Step::submit(&step.url, &form, credentials)?;
        }
        Err(Stop("the login pages never end".into()))
    }

    /// Loads one page, and again if the server asks for patience.
    async fn load(&mut self, browser: &mut Browser, step: &Step) -> Result<Reply, Stop> {
        let mut patience = self.patience();
        loop {
            let request = browser.request(step)?;
            let outcome = browser.connection.send(&request, self.participant).await;
            let may_repeat = match &outcome {
                Ok(reply) if is_transient(reply.status) => {
                    step.form.is_none() || matches!(reply.status, 429 | 503)
                }
                Ok(reply) => return Ok(reply.clone()),
                Err(_) => step.form.is_none(),
            };
            if !may_repeat || !self.pause(&mut patience, &outcome).await {
                return Err(Stop("the login page does not answer".into()));
            }
        }
    }
}

impl Browser {
    fn at(url: &str) -> Result<Self, Stop> {
        Ok(Self {
            connection: Connection::to(address(url)?),
            cookies: BTreeMap::new(),
        })
    }

    fn request(&mut self, step: &Step) -> Result<Request, Stop> {
        let address = address(&step.url)?;
        let target = address.target("", "");
        if !self.connection.address().is_origin_of(&address) {
            self.connection = Connection::to(address);
        }
        let method = if step.form.is_some() {
            Method::POST
        } else {
            Method::GET
        };
        let mut request = Request::new(method, target).header(ACCEPT, "text/html");
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(COOKIE, cookies.join("; "));
        }
        Ok(match &step.form {
            Some(form) => request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.clone()),
            None => request,
        })
    }

    /// Keeps the cookies of an answer; one that is emptied is forgotten.
    fn remember(&mut self, reply: &Reply) {
        for cookie in reply.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().ok().and_then(|text| {
                let pair = text.split(';').next()?;
                pair.split_once('=')
            });
            match pair {
                Some((name, "")) => {
                    self.cookies.remove(name.trim());
                }
                Some((name, value)) => {
                    let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
                    self.cookies.insert(name, value);
                }
                None => {}
            }
        }
    }
}

impl Step {
    fn visit(url: String) -> Self {
        Self { url, form: None }
    }

    fn submit(page: &str, form: &Form, credentials: Credentials<'_>) -> Result<Self, Stop> {
        let url = resolve(page, &form.action)?;
        let pairs = form.filled(credentials);
        let encoded = Serializer::new(String::new()).extend_pairs(pairs).finish();
        if form.posts {
            return Ok(Self {
                url,
                form: Some(encoded),
            });
        }
        // A form sent with GET replaces the query of its address.
        let base = url.split('?').next().unwrap_or_default();
        Ok(Self::visit(format!("{base}?{encoded}")))
    }
}

fn address(url: &str) -> Result<Address, Stop> {
    Address::parse(url).ok_or_else(|| Stop(format!("not an http URL: {url}")))
}

/// The form of a page that leads on.
fn onward_form(reply: &Reply) -> Result<Form, Stop> {
    if reply.status >= 400 && reply.status != 401 {
        return Err(Stop(format!("the login page answers {}", reply.status)));
    }
    Form::read_all(&String::from_utf8_lossy(&reply.body))
        .into_iter()
        .find(Form::leads_on)
        .ok_or_else(|| Stop("the login page has no form that leads on".into()))
}

/// The absolute form of a reference on a page, for the forms that login pages use (RFC 3986 section 5.2).
fn resolve(page: &str, reference: &str) -> Result<String, Stop> {
    if reference.contains("://") {
        return Ok(reference.to_owned());
    }
    let address = address(page)?;
    let origin = format!("http://{}", address.authority);
    if reference.starts_with("//") {
        return Ok(format!("http:{reference}"));
    }
    if reference.starts_with('/') {
        return Ok(format!("{origin}{reference}"));
    }
    let (path, _) = page.split_once(['?', '#']).unwrap_or((page, ""));
    if reference.is_empty() {
        return Ok(page.to_owned());
    }
    if reference.starts_with('?') {
        return Ok(format!("{path}{reference}"));
    }
    let below = path.get(origin.len()..).unwrap_or_default();
    let folder = below.rsplit_once('/').map_or("", |(folder, _)| folder);
    Ok(format!("{origin}{folder}/{reference}"))
}

/// The query of a redirect that leads back to the client.
fn callback(target: &str, redirect_uri: &str) -> Option<Vec<(String, String)>> {
    let rest = target.strip_prefix(redirect_uri)?;
    if !(rest.is_empty() || rest.starts_with(['?', '&', '#'])) {
        return None;
    }
    let query = rest.get(1..).unwrap_or_default().split('#').next()?;
    Some(
        form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_against_their_page() {
        let resolved = |reference| resolve("http://h:1/a/b?c=d", reference).unwrap();
        assert_eq!(resolved("/login?x"), "http://h:1/login?x");
        assert_eq!(resolved("login"), "http://h:1/a/login");
        assert_eq!(resolved("?y"), "http://h:1/a/b?y");
        assert_eq!(resolved(""), "http://h:1/a/b?c=d");
        assert_eq!(resolved("http://other/"), "http://other/");
        assert_eq!(resolved("//other/"), "http://other/");
    }

    #[test]
    fn only_the_registered_address_is_the_callback() {
        let uri = "http://localhost/back";
        let query = callback("http://localhost/back?code=a%20b&state=s", uri).unwrap();
        assert_eq!(query[0], ("code".to_owned(), "a b".to_owned()));
        assert_eq!(callback("http://localhost/backdoor?code=a", uri), None);
        assert_eq!(callback("http://localhost/login", uri), None);
    }
}
