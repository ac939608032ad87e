//! Faults of the double's own DNS look-up of a domain's proof.

use crate::scenario::file;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::plan::DnsVerb;
use crate::scenario::schedule::duration;

const RCODES: [&str; 6] = [
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
];

/// Reads `do.dns`; response codes are those of [RFC 1035 section 4.1.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1).
pub(in crate::scenario) fn read(dns: &file::Dns, at: &Pointer, findings: &mut Findings) -> DnsVerb {
    if let Some(rcode) = dns.rcode.as_deref()
        && !RCODES.contains(&rcode)
    {
        let complaint = Complaint::unknown("response code", rcode, RCODES);
        findings.error(&at.key("rcode"), complaint);
    }
    if dns.split.is_some_and(|bytes| !(1..=255).contains(&bytes)) {
        findings.error(&at.key("split"), "a character-string holds 1 to 255 bytes");
    }
    DnsVerb {
        rcode: dns.rcode.clone(),
        txt: dns.txt.clone(),
        ttl: dns
            .ttl
            .as_deref()
            .and_then(|ttl| findings.keep(&at.key("ttl"), duration(ttl))),
        split: dns.split,
    }
}

pub(super) fn what(verb: &DnsVerb) -> String {
    match (&verb.rcode, &verb.txt) {
        (Some(rcode), _) => format!("dns {rcode}"),
        (None, Some(txt)) => format!("dns {} TXT", txt.len()),
        (None, None) => "dns altered".to_owned(),
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
            txt: None,
            ttl: Some("60s".into()),
            split: Some(0),
        };
        let verb = read(&dns, &Pointer::default(), &mut findings);
        assert_eq!(findings.messages().len(), 2);
        assert!(verb.ttl.is_some());
    }
}
