//! CRE: creating, and what to do when nobody knows whether a create was carried out.

rules! { Create
    "CRE-01" core MustNot [Any]
        "A create leaves the choice of id to the server."
        "No body of a POST has an id."
        "RFC 7643 3.1"
    "CRE-02" core Must [Any]
        "The schemas of a POST or PUT list the core schema and every extension the body uses."
        "The URNs in schemas against the members of the body."
        "RFC 7643 3; RFC 7643 3.3"
    "CRE-03" wider Must [Any]
        "A new user comes with a userName that is not empty."
        "The body of the POST."
        "RFC 7643 4.1.1"
    "CRE-04" wider ShouldProposed [Any]
        "The client does not send read-only data in the hope that it will be kept."
        "A body with meta.created or a user's groups earns a warning."
        "RFC 7643 3.1"
    "CRE-05" core MustProposed [State]
        "An id is text without meaning, put into the path as exactly one percent-encoded segment."
        "The last segment of the target, decoded, equals the id byte for byte."
        "RFC 7643 3.1; RFC 3986 3.3"
    "CRE-06" core MustProposed [State]
        "A create refused with 409 uniqueness leads to a lookup and a link, or to a report, never to the same create."
        "One POST per subject and cycle."
        "RFC 7644 3.3; RFC 7644 3.12"
    "CRE-07" core MustProposed [Fault]
        "After a create whose connection broke, the client looks before it creates again."
        "Between two POSTs for a subject stands a lookup that found nobody; best, there is no second POST."
        "RFC 9110 9.2.2; RFC 9112 9.3.1"
    "CRE-08" core MustProposed [Fault]
        "After a create that was never answered in time, the client looks before it creates again."
        "Between two POSTs for a subject stands a lookup that found nobody; best, there is no second POST."
        "RFC 9110 9.2.2"
    "CRE-09" core MustProposed [Fault]
        "After a create answered 502 or 504, the client looks before it creates again."
        "Between two POSTs for a subject stands a lookup that found nobody; best, there is no second POST."
        "RFC 9110 9.2.2; RFC 9110 15.6.3; RFC 9110 15.6.5"
    "CRE-10" wider ShouldProposed [Fault]
        "A create put off by 503 with Retry-After is repeated after the wait, with a lookup before it."
        "The gap is long enough and one user is there in the end."
        "RFC 9110 15.6.4"
    "CRE-11" core MustProposed [Fault]
        "Whatever became of the answers, each subject ends up with one account, known by its right id."
        "The final users against the source, and the id of the last write."
        "derived from RFC 9110 9.2.2"
    "CRE-12" wider ShouldProposed [Fault]
        "A 201 with a Location and no body is followed to the Location, or by a lookup."
        "The next call about the subject is a GET, and no second POST comes."
        "RFC 7644 3.3"
    "CRE-13" core MustProposed [Fault]
        "A 201 whose body has no id leads to a lookup or a report."
        "No target ends in a made-up id such as null, undefined or None, or in nothing."
        "RFC 7643 3.1; practice: authentik stops"
    "CRE-14" wider ShouldProposed [Fault]
        "A create answered 200 counts as done."
        "No second POST."
        "RFC 9110 15"
    "CRE-15" wider May [Fault]
        "After a 202 the client looks now and then until the row appears."
        "Lookups, and no second POST."
        "RFC 9110 15.3.3"
    "CRE-16" core Should [Fault]
        "The client puts up with values the server stores in its own way, and does not correct them for ever."
        "The same write in three cycles with an unchanged source breaks the rule."
        "RFC 7644 3.1"
    "CRE-17" core ShouldProposed [Fault]
        "A create refused with invalidValue is not tried again in the cycle, and the others are served."
        "One attempt for that body, and requests for the subjects after it."
        "RFC 7644 3.12; RFC 9110 15.5.1"
    "CRE-18" wider Must [Fault]
        "An attribute sent as null or as an empty list and left out of the answer is no difference."
        "No write that corrects it."
        "RFC 7643 2.5"
    "CRE-19" wider ShouldProposed [Fault]
        "A 409 for which no row can be found leads to one lookup and a report."
        "At most one pair of POST and GET per cycle."
        "practice: Microsoft Entra EntryConflict; GoTo accounts of another organization"
    "CRE-20" wider MustProposed [Source Fault]
        "One broken create in a long run does not cost the others."
        "Everybody else of the source is there after the same run."
        "derived from RFC 9110 9.2.2"
    "CRE-21" wider ShouldProposed [State]
        "When the licences are used up, the client stops creating and still updates and disables."
        "No flood of creates after the refusal."
        "practice: Microsoft Entra LicenseLimitExceeded"
}
