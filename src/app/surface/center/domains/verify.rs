//! The **Verify** button: look, judge, settle.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::json;

use super::{KIND, named, view};
use crate::app::call::Call;
use crate::app::gate;
use crate::app::surface::center::caller::{Caller, Form};
use crate::app::surface::center::problem::{Problem, sentence};
use crate::app::surface::center::{Done, back, json_reply};
use crate::domain::code::VerificationCode;
use crate::domain::name::DomainName;
use crate::domain::proof::{Evidence, Finding, Need, judge, needs};
use crate::entry::{Event, Near, Probe, Verb};
use crate::exchange::Reply;
use crate::operation::{Operation, Surface};
use crate::sandbox::Sandbox;
use crate::scenario::plan::{DnsAnswer, DnsVerb, Plan};
use crate::store::organization::{Domain, LookUp, Notice, Settled, Status};
use crate::store::zone::{Bent, DEFAULT_TTL, Manner, Rcode, TxtRecord, Zone, ZoneAnswer};

/// What stands in a scenario for the code that is looked for.
const CODE: &str = "@code";

/// How long a name server that is scripted to keep silent is waited for, on the sandbox clock.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers a press of the button.
pub(in crate::app::surface::center) async fn press(
    call: Call<'_>,
    done: &mut Done,
) -> Result<Reply, Problem> {
    let form = Form::of(call.request);
    let caller = Caller::of(call)?;
    caller.check_form(call)?;
    let name = named(call, done)?;
    let organizations = &call.sandbox.organizations;
    let domain = organizations.to_prove(&caller.account, &name)?;
    let verdict = match domain.status(call.sandbox.clock.shown()) {
        Status::Verified => Verdict::proven(),
        Status::Expired => Verdict::expired(&domain),
        Status::Pending => prove(call.sandbox, &caller, &domain).await,
    };
    if verdict.finding == "proven" {
        let now = call.sandbox.clock.shown();
        match organizations.settle(&caller.account, &name, &domain.code, now)? {
            Settled::Now(_) => done.note(KIND, name.as_str(), Verb::Updated),
            Settled::Before => {}
        }
    }
    if form == Form::Page {
        caller.tell(call, notice(&caller, &name, &verdict));
        return Ok(back(call, &format!("/center#{name}")));
    }
    let domain = organizations.to_prove(&caller.account, &name)?;
    let mut body = view::domain(call, &domain);
    let more = json!({"finding": verdict.finding, "why": verdict.why});
    view::extend(&mut body, more);
    Ok(json_reply(StatusCode::OK, &body))
}

/// What a person is told after a press of the button.
fn notice(caller: &Caller, name: &DomainName, verdict: &Verdict) -> Notice {
    match (&verdict.why, &caller.organization) {
        (Some(why), _) if verdict.finding == "expired" => {
            Notice::failed(format!("{name} is not verified. {}", sentence(why)))
        }
        (Some(_), _) => Notice::failed(format!(
            "{name} is not verified. The code was not found; what was seen instead stands below."
        )),
        (None, Some(_)) => Notice::done(format!("{name} is verified.")),
        (None, None) => Notice::done(format!(
            "{name} is verified. The organization {name} was created, and you are its admin."
        )),
    }
}

/// What a press of the button comes to.
struct Verdict {
    finding: &'static str,
    why: Option<String>,
}

impl Verdict {
    fn proven() -> Self {
        Self {
            finding: Finding::Proven.name(),
            why: None,
        }
    }

    fn expired(domain: &Domain) -> Self {
        let why = format!(
            "the code ended on {}; the next visit brings a new one to publish",
            domain.deadline
        );
        Self {
            finding: "expired",
            why: Some(why),
        }
    }

    /// The most telling of the findings, with what each look-up lacked.
    fn of(findings: &[Finding], look_ups: &[LookUp]) -> Self {
        let rank = |finding: &&Finding| match finding {
            Finding::Missing { .. } => 0,
            Finding::Transient { .. } => 1,
            Finding::Mismatch { .. } => 2,
            Finding::Proven => 3,
        };
        let finding = findings
            .iter()
            .max_by_key(rank)
            .map_or("missing", Finding::name);
        let lacks: Vec<String> = look_ups
            .iter()
            .filter_map(|look_up| Some(format!("{}: {}", look_up.asked, look_up.why.as_ref()?)))
            .collect();
        Self {
            finding,
            why: Some(lacks.join("; ")),
        }
    }
}

