//! LKP: how a client finds out whether somebody is there already.

rules! { Lookup
    "LKP-01" core ShouldProposed [Source State]
        "Before it creates somebody for the first time, the client asks whether the matching value is taken."
        "A filtered list, a search or a complete listing comes before the POST; a POST whose 409 is followed by a lookup is the permitted other way."
        "practice: Microsoft Entra, Okta SCIM 2.0 guide"
    "LKP-02" core MustProposed [State]
        "A single row with the matching value is taken over by its id, and nobody is created."
        "No POST carries the value; every later write goes to the id that was found."
        "practice: Microsoft Entra; Okta test C9335"
    "LKP-03" core MustProposed [State]
        "A result of zero, even one without a Resources member, means that nobody was found, not that something broke."
        "The create follows in the same cycle."
        "RFC 7644 3.4.2"
    "LKP-04" wider May [Fault]
        "If a filter without a match is answered 404, the client creates or reports, and does not turn in circles."
        "The lookup is repeated no more often than the budget of attempts allows."
        "practice: Okta takes it, Microsoft Entra goes into quarantine"
    "LKP-05" core MustProposed [Fault]
        "The client compares the value in the row it was given before it takes the row for its own."
        "No write goes to an id whose matching value is somebody else's."
        "derived from RFC 7644 3.4.2.2; practice: Microsoft Entra MultipleEntriesInResponse"
    "LKP-06" core MustProposed [State]
        "When two rows match, the client writes to neither and reports the subject."
        "No write for that subject in the cycle, while the other subjects are served."
        "practice: Microsoft Entra DuplicateTargetEntries, ssosync"
    "LKP-07" core MustProposed [State]
        "A userName that differs only in letter case is the same userName."
        "No create, and no change of case alone that comes back in cycle after cycle."
        "RFC 7643 4.1.1; RFC 7643 8.7.1"
    "LKP-08" wider MustProposed [State]
        "Two users whose externalId differ only in letter case are two people."
        "Their rows are neither merged nor written crosswise."
        "RFC 7643 3.1"
    "LKP-09" core Must [Source]
        "A filter value is escaped as JSON first and percent-encoded as UTF-8 second, so that a plus sign travels as %2B."
        "The target, decoded once, is a filter that parses, and its value equals the source's."
        "RFC 7644 1.2; RFC 7644 3.4.2.2; RFC 3986 2"
    "LKP-10" wider Must [Any]
        "A text operand of a filter stands in double quotes."
        "The filter parses under the grammar."
        "RFC 7644 3.4.2.2"
    "LKP-11" wider ShouldProposed [Fault]
        "A filter refused with invalidFilter is not sent again; another attribute, a listing or a report takes its place."
        "At most one request per subject carries that filter."
        "RFC 7644 3.12 table 9"
    "LKP-12" wider ShouldProposed [State]
        "A lookup of a large group leaves its members out of the answer."
        "The request carries excludedAttributes=members, or names the attributes it wants."
        "practice: Microsoft Entra"
    "LKP-13" wider Must [Any]
        "The client never names attributes to return and attributes to leave out in one request."
        "No query has both parameters."
        "RFC 7644 3.9"
    "LKP-14" core MustProposed [State]
        "When the matching row is inactive, the client brings that row back to life."
        "The same id becomes active and no POST is sent."
        "practice: Microsoft Entra; Okta test C9293"
    "LKP-15" wider Should [Fault]
        "A filter refused as too sensitive for a URL moves into the body of a search request, or is given up."
        "No second GET carries the same filter."
        "RFC 7644 3.12 table 9; RFC 7644 7.5.2"
    "LKP-16" core MustProposed [Fault]
        "The client relies on the id it was given by the 201 while lists do not show the new row yet."
        "One POST per subject."
        "RFC 7644 3.4.2.4; practice: GoTo answers may lag"
    "LKP-17" wider ShouldProposed [State]
        "Matching attributes are tried in their configured order, and the first hit ends the search."
        "The order of the lookups."
        "practice: Microsoft Entra matching precedence"
    "LKP-18" wider MustProposed [Fault]
        "A lookup that failed leaves the question open, so nobody is created on the strength of it."
        "No POST for the value before a lookup was answered cleanly."
        "derived from RFC 9110 15.6"
}
