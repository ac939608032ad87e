//! How often something may happen, as scenario files write it.

use std::fmt;

use serde_json::Value;

use super::file::whole;
use super::finding::Complaint;

/// A range of numbers of times: `2`, `"2"`, `">=1"`, `"<=3"`, `">1"`, `"<4"`, `"2-4"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    least: u64,
    most: Option<u64>,
}

impl Count {
    /// At least so often.
    pub fn at_least(least: u64) -> Self {
        Self { least, most: None }
    }

    /// The fewest times that will do.
    pub fn least(self) -> u64 {
        self.least
    }

    /// The most times that will do, if there is a limit.
    pub fn most(self) -> Option<u64> {
        self.most
    }

    /// Whether so many times will do.
    pub fn allows(self, times: u64) -> bool {
        times >= self.least && self.most.is_none_or(|most| times <= most)
    }

    pub(super) fn parse(value: &Value) -> Result<Self, Complaint> {
        let refused = || {
            Complaint::new(format!(
                "{value} is no count: write 2, \">=1\", \"<=3\" or \"2-4\""
            ))
        };
        match value {
            Value::Number(_) => whole(value).map(Self::exactly).ok_or_else(refused),
            Value::String(text) => Self::parse_text(text).ok_or_else(refused),
            _ => Err(refused()),
        }
    }

    fn exactly(times: u64) -> Self {
        Self {
            least: times,
            most: Some(times),
        }
    }

    fn parse_text(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        if let Some(rest) = text.strip_prefix(">=") {
            return Some(Self::at_least(number(rest)?));
        }
        if let Some(rest) = text.strip_prefix("<=") {
            return Some(Self {
                least: 0,
                most: Some(number(rest)?),
            });
        }
        if let Some(rest) = text.strip_prefix('>') {
            return Some(Self::at_least(number(rest)?.checked_add(1)?));
        }
        if let Some(rest) = text.strip_prefix('<') {
            return Some(Self {
                least: 0,
                most: Some(number(rest)?.checked_sub(1)?),
            });
        }
        if let Some((least, most)) = text.split_once('-') {
            let (least, most) = (number(least)?, number(most)?);
            return (least <= most).then_some(Self {
                least,
                most: Some(most),
            });
        }
        number(text.trim_start_matches('=')).map(Self::exactly)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (least, None) => write!(f, "at least {least}"),
            (0, Some(0)) => f.write_str("none"),
            (0, Some(most)) => write!(f, "at most {most}"),
            (least, Some(most)) if least == most => write!(f, "exactly {least}"),
            (least, Some(most)) => write!(f, "{least} to {most}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_a_count_means_its_range() {
        for (value, text) in [
            (json!(2), "exactly 2"),
            (json!("2"), "exactly 2"),
            (json!("==2"), "exactly 2"),
            (json!(">=1"), "at least 1"),
            (json!(">1"), "at least 2"),
            (json!("<=3"), "at most 3"),
            (json!("<4"), "at most 3"),
            (json!("2-4"), "2 to 4"),
            (json!("0"), "none"),
        ] {
            assert_eq!(Count::parse(&value).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_count_is_refused() {
        for value in [
            json!(-1),
            json!(1.5),
            json!("<0"),
            json!("4-2"),
            json!("many"),
            json!(true),
        ] {
            assert!(Count::parse(&value).is_err(), "{value}");
        }
    }
}
