//! The errors of SCIM, [RFC 7644 section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12).

use std::fmt;

use http::StatusCode;

/// Why a SCIM request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimError {
    /// The status code.
    pub status: StatusCode,
    /// The detail error keyword, where the RFC has one for it.
    pub scim_type: Option<ScimType>,
    /// What is wrong, for a person.
    pub detail: String,
    /// The `WWW-Authenticate` challenge that a refused token is answered with,
    /// [RFC 6750 section 3](https://www.rfc-editor.org/rfc/rfc6750#section-3).
    pub challenge: Option<String>,
}

/// The detail error keywords, [RFC 7644 table 9](https://www.rfc-editor.org/rfc/rfc7644#section-3.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScimType {
    /// The filter cannot be read, or compares what cannot be compared.
    InvalidFilter,
    /// The filter finds more than the server is willing to return.
    TooMany,
    /// A value that must be unique is taken.
    Uniqueness,
    /// The attribute cannot be changed, or not any more.
    Mutability,
    /// The body has not the form it must have.
    InvalidSyntax,
    /// The path of a PATCH operation cannot be read.
    InvalidPath,
    /// The path of a PATCH operation finds nothing.
    NoTarget,
    /// A value is missing, or is not of the kind its attribute wants.
    InvalidValue,
    /// The protocol version is not supported.
    InvalidVers,
    /// The request would put something sensitive into the URI.
    Sensitive,
    /// The cursor is none of this query's, [RFC 9865 section 2.1](https://www.rfc-editor.org/rfc/rfc9865#section-2.1).
    InvalidCursor,
    /// The cursor is too old.
    ExpiredCursor,
    /// The `count` beside a cursor is not a page's.
    InvalidCount,
}

impl ScimType {
    /// The keyword as it goes out.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }

    /// The status code it goes with.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Uniqueness => StatusCode::CONFLICT,
            Self::Sensitive => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// Without a keyword.
impl ScimError {
    /// An error that the RFC has no keyword for.
    pub fn plain(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            scim_type: None,
            detail: detail.into(),
            challenge: None,
        }
    }

    /// 401: there is no token, or none that is good.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, detail).with_challenge("Bearer")
    }

    /// 403: the token is good, but not for this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::plain(StatusCode::FORBIDDEN, detail)
    }

    /// 404: there is no such `what`, as in `User 42`.
    pub fn not_found(what: impl fmt::Display) -> Self {
        Self::plain(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    /// 412: the resource is not in the version that `If-Match` names.
    pub fn precondition_failed(present: &str) -> Self {
        Self::plain(
            StatusCode::PRECONDITION_FAILED,
            format!("the resource has changed: its version is now {present}"),
        )
    }

    /// 428: a write must say by `If-Match` which version it means,
    /// [RFC 6585 section 3](https://www.rfc-editor.org/rfc/rfc6585#section-3).
    pub fn precondition_required() -> Self {
        Self::plain(
            StatusCode::PRECONDITION_REQUIRED,
            "If-Match is required: read the resource and send its version",
        )
    }

    /// 406: the client takes none of the media types that SCIM goes by.
    pub fn not_acceptable(wanted: &str) -> Self {
        Self::plain(
            StatusCode::NOT_ACCEPTABLE,
            format!(
                "{wanted:?} was accepted; answers are application/scim+json or application/json"
            ),
        )
    }

    /// 413: the body is larger than `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        Self::plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is larger than {limit} bytes"),
        )
    }

    /// 415: the body is of a media type that is not SCIM's.
    pub fn unsupported_media_type(found: &str) -> Self {
        Self::plain(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("the body is {found}; application/scim+json or application/json is wanted"),
        )
    }

    /// 415: the body is in a character set other than UTF-8, or is compressed.
    pub fn unsupported_encoding(found: &str) -> Self {
        Self::plain(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("the body is in {found}; UTF-8 is wanted, and nothing compressed"),
        )
    }

    /// 413: a bulk request is beyond one of its limits,
    /// [RFC 7644 section 3.7.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.7.4).
    pub fn bulk_too_large(limit: &str, most: usize) -> Self {
        Self::plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the size of the bulk operation exceeds the {limit} ({most})"),
        )
    }

    /// 409: what a request wants contradicts what there is, or itself.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::plain(StatusCode::CONFLICT, detail)
    }

    /// 405: the path is there, the method is not.
    pub fn method_not_allowed(method: impl fmt::Display) -> Self {
        Self::plain(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("{method} is not supported here"),
        )
    }

    /// 501: the RFC has it, this server does not.
    pub fn not_implemented(what: impl fmt::Display) -> Self {
        Self::plain(
            StatusCode::NOT_IMPLEMENTED,
            format!("{what} is not supported"),
        )
    }

    /// The same with another `WWW-Authenticate` challenge.
    #[must_use]
    pub fn with_challenge(mut self, challenge: impl Into<String>) -> Self {
        self.challenge = Some(challenge.into());
        self
    }
}

