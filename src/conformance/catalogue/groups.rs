//! GRP: groups and who is in them.

rules! { Groups
    "GRP-01" core ShouldProposed [Source]
        "New users come first and their memberships second."
        "Every member value is an id that was given out before."
        "practice: Microsoft Entra cycle order"
    "GRP-02" core Must [Any]
        "A member is named by the id the server gave it."
        "No member value is a userName or an externalId."
        "RFC 7643 4.2"
    "GRP-03" wider MustNot [Any]
        "Membership is not steered by writing a user's groups."
        "No body of a user write has groups."
        "RFC 7643 4.1.2"
    "GRP-04" core MustProposed [Source]
        "Somebody who joins a large group is added, and the others stay as they are."
        "The members in the end."
        "RFC 7644 3.5.2.1"
    "GRP-05" wider MustProposed [State]
        "Removing somebody who is not in the group, answered 204, is done."
        "The remove is not repeated."
        "RFC 7644 3.5.2.2"
    "GRP-06" core ShouldProposed [Fault]
        "When a request carries too many members, the client splits it."
        "Later requests are smaller, and the group is complete in the end."
        "RFC 7644 3.12; practice: GoTo and ssosync carry 100 members at most"
    "GRP-07" core ShouldProposed [Fault]
        "One unknown member does not keep the others out."
        "The others are members in the end."
        "derived from RFC 7644 3.5.2"
    "GRP-08" core ShouldProposed [Fault]
        "Changes to one group go one after another, or what got lost is put right."
        "No member is missing in the end."
        "practice: Microsoft Entra sends parallel changes; scimmy issue 79"
    "GRP-09" core MustProposed [Source]
        "A group that is renamed keeps its id."
        "A write of displayName on the same id, no POST, no DELETE."
        "RFC 7643 3.1"
    "GRP-10" wider MustProposed [Source]
        "A group that is removed takes none of its members along."
        "One DELETE of the group; the users are untouched."
        "Okta test C9318"
    "GRP-11" wider MustProposed [Source]
        "A group without members is created like any other."
        "A POST without members, or with an empty list, that succeeds."
        "RFC 7643 2.5; Okta test C9317"
    "GRP-12" wider MustProposed [State]
        "When two groups have the name, the client writes to neither."
        "No write to either of them."
        "practice: Microsoft Entra matches by displayName"
    "GRP-13" wider May [Fault]
        "When a nested group is refused as a member, the other members are kept."
        "The members in the end."
        "RFC 7643 4.2"
    "GRP-14" wider May [State]
        "A full pass puts back a member who was taken out on the target."
        "The members after a full cycle."
        "practice: Microsoft Entra does not"
    "GRP-15" wider ShouldProposed [Fault]
        "After a group PATCH answered 204, the client does not fetch the whole group each time."
        "The number of reads with members."
        "practice: Microsoft Entra"
    "GRP-16" wider MustProposed [State]
        "A group that vanished is created again with all its members, or reported."
        "The group in the end."
        "practice: Microsoft Entra InvalidAnchor"
    "GRP-17" wider ShouldProposed [Fault]
        "A rename refused with 409 is reported, and the group's members are still kept in step."
        "Later changes of members still arrive."
        "practice: Okta push groups"
    "GRP-18" wider MustProposed [Fault]
        "An add of a member whose answer was lost can be sent again without harm."
        "Nobody is in the group twice, and the attempts stay within the budget."
        "RFC 7644 3.5.2.1"
}
