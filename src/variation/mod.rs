//! What the RFCs leave open, decided by the seed: no client can lean on one lawful answer that others do not give.
//!
//! Each decision is a draw from the stream of its point, its operation and its subject. Neither the order of requests
//! nor the number of connections has a part in it, and the same request is answered in the same manner each time.
//! This module asks no clock and keeps nothing.

mod answer;
mod field;
mod list;
mod resource;
mod script;
mod shape;
mod table;
mod token;

pub use self::answer::Answered;
pub use self::shape::{EtagForm, IdForm, Ids, TokenForm};
pub use self::table::{POINTS, Point};

use crate::entropy::{Draw, Entropy};
use crate::entry::Choice;
use crate::profile::PatchAnswer;

/// The lawful variation of one sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variation {
    entropy: Entropy,
}

impl Variation {
    /// The variation that a sandbox's chance stands for.
    pub fn new(entropy: Entropy) -> Self {
        Self { entropy }
    }

    /// In which manner a request is answered; `about` names its operation and its subject.
    pub fn manner(self, about: impl Into<String>) -> Manner {
        Manner {
            variation: self,
            about: about.into(),
        }
    }

    /// The shape of every entity tag.
    pub fn etag_form(self) -> EtagForm {
        EtagForm::of(self.manner("").form(table::ETAG_FORM))
    }

    /// The shape of every code and refresh token.
    pub fn token_form(self) -> TokenForm {
        TokenForm::of(self.manner("").form(table::TOKEN_FORM))
    }
}

/// In which manner one request is answered.
#[derive(Clone, Debug)]
pub struct Manner {
    variation: Variation,
    about: String,
}

impl Manner {
    fn draw(&self, point: Point) -> Draw {
        let stream = format!("vary {}/{}", point.name, self.about);
        self.variation.entropy.draw(&stream, 0)
    }

    /// Which of its forms a point takes.
    fn form(&self, point: Point) -> usize {
        usize::try_from(self.draw(point).number() % point.forms.len() as u64).unwrap_or(0)
    }

    fn etag_form(&self) -> usize {
        self.variation.manner("").form(table::ETAG_FORM)
    }

    fn token_form(&self) -> usize {
        self.variation.manner("").form(table::TOKEN_FORM)
    }

    /// The shape of the id of a new resource of that name.
    pub fn id_form(&self, name: &str, chosen: &mut Vec<Choice>) -> IdForm {
        let named = self.variation.manner(name);
        IdForm::of(named.noted(table::ID_FORM, chosen))
    }

    /// How a PATCH is answered, where the client leaves that open.
    pub fn patch_answer(&self, chosen: &mut Vec<Choice>) -> PatchAnswer {
        match self.noted(table::PATCH_ANSWER, chosen) {
            0 => PatchAnswer::Full,
            _ => PatchAnswer::NoContent,
        }
    }

    /// Whether the newest row of a list comes first.
    pub fn is_newest_first(&self, chosen: &mut Vec<Choice>) -> bool {
        self.noted(table::ROW_ORDER, chosen) == 1
    }

    /// How many rows a page holds at the most.
    pub fn page_cap(&self, chosen: &mut Vec<Choice>) -> usize {
        match self.noted(table::PAGE_SIZE, chosen) {
            0 => usize::MAX,
            1 => 7,
            _ => 3,
        }
    }

    /// Whether a `Retry-After` whose form is open is a date.
    pub fn retry_after_is_date(&self, chosen: &mut Vec<Choice>) -> bool {
        self.noted(table::RETRY_AFTER, chosen) == 1
    }

    /// Which form a point takes; that is noted.
    fn noted(&self, point: Point, chosen: &mut Vec<Choice>) -> usize {
        let form = self.form(point);
        chosen.push(choice(point, form));
        form
    }
}

fn choice(point: Point, form: usize) -> Choice {
    Choice {
        point: point.name,
        form: point.forms.get(form).copied().unwrap_or_default(),
    }
}

/// The choices made for one answer.
#[derive(Debug)]
struct Taken<'m> {
    manner: &'m Manner,
    choices: Vec<Choice>,
}

impl<'m> Taken<'m> {
    fn new(manner: &'m Manner) -> Self {
        Self {
            manner,
            choices: Vec::new(),
        }
    }

    /// Decides a point, and notes what was decided.
    fn take(&mut self, point: Point) -> usize {
        self.manner.noted(point, &mut self.choices)
    }

    fn note(&mut self, point: Point, form: usize) {
        self.choices.push(choice(point, form));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_each_point_is_drawn_for_some_subject_and_the_same_again() {
        let variation = Variation::new(Entropy::from_seed(7));
        for point in POINTS {
            let mut seen = vec![0; point.forms.len()];
            for n in 0..200 {
                let manner = variation.manner(format!("users.get/user-{n}"));
                seen[manner.form(*point)] += 1;
                let again = variation.manner(format!("users.get/user-{n}"));
                assert_eq!(manner.form(*point), again.form(*point));
            }
            let least = 200 / point.forms.len() / 2;
            assert!(
                seen.iter().all(|count| *count > least),
                "{}: {seen:?}",
                point.name
            );
        }
    }

    #[test]
    fn another_seed_decides_otherwise() {
        let forms = |seed| {
            let manner = Variation::new(Entropy::from_seed(seed)).manner("users.get/anna");
            POINTS
                .iter()
                .map(|point| manner.form(*point))
                .collect::<Vec<_>>()
        };
        assert_eq!(forms(1), forms(1));
        assert_ne!(forms(1), forms(2));
    }
}
