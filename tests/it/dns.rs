//! The embedded zone as `dig`, `nslookup` and another double's verifier see it.

use std::process::Command;

use base64::Engine as _;
use goto_double::GotoDouble;
use goto_double::entry::Event;
use serde_json::json;

use crate::support::Client;

const CODE: &str = "00aa00aa-bb11-4c22-8d33-44ee44ee44ee";

fn record() -> String {
    format!("goto-verification-code={CODE}")
}

fn address(goto: &GotoDouble) -> (String, String) {
    let address = goto.ready().dns.clone().unwrap();
    let (host, port) = address.rsplit_once(':').unwrap();
    (host.to_owned(), port.to_owned())
}

#[track_caller]
fn said(command: &mut Command) -> String {
    let output = command.output().expect("apt install bind9-dnsutils");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn dig(goto: &GotoDouble, arguments: &[&str]) -> String {
    let (host, port) = address(goto);
    let mut command = Command::new("dig");
    command.args([&format!("@{host}"), "-p", &port, "+tries=1", "+time=5"]);
    said(command.args(arguments))
}

fn holding(name: &str) -> GotoDouble {
    let goto = GotoDouble::start().unwrap();
    goto.control().put_txt(name, &[record()]).unwrap();
    goto
}

#[test]
fn dig_and_nslookup_show_the_record_on_its_own_line_as_the_instructions_say() {
    let goto = holding("main.com");
    let quoted = format!("\"{}\"", record());
    let line = |said: &str| {
        said.lines()
            .any(|line| line.starts_with("main.com.") && line.ends_with(&quoted))
    };
    let dug = dig(&goto, &["TXT", "main.com"]);
    assert!(line(&dug), "{dug}");
    let (host, port) = address(&goto);
    let looked = said(Command::new("nslookup").args([
        "-type=TXT",
        &format!("-port={port}"),
        "main.com",
        &host,
    ]));
    assert!(
        looked.contains(&format!("main.com\ttext = {quoted}")),
        "{looked}"
    );
    let looked = said(Command::new("nslookup").args([
        "-type=TXT",
        &format!("-port={port}"),
        "other.com",
        &host,
    ]));
    assert!(looked.contains("NXDOMAIN"), "{looked}");
}

#[test]
fn negative_answers_name_the_authority_and_how_long_they_hold() {
    let goto = holding("main.com");
    for (name, status) in [("other.com", "NXDOMAIN"), ("com", "NOERROR")] {
        let dug = dig(&goto, &["TXT", name]);
        assert!(dug.contains(&format!("status: {status}")), "{dug}");
        assert!(dug.contains("AUTHORITY: 1"), "{dug}");
        // RFC 2308 section 5: the TTL of the SOA, which is not more than its MINIMUM.
        assert!(
            dug.lines()
                .any(|line| line.contains("300\tIN\tSOA") && line.ends_with(" 300")),
            "{dug}"
        );
    }
    let apex = dig(&goto, &["SOA", "."]);
    assert!(
        apex.contains("ANSWER: 1") && apex.contains("SOA\tns.goto-double.invalid."),
        "{apex}"
    );
}

#[test]
fn edns_is_answered_and_its_next_version_is_not() {
    let goto = holding("main.com");
    let dug = dig(&goto, &["TXT", "main.com", "+bufsize=4096"]);
    assert!(
        dug.contains("EDNS: version: 0") && dug.contains("udp: 1232"),
        "{dug}"
    );
    let newer = dig(&goto, &["TXT", "main.com", "+edns=1", "+noednsnegotiation"]);
    assert!(newer.contains("status: BADVERS"), "{newer}");
    let without = dig(&goto, &["TXT", "main.com", "+noedns"]);
    assert!(
        !without.contains("EDNS") && without.contains("ANSWER: 1"),
        "{without}"
    );
}

#[test]
fn what_the_server_does_not_do_is_refused_by_its_name() {
    let goto = holding("main.com");
    assert!(dig(&goto, &["CH", "TXT", "version.bind"]).contains("status: REFUSED"));
    assert!(dig(&goto, &["main.com", "+opcode=update"]).contains("status: NOTIMP"));
    assert!(dig(&goto, &["AXFR", "main.com"]).contains("Transfer failed"));
}

/// A double whose verifier may ask another one's zone.
fn resolving_by(other: &GotoDouble) -> (GotoDouble, Client) {
    start(GotoDouble::builder().resolver(other.ready().dns.clone().unwrap().parse().unwrap()))
}

fn start(builder: goto_double::Builder) -> (GotoDouble, Client) {
    let scenario = json!({ "scenario": "x", "v": 1, "given": { "domains": [
        { "name": "first.com", "status": "verified" }, { "name": "away.com", "code": CODE }, { "name": "own.com", "code": CODE } ] },
        "rules": [{ "id": "bent", "on": "probe.dns", "fires": ">=0", "if": { "subject.key": "own.com" }, "when": { "nth": 2 }, "do": { "dns": { "rcode": "REFUSED" } } }] });
    let goto = builder
        .seed(7)
        .scenario(scenario.to_string())
        .start()
        .unwrap();
    let ready = goto.ready();
    let (name, password) = (
        ready.admin_user.clone().unwrap(),
        ready.admin_password.clone().unwrap(),
    );
    let pair = base64::prelude::BASE64_STANDARD.encode(format!("{name}:{password}"));
    let center = Client::new(&ready.center_url)
        .header("Authorization", &format!("Basic {pair}"))
        .header("Content-Type", "application/json");
    (goto, center)
}

fn verify(center: &Client, domain: &str) -> String {
    let answer = center.post(&format!("/domains/{domain}/verify"), &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["finding"].as_str().unwrap().to_owned()
}

#[test]
fn nothing_but_a_named_resolver_is_a_way_out() {
    let other = holding("away.com");
    // The record stands in another zone only.
    let (goto, center) = start(GotoDouble::builder());
    assert_ne!(verify(&center, "away.com"), "proven");
    let entries = goto.journal();
    let probes = entries
        .iter()
        .filter(|entry| matches!(entry.event, Event::Probe(_)));
    assert!(probes.count() > 0);

    let (_goto, center) = resolving_by(&other);
    assert_eq!(verify(&center, "away.com"), "proven");
}

#[test]
fn resolver_is_asked_again_over_tcp_for_what_fits_no_datagram() {
    let other = holding("away.com");
    let long = "x".repeat(700);
    other
        .control()
        .put_txt("away.com", &[long.clone(), long, record()])
        .unwrap();
    let (_goto, center) = resolving_by(&other);
    assert_eq!(verify(&center, "away.com"), "proven");
}

#[test]
fn own_zone_and_rules_come_before_the_resolver() {
    let other = holding("away.com");
    other
        .control()
        .put_txt("own.com", &["nothing of the kind".to_owned()])
        .unwrap();
    let (goto, center) = resolving_by(&other);
    // The first look-up goes out, the second one is bent, the third finds the record in its own zone.
    assert_ne!(verify(&center, "own.com"), "proven");
    assert_ne!(verify(&center, "own.com"), "proven");
    goto.control().put_txt("own.com", &[record()]).unwrap();
    assert_eq!(verify(&center, "own.com"), "proven");
    let entries = goto.journal();
    let seen: Vec<&str> = entries
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::Probe(probe) if probe.operation.name() == "probe.dns" => {
                Some(probe.saw.as_str())
            }
            _ => None,
        })
        .collect();
    assert!(seen[0].contains("nothing of the kind"), "{seen:?}");
    assert!(seen[1].contains("REFUSED"), "{seen:?}");
}

#[test]
fn resolver_that_is_not_there_is_a_failure_and_no_proof_of_absence() {
    let port = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let nobody = port.local_addr().unwrap();
    drop(port);
    let (goto, center) = start(GotoDouble::builder().resolver(nobody));
    assert_eq!(verify(&center, "away.com"), "transient");
    let entries = goto.journal();
    let failed = entries
        .iter()
        .any(|entry| matches!(&entry.event, Event::Probe(probe) if probe.saw.contains("refused")));
    assert!(failed, "{entries:?}");
}
