//! DEA: taking access away, giving it back, deleting.

rules! { Deactivate
    "DEA-01" core MustProposed [Source]
        "Somebody who leaves the source loses access within one cycle."
        "A write that sets active to false, or a DELETE, as the client's profile says; the row in the end."
        "practice: Microsoft Entra; Okta tests C9292 and C9294"
    "DEA-02" core MustProposed [Source]
        "A client whose profile disables people deletes nobody."
        "No DELETE of a user."
        "practice: Okta never deletes"
    "DEA-03" core MustProposed [Source]
        "Somebody who returns gets the old row back, active again."
        "A write on the same id sets active to true, and no POST is sent."
        "practice: Microsoft Entra restores; Okta test C9293"
    "DEA-04" core MustProposed [Any]
        "A DELETE answered 204 is done, and a 404 for that id is expected from then on."
        "The DELETE is not repeated."
        "RFC 7644 3.6"
    "DEA-05" core ShouldProposed [Fault State]
        "A DELETE answered 404 has reached its aim."
        "No second DELETE, and the run goes on."
        "RFC 9110 9.2.2; practice: authentik"
    "DEA-06" wider ShouldProposed [Fault]
        "410 is taken like 404, and for good."
        "No second DELETE and no second read."
        "RFC 9110 15.5.11"
    "DEA-07" wider May [Fault]
        "A DELETE whose connection broke may be repeated, and a 404 then ends it."
        "No more attempts than the budget allows."
        "RFC 9110 9.2.2"
    "DEA-08" wider ShouldProposed [Fault]
        "A DELETE that is refused is reported, and at most one attempt to disable follows."
        "At most two attempts per cycle."
        "RFC 9110 15.5.4; practice: GoTo admins cannot delete themselves"
    "DEA-09" wider MustProposed [Source]
        "Somebody hired again after a real deletion is created anew."
        "A POST, and no write to the old id."
        "RFC 7644 3.6"
    "DEA-10" core ShouldProposed [Source]
        "When the source is suddenly empty, the client stops at a threshold instead of removing everybody."
        "No more removals than the threshold, then quiet."
        "practice: Microsoft Entra accidental deletions prevention, Okta import safeguard"
    "DEA-11" core MustProposed [Fault]
        "A listing that broke off tells nothing about those it did not show."
        "No DELETE, no disabling and no POST for anybody on the unread pages."
        "derived from RFC 7644 3.4.2.4"
    "DEA-12" wider ShouldProposed [Fault]
        "Taking access away does not wait behind a long queue of creates."
        "The leaver is disabled before the last create, or in the same cycle at least."
        "practice: security"
    "DEA-13" wider May [Source]
        "Somebody who is disabled and was never provisioned is left out, or created inactive."
        "No active row appears."
        "practice"
    "DEA-14" wider ShouldProposed [State]
        "A row that is inactive already is not disabled again in every cycle."
        "At most one such write over three cycles."
        "practice: Microsoft Entra only probes"
    "DEA-15" wider MustProposed [Fault]
        "When the answer to a disable still shows the user active, the client notices."
        "A second attempt, a read or a report follows."
        "derived from RFC 7644 3.1"
}
