//! OAU: getting tokens, renewing them, giving them up.

rules! { OAuth
    "OAU-01" core Must [Source]
        "Each authorization attempt is bound to the browser by a new state that cannot be guessed."
        "Two attempts differ, and the state has 16 characters or more; PKCE may stand in by design."
        "RFC 6749 10.12; RFC 9700 2.1"
    "OAU-02" core Must [Fault]
        "A callback without the right state is thrown away."
        "No token call."
        "RFC 6749 10.12; RFC 9700 2.1"
    "OAU-03" core Must [Source]
        "The client uses PKCE with S256 and a new challenge for each attempt; for a public client it is binding."
        "The query of the authorization request."
        "RFC 7636 4.2; RFC 9700 2.1.1"
    "OAU-04" core Must [Any]
        "The verifier has 43 to 128 unreserved characters and fits the challenge."
        "The hash of the verifier."
        "RFC 7636 4.1; RFC 7636 4.5"
    "OAU-05" core Must [Any]
        "The redirect_uri of the token call equals the one of the authorization request."
        "A comparison byte for byte."
        "RFC 6749 4.1.3; RFC 9700 2.1"
    "OAU-06" wider MustNot [Any]
        "The redirect URI has no fragment, and uses https or a loopback address."
        "The redirect_uri of the authorization request."
        "RFC 6749 3.1.2"
    "OAU-07" wider MustNot [Any]
        "The client uses neither the password grant nor, without need, the implicit one."
        "response_type and grant_type."
        "RFC 9700 2.1.2; RFC 9700 2.4"
    "OAU-08" core Must [Any]
        "The token call is a POST with a form body, and its URI holds nothing secret."
        "Method, body and target."
        "RFC 6749 3.2; RFC 6749 2.3.1"
    "OAU-09" wider MustNot [Any]
        "The client authenticates in one way per request."
        "Basic or the body, not both."
        "RFC 6749 2.3"
    "OAU-10" core MustNot [Fault]
        "A code is sent once, even if the answer never came; the client then starts over."
        "One use of each code."
        "RFC 6749 4.1.2"
    "OAU-11" wider MustProposed [State]
        "A code refused as too old leads to a new authorization, not to a loop."
        "One token call with it."
        "RFC 6749 4.1.2; RFC 6749 5.2"
    "OAU-12" wider MustProposed [Fault]
        "When the user says no, the client stops and says so."
        "No token call."
        "RFC 6749 4.1.2.1"
    "OAU-13" core Must [Fault]
        "Fields of a token answer that the client does not know are ignored."
        "SCIM calls follow."
        "RFC 6749 5.1"
    "OAU-14" core ShouldProposed [Fault]
        "An expires_in that is absent, text, zero or huge causes neither a crash nor a storm of renewals."
        "At most one token call for ten SCIM calls."
        "RFC 6749 5.1"
    "OAU-15" wider MustNot [Fault]
        "A token of an unknown type is not used, and bearer is known in any letter case."
        "SCIM calls, or none."
        "RFC 6749 7.1; RFC 6749 5.1"
    "OAU-16" core Must [Fault]
        "A new refresh token takes the place of the old one."
        "The next renewal carries the new one."
        "RFC 6749 6"
    "OAU-17" core MustProposed [Fault]
        "When a renewal brings no new refresh token, the client keeps the one it has."
        "The next renewal carries the old one."
        "RFC 6749 6"
    "OAU-18" core ShouldProposed [Fault]
        "When the refresh token is refused, the client stops and asks to be authorized again."
        "At most two renewals, and no SCIM call after them."
        "RFC 6749 5.2"
    "OAU-19" core ShouldProposed [Fault]
        "The token endpoint is owed the same patience as the SCIM side."
        "The gaps between token calls."
        "RFC 9110 10.2.3"
    "OAU-20" wider ShouldProposed [Fault]
        "After invalid_client the client stops."
        "One try."
        "RFC 6749 5.2"
    "OAU-21" core MustProposed [Fault]
        "When the answer that brought a rotated refresh token was lost, the old one is tried once more at most."
        "At most two tries, then a new authorization."
        "RFC 9700 4.14.2"
    "OAU-22" core ShouldProposed [Fault]
        "The life of a token is taken from expires_in, not read out of the token."
        "Neither a loop of renewals nor one of 401 while the clocks differ."
        "RFC 6749 1.4; RFC 6749 5.1"
    "OAU-23" wider MustProposed [Fault]
        "A long token with every permitted character arrives intact."
        "A comparison byte for byte."
        "RFC 6750 2.1"
    "OAU-24" wider ShouldProposed [Fault]
        "A client that was granted less than it asked for notices."
        "No flood of 403."
        "RFC 6749 3.3"
    "OAU-25" wider Should [Source]
        "The client asks for the scopes it needs and no others."
        "The scope of the authorization request."
        "RFC 9700 2.3"
    "OAU-26" wider Must [Fault]
        "A callback with another server's iss is thrown away, where the server says that it sends iss."
        "No token call."
        "RFC 9207 2.4; RFC 9700 4.4"
    "OAU-27" wider MustNot [Fault]
        "Metadata that name another issuer than the one asked are not used."
        "No authorization request."
        "RFC 8414 3.3"
    "OAU-28" wider ShouldProposed [Source]
        "A client that is disconnected revokes its refresh token, and comes back later after a 503."
        "A revocation request."
        "RFC 7009 2.1; RFC 7009 2.2; RFC 7009 2.2.1"
    "OAU-29" core ShouldProposed [Any]
        "A token got with the client's own credentials is kept while it lives."
        "Fewer token calls than one for ten SCIM calls."
        "RFC 6749 5.1"
    "OAU-30" wider Must [Any]
        "An assertion names issuer, subject, audience and expiry, and is not used past it."
        "The claims of the JWT."
        "RFC 7523 3"
    "OAU-31" wider MustProposed [Fault]
        "Credentials are not carried along when the token endpoint redirects to another host."
        "The other host sees nothing."
        "RFC 9110 15.4; RFC 9700 4.12"
    "OAU-32" wider ShouldProposed [Fault]
        "A token answer that is a page, or has no access_token, is a failure."
        "No call ever carries the word undefined or null for a token."
        "RFC 6749 5.1"
    "OAU-33" wider MustProposed [State]
        "A client that serves two organizations keeps their tokens apart."
        "Which token goes to which base URL."
        "RFC 7644 6"
}
