//! Many worlds in one process: how they are chosen, and that nothing leaks.

use std::net::UdpSocket;
use std::time::Duration;

use goto_double::scenario::source::Source;
use serde_json::json;

use crate::support::{Client, create_user, start, user, with};

fn control(goto: &goto_double::GotoDouble) -> Client {
    Client::new(&goto.ready().control_url).header("Content-Type", "application/json")
}

#[test]
fn world_is_chosen_by_path_and_by_host_name() {
    let (goto, _client) = start();
    let made = control(&goto).post("/sandboxes", &json!({ "id": "one", "seed": 7 }));
    assert_eq!(made.status, 201, "{made:?}");
    let base = made.json()["base_url"].as_str().unwrap().to_owned();
    let token = control(&goto)
        .post("/sandboxes/one/tokens", &json!({}))
        .json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let by_path = Client::new(&format!("{base}/scim/v2")).bearer(&token);
    create_user(&by_path, "ada@main.com");

    let product = goto.addresses().product;
    let by_host = Client::new(goto.scim_url())
        .bearer(&token)
        .header("Host", &format!("one.localhost:{}", product.port()));
    let found = by_host.get("/Users");
    assert_eq!(found.json()["totalResults"], 1, "{found:?}");
}

#[test]
fn token_and_users_of_one_world_are_unknown_in_another() {
    let (goto, client) = start();
    create_user(&client, "ada@main.com");
    assert_eq!(
        control(&goto)
            .post("/sandboxes", &json!({ "id": "other", "seed": 8 }))
            .status,
        201
    );
    let other = Client::new(&format!(
        "http://{}/t/other/scim/v2",
        goto.addresses().product
    ));
    assert_eq!(other.clone().bearer(goto.token()).get("/Users").status, 401);
    let token = control(&goto)
        .post("/sandboxes/other/tokens", &json!({}))
        .json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(other.bearer(&token).get("/Users").json()["totalResults"], 0);
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
}

#[test]
fn unknown_world_is_404_in_the_dialect_of_the_path() {
    let (goto, _client) = start();
    let answer =
        Client::new(&format!("http://{}", goto.addresses().product)).get("/t/nobody/scim/v2/Users");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), Some("application/scim+json"));
    assert_eq!(answer.json()["status"], "404");
}

#[test]
fn scenario_with_mistakes_is_refused_with_line_column_and_nearest_word() {
    let (goto, _client) = start();
    let scenario = json!({ "scenario": "x", "v": 1, "rules": [{ "id": "a", "on": "user.create", "do": { "wire": "reset" } }] });
    let answer = control(&goto).post("/sandboxes", &json!({ "scenario": scenario }));
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    let problem = answer.json();
    assert!(
        problem["line"].is_u64() && problem["detail"].as_str().unwrap().contains("users.create"),
        "{problem}"
    );
}

