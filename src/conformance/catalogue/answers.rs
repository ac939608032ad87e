//! RSP: answers out of the ordinary, lawful and not.

rules! { Answers
    "RSP-01" core Must [Fault]
        "An answer that ends before its stated length is not a result."
        "A GET is repeated after a wait; a POST is treated as one of unknown outcome."
        "RFC 9112 8"
    "RSP-02" core MustProposed [Fault]
        "A 200 whose JSON is broken is an error, not an empty result."
        "No create after a broken lookup."
        "derived from RFC 8259 9"
    "RSP-03" core MustProposed [Fault]
        "A 200 with a web page is an error."
        "No create and no removal."
        "derived from RFC 9110 8.3"
    "RSP-04" core ShouldProposed [Fault]
        "An error with a web page for a body is judged by its status."
        "The rules of retry hold."
        "RFC 9110 15"
    "RSP-05" core ShouldProposed [Fault]
        "Good JSON under application/json is taken; under another or no type it is taken or reported."
        "The flow goes on, or one report."
        "RFC 7644 3.8"
    "RSP-06" wider May [Fault]
        "A byte order mark before the JSON may be skipped."
        "The flow goes on."
        "RFC 8259 8.1"
    "RSP-07" core Must [Fault]
        "Attribute names are the same in any letter case."
        "The flow goes on."
        "RFC 7643 2.1"
    "RSP-08" core MustProposed [Fault]
        "Attributes, schemas and extensions the client does not know are ignored and survive its writes."
        "The flow goes on, and what was unknown is still there."
        "RFC 7644 3.1"
    "RSP-09" core MustNot [Fault]
        "The order of members and of list values means nothing."
        "No write because of it."
        "RFC 7643 2.3.8; RFC 7643 2.4"
    "RSP-10" core MustProposed [Fault]
        "An id that comes as a number of 19 digits is refused, or kept to the last digit."
        "The next path shows all its digits, neither rounded nor with an exponent."
        "RFC 7643 3.1; practice: GoTo's keys have 19 digits"
    "RSP-11" wider ShouldProposed [Fault]
        "An error body whose status is a number, or missing, changes nothing: the HTTP status counts."
        "No crash."
        "RFC 7644 3.12"
    "RSP-12" wider ShouldProposed [Fault]
        "An answer without meta, schemas or Location will do."
        "The flow goes on."
        "RFC 7644 3.1"
    "RSP-13" core Must [Fault]
        "Null, an empty list and absence mean the same."
        "No write because of it."
        "RFC 7643 2.5"
    "RSP-14" wider May [Fault]
        "An active sent as text is taken or reported."
        "No switching to and fro."
        "practice: Microsoft Entra sends it itself"
    "RSP-15" wider ShouldProposed [Fault]
        "A date with another offset or fraction is the same moment."
        "No write because of it."
        "RFC 7643 2.3.5"
    "RSP-16" core MustProposed [Fault]
        "A compressed answer is decoded by a client that said it could."
        "The flow goes on."
        "RFC 9110 8.4; RFC 9110 12.5.3"
    "RSP-17" wider Must [Fault]
        "Chunks of one byte, chunk extensions and trailers are decoded."
        "The flow goes on."
        "RFC 9112 7.1"
    "RSP-18" core Must [Fault]
        "A status the client does not know is taken by its class."
        "299 is a success, 460 is not retried, 599 is met with a back-off."
        "RFC 9110 15"
    "RSP-19" wider Must [Fault]
        "An interim answer is passed over."
        "The flow goes on."
        "RFC 9110 15.2"
    "RSP-20" core MustProposed [Fault]
        "A DELETE answered 204, or 200 with no body, is done, and nothing is parsed."
        "No retry."
        "RFC 9110 15.3.5; practice: GoTo identity/v1 answers 200"
    "RSP-21" core MustProposed [Fault]
        "A GET answered 200 with no body is an error and no sign of absence."
        "No create."
        "derived from RFC 7644 3.4.2"
    "RSP-22" wider ShouldProposed [Fault]
        "An error with an empty body or a foreign one is judged by its status."
        "What must not be retried is not."
        "practice: GoTo identity/v1"
    "RSP-23" wider ShouldProposed [Fault]
        "A scimType the client does not know changes nothing: the status counts."
        "No crash."
        "RFC 7644 3.12"
    "RSP-24" wider ShouldProposed [Fault]
        "A list of enormous size is bounded, reported or coped with."
        "The next cycle still runs."
        "practice"
    "RSP-25" core MustProposed [Fault]
        "When a read of one user returns another, nothing of the first is written onto the second."
        "No write to the other id."
        "derived from RFC 7644 3.4.1"
    "RSP-26" core ShouldProposed [Fault]
        "A read that is behind the last write does not make the client swing."
        "At most one more write."
        "practice: GoTo answers may lag"
    "RSP-27" core ShouldProposed [Fault]
        "When an idle connection is closed just as it is used again, the client opens another."
        "A GET is repeated; a POST is treated as one of unknown outcome; nobody is there twice."
        "RFC 9112 9.3.1; RFC 9112 9.5"
    "RSP-28" wider ShouldProposed [Fault]
        "Double keys and deep nesting in JSON bring nothing down."
        "The next request comes."
        "RFC 8259 4; RFC 8259 9"
    "RSP-29" wider ShouldProposed [Fault]
        "An answer whose length is stated twice, or wrongly, is refused."
        "The client closes."
        "RFC 9112 6.3"
}
