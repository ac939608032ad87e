//! A browser: it keeps cookies, reads forms, and goes on to where it is sent as long as that is the double.

use std::collections::BTreeMap;

use super::client::{Answer, Client};

/// Keeps the cookies of one double.
#[derive(Clone, Debug)]
pub struct Browser {
    origin: String,
    pub cookies: BTreeMap<String, String>,
}

/// A form of a page, with what it would send untouched.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
    /// The labels of its buttons, with what each sends.
    buttons: Vec<(String, Option<(String, String)>)>,
}

impl Browser {
    /// A browser without cookies; the URL says which server is the double's.
    pub fn new(url: &str) -> Self {
        let after = url.find("://").map_or(0, |at| at + 3);
        let end = url[after..].find('/').map_or(url.len(), |at| after + at);
        Self {
            origin: url[..end].to_owned(),
            cookies: BTreeMap::new(),
        }
    }

    /// Opens an address and goes on to where it is sent; what leads elsewhere is given as it is.
    #[track_caller]
    pub fn open(&mut self, url: &str) -> Answer {
        let answer = self.get(url);
        self.follow(answer)
    }

    /// Opens an address and goes nowhere from there.
    #[track_caller]
    pub fn get(&mut self, url: &str) -> Answer {
        let path = url.strip_prefix(self.origin.as_str()).unwrap_or(url);
        let path = path.split('#').next().unwrap_or_default();
        let answer = self.client().get(path);
        self.keep(&answer);
        answer
    }

    /// Fills in the form that has this button and presses it.
    #[track_caller]
    pub fn press(&mut self, page: &Answer, button: &str, typed: &[(&str, &str)]) -> Answer {
        let form = form_with(page, button);
        let answer = self.send(&form.action, &form.filled(button, typed));
        self.follow(answer)
    }

    /// Posts a form and goes nowhere from there.
    #[track_caller]
    pub fn send(&mut self, action: &str, fields: &[(String, String)]) -> Answer {
        let path = action.strip_prefix(self.origin.as_str()).unwrap_or(action);
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let answer = self.client().form(path, &pairs);
        self.keep(&answer);
        answer
    }

    /// Goes through the two steps of signing in.
    #[track_caller]
    pub fn sign_in(&mut self, page: &Answer, user_name: &str, password: &str) -> Answer {
        let page = self.press(page, "Next", &[("emailAddress", user_name)]);
        self.press(&page, "Sign In", &[("password", password)])
    }

    #[track_caller]
    fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            let Some(next) = answer
                .header("location")
                .filter(|_| (300..400).contains(&answer.status))
                .filter(|to| to.starts_with(&self.origin) || to.starts_with('/'))
            else {
                return answer;
            };
            let next = next.to_owned();
            answer = self.get(&next);
        }
        panic!("sent around in circles, last to {answer:?}");
    }

    fn client(&self) -> Client {
        let client = Client::new(&self.origin).header("Accept", "text/html,*/*;q=0.8");
        if self.cookies.is_empty() {
            return client;
        }
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        client.header("Cookie", &cookies.join("; "))
    }

    fn keep(&mut self, answer: &Answer) {
        let set = answer
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        for (_, value) in set {
            let pair = value.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Form {
    /// What it sends when this button is pressed.
    pub fn filled(&self, button: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut fields = self.fields.clone();
        fields.retain(|(name, _)| typed.iter().all(|(other, _)| other != name));
        fields.extend(
            typed
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let pressed = self.buttons.iter().find(|(label, _)| label == button);
        fields.extend(pressed.and_then(|(_, sends)| sends.clone()));
        fields
    }

    /// The value it would send of a field that nobody touched.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The form of a page that has this button.
#[track_caller]
pub fn form_with(page: &Answer, button: &str) -> Form {
    let forms = forms(&page.text());
    forms
        .into_iter()
        .find(|form| form.buttons.iter().any(|(label, _)| label == button))
        .unwrap_or_else(|| panic!("no button {button:?} in {} {}", page.status, page.text()))
}

/// Every form of a page.
pub fn forms(html: &str) -> Vec<Form> {
    html.split("<form ").skip(1).map(form).collect()
}

fn form(html: &str) -> Form {
    let html = html.split("</form>").next().unwrap_or_default();
    let mut form = Form {
        action: attribute(html, "action").unwrap_or_default(),
        fields: Vec::new(),
        buttons: Vec::new(),
    };
    let mut select = None;
    for tag in html.split('<').skip(1) {
        let (inside, text) = tag.split_once('>').unwrap_or((tag, ""));
        let named = attribute(inside, "name")
            .map(|name| (name, attribute(inside, "value").unwrap_or_default()));
        if inside.starts_with("input") {
            let is_choice =
                inside.contains("type=\"radio\"") || inside.contains("type=\"checkbox\"");
            if !is_choice || inside.contains(" checked") {
                form.fields.extend(named);
            }
        } else if inside.starts_with("textarea") {
            let named = attribute(inside, "name").map(|name| (name, unescaped(text)));
            form.fields.extend(named);
        } else if inside.starts_with("select") && !inside.contains(" disabled") {
            select = attribute(inside, "name");
        } else if inside.starts_with("/select") {
            select = None;
        } else if inside.starts_with("option") && inside.contains(" selected") {
            let value = attribute(inside, "value").unwrap_or_default();
            form.fields.extend(select.clone().map(|name| (name, value)));
        } else if inside.starts_with("button") {
            form.buttons.push((unescaped(text.trim()), named));
        }
    }
    form
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next().unwrap_or_default();
    let padded = format!(" {tag}");
    let (_, after) = padded.split_once(&format!(" {name}=\""))?;
    let (value, _) = after.split_once('"')?;
    Some(unescaped(value))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}