/// With a keyword.
impl ScimError {
    /// An error with that keyword, and the status code it goes with.
    pub fn typed(scim_type: ScimType, detail: impl Into<String>) -> Self {
        Self {
            scim_type: Some(scim_type),
            ..Self::plain(scim_type.status(), detail)
        }
    }

    /// 400: the filter cannot be read, or compares what cannot be compared.
    pub fn invalid_filter(detail: impl Into<String>) -> Self {
        Self::typed(ScimType::InvalidFilter, detail)
    }

    /// 400: the filter finds more than the server is willing to return.
    pub fn too_many(detail: impl Into<String>) -> Self {
        Self::typed(ScimType::TooMany, detail)
    }

    /// 409: the value of `attribute` is taken.
    pub fn uniqueness(attribute: &str) -> Self {
        Self::typed(
            ScimType::Uniqueness,
            format!("{attribute} is already in use by another resource"),
        )
    }

    /// 400: the attribute cannot be changed.
    pub fn mutability(detail: impl Into<String>) -> Self {
        Self::typed(ScimType::Mutability, detail)
    }

    /// 400: the body has not the form it must have.
    pub fn invalid_syntax(detail: impl Into<String>) -> Self {
        Self::typed(ScimType::InvalidSyntax, detail)
    }

    /// 400: the path of a PATCH operation cannot be read.
    pub fn invalid_path(detail: impl Into<String>) -> Self {
        Self::typed(ScimType::InvalidPath, detail)
    }

    /// 400: the path of a PATCH operation finds nothing.
    pub fn no_target(detail: impl Into<String>) -> Self {
        Self::typed(ScimType::NoTarget, detail)
    }

    /// 400: a value is missing, or is not of the kind its attribute wants.
    pub fn invalid_value(detail: impl Into<String>) -> Self {
        Self::typed(ScimType::InvalidValue, detail)
    }

    /// 400: the protocol version is not supported.
    pub fn invalid_vers(detail: impl Into<String>) -> Self {
        Self::typed(ScimType::InvalidVers, detail)
    }

    /// 403: the request would put something sensitive into the URI.
    pub fn sensitive(detail: impl Into<String>) -> Self {
        Self::typed(ScimType::Sensitive, detail)
    }
}

impl fmt::Display for ScimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        if let Some(scim_type) = self.scim_type {
            write!(f, " {}", scim_type.as_str())?;
        }
        write!(f, ": {}", self.detail)
    }
}

impl std::error::Error for ScimError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyword_brings_its_status() {
        assert_eq!(
            ScimError::uniqueness("userName").status,
            StatusCode::CONFLICT
        );
        assert_eq!(ScimError::sensitive("x").status, StatusCode::FORBIDDEN);
        assert_eq!(ScimError::no_target("x").status, StatusCode::BAD_REQUEST);
    }

    #[test]
    fn only_a_refused_token_is_challenged() {
        assert_eq!(
            ScimError::unauthorized("no").challenge.as_deref(),
            Some("Bearer")
        );
        assert_eq!(ScimError::forbidden("no").challenge, None);
    }
}
