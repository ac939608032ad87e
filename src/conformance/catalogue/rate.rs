//! RTE: how fast and how much at once.

rules! { Rate
    "RTE-01" wider May [Fault]
        "A client told that its quota is used up slows down before it is refused."
        "Few or no calls in the rest of the window."
        "draft-ietf-httpapi-ratelimit-headers"
    "RTE-02" core ShouldProposed [State]
        "Under a steady limit of ten requests a second, the client's rate settles below it."
        "Less than five percent of the calls of the second minute are refused."
        "practice: GoTo's published limit, Microsoft Entra"
    "RTE-03" wider May [State]
        "A limit on parallel connections is kept."
        "The most connections at one time."
        "practice"
    "RTE-04" wider ShouldProposed [Fault]
        "A client refused again and again for a second lowers its rate, and does not only wait."
        "The refusals per minute fall."
        "practice"
    "RTE-05" wider ShouldProposed [Fault]
        "A 429 from the token endpoint counts like any other."
        "The gap to the next token call."
        "RFC 6585 4"
}
