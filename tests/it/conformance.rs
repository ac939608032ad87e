//! A rule must be able to fail: the sound client keeps each of the forty, and each defect breaks its own.

use std::sync::{Mutex, PoisonError};
use std::thread;

use goto_double::client::Defect;
use goto_double::conformance::catalogue::FIRST_FORTY;

use crate::support::suite::conform;

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
    let left = Mutex::new(Defect::ALL.iter().collect::<Vec<_>>());
    let wrong: Mutex<Vec<String>> = Mutex::default();
    assert_eq!(Defect::ALL.len(), 40);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(defect) = left.lock().unwrap_or_else(PoisonError::into_inner).pop() {
                    let id = defect.id();
                    let suite = conform(&["--rule", id, "--defect", id, "--jobs", "1"]);
                    if suite.code != 1 || suite.verdict(id) != "fail" {
                        let text = format!(
                            "{id}: exit {}, verdict {}\n{}",
                            suite.code,
                            suite.verdict(id),
                            suite.said
                        );
                        wrong
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(text);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
