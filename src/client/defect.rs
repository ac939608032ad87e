//! The defects the reference client can be given: each breaks one client rule and nothing else.
//!
//! They exist so that every rule can be shown to fail: a rule nobody can break proves nothing.

macro_rules! defects {
    ($($variant:ident $id:literal $about:literal)*) => {
        /// One way to break one client rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Defect {
            $(#[doc = $about] $variant,)*
        }

        impl Defect {
            /// Every defect, in the order of the rule catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The rule it breaks, as in `CRE-07`.
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)*
                }
            }

            /// What the client does wrong, in one sentence.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => $about,)*
                }
            }
        }
    };
}

defects! {
    NoLookup "LKP-01" "Creates without ever looking, before or after."
    IgnoreMatch "LKP-02" "Creates although a matching row was found."
    EmptyIsError "LKP-03" "Takes an empty result for an error and never creates."
    TakeFirstRow "LKP-05" "Adopts the first row of a lookup whatever its name is."
    TakeFirstOfTwo "LKP-06" "Adopts the first of two rows that both match."
    RawFilter "LKP-09" "Puts the value into the filter as it is, with neither JSON escape nor percent-encoding."
    FailedLookupIsAbsent "LKP-18" "Creates after a lookup that failed, without asking again."
    SendId "CRE-01" "Chooses the id itself and sends it with the create."
    MangledId "CRE-05" "Rounds long decimal ids and percent-encodes others twice in the path."
    RepostOnConflict "CRE-06" "Repeats a create that was answered 409."
    BlindRepost "CRE-07" "Repeats a create whose connection broke, without looking first."
    RepostOnTimeOut "CRE-08" "Repeats a create that timed out, without looking first."
    SecondAccount "CRE-11" "After a create with unknown outcome makes a second account under a changed name."
    MissingIdAsText "CRE-13" "Goes on with the id undefined if the answer brought none."
    RepeatRefused "CRE-17" "Repeats a create that was answered 400."
    WriteAlways "UPD-01" "Writes every user in every cycle, changed or not."
    PatchWithoutSchemas "UPD-02" "Sends PATCH bodies without schemas."
    RemoveBareMembers "UPD-05" "Removes one member with a remove of the whole members attribute."
    TextBoolean "UPD-07" "Sends active as the text False or True."
    KeepDeadId "UPD-15" "Keeps calling an id that was answered 404."
    RecreateOnRename "UPD-16" "Renames by deleting the user and creating another."
    IgnoreLeavers "DEA-01" "Leaves the accounts of people who left as they are."
    RecreateReturners "DEA-03" "Creates a new account for somebody who came back."
    RepeatDelete "DEA-05" "Repeats a DELETE that was answered 404."
    NoGuard "DEA-10" "Removes everybody if the source is suddenly empty."
    TrustPartialList "DEA-11" "Takes a listing that broke off for the whole directory, deletes the links it lacks and creates anew."
    MembersByName "GRP-02" "Names group members by userName instead of by id."
    RepeatLargeBatch "GRP-06" "Repeats a batch of members that was refused, at the same size."
    ParallelMembers "GRP-08" "Writes the members of one group in parallel and never reads them back."
    AdvanceByCount "LST-02" "Turns pages by what it asked for instead of by what came."
    RepeatEmptyPage "LST-05" "Asks again and again for a page that is empty."
    Ignore503Wait "RTY-01" "Ignores the Retry-After of a 503."
    Ignore429Wait "RTY-02" "Ignores the Retry-After of a 429."
    DateIsNoWait "RTY-03" "Takes a Retry-After date for no wait at all."
    ConstantGaps "RTY-06" "Repeats at constant gaps."
    NeverGiveUp "RTY-08" "Repeats far beyond any budget."
    NoRefresh "AUT-03" "Answers a 401 with the same token again instead of a refresh."
    GoOnUnauthorized "AUT-04" "Goes on with every other subject although no token works."
    IgnoreState "OAU-02" "Takes the code of a callback whose state is not its own."
    DropRefreshToken "OAU-17" "Forgets its refresh token if the answer to a refresh brought none."
}

impl Defect {
    /// The defect that breaks the rule of that id.
    ///
    /// # Examples
    ///
    /// ```
    /// # use goto_double::client::Defect;
    /// assert_eq!(Defect::parse("CRE-07"), Some(Defect::BlindRepost));
    /// assert_eq!(Defect::parse("CRE-99"), None);
    /// ```
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|defect| defect.id().eq_ignore_ascii_case(id))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn forty_rules_can_each_be_broken_by_name() {
        let ids: BTreeSet<_> = Defect::ALL.iter().map(|defect| defect.id()).collect();
        assert_eq!(ids.len(), 40);
        for defect in Defect::ALL {
            assert_eq!(Defect::parse(defect.id()), Some(*defect));
            assert!(defect.about().ends_with('.'));
        }
    }
}
