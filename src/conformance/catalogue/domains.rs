//! DOM: proving a domain, by the script or person who publishes the proof and presses Verify.

rules! { Domains
    "DOM-01" core MustProposed [Any]
        "The proof is a TXT record at the mail domain itself, with exactly the prefix and the code."
        "The value that the verifier fetched."
        "practice: Microsoft's GoTo provisioning tutorial"
    "DOM-02" core MustProposed [Any]
        "The proof file is served with 200 as plain text and holds the string and nothing else."
        "The bytes that the verifier fetched: no blank, no byte order mark, no page, no quotes."
        "practice: Microsoft's GoTo provisioning tutorial"
    "DOM-03" wider MustProposed [State]
        "The proof is added beside the records that are there."
        "All TXT records before and after."
        "RFC 1035 3.3.14"
    "DOM-04" wider ShouldProposed [Any]
        "The proof is one string of at most 255 bytes without quotes of its own, straight or curly."
        "The strings as they are served."
        "RFC 1035 3.3.14"
    "DOM-05" wider MustProposed [State]
        "A mail sub-domain has its own record, whatever its parent has."
        "The name that was asked for."
        "practice: GoTo help pages"
    "DOM-06" core ShouldProposed [Any]
        "The client looks its own record up, and waits for the TTL, before it asks to be verified."
        "At most one Verify while the record is absent."
        "RFC 2308 5"
    "DOM-07" core ShouldProposed [Fault]
        "A domain that is pending is asked about at growing intervals with a floor."
        "Gaps of thirty seconds or the negative TTL at least."
        "RFC 2308 5; draft-ietf-dnsop-domain-verification-techniques"
    "DOM-08" core MustProposed [Fault]
        "When the code runs out, the client fetches the new one, publishes it and takes the old one away."
        "The new value is served, and Verify comes after it."
        "practice: GoTo help pages"
    "DOM-09" core ShouldProposed [Fault]
        "No fresh code is asked for while the old one lives."
        "One request for a code per life of the code."
        "practice"
    "DOM-10" core ShouldProposed [State]
        "A domain that is verified already is a success, and nothing is done over."
        "No new code and no second organization."
        "derived from RFC 9110 9.2.2"
    "DOM-11" wider ShouldProposed [State]
        "A domain that belongs to another organization is reported."
        "One try at Verify."
        "derived from RFC 9110 15.5.10"
    "DOM-12" core ShouldProposed [Fault]
        "A look-up that failed is tried again; one that found nothing sends the client to its own zone."
        "The gaps differ, and nothing is published again."
        "RFC 2308 7; RFC 9520"
    "DOM-13" wider ShouldProposed [Fault]
        "A Verify refused with 429 or 503 is repeated after the wait."
        "The gaps."
        "RFC 9110 10.2.3"
    "DOM-14" core ShouldProposed [State]
        "A user of an unproved domain is a lasting error until the domain is proved."
        "One attempt before, and the create after."
        "practice: GoTo SCIM API, Microsoft Entra InvalidDomain"
    "DOM-15" wider May [Source]
        "Both kinds of proof may stand side by side."
        "The domain is verified once."
        "practice: Microsoft's GoTo provisioning tutorial"
    "DOM-16" wider MustProposed [Fault]
        "Two presses of Verify at once make one organization."
        "One organization and one administrator in the end."
        "derived from RFC 9110 9.2.2"
    "DOM-17" wider ShouldProposed [Fault]
        "When the answer to Verify was lost, the client reads the state before it presses again."
        "A read between the two."
        "RFC 9110 9.2.2"
    "DOM-18" core MustProposed [State]
        "Provisioning does not begin before a domain is verified, or stops at the first refusal."
        "At most one SCIM write."
        "practice: Microsoft's GoTo provisioning tutorial"
    "DOM-19" wider May [State]
        "After success the proof may stay or go, and the domain stays verified."
        "Later look-ups."
        "draft-ietf-dnsop-domain-verification-techniques"
}
