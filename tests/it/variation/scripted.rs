//! Scripted faults act on varied answers and mean exactly what they mean without variation.

use goto_double::scenario::plan::RetryAfterForm;
use serde_json::{Value, json};

use super::raw::Raw;
use super::{last, person, seen, varied};
use crate::support::raw::hear;
use crate::support::{create_user, patch};

fn everybody(on: &str, act: Value) -> Value {
    json!([{ "id": "rule", "on": on, "do": act }])
}

#[test]
fn cut_cuts_the_varied_body_at_its_byte() {
    for seed in 1..=6 {
        let (goto, client) = varied(
            seed,
            everybody(
                "users.list",
                json!({ "commit": true, "wire": "cut:body:40" }),
            ),
        );
        let heard = hear(&client, "GET", "/Users", b"");
        assert_eq!(heard.body().len(), 40, "seed {seed}: {}", heard.text());
        let kept = last(&goto);
        assert_eq!(heard.body(), &kept.reply.body[..40]);
        let points: Vec<_> = kept.varied.iter().map(|one| one.point).collect();
        assert!(points.contains(&"member-order"), "{points:?}");
        // What leaves in an unusual way is framed as the fault wants it, and the journal claims nothing else.
        assert!(!points.contains(&"framing") && !points.contains(&"field-case"));
        assert!(heard.head().to_lowercase().contains("content-length:"));
    }
}

#[test]
fn mutation_has_the_last_word() {
    for seed in 1..=6 {
        let (goto, client) = varied(
            seed,
            everybody("users.create", json!({ "mutate": "upper_names" })),
        );
        let (raw, choices) = seen(&goto, &client, ("POST", "/Users", &person("ada@main.com")));
        let body = raw.json();
        assert_eq!(body["USERNAME"], "ada@main.com", "seed {seed}: {body}");
        assert!(
            choices
                .iter()
                .all(|one| !["white-space", "escapes", "unassigned"].contains(&one.point))
        );
        assert!(!raw.text().contains("\\u") && !raw.text().contains("\\/"));
    }
}

#[test]
fn patch_that_a_rule_alters_is_answered_as_the_profile_says() {
    for seed in 1..=6 {
        let (_goto, client) = varied(
            seed,
            everybody("users.patch", json!({ "mutate": "omit_id" })),
        );
        let id = create_user(&client, "ada@main.com");
        let change = patch(json!([{ "op": "replace", "path": "title", "value": "Dr" }]));
        let raw = Raw::of(&client, ("PATCH", &format!("/Users/{id}"), &change));
        assert_eq!(raw.status, 200, "seed {seed}");
        assert!(raw.json().get("id").is_none());
    }
}

#[test]
fn answer_of_a_scenario_goes_out_letter_by_letter() {
    let reply = json!({ "reply": { "status": 503, "retry_after": "5s", "retry_after_as": "seconds",
        "headers": { "X-Own": "as it is" }, "body": "{\"b\": 1,\"a\":\"é\"}" } });
    for seed in 1..=6 {
        let (goto, client) = varied(seed, everybody("users.list", reply.clone()));
        let (raw, choices) = seen(&goto, &client, ("GET", "/Users", &Value::Null));
        assert_eq!(
            (raw.status, raw.text().as_str()),
            (503, "{\"b\": 1,\"a\":\"é\"}")
        );
        assert_eq!(raw.field("retry-after"), Some("5"));
        assert_eq!(raw.field("x-own"), Some("as it is"));
        assert!(
            choices
                .iter()
                .all(|one| ["field-case", "framing", "reason"].contains(&one.point)),
            "{choices:?}"
        );
    }
    assert_ne!(RetryAfterForm::default(), RetryAfterForm::Seconds);
}

#[test]
fn entity_tags_of_every_form_are_heeded() {
    for seed in 1..=6 {
        let (_goto, client) = varied(seed, json!([]));
        let made = client.post("/Users", &person("ada@main.com"));
        let tag = made.header("etag").unwrap().to_owned();
        let path = format!("/Users/{}", made.json()["id"].as_str().unwrap());
        let asked = client.clone().header("If-None-Match", &tag);
        assert_eq!(asked.get(&path).status, 304, "seed {seed}");
        let known = client.clone().header("If-Match", &tag);
        let mut body = person("ada@main.com");
        body["title"] = json!("Dr");
        assert_eq!(known.put(&path, &body).status, 200, "seed {seed}: {tag}");
        assert_eq!(
            known.put(&path, &person("ada@main.com")).status,
            412,
            "seed {seed}: {tag}"
        );
    }
}

#[test]
fn dates_of_every_form_can_be_filtered_by() {
    for seed in 1..=6 {
        let (_goto, client) = varied(seed, json!([]));
        let made = client.post("/Users", &person("ada@main.com")).json();
        let date = made["meta"]["created"]
            .as_str()
            .unwrap()
            .replace('+', "%2B");
        let found = client
            .get(&format!("/Users?filter=meta.created%20eq%20%22{date}%22"))
            .json();
        assert_eq!(found["totalResults"], 1, "seed {seed}: {date}");
    }
}
