//! Faults of the double's own DNS look-up of a domain's proof.

use serde_json::Value;

use crate::clock::duration_text;
use crate::scenario::file;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::plan::{DnsAnswer, DnsVerb, Lag};
use crate::scenario::schedule::duration;

pub(in crate::scenario) const RCODES: [&str; 6] = [
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
];

pub(in crate::scenario) const ANSWERS: [&str; 2] = ["none", "truncated"];

/// Reads `do.dns`; response codes are those of [RFC 1035 section 4.1.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1).
pub(in crate::scenario) fn read(dns: &file::Dns, at: &Pointer, findings: &mut Findings) -> DnsVerb {
    if *dns == file::Dns::default() {
        let complaint = "says nothing: rcode, txt, lags, label, resolvers or answer";
        findings.error(at, complaint);
    }
    read_one(dns, at, findings)
}

/// What one resolver says, which may be the truth.
fn read_one(dns: &file::Dns, at: &Pointer, findings: &mut Findings) -> DnsVerb {
    if let Some(rcode) = dns.rcode.as_deref()
        && !RCODES.contains(&rcode)
    {
        let complaint = Complaint::unknown("response code", rcode, RCODES);
        findings.error(&at.key("rcode"), complaint);
    }
    if dns.split.is_some_and(|bytes| !(1..=255).contains(&bytes)) {
        findings.error(&at.key("split"), "a character-string holds 1 to 255 bytes");
    }
    let says = [
        dns.rcode.is_some() || dns.txt.is_some(),
        dns.lags.is_some(),
        dns.label.is_some(),
        !dns.resolvers.is_empty(),
    ];
    if says.into_iter().filter(|one| *one).count() > 1 {
        findings.error(
            at,
            "of \"rcode\" or \"txt\", \"lags\", \"label\" and \"resolvers\" only one can decide what is seen",
        );
    }
    // An unknown one was found already.
    let has_none = |rcode: &str| rcode != "NOERROR" && RCODES.contains(&rcode);
    if dns.txt.is_some() && dns.rcode.as_deref().is_some_and(has_none) {
        findings.error(&at.key("txt"), "records come with NOERROR only");
    }
    if dns.txt.is_none() {
        for (name, is_there) in [("ttl", dns.ttl.is_some()), ("split", dns.split.is_some())] {
            if is_there {
                findings.error(&at.key(name), "there is no txt that this could be said of");
            }
        }
    }
    if dns.label.as_deref().is_some_and(|label| !is_label(label)) {
        let complaint = "a label has 1 to 63 letters, digits, hyphens and underscores";
        findings.error(&at.key("label"), complaint);
    }
    let keep = |name: &str, read, findings: &mut Findings| findings.keep(&at.key(name), read);
    let answer = dns.answer.as_deref().map(answer);
    let lags = dns.lags.as_ref().map(lag);
    DnsVerb {
        rcode: dns.rcode.clone(),
        txt: dns.txt.clone(),
        ttl: dns
            .ttl
            .as_deref()
            .and_then(|ttl| keep("ttl", duration(ttl), findings)),
        split: dns.split,
        answer: answer
            .and_then(|answer| findings.keep(&at.key("answer"), answer))
            .unwrap_or_default(),
        lags: lags.and_then(|lag| findings.keep(&at.key("lags"), lag)),
        label: dns.label.clone(),
        resolvers: resolvers(dns, at, findings),
    }
}

/// One label of a name as people write it.
fn is_label(text: &str) -> bool {
    let lawful = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=63).contains(&text.len()) && text.bytes().all(lawful)
}

fn resolvers(dns: &file::Dns, at: &Pointer, findings: &mut Findings) -> Vec<DnsVerb> {
    let at = at.key("resolvers");
    let mut verbs = Vec::new();
    for (index, one) in dns.resolvers.iter().enumerate() {
        let at = at.index(index);
        if !one.resolvers.is_empty() {
            findings.error(&at, "a resolver has no resolvers of its own here");
        }
        verbs.push(read_one(one, &at, findings));
    }
    verbs
}

fn answer(text: &str) -> Result<DnsAnswer, Complaint> {
    match text {
        "none" => Ok(DnsAnswer::None),
        "truncated" => Ok(DnsAnswer::Truncated),
        _ => Err(Complaint::unknown("kind of answer", text, ANSWERS)),
    }
}