#[test]
fn bad_control_requests_are_problems_and_change_nothing() {
    let (goto, _client) = start();
    let control = control(&goto);
    for (method, path, body, status) in [
        ("GET", "/nowhere", "", 404),
        ("PUT", "/sandboxes", "{}", 405),
        ("GET", "/sandboxes/nobody", "", 404),
        ("POST", "/sandboxes", "{\"id\":\"Not A Name\"}", 400),
        ("POST", "/sandboxes", "{\"id\":", 400),
        ("POST", "/sandboxes", "{\"surprise\":1}", 400),
        (
            "POST",
            "/sandboxes/default/clock",
            "{\"advance\":\"soon\"}",
            400,
        ),
        ("POST", "/sandboxes/default/clock", "{\"rate\":-1}", 400),
        ("GET", "/sandboxes/default/journal?after=x", "", 400),
        ("DELETE", "/sandboxes/default", "", 400),
        (
            "POST",
            "/sandboxes/default/state",
            "{\"delete_users\":[\"nobody@main.com\"]}",
            400,
        ),
    ] {
        let answer = control.send(method, path, body.as_bytes()).unwrap();
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{method} {path}"
        );
        assert_eq!(answer.json()["status"], status);
    }
    assert_eq!(
        control.get("/sandboxes").json()["sandboxes"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn clock_of_one_world_moves_alone_and_kills_its_tokens() {
    let (goto, client) = start();
    control(&goto).post("/sandboxes", &json!({ "id": "other" }));
    let moved = control(&goto).post("/sandboxes/default/clock", &json!({ "advance": "2h" }));
    assert_eq!(moved.status, 200);
    assert_eq!(client.get("/Users").status, 401);
    let token = control(&goto)
        .post("/sandboxes/other/tokens", &json!({}))
        .json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let other = Client::new(&format!(
        "http://{}/t/other/scim/v2",
        goto.addresses().product
    ))
    .bearer(&token);
    assert_eq!(other.get("/Users").status, 200);
}

#[test]
fn journal_tells_what_was_asked_answered_committed_and_sent() {
    let (goto, client) = start();
    let answer = client.post("/Users", &user("ada@main.com"));
    let journal = control(&goto)
        .get("/sandboxes/default/journal?operation=users.create")
        .json();
    let entry = &journal["entries"][0];
    assert_eq!(entry["reply"]["status"], 201);
    assert_eq!(entry["committed"][0]["id"], answer.json()["id"]);
    assert_eq!(entry["delivered"]["ending"], "complete");
    let head: usize = answer
        .headers
        .iter()
        .map(|(name, value)| name.len() + value.len() + 4)
        .sum();
    let whole = answer.body.len() + head + "HTTP/1.1 201 Created\r\n\r\n".len();
    assert_eq!(entry["delivered"]["bytes"], whole);
    let text = journal.to_string();
    assert!(
        !text.contains(goto.token()),
        "the journal must not give tokens away"
    );
}

#[test]
fn journal_is_bounded_and_says_what_it_let_go() {
    let (goto, _client) = start();
    let made = control(&goto).post("/sandboxes", &json!({ "id": "small", "journal_limit": 3 }));
    assert_eq!(made.status, 201);
    let small = Client::new(&format!(
        "http://{}/t/small/scim/v2",
        goto.addresses().product
    ));
    for _ in 0..5 {
        small.get("/Users");
    }
    let described = control(&goto).get("/sandboxes/small").json();
    assert_eq!(described["journal"], json!({ "limit": 3, "dropped": 2 }));
    let entries = control(&goto).get("/sandboxes/small/journal").json();
    let numbers: Vec<_> = entries["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [3, 4, 5]);
}

#[test]
fn deleted_world_is_gone() {
    let (goto, _client) = start();
    control(&goto).post("/sandboxes", &json!({ "id": "brief" }));
    assert_eq!(control(&goto).delete("/sandboxes/brief").status, 204);
    assert_eq!(control(&goto).get("/sandboxes/brief").status, 404);
}

/// A double whose clock only the test moves, with a script that ends after so long a silence.
fn by_hand(end: serde_json::Value) -> (goto_double::GotoDouble, Client) {
    let scenario = json!({ "scenario": "quiet", "v": 1, "clock": { "mode": "manual" }, "end": end,
        "cycles": [{ "source": { "people": 1 } }, { "source": { "people": 2 } }] });
    with(goto_double::GotoDouble::builder().scenario(scenario.to_string()))
}

#[test]
fn silence_divides_cycles_that_nobody_marked() {
    let (goto, client) = by_hand(json!({ "idle": "1h" }));
    create_user(&client, "ada@main.com");
    client.get("/Users");
    goto.control().advance(Duration::from_secs(40)).unwrap();
    client.get("/Users");
    assert_eq!(goto.control().sandbox().unwrap().run().cycles.len(), 1);

    goto.control().advance(Duration::from_secs(120)).unwrap();
    client.get("/Users");
    let run = goto.control().sandbox().unwrap().run();
    let people: Vec<_> = run
        .cycles
        .iter()
        .map(|cycle| cycle.source.users.len())
        .collect();
    assert_eq!(people, [1, 2]);
    let calls = run.cycles.iter().map(|cycle| {
        run.entries_of(cycle)
            .iter()
            .filter(|entry| entry.exchange().is_some())
            .count()
    });
    assert_eq!(calls.collect::<Vec<_>>(), [3, 1]);
}

#[test]
fn what_comes_after_the_end_is_not_judged() {
    let (goto, client) = by_hand(json!({ "idle": "5m" }));
    client.get("/Users");
    goto.control().advance(Duration::from_secs(600)).unwrap();
    client.get("/Users");
    let judged = |goto: &goto_double::GotoDouble| {
        let run = goto.control().sandbox().unwrap().run();
        run.entries
            .iter()
            .filter(|entry| entry.exchange().is_some())
            .count()
    };
    assert_eq!(judged(&goto), 1);

    // Between two cycles that were marked, a client is silent by design.
    goto.control().reset().unwrap();
    for _ in 0..2 {
        goto.control().begin_cycle(Source::default()).unwrap();
        client.get("/Users");
        goto.control().end_cycle(Some(0), false).unwrap();
        goto.control().advance(Duration::from_secs(600)).unwrap();
    }
    assert_eq!(judged(&goto), 2);
}

#[test]
fn name_server_of_a_deleted_world_gives_its_port_back() {
    let (goto, _client) = start();
    let spec = goto_double::SandboxSpec::default();
    let world = goto.control().create(spec).unwrap();
    let dns = world.sandbox().unwrap().outdoors().unwrap().dns;
    assert!(UdpSocket::bind(dns).is_err());
    world.delete().unwrap();
    // The server's own thread closes the socket; a port that is never given back ends this in a failure.
    let given_back = (0..1_000_000).any(|_| {
        std::thread::yield_now();
        UdpSocket::bind(dns).is_ok()
    });
    assert!(given_back);
}
