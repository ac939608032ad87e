//! What a scripted answer says in vain.

use crate::operation::Surface;
use crate::scenario::fault::Fault;
use crate::scenario::finding::{Findings, Pointer};
use crate::scenario::plan::{DataVerb, PlannedReply, Redirect};
use crate::scenario::rule::Rule;
use crate::scenario::schedule::Nth;

/// Finds what of a reply no answer will show.
pub(super) fn shown(rule: &Rule, reply: &PlannedReply, at: &Pointer, findings: &mut Findings) {
    endless(rule, reply, &at.key("redirect"), findings);
    // What an answer shows depends on its status.
    if findings.is_spoilt(&at.key("status")) {
        return;
    }
    let has_surface = |wanted: &[Surface]| {
        let mut members = rule.on.members().iter();
        members.any(|operation| wanted.contains(&operation.surface()))
    };
    let is_bare = reply.body.as_ref().is_none_or(|body| body == "");
    if matches!(reply.status, 204 | 304) && !is_bare {
        let complaint = format!("an answer with {} has no body", reply.status);
        findings.warn(&at.key("body"), complaint);
    }
    let is_error = reply.status >= 400;
    let nowhere = |is_shown: bool| match (is_error, &reply.body) {
        (false, None) => Some("an answer that is no error has a body only if it is given"),
        (_, Some(_)) => Some("the \"body\" stands in its place"),
        (true, None) if !is_shown => Some("no surface of these operations shows it"),
        (true, None) => None,
    };
    if reply.scim_type.is_some()
        && let Some(why) = nowhere(has_surface(&[Surface::Scim]))
    {
        findings.warn(&at.key("scim_type"), format!("this is not shown: {why}"));
    }
    // A challenge tells it too.
    if reply.detail.is_some()
        && reply.auth_error.is_none()
        && let Some(why) = nowhere(true)
    {
        findings.warn(&at.key("detail"), format!("this is not shown: {why}"));
    }
    if reply.auth_error.is_some() {
        let is_challenge =
            (400..500).contains(&reply.status) && has_surface(&[Surface::Scim, Surface::Identity]);
        let is_in_body = is_error && reply.body.is_none() && has_surface(&[Surface::OAuth]);
        if !is_challenge && !is_in_body {
            let complaint =
                "this is not shown: challenges of SCIM and errors of OAuth name it, from 400 on";
            findings.warn(&at.key("auth_error"), complaint);
        }
    }
}

/// Finds a redirect in the place of a refusal for want of room.
pub(super) fn of_quota(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    for fault in &rule.act.faults {
        let Fault::Data(verbs) = fault else { continue };
        for verb in verbs {
            if let DataVerb::Quota(quota) = verb
                && let Some(reply) = &quota.reply
            {
                let at = at.key("reply");
                if reply.redirect.is_some() {
                    let complaint = "a quota refuses, and sends nobody elsewhere";
                    findings.error(&at.key("redirect"), complaint);
                }
                shown(rule, reply, &at, findings);
            }
        }
    }
}

/// Finds a loop that nobody can go round in, because the rule acts once.
fn endless(rule: &Rule, reply: &PlannedReply, at: &Pointer, findings: &mut Findings) {
    let listed = rule.when.nth.as_ref().and_then(Nth::size);
    let is_once = listed
        .into_iter()
        .chain(rule.when.max)
        .any(|times| times == 1);
    if reply.redirect == Some(Redirect::Loop) && is_once && rule.when.per.is_sandbox() {
        findings.warn(
            at,
            "the rule acts once, and a loop goes on: the next request is served",
        );
    }
}
