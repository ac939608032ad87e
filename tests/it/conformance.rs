//! A rule must be able to fail: the sound client keeps each of the forty, and each defect breaks its own.

use goto_double::client::Defect;
use goto_double::conformance::catalogue::FIRST_FORTY;

use crate::support::suite::{conform, wrong_among};

#[test]
fn sound_client_keeps_and_exercises_all_forty() {
    let suite = conform(&[]);
    assert_eq!(suite.code, 0, "{}", suite.said);
    for rule in FIRST_FORTY {
        assert_eq!(suite.verdict(rule), "pass", "{rule}\n{}", suite.said);
    }
}

#[test]
fn every_defect_breaks_the_rule_it_is_named_after() {
    assert_eq!(Defect::ALL.len(), 40);
    let wrong = wrong_among(Defect::ALL.iter().collect(), |defect| {
        let id = defect.id();
        let suite = conform(&["--rule", id, "--defect", id, "--jobs", "1"]);
        let is_caught = suite.code == 1 && suite.verdict(id) == "fail";
        (!is_caught).then(|| {
            format!(
                "{id}: exit {}, verdict {}\n{}",
                suite.code,
                suite.verdict(id),
                suite.said
            )
        })
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
