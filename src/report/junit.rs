//! `junit.xml`: a test suite a scenario row, a test case a rule, for CI servers.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{Report, Row, expectation_name};
use crate::verdict::{Story, Verdict};

/// The whole report as XML.
///
/// # Errors
///
/// The message says why the XML could not be written.
pub fn render(report: &Report) -> Result<String, String> {
    let mut junit = quick_junit::Report::new("goto-double conform");
    junit.add_test_suites(report.rows.iter().map(|row| suite(report, row)));
    let mut rules = TestSuite::new("rules over all rows");
    for rule in report.rules() {
        let message = format!("{} over all rows", rule.verdict);
        let mut case = TestCase::new(rule.rule, status(rule.verdict, rule.known, &message, &[]));
        case.set_classname("goto-double.rules");
        rules.add_test_case(case);
    }
    junit.add_test_suite(rules);
    junit.to_string().map_err(|error| error.to_string())
}

fn suite(report: &Report, row: &Row) -> TestSuite {
    let mut suite = TestSuite::new(row.name());
    suite.set_time(row.took);
    suite.add_property(("seed", row.seed.to_string().as_str()));
    suite.add_property(("replay", row.replay.as_str()));
    if let Some(broken) = &row.broken {
        let mut failed = TestCaseStatus::non_success(NonSuccessKind::Error);
        failed.set_message(broken.as_str());
        suite.add_test_case(TestCase::new("the rig", failed));
    }
    let rules = row
        .judgement
        .rules
        .iter()
        .map(|rule| (rule.rule.to_owned(), rule.verdict, &rule.stories));
    let own = row
        .judgement
        .expectations
        .iter()
        .map(|one| (expectation_name(row, &one.id), one.verdict, &one.stories));
    for (name, verdict, stories) in rules.chain(own) {
        let known = report.known.names(&name);
        // A rule that this row does not mean to exercise is not skipped here: it is simply not its business.
        if verdict == Verdict::NotExercised {
            continue;
        }
        let mut case = TestCase::new(
            name,
            status(verdict, known, verdict.to_string().as_str(), stories),
        );
        case.set_classname(format!("goto-double.{}", row.scenario));
        suite.add_test_case(case);
    }
    suite
}

fn status(verdict: Verdict, known: bool, message: &str, stories: &[Story]) -> TestCaseStatus {
    if verdict.stands() {
        return TestCaseStatus::success();
    }
    let mut text = String::new();
    for story in stories {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "exchanges {:?}: expected {}; saw {}",
            story.entries, story.expected, story.seen
        );
    }
    let mut status = if known {
        TestCaseStatus::skipped()
    } else {
        TestCaseStatus::non_success(NonSuccessKind::Failure)
    };
    status.set_message(message);
    status.set_description(text);
    status
}
