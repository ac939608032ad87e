//! The table of faults: what the reference page and `list faults` print.

mod data;
mod mutate;
mod reply;
mod request;
mod wire;

/// When in the life of a request a fault takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Before anything else is done with the request.
    Before,
    /// While the true handler works.
    During,
    /// In place of the true answer.
    Instead,
    /// On the answer, before it leaves.
    After,
    /// While the answer leaves.
    Delivery,
}

impl Phase {
    /// The word of the reference page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::During => "during",
            Self::Instead => "instead",
            Self::After => "after",
            Self::Delivery => "delivery",
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct FaultRow {
    /// Its name.
    pub name: &'static str,
    /// When it takes effect.
    pub phase: Phase,
    /// One sentence.
    pub about: &'static str,
    /// A whole rule that shows it.
    pub example: &'static str,
}

const fn row(
    name: &'static str,
    phase: Phase,
    about: &'static str,
    example: &'static str,
) -> FaultRow {
    FaultRow {
        name,
        phase,
        about,
        example,
    }
}

const PARTS: [&[FaultRow]; 5] = [
    request::REQUEST,
    data::DATA,
    reply::REPLY,
    mutate::MUTATE,
    wire::WIRE,
];

const COUNT: usize = request::REQUEST.len()
    + data::DATA.len()
    + reply::REPLY.len()
    + mutate::MUTATE.len()
    + wire::WIRE.len();

/// Every fault, in the order of the reference page.
pub const FAULTS: &[FaultRow] = &joined::<COUNT>(PARTS);

const fn joined<const N: usize>(parts: [&[FaultRow]; 5]) -> [FaultRow; N] {
    let mut all = [row("", Phase::Before, "", ""); N];
    let (mut left, mut at) = (&parts as &[&[FaultRow]], 0);
    while let [part, rest @ ..] = left {
        let mut rows = *part;
        while let [first, others @ ..] = rows {
            all[at] = *first;
            at += 1;
            rows = others;
        }
        left = rest;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_a_rule_without_a_finding() {
        for fault in FAULTS {
            let text = format!(
                r#"{{ "scenario": "example", "v": 1, "rules": [ {} ] }}"#,
                fault.example
            );
            let script = crate::scenario::parse(&text)
                .unwrap_or_else(|findings| panic!("{}: {}", fault.name, findings[0]));
            assert!(
                script.warnings().is_empty(),
                "{}: {}",
                fault.name,
                script.warnings()[0]
            );
            assert!(fault.about.ends_with('.'));
        }
    }
}
