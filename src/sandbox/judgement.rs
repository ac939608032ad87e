//! What a run came to.

use crate::conformance::judge::RuleVerdict;
use crate::scenario::ExpectationVerdict;
use crate::verdict::Verdict;

/// What a run came to: the catalogue's rules, and the script's own expectations.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// One verdict for each rule of the catalogue that was judged.
    pub rules: Vec<RuleVerdict>,
    /// One verdict for each expectation of the script.
    pub expectations: Vec<ExpectationVerdict>,
}

impl Judgement {
    /// What all of it comes to ([`Verdict::on_all`]); `None` if nothing was judged.
    pub fn worst(&self) -> Option<Verdict> {
        let own = self.expectations.iter().map(|one| one.verdict);
        Verdict::on_all(self.rules.iter().map(|rule| rule.verdict).chain(own))
    }

    /// Leaves only the named rules; all of it if none is named.
    pub fn keep_rules(&mut self, only: &[String]) {
        if !only.is_empty() {
            self.rules
                .retain(|rule| only.iter().any(|wanted| wanted == rule.rule));
            self.expectations.clear();
        }
    }
}
