//! Every rule a provisioning client is judged by, in one table.
//!
//! Two kinds of rules stand side by side and are never mixed. For 81 of the 290 the level is what a text gives the
//! client, or a plain *may*. The other 209 carry a starred level: no text demands them, this suite proposes them,
//! because breaking them damages data or floods the server.

/// Writes the table of one family.
///
/// A row is: id, `core` or `wider`, level, triggers, then what a conforming client does, what shows it, and the clause.
macro_rules! rules {
    ($family:ident $($id:literal $reach:ident $level:ident [$($trigger:ident)+]
        $sentence:literal $evidence:literal $clause:literal)*) => {
        use super::{Family, Level, Rule, Trigger};

        pub(super) const RULES: &[Rule] = &[
            $(Rule {
                id: $id,
                family: Family::$family,
                level: Level::$level,
                core: rules!(@core $reach),
                trigger: &[$(Trigger::$trigger),+],
                sentence: $sentence,
                evidence: $evidence,
                clause: $clause,
            },)*
        ];
    };
    (@core core) => { true };
    (@core wider) => { false };
}

mod answers;
mod bearer;
mod create;
mod cycles;
mod deactivate;
mod discovery;
mod domains;
mod groups;
mod http;
mod lists;
mod lookup;
mod oauth;
mod rate;
mod retry;
mod secrecy;
mod update;

/// One thing a provisioning client ought to do, or to leave.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in scenario files and reports, as in `LKP-01`.
    pub id: &'static str,
    /// The family it belongs to.
    pub family: Family,
    /// How binding it is, and whether a text says so or this suite.
    pub level: Level,
    /// Whether it belongs to the core set.
    pub core: bool,
    /// What must happen before it can be judged.
    pub trigger: &'static [Trigger],
    /// What a conforming client does.
    pub sentence: &'static str,
    /// What in the traffic, or in the final state, shows it.
    pub evidence: &'static str,
    /// The text it comes from; "practice" where no standard says it.
    pub clause: &'static str,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Lookup and matching.
    Lookup,
    /// Creates, and creates whose outcome is unknown.
    Create,
    /// Changes by PATCH and PUT.
    Update,
    /// Disabling, restoring, deleting.
    Deactivate,
    /// Groups and memberships.
    Groups,
    /// Lists and paging.
    Lists,
    /// Retry and back-off.
    Retry,
    /// Rate and concurrency.
    Rate,
    /// Bearer tokens, 401 and 403.
    Bearer,
    /// Obtaining and renewing tokens.
    OAuth,
    /// Answers out of the ordinary.
    Answers,
    /// HTTP mechanics.
    Http,
    /// Discovery and capabilities.
    Discovery,
    /// Transport security and secrecy.
    Secrecy,
    /// Cycles, resuming, quarantine.
    Cycles,
    /// Domain proof and the Organization Center.
    Domains,
}

/// The families, in the order of reports.
pub const FAMILIES: [Family; 16] = [
    Family::Lookup,
    Family::Create,
    Family::Update,
    Family::Deactivate,
    Family::Groups,
    Family::Lists,
    Family::Retry,
    Family::Rate,
    Family::Bearer,
    Family::OAuth,
    Family::Answers,
    Family::Http,
    Family::Discovery,
    Family::Secrecy,
    Family::Cycles,
    Family::Domains,
];

