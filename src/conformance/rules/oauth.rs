//! OAU-02 and OAU-17: a callback that was forged, and a refresh token that stays.

use http::header::LOCATION;

use crate::conformance::body::text;
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::view::View;
use crate::operation::{Operation, Surface};
use crate::verdict::Verdict;

/// OAU-02: a callback whose `state` is not the client's own leads to no token request
/// ([RFC 6749 section 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)).
pub(crate) fn forged_callback_is_dropped(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for call in view.calls.iter().filter(|call| call.got()) {
        let Some(callback) = Callback::of(call) else {
            continue;
        };
        let states: Vec<&str> = view
            .calls
            .iter()
            .filter(|earlier| earlier.is(Operation::Authorize) && earlier.number <= call.number)
            .filter_map(|earlier| earlier.field("state"))
            .collect();
        let own = callback
            .state
            .as_deref()
            .is_some_and(|state| states.contains(&state));
        if own || states.is_empty() {
            continue;
        }
        let expected = "no token request for a callback with a `state` that is not its own";
        let spent = view.calls.iter().find(|later| {
            later.number > call.number
                && later.is(Operation::Token)
                && later.form_field("code") == Some(callback.code.as_str())
        });
        if let Some(spent) = spent {
            let seen = "the code was redeemed";
            observed.note(Verdict::Fail, [call.number, spent.number], expected, seen);
        } else {
            let seen = "the code was not redeemed";
            observed.note(Verdict::Pass, [call.number], expected, seen);
        }
    }
    observed
}

/// What a redirect back to the client carries.
struct Callback {
    code: String,
    state: Option<String>,
}

impl Callback {
    fn of(call: &Call<'_>) -> Option<Self> {
        let surface = call.exchange.operation?.surface();
        if surface != Surface::OAuth || !call.status().is_redirection() {
            return None;
        }
        let location = call.exchange.reply.headers.get(LOCATION)?.to_str().ok()?;
        let (_, query) = location.split_once('?')?;
        let query = query.split('#').next().unwrap_or_default();
        let field = |name: &str| {
            form_urlencoded::parse(query.as_bytes())
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        Some(Self {
            code: field("code")?,
            state: field("state"),
        })
    }
}

/// OAU-17: a refresh that brings no new refresh token leaves the old one in force
/// ([RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).
pub(crate) fn keeps_the_refresh_token(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for call in view
        .calls
        .iter()
        .filter(|call| is_refresh(call) && call.succeeded())
    {
        let Some(token) = call.form_field("refresh_token") else {
            continue;
        };
        let Some(answer) = call.answer.as_ref().filter(|answer| answer.is_object()) else {
            continue;
        };
        if text(answer, "refresh_token").is_some_and(|new| !new.is_empty()) {
            continue;
        }
        let expected = "the next refresh with the refresh token it already had";
        if let Some((verdict, entry, seen)) = next_grant(view, call, token) {
            observed.note(verdict, [call.number, entry], expected, seen);
        }
    }
    observed
}

fn is_refresh(call: &Call<'_>) -> bool {
    call.is(Operation::Token) && call.form_field("grant_type") == Some("refresh_token")
}

fn next_grant(
    view: &View<'_>,
    refresh: &Call<'_>,
    token: &str,
) -> Option<(Verdict, u64, &'static str)> {
    let next = view
        .calls_after(refresh)
        .find(|later| later.is(Operation::Token) || later.is(Operation::Authorize));
    let Some(next) = next else {
        return forgotten(view, refresh);
    };
    if is_refresh(next) {
        let same = next.form_field("refresh_token") == Some(token);
        return Some(if same {
            (Verdict::Pass, next.number, "the same one was sent again")
        } else {
            (Verdict::Fail, next.number, "something else was sent")
        });
    }
    Some((
        Verdict::Fail,
        next.number,
        "it asked for a new grant, as if it had none",
    ))
}

/// Whether the token that the refresh brought worked, then died, and nothing was done about it.
fn forgotten(view: &View<'_>, refresh: &Call<'_>) -> Option<(Verdict, u64, &'static str)> {
    let mut later = view.calls_after(refresh).filter(|call| call.is_scim());
    later.find(|call| call.succeeded())?;
    let dead = later.find(|call| call.got_status(401))?;
    let cut_short = dead
        .cycle
        .and_then(|cycle| view.run.cycles.get(cycle))
        .is_some_and(|cycle| cycle.timed_out);
    (!cut_short).then_some((
        Verdict::Fail,
        dead.number,
        "the access token died and no refresh came",
    ))
}
