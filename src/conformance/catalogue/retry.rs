//! RTY: trying again, and waiting before it.

rules! { Retry
    "RTY-01" core MustProposed [Fault]
        "After 503 with Retry-After in seconds, the client waits at least so long."
        "The gap to the next call."
        "RFC 9110 10.2.3; RFC 9110 15.6.4"
    "RTY-02" core MustProposed [Fault]
        "After 429 with Retry-After in seconds, the client waits at least so long."
        "The gap to the next call."
        "RFC 6585 4; RFC 9110 10.2.3"
    "RTY-03" core MustProposed [Fault]
        "A Retry-After with a date, in any of the three forms, is understood or met with a long wait of its own."
        "The next call comes at that date or later, or after the floor; never at once."
        "RFC 9110 10.2.3; RFC 9110 5.6.7"
    "RTY-04" core ShouldProposed [Fault]
        "After 429 or 503 without Retry-After, the client backs off by itself."
        "Gaps of a second at least, and growing."
        "RFC 6585 4"
    "RTY-05" core ShouldProposed [Fault]
        "A Retry-After that makes no sense is replaced by a default with a cap."
        "No gap below the floor."
        "RFC 9110 10.2.3"
    "RTY-06" core ShouldProposed [Fault]
        "While 503 follows 503, the gaps grow by a factor up to a cap."
        "No gap is clearly shorter than the one before, and the usual ratio is 1.5 at least until the cap."
        "practice: Okta doubles, go-retryablehttp"
    "RTY-07" wider May [Fault]
        "Waits for the same fault differ by chance."
        "The gaps are not all alike within one percent."
        "practice: idp-scim-sync"
    "RTY-08" core ShouldProposed [Fault]
        "An operation that never succeeds is given up after a budget of attempts."
        "No more attempts than the client's profile allows."
        "practice: Okta 10, ssosync 5"
    "RTY-09" core ShouldProposed [Fault]
        "A 429 on one call quiets everything that uses the same credential."
        "No new call within the wait; calls under way are innocent."
        "RFC 6585 4; practice: Okta pauses the task"
    "RTY-10" core MustProposed [Fault]
        "When an outage ends, everybody who waited is served."
        "Nobody is missing in the end."
        "practice: Microsoft Entra and Okta catch up"
    "RTY-11" core ShouldProposed [Fault]
        "A subject that always fails with 500 does not hold the others up."
        "The others are complete, and the attempts for that one stay within the budget."
        "practice: Microsoft Entra escrow per object"
    "RTY-12" core ShouldProposed [Fault]
        "A request refused for what it is, is not sent again unchanged."
        "One attempt per cycle after 400, 403, 404, 405, 409, 413, 414, 415, 422 or 501."
        "RFC 9110 15.5; practice: go-retryablehttp"
    "RTY-13" wider May [Fault]
        "A 408 may be answered by one more try on a new connection."
        "At most two attempts."
        "RFC 9110 15.5.9"
    "RTY-14" core May [Fault]
        "A GET, PUT or DELETE that met a 5xx may be repeated after a wait."
        "The gaps."
        "RFC 9110 9.2.2"
    "RTY-15" core ShouldProposed [Fault]
        "A refused connection, a failed name look-up or a TLS alert is met with the same back-off as 503."
        "At most sixty attempts to connect per minute, and falling."
        "derived from RFC 9110 9.2.2"
    "RTY-16" core ShouldProposed [Fault]
        "A server that accepts and then says nothing is left after a finite time."
        "The client closes within its deadline and backs off."
        "practice: Okta waits 60 s"
    "RTY-17" wider ShouldProposed [Fault]
        "An answer that drips in byte by byte is held against a deadline for the whole."
        "The answer is complete or given up within the deadline."
        "practice"
    "RTY-18" core ShouldProposed [Fault]
        "In a long outage the load falls."
        "The tenth minute sees at most a fifth of the first one's calls."
        "RFC 9110 9.2.2"
    "RTY-19" wider ShouldNot [Fault]
        "An automatic retry that failed is not followed by automatic retries without end."
        "The number of attempts."
        "RFC 9110 9.2.2"
    "RTY-20" wider MustProposed [Fault]
        "A retry says the same as the first try, or what a fresh read calls for."
        "The body of the retry is whole."
        "derived from RFC 9110 9.2.2"
    "RTY-21" wider ShouldProposed [Fault]
        "One success between failures does not set the back-off to zero."
        "The average rate stays bounded."
        "practice"
    "RTY-22" wider ShouldProposed [Fault]
        "After an outage the client does not come back in a burst."
        "The peak is at most twice the usual rate."
        "practice"
}
