//! Which occurrences a rule acts on.

use serde_json::Value;

use crate::scenario::file::whole;
use crate::scenario::finding::Complaint;

/// Which occurrences a rule acts on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nth {
    /// `3` or `[1, 2]`.
    These(Vec<u64>),
    /// `"2-4"`.
    Between(u64, u64),
    /// `"5+"`.
    From(u64),
    /// `"every 10"`, or `"every 10 from 3"`.
    Every {
        /// How far one is from the next.
        step: u64,
        /// The first of them.
        first: u64,
    },
}

impl Nth {
    /// Whether the `n`-th occurrence is one of them.
    pub fn contains(&self, n: u64) -> bool {
        match self {
            Self::These(list) => list.contains(&n),
            Self::Between(first, last) => (*first..=*last).contains(&n),
            Self::From(first) => n >= *first,
            Self::Every { step, first } => n >= *first && (n - first).is_multiple_of(*step),
        }
    }

    /// How many occurrences these are, where that is bounded.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::These(list) => u64::try_from(list.len()).ok(),
            Self::Between(first, last) => Some(last - first + 1),
            Self::From(_) | Self::Every { .. } => None,
        }
    }

    /// The last of them, where there is one.
    pub fn greatest(&self) -> Option<u64> {
        match self {
            Self::These(list) => list.iter().max().copied(),
            Self::Between(_, last) => Some(*last),
            Self::From(_) | Self::Every { .. } => None,
        }
    }

    /// Whether it names every occurrence there is.
    pub(super) fn is_every(&self) -> bool {
        matches!(self, Self::From(1) | Self::Every { step: 1, first: 1 })
    }

    /// Whether every occurrence that the other names is one of these too, as far as that is told without counting.
    pub(in crate::scenario) fn covers(&self, other: &Self) -> bool {
        /// A longer stretch is not looked at one by one.
        const LONG: u64 = 1000;
        match (self, other) {
            _ if self.is_every() => true,
            (_, Self::These(list)) => list.iter().all(|n| self.contains(*n)),
            (Self::Between(..) | Self::From(_), Self::Between(first, last)) => {
                self.contains(*first) && self.contains(*last)
            }
            (_, Self::Between(first, last)) => {
                last - first < LONG && (*first..=*last).all(|n| self.contains(n))
            }
            (Self::From(mine), Self::From(first) | Self::Every { first, .. }) => mine <= first,
            (Self::Every { step, .. }, Self::Every { step: other, first }) => {
                self.contains(*first) && other.is_multiple_of(*step)
            }
            _ => false,
        }
    }

    pub(super) fn parse(value: &Value) -> Result<Self, Complaint> {
        Self::accept(value).ok_or_else(|| {
            Complaint::new(format!(
                "{value} names no occurrences: write 3, [1, 2], \"2-4\", \"5+\", \"every 10\" or \"every 10 from 3\""
            ))
        })
    }

    fn accept(value: &Value) -> Option<Self> {
        match value {
            Value::Number(_) => Some(Self::These(vec![positive(whole(value))?])),
            Value::Array(list) if !list.is_empty() => {
                let mut numbers = list
                    .iter()
                    .map(|number| positive(whole(number)))
                    .collect::<Option<Vec<_>>>()?;
                numbers.sort_unstable();
                numbers.dedup();
                Some(Self::These(numbers))
            }
            Value::String(text) => Self::accept_text(text),
            _ => None,
        }
    }

    fn accept_text(text: &str) -> Option<Self> {
        let number = |text: &str| positive(text.trim().parse().ok());
        if let Some(steps) = text.strip_prefix("every ") {
            let (step, first) = match steps.split_once(" from ") {
                Some((step, first)) => (number(step)?, number(first)?),
                None => (number(steps)?, number(steps)?),
            };
            return Some(Self::Every { step, first });
        }
        if let Some(first) = text.strip_suffix('+') {
            return Some(Self::From(number(first)?));
        }
        match text.split_once('-') {
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::Between(first, last))
            }
            None => Some(Self::These(vec![number(text)?])),
        }
    }
}

fn positive(number: Option<u64>) -> Option<u64> {
    number.filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_nth(written: &Value, expected: &[u64]) {
        let nth = Nth::parse(written).unwrap();
        let found: Vec<_> = (1..=20).filter(|n| nth.contains(*n)).collect();
        assert_eq!(found, expected, "{written}");
    }

    #[test]
    fn numbers_cover_others_only_if_each_of_these_is_among_them() {
        let all = [
            json!(3),
            json!([1, 3, 5]),
            json!("2-4"),
            json!("3+"),
            json!("1+"),
            json!("every 2"),
            json!("every 2 from 3"),
            json!("every 4 from 3"),
        ];
        let named = |nth: &Nth| (1..=60).filter(|n| nth.contains(*n)).collect::<Vec<_>>();
        for one in &all {
            for other in &all {
                let (mine, its) = (Nth::parse(one).unwrap(), Nth::parse(other).unwrap());
                let all_of_mine = named(&mine);
                let truth = named(&its).iter().all(|n| all_of_mine.contains(n));
                assert_eq!(mine.covers(&its), truth, "{one} {other}");
            }
        }
    }

    #[test]
    fn each_form_of_nth_names_its_occurrences() {
        check_nth(&json!(3), &[3]);
        check_nth(&json!("3"), &[3]);
        check_nth(&json!([3.0, 5]), &[3, 5]);
        check_nth(&json!([2, 1]), &[1, 2]);
        check_nth(&json!("2-4"), &[2, 3, 4]);
        check_nth(&json!("18+"), &[18, 19, 20]);
        check_nth(&json!("every 10"), &[10, 20]);
        check_nth(&json!("every 7 from 3"), &[3, 10, 17]);
        check_nth(&json!("every 2 from 15"), &[15, 17, 19]);
        for wrong in [
            json!(0),
            json!([]),
            json!("4-2"),
            json!("every 0"),
            json!("every 3 from 0"),
            json!("every 3 from"),
            json!("x"),
            json!(null),
        ] {
            assert!(Nth::parse(&wrong).is_err(), "{wrong}");
        }
    }
}
