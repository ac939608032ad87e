//! Fields of forms, each with its label, and with what is wrong about it.

use maud::{Markup, html};

use super::problem::Problem;
use crate::app::auth::page_form;
use crate::app::call::Call;

/// Where the text stands that says what is wrong.
const PROBLEM: &str = "problem";

/// Describes a field of one line.
pub(super) struct Field<'f> {
    /// Its name, and its id.
    pub(super) name: &'f str,
    /// What it is for.
    pub(super) label: &'f str,
    /// More about that.
    pub(super) hint: &'f str,
    /// What is in it.
    pub(super) value: &'f str,
    /// The `type` of the input, as in `email`.
    pub(super) kind: &'f str,
    /// What the browser may fill in.
    pub(super) autocomplete: &'f str,
    /// The most it takes.
    pub(super) length: usize,
}

impl Field<'_> {
    /// The field with its label.
    pub(super) fn show(&self, problem: Option<&Problem>) -> Markup {
        let hint_id = format!("{}-hint", self.name);
        let is_wrong = is_about(problem, self.name);
        let is_optional = matches!(self.name, "given_name" | "family_name");
        html! {
            label for=(self.name) { (self.label) }
            @if !self.hint.is_empty() { p.hint id=(hint_id) { (self.hint) } }
            input id=(self.name) name=(self.name) type=(self.kind) value=(self.value) maxlength=(self.length)
                autocomplete=(self.autocomplete) required[!is_optional] autofocus[is_wrong]
                aria-invalid=[is_wrong.then_some("true")]
                aria-describedby=[described_by(is_wrong, (!self.hint.is_empty()).then_some(&*hint_id))];
        }
    }
}

/// What describes a field besides its label: what is wrong, and the hint.
pub(super) fn described_by(is_wrong: bool, hint: Option<&str>) -> Option<String> {
    match (is_wrong, hint) {
        (true, Some(hint)) => Some(format!("{PROBLEM} {hint}")),
        (true, None) => Some(PROBLEM.into()),
        (false, hint) => hint.map(Into::into),
    }
}

/// Whether a problem is about the field of that name.
pub(super) fn is_about(problem: Option<&Problem>, name: &str) -> bool {
    problem.is_some_and(|problem| problem.field() == Some(name))
}

/// What was wrong with the last try, above everything else.
pub(super) fn told(problem: Option<&Problem>) -> Markup {
    html! {
        @if let Some(problem) = problem {
            p.error id=(PROBLEM) role="alert" { (problem.sentence()) }
        }
    }
}

/// What was typed into a field the last time; nothing the first time.
pub(super) fn typed(call: Call<'_>, name: &str) -> String {
    let form = page_form(call.request);
    form.first(name).unwrap_or_default().to_owned()
}
