//! The figures: which servers are driven side by side, and what they are to reach.

use std::fmt;

use crate::ask::Ask;
use crate::server::{Measured, Server};
use crate::world::{Rules, World};
use crate::{Outcome, Settings};

/// How many users or groups the small world of a figure has.
const FEW: usize = 1000;

/// Servers that are driven in turns, and what of their rates matters.
pub(crate) struct Figure {
    /// What is asked.
    pub(crate) name: &'static str,
    /// How close to the bare server the first double is to come, if that is an aim.
    beside_bare: Beside,
    /// The doubles that are asked, and of how many things.
    doubles: Vec<(World, usize, Ask)>,
    /// How many times what it costs the first may it cost the last.
    growth: Option<f64>,
    /// What share of a request's time its way past no rules may take.
    gate: Option<f64>,
}

/// Whether there is a bare server, and how close to it the double is to come.
enum Beside {
    Nothing,
    Bare,
    BareAtLeast(f64),
}

/// Every figure, with that many users or groups in the large worlds.
pub(crate) fn figures(many: usize) -> Vec<Figure> {
    let users = |users| World {
        users,
        ..World::default()
    };
    let groups = |groups| World {
        groups,
        ..World::default()
    };
    let crew = |members| World {
        members,
        ..World::default()
    };
    let last_page = many - 99;
    vec![
        Figure {
            name: "GET one user",
            beside_bare: Beside::BareAtLeast(0.85),
            doubles: vec![(users(FEW), FEW, Ask::User(FEW))],
            growth: None,
            gate: None,
        },
        Figure {
            name: "POST user",
            beside_bare: Beside::BareAtLeast(0.6),
            doubles: vec![(users(FEW), FEW, Ask::Create)],
            growth: None,
            gate: None,
        },
        looked_up("filter userName eq", many, users, Ask::UserName),
        looked_up("filter externalId eq", many, users, Ask::ExternalId),
        looked_up("filter group displayName eq", many, groups, Ask::GroupName),
        Figure {
            name: "page of 100, first and last",
            beside_bare: Beside::Nothing,
            doubles: vec![
                (users(many), 1, Ask::Page(1)),
                (users(many), last_page, Ask::Page(last_page)),
            ],
            growth: Some(1.5),
            gate: None,
        },
        Figure {
            name: "PATCH member of a group",
            beside_bare: Beside::Nothing,
            doubles: vec![
                (crew(100), 100, Ask::Member(100)),
                (crew(many), many, Ask::Member(many)),
            ],
            growth: Some(2.0),
            gate: None,
        },
        past_rules("GET past rules on others", Rules::Elsewhere(100)),
        past_rules("GET past rules that look", Rules::Deaf(100)),
        past_rules("GET past rules that count", Rules::Counting(100)),
    ]
}

/// A look-up by an attribute among few and among many.
fn looked_up(
    name: &'static str,
    many: usize,
    world: fn(usize) -> World,
    ask: fn(usize) -> Ask,
) -> Figure {
    Figure {
        name,
        beside_bare: Beside::Bare,
        doubles: vec![(world(FEW), FEW, ask(FEW)), (world(many), many, ask(many))],
        growth: Some(1.2),
        gate: None,
    }
}

/// A GET without a scenario and with one whose rules do not act on it; 15 in a hundred of the rate may be lost.
fn past_rules(name: &'static str, rules: Rules) -> Figure {
    let world = |rules| World {
        users: FEW,
        rules,
        ..World::default()
    };
    let double = |rules: Rules| (world(rules), rules.count(), Ask::User(FEW));
    Figure {
        name,
        beside_bare: Beside::Bare,
        doubles: vec![double(Rules::None), double(rules)],
        growth: Some(1.0 / 0.85),
        gate: Some(0.03),
    }
}

