//! LST: reading lists page by page.

rules! { Lists
    "LST-01" core ShouldProposed [Any]
        "The first page is asked for with startIndex 1 or none, and count is never negative."
        "The query of every list."
        "RFC 7644 3.4.2.4"
    "LST-02" core MustProposed [Fault]
        "The next page begins after the rows that really came, not after the rows that were asked for."
        "The startIndex of each page leaves no hole and no overlap."
        "RFC 7644 3.4.2.4; practice: Okta adds what it asked for"
    "LST-03" core MustProposed [State]
        "A list of several pages is read to its end."
        "The last index plus its rows passes totalResults, and later calls know every id."
        "RFC 7644 3.4.2.4"
    "LST-04" core Must [Fault]
        "A totalResults that moves between pages is put up with, and the reading ends."
        "No more than twice the expected number of pages."
        "RFC 7644 3.4.2.4"
    "LST-05" core MustProposed [Fault]
        "A page without rows ends the reading or is reported, whatever totalResults says."
        "At most three attempts at one page."
        "derived from RFC 7644 3.4.2.4"
    "LST-06" wider MustProposed [Fault]
        "A row that comes twice counts once."
        "No id is written twice for that reason."
        "RFC 7644 3.4.2.4"
    "LST-07" wider ShouldProposed [Fault]
        "When startIndex or itemsPerPage is missing or wrong, the client counts for itself."
        "The next index is right."
        "RFC 7644 3.4.2.4; practice: Okta needs integers"
    "LST-08" wider MustProposed [Fault]
        "A list under resources with a small letter is the same list."
        "Its rows are used."
        "RFC 7643 2.1; practice: GoTo identity/v1"
    "LST-09" wider ShouldProposed [Fault]
        "A page answered 503 is asked for again after the wait, from the same place."
        "At most one restart from the first page."
        "RFC 9110 15.6.4"
    "LST-10" wider ShouldProposed [Fault]
        "A query refused with tooMany is narrowed."
        "The next query has a filter or a smaller scope."
        "RFC 7644 3.12"
    "LST-11" wider MustProposed [Fault]
        "A cursor is sent back unchanged, its absence ends the list, and an expired one starts it over."
        "Each cursor sent equals the one received."
        "RFC 9865"
    "LST-12" wider ShouldProposed [Fault]
        "When rows change places between pages, the client still sees all of them, or reads once more."
        "Nobody is wrongly created or removed."
        "RFC 7644 3.4.2.4"
    "LST-13" wider ShouldProposed [Fault]
        "A count above the server's limit is cut down without a fuss."
        "No loop."
        "RFC 7643 5"
}
