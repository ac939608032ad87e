//! UPD: changes by PATCH and PUT, their grammar and their care.

rules! { Update
    "UPD-01" core ShouldProposed [Source]
        "A cycle in which the source did not change writes nothing."
        "No POST, PUT, PATCH or DELETE in that cycle."
        "practice: Microsoft Entra only probes, authentik compares first"
    "UPD-02" core Must [Any]
        "A PATCH body names the PatchOp schema and holds a non-empty list of operations, each with its op."
        "The body of every PATCH."
        "RFC 7644 3.5.2"
    "UPD-03" wider ShouldProposed [Any]
        "The op of a PATCH is written in lower case."
        "A capital letter in op earns a warning."
        "RFC 7644 3.5.2"
    "UPD-04" core Must [Any]
        "A remove says which path it removes."
        "Every operation with op remove has a path."
        "RFC 7644 3.5.2.2"
    "UPD-05" core MustProposed [Source]
        "When one member leaves, the client does not remove the whole list of members."
        "The path carries a value filter, or the remaining members are written; a list in value earns a warning."
        "RFC 7644 3.5.2.2"
    "UPD-06" core MustNot [Any]
        "A PATCH touches no read-only attribute."
        "No path and no value names id, meta or a user's groups."
        "RFC 7644 3.5.2"
    "UPD-07" core Must [Source]
        "A boolean travels as a JSON boolean, not as text."
        "The type of active in every body."
        "RFC 7643 2.3.2"
    "UPD-08" core Must [Any]
        "Every path of a PATCH parses under the grammar, extension URNs and value filters included."
        "The paths of every PATCH."
        "RFC 7644 3.5.2 figure 7; RFC 7644 3.10"
    "UPD-09" wider Should [Any]
        "An attribute of an extension is named with the extension's URN."
        "No bare department or the like as a path."
        "RFC 7644 3.10"
    "UPD-10" wider ShouldProposed [Source]
        "A PATCH carries what changed and nothing more."
        "The paths equal the set of changed attributes."
        "practice: Microsoft Entra"
    "UPD-11" core ShouldProposed [State]
        "A client that uses PUT reads first and keeps the attributes it does not manage."
        "What was there and is not managed is still there in the end."
        "RFC 7644 3.5.1; practice: Okta reads before it replaces"
    "UPD-12" core Must [Any]
        "A PUT carries every required attribute."
        "The body of every PUT."
        "RFC 7644 3.5.1"
    "UPD-13" wider MustProposed [Fault]
        "A PUT answered 404 is not taken for a create to come."
        "A lookup, a POST or a report comes next."
        "RFC 7644 3.5.1"
    "UPD-14" core MustProposed [Fault]
        "A PATCH answered 204, or 200 with all or part of the resource, is done."
        "The operation is not repeated."
        "RFC 7644 3.5.2"
    "UPD-15" core ShouldProposed [State]
        "When a known row turns out to be gone, the client forgets its id, looks once, and creates anew or reports."
        "At most two calls on the dead id per cycle."
        "practice: authentik creates anew, Microsoft Entra InvalidAnchor"
    "UPD-16" core MustProposed [Source]
        "A person who is renamed keeps the id."
        "A write on the same id, no POST, no DELETE."
        "RFC 7643 3.1"
    "UPD-17" wider ShouldProposed [Source]
        "When two users swap names, the client sorts it out or reports, and deletes nobody to make room."
        "No DELETE, and quiet or a stable state after two cycles."
        "derived from RFC 7644 3.3"
    "UPD-18" wider ShouldProposed [Fault]
        "An operation refused with noTarget is replaced by one that adds the element, or given up."
        "The same operation does not come back in each cycle."
        "RFC 7644 3.5.2.3"
    "UPD-19" wider ShouldProposed [Fault]
        "When a PATCH of several operations is refused, the client takes none of them for applied."
        "The good ones are sent again, or the resource is read."
        "RFC 7644 3.5.2"
    "UPD-20" wider ShouldProposed [Fault]
        "An attribute refused for its mutability is dropped, and the others are kept in step."
        "The next write lacks it."
        "RFC 7644 3.12 table 9"
    "UPD-21" wider ShouldProposed [Source]
        "A value that is emptied in the source is taken away in the target."
        "The attribute is gone in the end."
        "RFC 7643 2.5; Okta test C9337"
    "UPD-22" wider Must [Any]
        "No more than one value of an attribute is marked primary."
        "The body of every write."
        "RFC 7643 2.4"
    "UPD-23" core ShouldProposed [Fault]
        "Two writes to one resource do not overlap."
        "Overlap of writes on one id earns a warning."
        "practice: Microsoft Entra sends parallel changes to one group"
    "UPD-24" wider ShouldProposed [Fault]
        "An add to a list whose answer was lost is read back, or replaced by a full value, before it is sent again."
        "No value is there twice in the end."
        "RFC 5789 2; RFC 9110 9.2.2"
    "UPD-25" wider Must [Any]
        "Dates, numbers and booleans have the JSON type that the schema gives them."
        "The types in every body."
        "RFC 7643 2.3"
    "UPD-26" wider ShouldProposed [Source]
        "When an attribute changes twice in short order, the later value wins, whatever is retried."
        "The value in the end."
        "derived from RFC 9110 9.2.2"
}
