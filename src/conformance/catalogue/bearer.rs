//! AUT: using a bearer token, and what 401 and 403 mean.

rules! { Bearer
    "AUT-01" core Must [Any]
        "The token is sent in one way only."
        "Header, body and query are never used together."
        "RFC 6750 2"
    "AUT-02" core ShouldNot [Any]
        "The token stays out of the URL."
        "No access_token in any query."
        "RFC 6750 2.3; RFC 6750 5.3"
    "AUT-03" core ShouldProposed [Fault]
        "After a 401 invalid_token the client renews its token once and repeats the request once."
        "401, a token call, then the same request with another token: two tries in all."
        "RFC 6750 3.1; RFC 9110 15.5.2"
    "AUT-04" core ShouldProposed [Fault]
        "When a fresh token is refused as well, the run stops."
        "At most three SCIM calls after the first repeat that failed."
        "RFC 9110 15.5.2; practice: Microsoft Entra quarantine"
    "AUT-05" core ShouldProposed [Fault]
        "Several calls that meet a 401 at once share one renewal."
        "One token call in the window."
        "RFC 6749 6"
    "AUT-06" wider May [State]
        "A token with a short life is renewed before it ends."
        "No 401 at all."
        "practice: Microsoft Entra checks before each call"
    "AUT-07" core ShouldNot [Fault]
        "A request refused with 403 is not repeated with the same credentials."
        "One attempt."
        "RFC 9110 15.5.4; RFC 6750 3.1"
    "AUT-08" wider ShouldProposed [Fault]
        "A 403 for one subject leaves the others untouched."
        "The others are complete in the end."
        "derived from RFC 9110 15.5.4"
    "AUT-09" wider ShouldProposed [Fault]
        "A 401 without a challenge, with an empty body or a page, is still a 401."
        "Renewal once, then a stop, as for any 401."
        "RFC 9110 15.5.2; practice: GoTo"
    "AUT-10" wider May [Fault]
        "A server that swaps the meanings of 401 and 403 sends no client into a loop."
        "At most two attempts."
        "practice: GoTo identity/v1"
    "AUT-11" core MustProposed [Fault]
        "A link to another host in an answer is never followed with the token."
        "The other host sees no Authorization."
        "RFC 9110 15.4; RFC 6750 5.3"
    "AUT-12" wider MustProposed [Fault]
        "A request refused with 401 is not tried without any token."
        "The repeat carries Authorization."
        "derived from RFC 6750 3.1"
    "AUT-13" wider ShouldProposed [Fault]
        "When the token dies between two pages or writes, the client goes on from the same place."
        "No start from the beginning, nothing left out."
        "derived from RFC 6750 3.1"
    "AUT-14" wider ShouldProposed [Source]
        "A test of the connection leaves nothing behind."
        "Only reads, or a net change of nothing."
        "practice: Microsoft Entra reads, JumpCloud creates and deletes"
    "AUT-15" wider ShouldProposed [Source]
        "Once a new token is configured, the old one is not used any more."
        "The token of each request."
        "Okta test C9341"
    "AUT-16" wider MustProposed [Source]
        "A client that was switched off is silent."
        "No request."
        "Okta test C9339"
    "AUT-17" wider ShouldProposed [Fault]
        "When a create that was carried out is answered 401, the client looks before it creates again."
        "A lookup stands between the two POSTs."
        "RFC 9110 9.2.2"
}
