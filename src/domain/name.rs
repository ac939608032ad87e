//! Names of e-mail domains.

use std::fmt;

use thiserror::Error;

/// The longest label, [RFC 1035 section 2.3.4](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4).
const LABEL_LENGTH: usize = 63;

/// The longest name as text: 255 octets on the wire are 253 characters without the last dot.
const NAME_LENGTH: usize = 253;

/// Names an e-mail domain in lower case, without a last dot.
///
/// # Examples
///
/// ```
/// # use goto_double::domain::name::DomainName;
/// assert_eq!(DomainName::parse("Main.COM").unwrap().as_str(), "main.com");
/// assert!(DomainName::parse("localhost").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DomainName(String);

/// Says why a text is no name of an e-mail domain.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NameRefusal {
    /// There is nothing.
    #[error("a domain name is needed, as in main.com")]
    Empty,
    /// There is a blank in or around it.
    #[error("a domain name has no blanks")]
    Blank,
    /// The whole is too long.
    #[error("the name has {0} characters; 253 is the most (RFC 1035 section 2.3.4)")]
    TooLong(usize),
    /// It has one label only.
    #[error("{0:?} is one label; an e-mail domain has two at least, as in main.com")]
    OneLabel(String),
    /// Two dots follow each other, or one stands in front.
    #[error("a label is empty: two dots in a row, or a dot in front")]
    EmptyLabel,
    /// A label is too long.
    #[error("the label {0:?} is longer than 63 characters (RFC 1035 section 2.3.4)")]
    LabelTooLong(String),
    /// A label begins or ends with a hyphen.
    #[error("the label {0:?} begins or ends with a hyphen (RFC 1035 section 2.3.1)")]
    Hyphen(String),
    /// A character that no host name has.
    #[error(
        "{0:?} cannot stand in a domain name; a name in another script is written in its xn-- form"
    )]
    Character(char),
    /// It is an address.
    #[error("{0:?} is an IP address, not a domain name")]
    Address(String),
}

impl DomainName {
    /// Accepts a name, in lower case from here on; one last dot is forgiven.
    ///
    /// # Errors
    ///
    /// The refusal says which rule of [RFC 1035 section 2.3](https://www.rfc-editor.org/rfc/rfc1035#section-2.3) is broken.
    pub fn parse(text: &str) -> Result<Self, NameRefusal> {
        if text.is_empty() {
            return Err(NameRefusal::Empty);
        }
        if text.chars().any(char::is_whitespace) {
            return Err(NameRefusal::Blank);
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if name.len() > NAME_LENGTH {
            return Err(NameRefusal::TooLong(name.len()));
        }
        for label in name.split('.') {
            check_label(label)?;
        }
        let Some((_, last)) = name.rsplit_once('.') else {
            return Err(NameRefusal::OneLabel(name));
        };
        if last.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NameRefusal::Address(name));
        }
        Ok(Self(name))
    }

    /// Takes the domain of an e-mail address, if it has one.
    pub fn of_address(address: &str) -> Option<Self> {
        let (local, domain) = address.rsplit_once('@')?;
        if local.is_empty() {
            return None;
        }
        Self::parse(domain).ok()
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_label(label: &str) -> Result<(), NameRefusal> {
    if label.is_empty() {
        return Err(NameRefusal::EmptyLabel);
    }
    let odd = |character: &char| !character.is_ascii_alphanumeric() && *character != '-';
    if let Some(character) = label.chars().find(odd) {
        return Err(NameRefusal::Character(character));
    }
    if label.len() > LABEL_LENGTH {
        return Err(NameRefusal::LabelTooLong(label.into()));
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(NameRefusal::Hyphen(label.into()));
    }
    Ok(())
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(text: &str, word: &str) {
        let refusal = DomainName::parse(text).unwrap_err().to_string();
        assert!(refusal.contains(word), "{text}: {refusal}");
    }

    #[test]
    fn name_is_kept_in_lower_case_without_its_last_dot() {
        assert_eq!(
            DomainName::parse("Mail.MAIN.com.").unwrap().as_str(),
            "mail.main.com"
        );
    }

    #[test]
    fn each_broken_rule_is_named() {
        check_refused("", "needed");
        check_refused(" main.com", "blanks");
        check_refused("main .com", "blanks");
        check_refused("localhost", "one label");
        check_refused("main..com", "empty");
        check_refused(".main.com", "empty");
        check_refused("-main.com", "hyphen");
        check_refused("main_x.com", "'_'");
        check_refused("münchen.de", "xn--");
        check_refused("127.0.0.1", "IP address");
        check_refused(&format!("{}.com", "a".repeat(64)), "63");
        check_refused(&format!("{}com", "abcd.".repeat(51)), "253");
        check_refused("user@main.com", "'@'");
        check_refused(".", "empty");
    }

    #[test]
    fn longest_lawful_label_is_taken() {
        let label = "a".repeat(63);
        assert!(DomainName::parse(&format!("{label}.com")).is_ok());
        let name = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        assert_eq!(name.len(), 253);
        assert!(DomainName::parse(&name).is_ok());
    }

    #[test]
    fn address_gives_the_domain_behind_its_last_at_sign() {
        let of = |address| DomainName::of_address(address).map(|name| name.to_string());
        assert_eq!(of("admin@Main.com").as_deref(), Some("main.com"));
        assert_eq!(of("\"a@b\"@main.com").as_deref(), Some("main.com"));
        assert_eq!(of("@main.com"), None);
        assert_eq!(of("admin"), None);
    }
}
