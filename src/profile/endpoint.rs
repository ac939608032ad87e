//! Where a collection of resources stands below the base URL.

use serde::{Deserialize, Serialize};

/// A path of one segment, as `/Users`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Endpoint(String);

impl Endpoint {
    /// Where users are by [RFC 7644 section 3.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.2).
    pub fn users() -> Self {
        Self("/Users".to_owned())
    }

    /// The path, with its slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands below the base URL already.
const TAKEN: [&str; 7] = [
    "/Groups",
    "/Me",
    "/Bulk",
    "/Schemas",
    "/ResourceTypes",
    "/ServiceProviderConfig",
    "/.search",
];

impl TryFrom<String> for Endpoint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let name = text.strip_prefix('/').unwrap_or_default();
        let is_plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_plain {
            return Err(format!(
                "{text:?} is no endpoint: a slash and then letters and digits are wanted, as in \"/People\""
            ));
        }
        if TAKEN.contains(&text.as_str()) {
            return Err(format!("{text:?} is another endpoint already"));
        }
        Ok(Self(text))
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        endpoint.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_segment_that_is_free_is_an_endpoint() {
        assert_eq!(
            Endpoint::try_from("/People".to_owned()).unwrap().as_str(),
            "/People"
        );
        assert_eq!(
            Endpoint::try_from("/Users".to_owned()),
            Ok(Endpoint::users())
        );
        for wrong in [
            "",
            "/",
            "People",
            "/a/b",
            "/People/",
            "/Gr%C3%BC",
            "/Groups",
            "/.search",
        ] {
            assert!(Endpoint::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