fn lag(value: &Value) -> Result<Lag, Complaint> {
    match value {
        Value::String(text) if text == "always" => Ok(Lag::Always),
        Value::String(text) => duration(text).map(Lag::For),
        Value::Number(number) => {
            let look_ups = number.as_u64().filter(|many| *many > 0);
            look_ups
                .map(Lag::LookUps)
                .ok_or_else(|| Complaint::new("expected a whole number of look-ups, from 1 up"))
        }
        _ => Err(Complaint::new(
            "expected \"5m\", a number of look-ups, or \"always\"",
        )),
    }
}

/// What a look-up sees when a rule acts for the time that `count` says: resolvers are asked in turn.
pub(super) fn in_turn(verb: &DnsVerb, count: u64) -> DnsVerb {
    let many = verb.resolvers.len().max(1) as u64;
    let place = usize::try_from(count.saturating_sub(1) % many).unwrap_or(0);
    verb.resolvers.get(place).unwrap_or(verb).clone()
}

pub(super) fn what(verb: &DnsVerb) -> String {
    let seen = match (&verb.rcode, &verb.txt) {
        (Some(rcode), _) => format!("dns {rcode}"),
        (None, Some(txt)) => format!("dns {} TXT", txt.len()),
        (None, None) => match (&verb.lags, &verb.label) {
            (Some(Lag::Always), _) => "dns stale".to_owned(),
            (Some(Lag::For(time)), _) => format!("dns stale for {}", duration_text(*time)),
            (Some(Lag::LookUps(most)), _) => format!("dns stale for {most} look-ups"),
            (None, Some(label)) => format!("dns records at the label {label}"),
            (None, None) if !verb.resolvers.is_empty() => {
                format!("dns by {} resolvers in turn", verb.resolvers.len())
            }
            (None, None) => "dns altered".to_owned(),
        },
    };
    match verb.answer {
        DnsAnswer::Whole => seen,
        DnsAnswer::None => "dns unanswered".to_owned(),
        DnsAnswer::Truncated => format!("{seen}, truncated"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_response_code_and_impossible_split_are_found() {
        let mut findings = Findings::default();
        let dns = file::Dns {
            rcode: Some("NXDOMIAN".into()),
            txt: Some(Vec::new()),
            ttl: Some("60s".into()),
            split: Some(0),
            ..file::Dns::default()
        };
        let verb = read(&dns, &Pointer::default(), &mut findings);
        assert_eq!(findings.messages().len(), 2);
        assert!(verb.ttl.is_some());
    }

    #[test]
    fn lag_is_a_time_a_number_of_look_ups_or_for_ever() {
        use serde_json::json;
        assert_eq!(
            lag(&json!("5m")),
            Ok(Lag::For(std::time::Duration::from_secs(300)))
        );
        assert_eq!(lag(&json!(3)), Ok(Lag::LookUps(3)));
        assert_eq!(lag(&json!("always")), Ok(Lag::Always));
        for wrong in [json!(0), json!(1.5), json!("soon"), json!(null)] {
            assert!(lag(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_found() {
        for (dns, mistakes) in [
            (r#"{ "rcode": "NXDOMAIN", "lags": 3 }"#, 1),
            (r#"{ "label": "" }"#, 1),
            (r#"{ "answer": "late" }"#, 1),
            (
                r#"{ "resolvers": [{ "resolvers": [{}] }, { "rcode": "NO" }] }"#,
                2,
            ),
            (r#"{ "answer": "truncated", "txt": [] }"#, 0),
            (r#"{ "resolvers": [{ "txt": [] }, {}] }"#, 0),
            ("{}", 1),
            (r#"{ "resolvers": [] }"#, 1),
            (r#"{ "label": "_goto.www" }"#, 1),
            (r#"{ "label": "_goto" }"#, 0),
            (r#"{ "split": 5 }"#, 1),
            (r#"{ "rcode": "NOERROR", "txt": ["a"], "ttl": "5s" }"#, 0),
            (r#"{ "rcode": "SERVFAIL", "txt": ["a"] }"#, 1),
        ] {
            let mut findings = Findings::default();
            let file = serde_json::from_str(dns).unwrap();
            read(&file, &Pointer::default(), &mut findings);
            assert_eq!(findings.messages().len(), mistakes, "{dns}");
        }
    }
}
