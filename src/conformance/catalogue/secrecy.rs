//! SEC: transport security, and what must not get out.

rules! { Secrecy
    "SEC-01" core Must [State]
        "A base URL in plain http is refused unless a test setting allows it."
        "No bearer token over plain TCP."
        "RFC 7644 7.2; RFC 6750 5.3"
    "SEC-02" core Must [Fault]
        "A certificate that cannot be trusted ends the conversation before the first request."
        "A TLS alert and no request."
        "RFC 7644 7.2; RFC 9525"
    "SEC-03" wider MustProposed [State]
        "A server that offers nothing newer than TLS 1.1 is refused."
        "The handshake."
        "RFC 9325"
    "SEC-04" wider MustNot [Any]
        "No user name and password stand in a URI."
        "Target and Host."
        "RFC 7644 7.1"
    "SEC-05" core Should [Any]
        "No password, token or secret stands in a URL or a Referer."
        "A search through targets and headers."
        "RFC 7644 7.5.2; RFC 6750 5.3"
    "SEC-06" wider ShouldProposed [State]
        "A password is not sent in every cycle, and its absence from answers is normal."
        "At most one write of it."
        "RFC 7643 4.1.1; RFC 7643 7"
    "SEC-07" wider MustProposed [Fault]
        "Scripts and control characters in names and messages do no harm further on."
        "The next request is well formed."
        "derived from RFC 9110 5.5"
}