impl Figure {
    /// Drives its servers in turns, so that none gets the quieter machine; prints a row for each double.
    pub(crate) fn measure(&self, settings: &Settings) -> Outcome<Vec<Verdict>> {
        let mut servers = Vec::new();
        for (world, _, ask) in &self.doubles {
            servers.push(Server::double(*world, *ask)?);
        }
        if let (Beside::Bare | Beside::BareAtLeast(_), Some((_, _, ask)), Some(first)) =
            (&self.beside_bare, self.doubles.first(), servers.first())
        {
            servers.insert(0, Server::bare(*ask, first.token())?);
        }
        for server in &servers {
            server.warm_up(settings)?;
        }
        for _ in 0..settings.rounds {
            for server in &mut servers {
                server.round(settings)?;
            }
        }
        let measured: Vec<Measured> = servers.iter().map(Server::measured).collect();
        let (bare, doubles) = match (&self.beside_bare, measured.split_first()) {
            (Beside::Bare | Beside::BareAtLeast(_), Some((bare, doubles))) => {
                (Some(*bare), doubles)
            }
            _ => (None, measured.as_slice()),
        };
        for ((_, of, _), double) in self.doubles.iter().zip(doubles) {
            print_row(self.name, *of, bare, *double);
        }
        let mut verdicts = self.verdicts(bare, doubles);
        if let (Some(aim), Some(first)) = (self.gate, doubles.first()) {
            let first_double = servers.iter().find_map(|server| server.gate().transpose());
            let gate = first_double.transpose()?.unwrap_or_default().as_secs_f64();
            verdicts.push(Verdict {
                name: format!("{}, the gate without a scenario", self.name),
                aim: Aim::AtMost(aim),
                by_rate: gate * first.rate,
                by_cpu: gate * 1e6 / first.cpu,
            });
        }
        Ok(verdicts)
    }

    fn verdicts(&self, bare: Option<Measured>, doubles: &[Measured]) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        let (Some(first), Some(last)) = (doubles.first(), doubles.last()) else {
            return verdicts;
        };
        if let (Beside::BareAtLeast(aim), Some(bare)) = (&self.beside_bare, bare) {
            verdicts.push(Verdict {
                name: format!("{} beside the bare server", self.name),
                aim: Aim::AtLeast(*aim),
                by_rate: first.rate / bare.rate,
                by_cpu: bare.cpu / first.cpu,
            });
        }
        if let (Some(aim), Some((_, few, _)), Some((_, many, _))) =
            (self.growth, self.doubles.first(), self.doubles.last())
        {
            verdicts.push(Verdict {
                name: format!("{}, {many} against {few}", self.name),
                aim: Aim::AtMost(aim),
                by_rate: first.rate / last.rate,
                by_cpu: last.cpu / first.cpu,
            });
        }
        verdicts
    }
}

#[expect(clippy::print_stdout, reason = "a table is what this program is for")]
fn print_row(name: &str, of: usize, bare: Option<Measured>, double: Measured) {
    let Measured { rate, cpu } = double;
    match bare {
        Some(bare) => println!(
            "{name:<28} {of:>8} {:>11.0} {rate:>11.0} {:>6.2} {:>6.2} µs {cpu:>6.2} µs {:>6.2}",
            bare.rate,
            rate / bare.rate,
            bare.cpu,
            bare.cpu / cpu
        ),
        None => println!(
            "{name:<28} {of:>8} {:>11} {rate:>11.0} {:>6} {:>9} {cpu:>6.2} µs {:>6}",
            "", "", "", ""
        ),
    }
}

/// Whether an aim was reached.
pub(crate) struct Verdict {
    name: String,
    aim: Aim,
    by_rate: f64,
    by_cpu: f64,
}

#[derive(Clone, Copy)]
enum Aim {
    AtLeast(f64),
    AtMost(f64),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, aim, met) = match self.aim {
            Aim::AtLeast(aim) => ("at least", aim, self.by_rate >= aim),
            Aim::AtMost(aim) => ("at most", aim, self.by_rate <= aim),
        };
        let met = if met { "met" } else { "missed" };
        write!(
            f,
            "aim {}: {sign} {aim:.2}, is {:.3} by rate and {:.3} by CPU: {met}",
            self.name, self.by_rate, self.by_cpu
        )
    }
}
