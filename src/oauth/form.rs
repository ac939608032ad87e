//! Form-encoded parameters, as the query of the authorization endpoint and the body of the token endpoint carry them.

use std::collections::HashSet;
use std::fmt;

/// Parameters in the order they came; one without a value counts as absent.
///
/// [RFC 6749 section 3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1) fixes both that and that none may be repeated.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(String, String)>,
}

/// Names a parameter that came more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated(pub String);

impl Form {
    /// Reads `application/x-www-form-urlencoded` text; there is none that cannot be read.
    pub fn read(raw: &[u8]) -> Self {
        Self {
            fields: form_urlencoded::parse(raw).into_owned().collect(),
        }
    }

    /// The value of a parameter; `None` if it is absent or empty.
    ///
    /// # Errors
    ///
    /// The parameter is there more than once.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut values = self
            .fields
            .iter()
            .filter(|(field, _)| field == name)
            .map(|(_, value)| value.as_str());
        let first = values.next().filter(|value| !value.is_empty());
        match values.next() {
            Some(_) => Err(Repeated(name.into())),
            None => Ok(first),
        }
    }

    /// The first value of a parameter that is not empty, for forms of our own pages.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, value)| field == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The first parameter that comes a second time.
    pub fn repeated(&self) -> Option<Repeated> {
        let mut seen = HashSet::with_capacity(self.fields.len());
        let again = self.fields.iter().find(|(name, _)| !seen.insert(name));
        again.map(|(name, _)| Repeated(name.clone()))
    }

    /// Whether any of these parameters is there.
    pub fn has_any(&self, names: &[&str]) -> bool {
        self.fields
            .iter()
            .any(|(field, _)| names.contains(&field.as_str()))
    }
}

/// Values are secrets as often as not: only the names are shown.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.fields.iter().map(|(name, _)| name))
            .finish()
    }
}

/// The value of a parameter as it was sent, still encoded.
pub fn raw_value<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').find_map(|pair| {
        let (field, value) = pair.split_once('=')?;
        (field == name && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_parameter_is_refused_and_an_empty_one_is_absent() {
        let form = Form::read(b"a=1&b=&a=2&c=x%20y");
        assert_eq!(form.one("a"), Err(Repeated("a".into())));
        assert_eq!(form.one("b"), Ok(None));
        assert_eq!(form.one("c"), Ok(Some("x y")));
        assert_eq!(form.one("d"), Ok(None));
        assert_eq!(form.repeated(), Some(Repeated("a".into())));
        assert_eq!(Form::read(b"a=1&b=2").repeated(), None);
    }

    #[test]
    fn values_do_not_show_in_debug_output() {
        let shown = format!("{:?}", Form::read(b"client_secret=hush"));
        assert!(
            shown.contains("client_secret") && !shown.contains("hush"),
            "{shown}"
        );
    }

    #[test]
    fn raw_value_is_not_decoded() {
        assert_eq!(raw_value("a=1&state=x%2By+z", "state"), Some("x%2By+z"));
        assert_eq!(raw_value("state=", "state"), None);
    }
}
