//! HTP: redirects, headers, targets, conditions, connections.

rules! { Http
    "HTP-01" core MustNot [Fault]
        "A request redirected by 307 or 308 keeps its method and its body."
        "The second request equals the first."
        "RFC 7644 3.12; RFC 9110 15.4.8; RFC 9110 15.4.9"
    "HTP-02" wider Should [Fault]
        "After 307 the client returns to the old address the next time, after 308 it does not."
        "The targets of later requests."
        "RFC 7644 3.12 table 8"
    "HTP-03" core MustProposed [Fault]
        "A write redirected by 301 or 302 is not turned into a read that passes for success."
        "Nothing gets lost in silence."
        "RFC 9110 15.4.2; RFC 9110 15.4.3"
    "HTP-04" core Should [Fault]
        "A circle of redirects is left."
        "At most twenty hops."
        "RFC 9110 15.4"
    "HTP-05" core MustProposed [Fault]
        "The token does not go along to another origin, or the redirect is not followed."
        "The other host sees no Authorization."
        "RFC 9110 15.4"
    "HTP-06" core MustProposed [Fault]
        "A redirect from https to http is not followed."
        "Nothing arrives at the plain port."
        "RFC 7644 7.2"
    "HTP-07" wider MustProposed [Fault]
        "A relative Location is resolved against the request's address."
        "The next target."
        "RFC 9110 10.2.2"
    "HTP-08" wider May [Fault]
        "After a POST answered 303 the client reads the place it is shown."
        "A GET."
        "RFC 9110 15.4.4"
    "HTP-09" core ShouldProposed [Any]
        "The client says that it accepts SCIM's media type, or anything."
        "The Accept header."
        "RFC 7644 3.8"
    "HTP-10" core ShouldProposed [Any]
        "A body is sent as application/scim+json in UTF-8; application/json passes."
        "The Content-Type header."
        "RFC 7644 3.8; RFC 7644 8.1"
    "HTP-11" wider Should [Any]
        "The client says who it is."
        "The User-Agent header."
        "RFC 9110 10.1.5"
    "HTP-12" core MustProposed [State]
        "A base URL with or without a slash at its end, with a path or a query, is joined correctly."
        "No doubled slash, no lost prefix."
        "RFC 7644 1.3; practice: a JumpCloud defect"
    "HTP-13" wider May [State]
        "Where the server has entity tags, a write may be made conditional."
        "If-Match on PUT, PATCH and DELETE."
        "RFC 7644 3.14"
    "HTP-14" core ShouldProposed [Fault]
        "After 412 the client reads, works out its change anew and sends it with the new tag."
        "A GET between, and a new tag; the condition is not dropped."
        "RFC 7644 3.12; RFC 9110 15.5.13"
    "HTP-15" wider MustProposed [State]
        "A weak entity tag is sent back as it came."
        "A comparison byte for byte."
        "RFC 7644 3.14"
    "HTP-16" wider ShouldProposed [Fault]
        "After 428 the request is repeated with a condition."
        "If-Match on the next one."
        "RFC 6585 3"
    "HTP-17" wider MustProposed [Fault]
        "After 304 the client uses the copy it holds."
        "No error."
        "RFC 9110 15.4.5"
    "HTP-18" wider Must [Fault]
        "After Connection: close no further request goes over that connection."
        "The connection of each request."
        "RFC 9112 9.6"
    "HTP-19" wider ShouldProposed [Any]
        "Connections are used again."
        "More than five requests per connection."
        "practice"
    "HTP-20" core ShouldProposed [Fault]
        "When PATCH is not there, the client changes over to PUT or reports, and asks once."
        "Few attempts at PATCH."
        "RFC 7644 3.12"
    "HTP-21" core ShouldProposed [Fault]
        "After 413 the client sends less at a time."
        "The bodies get smaller."
        "RFC 7644 3.12"
    "HTP-22" wider ShouldProposed [Fault]
        "After 414 the client shortens its query or moves it into a search body."
        "The next target is shorter."
        "RFC 9110 15.5.15"
    "HTP-23" wider May [Fault]
        "After 415 the client may try application/json once."
        "At most two attempts."
        "RFC 9110 15.5.16"
    "HTP-24" wider ShouldProposed [Fault]
        "A misdirected request, or one that met a GOAWAY, is repeated on a new connection where that is safe."
        "A POST is treated as one of unknown outcome."
        "RFC 9110 15.5.20"
    "HTP-25" wider ShouldProposed [Fault]
        "A server that reads slowly is waited for, within the deadline."
        "The request is complete."
        "practice"
    "HTP-26" wider Should [Fault]
        "A final answer that comes before the body was sent is read, and the sending stops."
        "What becomes of the connection."
        "RFC 9112 9.5"
}
