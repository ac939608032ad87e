//! Step 2, method 1: a TXT record at the domain itself, looked up over real DNS.

use std::process::Command;

use goto_double::GotoDouble;
use serde_json::Value;

use super::{add, assert_pending, assert_proven, begin, empty, put_txt, text, verify};

/// What `dig` prints for a question to the embedded zone.
#[track_caller]
fn dig(goto: &GotoDouble, arguments: &[&str]) -> String {
    let address = goto.ready().dns.clone().unwrap();
    let (host, port) = address.rsplit_once(':').unwrap();
    let output = Command::new("dig")
        .args([&format!("@{host}"), "-p", port, "+tries=1", "+time=5"])
        .args(arguments)
        .output()
        .expect("dig is needed: apt install bind9-dnsutils");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn record_at_the_domain_itself_proves_it() {
    let goto = empty();
    let domain = add(&goto, "main.com");
    let value = text(&domain, "/record/value");
    assert_eq!(
        value,
        format!("goto-verification-code={}", text(&domain, "/code"))
    );
    assert_eq!(
        text(&domain, "/record/line"),
        format!("main.com. IN TXT \"{value}\"")
    );
    put_txt(&goto, "main.com", &[&value]);
    let seen = verify(&goto, "main.com");
    assert_proven(&seen);
    assert_eq!(seen["look_ups"].as_array().unwrap().len(), 1);
    assert_eq!(text(&seen, "/look_ups/0/asked"), "TXT main.com");
}

#[test]
fn dig_sees_the_record_over_udp_and_tcp() {
    let goto = empty();
    let value = text(&add(&goto, "main.com"), "/record/value");
    put_txt(&goto, "main.com", &["v=spf1 -all", &value]);
    for transport in ["+notcp", "+tcp"] {
        let short = dig(&goto, &["TXT", "main.com", "+short", transport]);
        assert_eq!(
            short,
            format!("\"v=spf1 -all\"\n\"{value}\"\n"),
            "{transport}"
        );
    }
    let whole = dig(&goto, &["TXT", "MAIN.com"]);
    assert!(
        whole.contains("status: NOERROR") && whole.contains(" aa "),
        "{whole}"
    );
}

#[test]
fn dig_learns_that_a_name_or_a_type_is_not_there() {
    let goto = empty();
    put_txt(&goto, "main.com", &["x"]);
    let unknown = dig(&goto, &["TXT", "other.com"]);
    assert!(
        unknown.contains("status: NXDOMAIN") && unknown.contains("SOA"),
        "{unknown}"
    );
    let other = dig(&goto, &["A", "main.com"]);
    assert!(
        other.contains("status: NOERROR") && other.contains("ANSWER: 0"),
        "{other}"
    );
}

// RFC 1035 section 4.2.1: what does not fit into a datagram is truncated, and asked for again over TCP.
#[test]
fn record_set_that_fits_no_datagram_is_still_read() {
    let goto = empty();
    let value = text(&add(&goto, "main.com"), "/record/value");
    let long = "x".repeat(700);
    put_txt(&goto, "main.com", &[&long, &long, &value]);
    let plain = dig(&goto, &["TXT", "main.com", "+noedns", "+ignore"]);
    assert!(plain.contains(" tc "), "{plain}");
    assert!(dig(&goto, &["TXT", "main.com", "+short"]).contains(&value));
    assert_proven(&verify(&goto, "main.com"));
}

#[test]
fn other_records_beside_it_do_no_harm() {
    let goto = empty();
    let value = text(&add(&goto, "main.com"), "/record/value");
    put_txt(
        &goto,
        "main.com",
        &[
            "v=spf1 -all",
            "MS=ms12345678",
            "goto-verification-code=11111111-2222-4333-8444-555555555555",
            &value,
        ],
    );
    assert_proven(&verify(&goto, "main.com"));
}

#[test]
fn without_a_record_the_domain_stays_pending_and_the_reason_is_told() {
    let goto = empty();
    add(&goto, "main.com");
    assert_pending(
        &verify(&goto, "main.com"),
        "transient",
        "the name does not exist (NXDOMAIN)",
    );
    put_txt(&goto, "main.com", &["v=spf1 -all"]);
    let seen = verify(&goto, "main.com");
    assert_eq!(
        text(&seen, "/look_ups/0/saw"),
        "1 TXT record(s): \"v=spf1 -all\""
    );
    assert!(text(&seen, "/look_ups/0/why").contains("none begins with goto-verification-code="));
}

#[test]
fn record_that_is_nearly_right_is_quoted_and_explained() {
    let goto = empty();
    let value = text(&add(&goto, "main.com"), "/record/value");
    let code = value.rsplit('=').next().unwrap();
    for (record, why) in [
        (format!(" {value}"), "blanks"),
        (format!("\"{value}\""), "quotation marks"),
        (value.to_uppercase(), "upper and lower case"),
        (format!("{value} x"), "other text"),
        (
            format!("logmein-verification-code={code}"),
            "must begin with goto-verification-code=",
        ),
        (
            "goto-verification-code=ffffffff-0000-4000-8000-000000000000".to_owned(),
            "another code",
        ),
    ] {
        put_txt(&goto, "main.com", &[&record]);
        assert_pending(&verify(&goto, "main.com"), "mismatch", why);
    }
}

// GoTo's own help pages say logmein-, the tutorial says goto-: both prove where the profile says so.
#[test]
fn prefix_is_a_matter_of_the_profile() {
    let prefixes = serde_json::json!(["logmein-", "goto-"]);
    let goto = begin(GotoDouble::builder().profile("verification_prefixes", prefixes));
    let domain = add(&goto, "main.com");
    assert!(text(&domain, "/record/value").starts_with("logmein-verification-code="));
    let code = text(&domain, "/code");
    put_txt(
        &goto,
        "main.com",
        &[&format!("goto-verification-code={code}")],
    );
    assert_proven(&verify(&goto, "main.com"));
}

// Microsoft's GoTo provisioning tutorial, step 2: "add a TXT record for the domain and for each subdomain".
#[test]
fn record_of_the_parent_does_not_count_for_a_subdomain() {
    let goto = GotoDouble::builder().seed(7).start().unwrap();
    let value = text(&add(&goto, "mail.main.com"), "/record/value");
    put_txt(&goto, "main.com", &[&value]);
    let seen = verify(&goto, "mail.main.com");
    assert_eq!(seen["status"], "pending", "{seen}");
    put_txt(&goto, "mail.main.com", &[&value]);
    assert_proven(&verify(&goto, "mail.main.com"));
}

#[test]
fn look_ups_are_in_the_journal_with_what_they_saw() {
    let goto = empty();
    let value = text(&add(&goto, "main.com"), "/record/value");
    put_txt(&goto, "main.com", &["v=spf1 -all"]);
    verify(&goto, "main.com");
    put_txt(&goto, "main.com", &[&value]);
    verify(&goto, "main.com");
    let url = format!("{}/sandboxes/default/journal", goto.ready().control_url);
    let journal = crate::support::Client::new(&url).get("").json();
    let probes: Vec<&Value> = journal["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "probe")
        .collect();
    let told: Vec<(&str, &str)> = probes
        .iter()
        .map(|probe| {
            (
                probe["operation"].as_str().unwrap(),
                probe["asked"].as_str().unwrap(),
            )
        })
        .collect();
    let file = "GET http://main.com/goto-verification-code.txt";
    assert_eq!(
        told,
        [
            ("probe.dns", "TXT main.com"),
            ("probe.file", file),
            ("probe.dns", "TXT main.com")
        ]
    );
    assert!(text(probes[0], "/saw").contains("v=spf1 -all"));
    assert!(text(probes[2], "/saw").contains(&value));
    assert!(probes.iter().all(|probe| probe["domain"] == "main.com"));
}

/// The scenario of a proof that takes its time, played by a script that presses **Verify** and waits.
#[test]
fn names_that_are_not_there_yet_and_servers_that_fail_are_survived_by_asking_again() {
    let scenario = include_str!("../../../scenarios/serve/domain-pending-then-proved.json");
    let goto = GotoDouble::builder().scenario(scenario).start().unwrap();
    let mut findings = Vec::new();
    loop {
        let seen = verify(&goto, "main.example");
        findings.push(text(&seen, "/finding"));
        if seen["status"] == "verified" {
            break;
        }
        assert!(findings.len() < 10, "{findings:?}");
        goto.control()
            .advance(std::time::Duration::from_secs(60))
            .unwrap();
    }
    assert_eq!(findings, ["missing", "transient", "mismatch", "proven"]);
    goto.control()
        .advance(std::time::Duration::from_secs(2 * 3600))
        .unwrap();
    for one in &goto.verdict().expectations {
        assert_eq!(one.verdict, goto_double::Verdict::Pass, "{one:?}");
    }
}

#[test]
fn script_that_presses_too_often_is_told_so() {
    let scenario = include_str!("../../../scenarios/serve/domain-pending-then-proved.json");
    let goto = GotoDouble::builder().scenario(scenario).start().unwrap();
    while verify(&goto, "main.example")["status"] != "verified" {}
    goto.control()
        .advance(std::time::Duration::from_secs(2 * 3600))
        .unwrap();
    let verdict = goto.verdict();
    let politely = verdict
        .expectations
        .iter()
        .find(|one| one.id == "politely")
        .unwrap();
    assert_eq!(politely.verdict, goto_double::Verdict::Warn, "{politely:?}");
}

// RFC 1035 section 3.3.14: a TXT record is one or more character-strings; a reader takes them together.
#[test]
fn text_split_over_several_strings_counts_and_blanks_at_the_seams_do_not() {
    let goto = empty();
    let value = text(&add(&goto, "main.com"), "/record/value");
    let (head, tail) = value.split_at(30);
    let zone = &goto.control().sandbox().unwrap().zone;
    let split = |parts: &[&str]| {
        let record = goto_double::store::zone::TxtRecord::of_strings(parts.iter().copied());
        zone.set_txt("main.com", vec![record], 300);
    };
    split(&[head, " ", tail]);
    assert_pending(&verify(&goto, "main.com"), "mismatch", "");
    split(&[head, "", tail]);
    assert_eq!(
        dig(&goto, &["TXT", "main.com", "+short"]).trim(),
        format!("\"{head}\" \"\" \"{tail}\"")
    );
    assert_proven(&verify(&goto, "main.com"));
}

#[test]
fn blanks_behind_the_text_are_told_of() {
    let goto = empty();
    let value = text(&add(&goto, "main.com"), "/record/value");
    for around in [
        format!("{value} "),
        format!("{value}\t"),
        format!("{value}\r\n"),
        format!("\u{feff}{value}"),
    ] {
        put_txt(&goto, "main.com", &[&around]);
        let seen = verify(&goto, "main.com");
        assert_eq!(seen["finding"], "mismatch", "{around:?}: {seen}");
    }
}

// A name is compared without case (RFC 1035 section 2.3.3), a text with it.
#[test]
fn case_of_the_name_does_not_matter() {
    let goto = empty();
    let value = text(&add(&goto, "MAIN.com"), "/record/value");
    put_txt(&goto, "Main.COM.", &[&value]);
    assert_proven(&verify(&goto, "mAiN.cOm"));
}

#[test]
fn each_look_up_is_in_the_journal_with_its_time() {
    let goto = empty();
    add(&goto, "main.com");
    let before = goto.control().sandbox().unwrap().now();
    let seen = verify(&goto, "main.com");
    let url = format!("{}/sandboxes/default/journal", goto.ready().control_url);
    let journal = crate::support::Client::new(&url).get("").json();
    let probes: Vec<&Value> = journal["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "probe")
        .collect();
    assert_eq!(probes.len(), 2);
    for (place, probe) in probes.iter().enumerate() {
        let at = goto_double::clock::Timestamp::parse(&text(probe, "/at")).unwrap();
        assert!(at >= before, "{probe}");
        let look_up = &seen["look_ups"][place];
        assert_eq!(
            (&probe["asked"], &probe["saw"]),
            (&look_up["asked"], &look_up["saw"])
        );
    }
}
