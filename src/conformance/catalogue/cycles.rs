//! CYC: runs that repeat, break off, start over.

rules! { Cycles
    "CYC-01" wider ShouldProposed [Fault]
        "A run that takes longer than the interval is not overtaken by the next."
        "Two listings that interleave earn a warning."
        "practice"
    "CYC-02" core MustProposed [Source]
        "A client killed half-way goes on when it is started again."
        "Nobody is missing, nobody is there twice."
        "practice: Microsoft Entra watermark"
    "CYC-03" core MustProposed [Source]
        "A client that lost its state finds its people again by the matching attribute."
        "No POST for rows that exist."
        "practice: Microsoft Entra restart; Okta test C9335"
    "CYC-04" core ShouldProposed [Fault]
        "When every write fails for long, only probes are left."
        "The rate falls to a tenth or less."
        "practice: Microsoft Entra quarantine"
    "CYC-05" core MustProposed [Fault]
        "When that ends, the client catches up without new accounts for old people."
        "The users in the end."
        "practice: Microsoft Entra lifts the quarantine"
    "CYC-06" wider ShouldProposed [Fault]
        "A subject that fails in each cycle is tried less and less often."
        "At most one attempt per cycle, later fewer."
        "practice: Microsoft Entra waits 6, 12, 24 hours"
    "CYC-07" wider ShouldProposed [Source]
        "A change made during a run arrives with the next."
        "The state after two cycles."
        "practice: Microsoft Entra delta"
    "CYC-08" wider ShouldProposed [State]
        "When the target was wiped, the client provisions everybody anew or stops clearly."
        "At most two calls on each dead id."
        "practice: Microsoft Entra InvalidAnchor"
    "CYC-09" wider ShouldProposed [Any]
        "In a quiet cycle each subject is read once at most."
        "Reads per subject."
        "practice: Microsoft Entra delta"
    "CYC-10" wider ShouldProposed [Source]
        "A changed mapping costs one full pass, then it is quiet."
        "No writes in the cycle after the pass."
        "practice: Microsoft Entra initial cycle"
    "CYC-11" wider MustProposed [State]
        "A jump of the server's clock causes neither a storm of runs nor missed work."
        "When cycles start."
        "derived from RFC 9110 6.6.1"
    "CYC-12" wider May [Fault]
        "A long maintenance pause puts the whole job to sleep."
        "At most one probe during the pause."
        "RFC 9110 10.2.3"
}
