//! What holds of the rig itself, whatever a scenario does to the client.

mod connections;
mod control_port;
mod isolation;
mod watchdog;

use goto_double::scenario::fault::FAULTS;
use serde_json::Value;

/// The rule that the reference page shows for each fault, acting as often as it can, with a name of its own.
fn rules() -> Vec<Value> {
    let rules = FAULTS.iter().enumerate();
    rules
        .map(|(number, row)| {
            let mut rule: Value = serde_json::from_str(row.example).unwrap();
            rule["id"] = format!("fault-{number}").into();
            let has_limit = rule["when"]["over"].is_string();
            let fields = rule.as_object_mut().unwrap();
            fields.remove("when");
            if has_limit {
                rule["when"] = serde_json::json!({ "over": "1/365d" });
            }
            rule
        })
        .collect()
}
