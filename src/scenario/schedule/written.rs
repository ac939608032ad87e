//! Schedules in words, as a file or a sentence has them.

use std::fmt;

use crate::clock::duration_text;

use super::{Firing, Moment, Nth, Open};

impl fmt::Display for Nth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::These(numbers) => {
                let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
                match numbers.split_last() {
                    Some((last, [])) => write!(f, "number {last} only"),
                    Some((last, first)) => write!(f, "numbers {} and {last}", first.join(", ")),
                    None => f.write_str("none"),
                }
            }
            Self::Between(first, last) => write!(f, "numbers {first} to {last}"),
            Self::From(first) => write!(f, "number {first} and later ones"),
            Self::Every { step, first } if step == first => write!(f, "every {step}th"),
            Self::Every { step, first } => write!(f, "every {step}th from number {first} on"),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(after) => write!(f, "+{}", duration_text(*after)),
            Self::At(at) => write!(f, "{at}"),
            Self::Rule(id, firing, after) => {
                let last = if *firing == Firing::Last { "last " } else { "" };
                match duration_text(*after) {
                    _ if after.is_zero() => write!(f, "\"{last}{id}\""),
                    after => write!(f, "\"{last}{id}+{after}\""),
                }
            }
        }
    }
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (length, period) = (duration_text(self.length), duration_text(self.period));
        write!(f, "{length} in every {period}")
    }
}