impl Family {
    /// The three letters its rules begin with.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lookup => "LKP",
            Self::Create => "CRE",
            Self::Update => "UPD",
            Self::Deactivate => "DEA",
            Self::Groups => "GRP",
            Self::Lists => "LST",
            Self::Retry => "RTY",
            Self::Rate => "RTE",
            Self::Bearer => "AUT",
            Self::OAuth => "OAU",
            Self::Answers => "RSP",
            Self::Http => "HTP",
            Self::Discovery => "DSC",
            Self::Secrecy => "SEC",
            Self::Cycles => "CYC",
            Self::Domains => "DOM",
        }
    }

    /// Its heading in reports.
    pub fn title(self) -> &'static str {
        match self {
            Self::Lookup => "Lookup and matching",
            Self::Create => "Create and unknown outcomes",
            Self::Update => "Update by PATCH and PUT",
            Self::Deactivate => "Disable, restore, delete",
            Self::Groups => "Groups and memberships",
            Self::Lists => "Lists and paging",
            Self::Retry => "Retry and back-off",
            Self::Rate => "Rate and concurrency",
            Self::Bearer => "Bearer tokens, 401 and 403",
            Self::OAuth => "OAuth",
            Self::Answers => "Odd answers",
            Self::Http => "HTTP mechanics",
            Self::Discovery => "Discovery and capabilities",
            Self::Secrecy => "Transport and secrecy",
            Self::Cycles => "Cycles, resuming, quarantine",
            Self::Domains => "Domain proof and Organization Center",
        }
    }

    /// Its rules, in order.
    pub fn rules(self) -> &'static [Rule] {
        match self {
            Self::Lookup => lookup::RULES,
            Self::Create => create::RULES,
            Self::Update => update::RULES,
            Self::Deactivate => deactivate::RULES,
            Self::Groups => groups::RULES,
            Self::Lists => lists::RULES,
            Self::Retry => retry::RULES,
            Self::Rate => rate::RULES,
            Self::Bearer => bearer::RULES,
            Self::OAuth => oauth::RULES,
            Self::Answers => answers::RULES,
            Self::Http => http::RULES,
            Self::Discovery => discovery::RULES,
            Self::Secrecy => secrecy::RULES,
            Self::Cycles => cycles::RULES,
            Self::Domains => domains::RULES,
        }
    }
}

/// How binding a rule is.
///
/// The two starred levels are what this suite proposes. Reports show them apart from what a text demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// A text says must.
    Must,
    /// A text says must not.
    MustNot,
    /// A text says should.
    Should,
    /// A text says should not.
    ShouldNot,
    /// Permitted; judged only for what goes with it.
    May,
    /// This suite proposes must: breaking it damages data or locks somebody in or out.
    MustProposed,
    /// This suite proposes should: breaking it is a nuisance to server or operator.
    ShouldProposed,
}

impl Level {
    /// How it is printed; a proposal ends in a star.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::May => "MAY",
            Self::MustProposed => "MUST*",
            Self::ShouldProposed => "SHOULD*",
        }
    }

    /// Whether it is this suite's proposal rather than a text's demand.
    pub fn is_proposed(self) -> bool {
        matches!(self, Self::MustProposed | Self::ShouldProposed)
    }
}

/// What must happen before a rule can be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// A fault that the scenario injects.
    Fault,
    /// Something the double holds, or how it is set.
    State,
    /// A change in the directory that the client provisions from.
    Source,
    /// Nothing special: ordinary traffic is enough.
    Any,
}

/// The forty rules that come first: most real damage, few kinds of faults.
pub const FIRST_FORTY: [&str; 40] = [
    "LKP-01", "LKP-02", "LKP-03", "LKP-05", "LKP-06", "LKP-09", "LKP-18", "CRE-01", "CRE-05",
    "CRE-06", "CRE-07", "CRE-08", "CRE-11", "CRE-13", "CRE-17", "UPD-01", "UPD-02", "UPD-05",
    "UPD-07", "UPD-15", "UPD-16", "DEA-01", "DEA-03", "DEA-05", "DEA-10", "DEA-11", "GRP-02",
    "GRP-06", "GRP-08", "LST-02", "LST-05", "RTY-01", "RTY-02", "RTY-03", "RTY-06", "RTY-08",
    "AUT-03", "AUT-04", "OAU-02", "OAU-17",
];

/// Every rule, family by family.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.into_iter().flat_map(Family::rules)
}

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests;
