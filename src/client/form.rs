//! Just enough HTML to fill in a login page: forms, their inputs and their buttons.

/// A form of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// Where it goes; empty means the page's own address.
    pub(super) action: String,
    /// Whether it is sent with POST.
    pub(super) posts: bool,
    fields: Vec<Field>,
}

/// An input or a button.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Field {
    name: String,
    kind: String,
    value: String,
    label: String,
}

/// What a person knows who signs in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credentials<'a> {
    pub(super) user: &'a str,
    pub(super) password: &'a str,
}

/// The buttons that lead on, in the order they are looked for.
const ONWARD: [&str; 8] = [
    "allow",
    "approve",
    "authorize",
    "accept",
    "sign in",
    "next",
    "continue",
    "log in",
];

impl Form {
    /// Every form of a page.
    pub(super) fn read_all(html: &str) -> Vec<Self> {
        let mut forms: Vec<Self> = Vec::new();
        let mut rest = html;
        let mut is_open = false;
        while let Some((_, after)) = rest.split_once('<') {
            if let Some(comment) = after.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let (tag, after) = Tag::read(after);
            rest = after;
            match tag.name.as_str() {
                "form" => {
                    is_open = true;
                    forms.push(Self {
                        action: tag.attribute("action"),
                        posts: tag.attribute("method").eq_ignore_ascii_case("post"),
                        fields: Vec::new(),
                    });
                }
                "/form" => is_open = false,
                "input" | "button" if is_open => {
                    let label = rest.split('<').next().unwrap_or_default();
                    if let Some(form) = forms.last_mut() {
                        form.fields.push(tag.field(label));
                    }
                }
                _ => {}
            }
        }
        forms
    }

    /// Whether it asks for a password.
    pub(super) fn asks_password(&self) -> bool {
        self.fields.iter().any(|field| field.kind == "password")
    }

    /// Whether one of its buttons leads on.
    pub(super) fn leads_on(&self) -> bool {
        self.onward().is_some()
    }

    /// The pairs that go out when a person fills it in and presses the button that leads on.
    pub(super) fn filled(&self, credentials: Credentials<'_>) -> Vec<(String, String)> {
        let pressed = self.onward();
        self.fields
            .iter()
            .filter(|field| !field.name.is_empty())
            .filter_map(|field| {
                let value = match field.kind.as_str() {
                    "hidden" => field.value.as_str(),
                    "password" => credentials.password,
                    "text" | "email" => credentials.user,
                    "submit" if pressed == Some(field) => field.value.as_str(),
                    _ => return None,
                };
                Some((field.name.clone(), value.to_owned()))
            })
            .collect()
    }

    fn onward(&self) -> Option<&Field> {
        let buttons = || self.fields.iter().filter(|field| field.kind == "submit");
        ONWARD.iter().find_map(|word| {
            buttons().find(|button| {
                let is_named = |text: &str| text.trim().eq_ignore_ascii_case(word);
                is_named(&button.label) || is_named(&button.value)
            })
        })
    }
}

/// One tag, taken apart.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// Reads a tag after its `<`; what follows it comes back too.
    fn read(text: &str) -> (Self, &str) {
        let end = text
            .find(|c: char| c.is_ascii_whitespace() || c == '>')
            .unwrap_or(text.len());
        let (name, mut rest) = text.split_at(end);
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                break;
            }
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break;
            }
            let (attribute, after) = read_attribute(rest);
            attributes.push(attribute);
            rest = after;
        }
        let tag = Self {
            name: name.to_ascii_lowercase(),
            attributes,
        };
        (tag, rest)
    }

    fn attribute(&self, name: &str) -> String {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    fn field(&self, label: &str) -> Field {
        let kind = match (self.name.as_str(), self.attribute("type").as_str()) {
            ("button", "") => "submit".to_owned(),
            (_, "") => "text".to_owned(),
            (_, kind) => kind.to_ascii_lowercase(),
        };
        Field {
            name: self.attribute("name"),
            kind,
            value: self.attribute("value"),
            label: decode(label),
        }
    }
}

fn read_attribute(text: &str) -> ((String, String), &str) {
    // At least one character is taken, so that a stray `=` does not stop the reading.
    let end = text
        .char_indices()
        .skip(1)
        .find(|(_, c)| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'))
        .map_or(text.len(), |(at, _)| at);
    let (name, rest) = text.split_at(end);
    let name = name.to_ascii_lowercase();
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        return ((name, String::new()), rest);
    };
    let value = value.trim_start();
    let (value, rest) = if let Some(quote @ ('"' | '\'')) = value.chars().next() {
        let inner = value.get(1..).unwrap_or_default();
        inner.split_once(quote).unwrap_or((inner, ""))
    } else {
        let end = value
            .find(|c: char| c.is_ascii_whitespace() || c == '>')
            .unwrap_or(value.len());
        value.split_at(end)
    };
    ((name, decode(value)), rest)
}

/// Replaces the character references that attribute values are written with.
fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let reference = after.split_once(';').and_then(|(name, after)| {
            let character = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code)?
                }
            };
            Some((character, after))
        });
        let (character, after) = reference.unwrap_or(('&', after));
        decoded.push(character);
        rest = after;
    }
    decoded.push_str(rest);
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADMIN: Credentials<'_> = Credentials {
        user: "admin@main.com",
        password: "s&cret",
    };

    fn pairs(html: &str) -> Vec<String> {
        let forms = Form::read_all(html);
        forms[0]
            .filled(ADMIN)
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    #[test]
    fn hidden_inputs_go_along_and_only_the_pressed_button_does() {
        let html = r#"<!-- <form> --><h1>a < b</h1><form method="POST" action="/oauth/approve?a=1&amp;b=2">
            <input type=hidden name="request" value='x"&#39;y'/>
            <button type="submit" name="decision" value="deny">Deny</button>
            <button name="decision" value="allow"> Allow </button></form><input name="outside">"#;
        assert_eq!(pairs(html), ["request=x\"'y", "decision=allow"]);
        let forms = Form::read_all(html);
        assert_eq!(forms[0].action, "/oauth/approve?a=1&b=2");
        assert!(forms[0].posts && forms[0].leads_on() && !forms[0].asks_password());
    }

    #[test]
    fn user_name_and_password_are_filled_in() {
        let html = r#"<form action=/login method=post><input name=email type=email autofocus>
            <input name=password type=password><input type=submit value="Sign In"></form>"#;
        assert_eq!(pairs(html), ["email=admin@main.com", "password=s&cret"]);
        assert!(Form::read_all(html)[0].asks_password());
    }

    #[test]
    fn broken_html_ends() {
        for html in [
            "<form",
            "<form a=\"",
            "<form =",
            "<form><input name='x",
            "<!--",
            "<",
            "<>",
        ] {
            let _ = Form::read_all(html);
        }
    }
}
