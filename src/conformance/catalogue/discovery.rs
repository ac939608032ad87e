//! DSC: what a server says of itself.

rules! { Discovery
    "DSC-01" core ShouldProposed [State]
        "A client that reads the configuration sends no PATCH where there is none; another reacts to 501."
        "The number of PATCH requests."
        "RFC 7643 5; RFC 7644 4"
    "DSC-02" wider MustProposed [State]
        "Without bulk support no bulk request is sent."
        "The number of bulk requests."
        "RFC 7643 5; RFC 7644 4"
    "DSC-03" wider MustProposed [State]
        "Bulk requests stay within the stated number and size."
        "Operations and bytes of each."
        "RFC 7644 3.7.4"
    "DSC-04" wider MustProposed [Any]
        "Of a bulk answer each operation's own status is read, and each bulkId is used once."
        "Only what failed is sent again."
        "RFC 7644 3.7.2; RFC 7644 3.7.3"
    "DSC-05" core ShouldProposed [Fault]
        "When discovery fails, the client falls back on defaults or stops in good order."
        "The flow goes on, and discovery is tried twice at most."
        "practice: authentik"
    "DSC-06" wider Should [State]
        "An endpoint that the resource types name otherwise is used under that name."
        "The targets."
        "RFC 7644 3.2"
    "DSC-07" wider ShouldProposed [Any]
        "What discovery said is remembered."
        "At most one read of each discovery endpoint per cycle."
        "practice"
    "DSC-08" wider ShouldProposed [State]
        "What a schema requires is sent, and what it marks read-only is left out."
        "The bodies."
        "RFC 7643 2.2"
    "DSC-09" wider ShouldProposed [State]
        "Where filters are not supported, the client lists instead."
        "No filter in any query."
        "RFC 7644 4"
}
