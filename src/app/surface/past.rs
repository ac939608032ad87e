//! What a read sees where rules have it lag behind the writes, or hide somebody from it.

use serde_json::Value;

use crate::app::call::Call;
use crate::scenario::plan::{Behind, DataVerb};
use crate::store::directory::{Contents, Directory};

/// The directory as a read is to see it; `None` where it sees what there is.
pub(super) fn seen(call: Call<'_>, directory: &Directory) -> Option<Directory> {
    let sandbox = call.sandbox;
    directory.keep_past(sandbox.engine.reach(), &sandbox.clock);
    if !call.operation.is_read() {
        return None;
    }
    let verbs = &call.plan.data;
    let lags = verbs.iter().filter_map(|verb| match verb {
        DataVerb::Lags(behind) => Some(*behind),
        _ => None,
    });
    let mut state = lags.map(|behind| earlier(call, directory, behind)).last();
    // Who is hidden is so in what was there a while ago, too.
    for verb in verbs {
        if let DataVerb::Hidden(name) = verb {
            let all = state.unwrap_or_else(|| directory.state());
            state = Some(all.without(name));
        }
    }
    state.map(|state| directory.showing(state))
}

fn earlier(call: Call<'_>, directory: &Directory, behind: Behind) -> Contents {
    match behind {
        Behind::For(time) => directory.state_ago(time),
        Behind::Reads(reads) => directory.state_before_reads(&thing(call), reads),
    }
}

/// What is read: one resource, or what a filter finds; the pages of a list are read one after the other.
fn thing(call: Call<'_>) -> String {
    let kind = call.operation.row().path.trim_end_matches("/.search");
    if call.operation.is_list() {
        return format!("{kind}?{}", filter(call).to_lowercase());
    }
    let id = call.parts.last().copied().unwrap_or_default();
    format!("{kind}/{id}")
}

fn filter(call: Call<'_>) -> String {
    let request = call.request;
    if call.operation.is_search() {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let filter = body.get("filter").and_then(Value::as_str);
        return filter.unwrap_or_default().to_owned();
    }
    let mut query = form_urlencoded::parse(request.query().as_bytes());
    let filter = query.find(|(name, _)| name == "filter");
    filter.map_or_else(String::new, |(_, filter)| filter.into_owned())
}