/// Looks at both places in turn until one holds the proof, and keeps what was seen.
async fn prove(sandbox: &Sandbox, caller: &Caller, domain: &Domain) -> Verdict {
    let prefixes = &sandbox.profile.verification_prefixes;
    let (mut findings, mut look_ups) = (Vec::new(), Vec::new());
    for need in needs(&domain.name, prefixes) {
        let at = sandbox.clock.shown();
        let evidence = look(sandbox, &need, &domain.code).await;
        let finding = judge(&domain.code, prefixes, &evidence);
        look_ups.push(LookUp {
            at,
            asked: need.to_string(),
            saw: evidence.to_string(),
            why: finding.why().map(Into::into),
        });
        findings.push(finding);
        if findings.last() == Some(&Finding::Proven) {
            break;
        }
    }
    let verdict = if findings.last() == Some(&Finding::Proven) {
        Verdict::proven()
    } else {
        Verdict::of(&findings, &look_ups)
    };
    sandbox
        .organizations
        .note_look_ups(&caller.account, &domain.name, look_ups);
    verdict
}

/// One look at the outside, noted in the journal.
async fn look(sandbox: &Sandbox, need: &Need, code: &VerificationCode) -> Evidence {
    let (operation, domain) = match need {
        Need::Txt { name } => (Operation::ProbeDns, name),
        Need::File { domain, .. } => (Operation::ProbeFile, domain),
    };
    let began = sandbox.journal.begin();
    let plan = gate::decide_probe(sandbox, operation, domain).await;
    let evidence = see(sandbox, need, code, &plan).await;
    let probe = Probe {
        operation,
        domain: domain.clone(),
        asked: need.to_string(),
        saw: evidence.to_string(),
        fired: plan.fired,
        near: Near::default(),
    };
    let event = Event::Probe(probe).with_near(&plan.near);
    sandbox.journal.append(began, event);
    evidence
}

/// What the outside shows, or what the rules make of it.
async fn see(sandbox: &Sandbox, need: &Need, code: &VerificationCode, plan: &Plan) -> Evidence {
    if let (Some(planned), Need::File { .. }) = (&plan.reply, need) {
        let reply = planned.render((Surface::Probe, ""), sandbox.clock.shown());
        return Evidence::File {
            status: reply.status.as_u16(),
            media_type: reply
                .headers
                .get(CONTENT_TYPE)
                .and_then(|value| value.to_str().ok())
                .map(Into::into),
            body: with_code(reply.body, code),
        };
    }
    let mut patience = None;
    if let (Some(verb), Need::Txt { name }) = (&plan.dns, need) {
        let script = bent(&sandbox.zone, name, (verb, code));
        patience = (script.manner == Manner::Silent).then_some(PATIENCE);
        sandbox.zone.bend(name, script);
    }
    let outdoors = match sandbox.outdoors() {
        Ok(outdoors) => outdoors,
        Err(error) => {
            return Evidence::Failed {
                why: format!("the embedded zone could not be opened: {error}"),
            };
        }
    };
    let looked = outdoors.outside.look_up(need);
    let Some(patience) = patience else {
        return looked.await;
    };
    tokio::select! {
        evidence = looked => evidence,
        () = sandbox.clock.sleep(patience) => Evidence::Failed {
            why: format!("the name server gave no answer within {} s", patience.as_secs()),
        },
    }
}

/// The body of a scripted file; `@code` stands for the code that is looked for, as it does in records.
fn with_code(body: Bytes, code: &VerificationCode) -> Bytes {
    match str::from_utf8(&body) {
        Ok(text) if text.contains(CODE) => text.replace(CODE, code.as_str()).into(),
        _ => body,
    }
}

/// The answer of the zone that a rule asks for; `@code` stands for the code that is looked for.
fn bent(zone: &Zone, name: &str, (verb, code): (&DnsVerb, &VerificationCode)) -> Bent {
    let manner = match verb.answer {
        DnsAnswer::Whole => Manner::Plain,
        DnsAnswer::None => Manner::Silent,
        DnsAnswer::Truncated => Manner::Truncated,
    };
    let answer = match (verb.lags, &verb.label) {
        (Some(lag), _) => zone.as_before(name, lag),
        // There is something below the name, so the name is there.
        (None, Some(_)) => Some(ZoneAnswer::negative(Rcode::NoError)),
        (None, None) if verb.rcode.is_some() || verb.txt.is_some() => Some(written(verb, code)),
        (None, None) => None,
    };
    Bent { answer, manner }
}

/// The answer that is written in a rule.
fn written(verb: &DnsVerb, code: &VerificationCode) -> ZoneAnswer {
    let rcode = verb.rcode.as_deref().and_then(Rcode::parse);
    let record = |text: &String| {
        let text = text.replace(CODE, code.as_str());
        match verb.split {
            Some(bytes) => TxtRecord::of_strings(text.as_bytes().chunks(bytes.max(1))),
            None => TxtRecord::of_text(&text),
        }
    };
    let ttl = verb
        .ttl
        .map(|ttl| u32::try_from(ttl.as_secs()).unwrap_or(u32::MAX));
    ZoneAnswer {
        rcode: rcode.unwrap_or(Rcode::NoError),
        records: verb.txt.iter().flatten().map(record).collect(),
        ttl: ttl.unwrap_or(DEFAULT_TTL),
    }
}
