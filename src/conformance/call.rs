//! One exchange as the observers read it: decoded once, with the questions they keep asking.

use std::time::Duration;

use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::conformance::asked::Asked;
use crate::conformance::body::{
    active_values, canonical, fold, member, members_named, text, truth,
};
use crate::entry::{Entry, Exchange, SubjectKind};
use crate::exchange::{Delivery, Ending};
use crate::operation::{Operation, Surface};

/// One exchange of the client under judgement.
#[derive(Debug)]
pub(crate) struct Call<'r> {
    /// The number of its entry.
    pub(crate) number: u64,
    /// When it arrived.
    pub(crate) at: Timestamp,
    /// When its answer (or what the client got of it) had left.
    pub(crate) ended: Timestamp,
    /// The index of its cycle in the run.
    pub(crate) cycle: Option<usize>,
    /// The exchange itself.
    pub(crate) exchange: &'r Exchange,
    /// The fields of the query, decoded as a form.
    pub(crate) query: Vec<(String, String)>,
    /// The fields of a form body.
    pub(crate) form: Vec<(String, String)>,
    /// The body as JSON.
    pub(crate) body: Option<Value>,
    /// The answer as JSON, if the client got all of it.
    pub(crate) answer: Option<Value>,
    /// What its filter asks for.
    pub(crate) asked: Asked,
    /// Method, target and canonical body: equal for a repeat of the same operation.
    pub(crate) op: String,
}

/// A list answer that can be used.
#[derive(Debug)]
pub(crate) struct Page<'c> {
    /// The rows.
    pub(crate) rows: Vec<&'c Value>,
    /// What `totalResults` says, or else how many rows there are.
    pub(crate) total: usize,
}

impl<'r> Call<'r> {
    /// Reads an entry, if it is an exchange of a client with the product.
    pub(crate) fn read(entry: &'r Entry, cycle: Option<usize>) -> Option<Self> {
        let exchange = entry.exchange()?;
        if exchange
            .operation
            .is_some_and(|operation| operation.surface() == Surface::Control)
        {
            return None;
        }
        let request = &exchange.request;
        let body: Option<Value> = serde_json::from_slice(&request.body).ok();
        let shown = body.as_ref().map_or_else(
            || String::from_utf8_lossy(&request.body).into_owned(),
            canonical,
        );
        let mut call = Self {
            number: entry.number,
            at: entry.at,
            ended: exchange.ended(),
            cycle,
            exchange,
            query: pairs(request.query().as_bytes()),
            form: if request.is_form() {
                pairs(&request.body)
            } else {
                Vec::new()
            },
            answer: None,
            asked: Asked::Everything,
            op: format!("{} {} {shown}", request.method, request.uri),
            body,
        };
        if call.got() {
            call.answer = serde_json::from_slice(&exchange.reply.body).ok();
        }
        call.asked = call.filter().map_or(Asked::Everything, Asked::read);
        Some(call)
    }

    fn filter(&self) -> Option<&str> {
        if self.is_search() {
            return text(self.body.as_ref()?, "filter");
        }
        self.field("filter")
    }

    /// A field of the query, whose name is compared without case.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let found = self
            .query
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// A paging parameter, from the query or the body of a search.
    pub(crate) fn paging(&self, name: &str) -> Option<i64> {
        if self.is_search() {
            return member(self.body.as_ref()?, name)?.as_i64();
        }
        self.field(name)?.trim().parse().ok()
    }

    /// A field of the form body.
    pub(crate) fn form_field(&self, name: &str) -> Option<&str> {
        let found = self.form.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether it is that operation.
    pub(crate) fn is(&self, operation: Operation) -> bool {
        self.exchange.operation == Some(operation)
    }

    /// Whether it went to the SCIM face, also if nothing there answers it.
    pub(crate) fn is_scim(&self) -> bool {
        self.exchange.operation.map_or_else(
            || self.exchange.request.path().contains("/scim/"),
            |operation| operation.surface() == Surface::Scim,
        )
    }

    /// Whether it went to the face of the older dialect, which the rules of SCIM 2.0 say nothing of.
    fn is_identity(&self) -> bool {
        self.exchange.operation.map_or_else(
            || self.exchange.request.path().contains("/identity/"),
            |operation| operation.surface() == Surface::Identity,
        )
    }

    /// Whether it is a write to the SCIM face.
    pub(crate) fn is_write(&self) -> bool {
        self.is_scim() && self.exchange.operation.is_some_and(Operation::is_write)
    }

    /// Whether it is a query by POST ([RFC 7644 section 3.4.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3)).
    pub(crate) fn is_search(&self) -> bool {
        self.exchange.request.method == Method::POST
            && self.exchange.request.path().ends_with("/.search")
            && !self.is_identity()
    }

    /// Whether it asks for several users at once.
    pub(crate) fn lists_users(&self) -> bool {
        self.is(Operation::ListUsers)
            || (self.is_search() && !self.exchange.request.path().contains("/Groups/"))
    }

    /// Whether it asks for all users there are: neither filtered nor a mere trial for one row.
    pub(crate) fn lists_everybody(&self) -> bool {
        self.lists_users()
            && self.asked == Asked::Everything
            && self.paging("count").is_none_or(|count| count > 1)
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        self.exchange.reply.status
    }

    /// Whether the client got the whole answer.
    pub(crate) fn got(&self) -> bool {
        let length = self.exchange.reply.body.len();
        match &self.exchange.delivery {
            whole if whole.comes_whole() => self.exchange.delivered.ending() != Ending::ClientGone,
            Delivery::Cut { body, .. }
            | Delivery::Stall {
                body: Some(body), ..
            } => length > 0 && *body >= length,
            _ => false,
        }
    }

    /// Whether the client got that status.
    pub(crate) fn got_status(&self, status: u16) -> bool {
        self.got() && self.status().as_u16() == status
    }

    /// Whether the client got an answer of success.
    pub(crate) fn succeeded(&self) -> bool {
        self.got() && self.status().is_success()
    }

    /// Whether the outcome says nothing of the matter itself: no answer, or the server unwell, busy or not letting in.
    pub(crate) fn failed(&self) -> bool {
        !self.got()
            || self.status().is_server_error()
            || matches!(self.status().as_u16(), 401 | 408 | 429)
    }

    /// The rows of a usable list answer.
    pub(crate) fn page(&self) -> Option<Page<'_>> {
        if !self.succeeded() {
            return None;
        }
        let answer = self.answer.as_ref()?;
        let total = member(answer, "totalResults").and_then(Value::as_u64);
        let rows = member(answer, "Resources").and_then(Value::as_array);
        if total.is_none() && rows.is_none() {
            return None;
        }
        let rows: Vec<_> = rows.into_iter().flatten().collect();
        let total = total.map_or(rows.len(), |total| {
            usize::try_from(total).unwrap_or(usize::MAX)
        });
        Some(Page { rows, total })
    }

    /// Whether this one's answer was there before the other was asked.
    pub(crate) fn precedes(&self, other: &Self) -> bool {
        // Entries of one millisecond are told apart by their order.
        self.number < other.number && self.ended <= other.at
    }

    /// The time between this answer and the arrival of a later request.
    pub(crate) fn gap_to(&self, later: &Self) -> Duration {
        later.at.since(self.ended)
    }

    /// The segment after the collection's name as it was sent, and whose collection it is.
    pub(crate) fn raw_target(&self) -> Option<(SubjectKind, &'r str)> {
        if self.is_identity() {
            return None;
        }
        let path = self.exchange.request.path();
        [
            ("/Users/", SubjectKind::User),
            ("/Groups/", SubjectKind::Group),
        ]
        .into_iter()
        .find_map(|(marker, kind)| Some((kind, path.split_once(marker)?.1)))
        .filter(|(_, rest)| !rest.ends_with(".search"))
    }

    /// The id in the path, decoded.
    pub(crate) fn target(&self, kind: SubjectKind) -> Option<String> {
        let (found, raw) = self.raw_target()?;
        let raw = raw.strip_suffix('/').unwrap_or(raw);
        (found == kind && !raw.is_empty())
            .then(|| percent_decode_str(raw).decode_utf8_lossy().into_owned())
    }

    /// The user that it creates: the folded `userName`.
    pub(crate) fn creates(&self) -> Option<String> {
        if !self.is(Operation::CreateUser) {
            return None;
        }
        let named = self
            .body
            .as_ref()
            .and_then(|body| text(body, "userName"))
            .map(fold);
        named.or_else(|| self.exchange.subject.as_ref().map(|of| of.key.clone()))
    }

    /// What it makes `active`, text taken for what it means.
    pub(crate) fn sets_active(&self) -> Option<bool> {
        if !self.is(Operation::PatchUser) && !self.is(Operation::ReplaceUser) {
            return None;
        }
        active_values(self.body.as_ref()?)
            .into_iter()
            .rev()
            .find_map(truth)
    }

    /// The id of the user that it disables or deletes.
    pub(crate) fn removes_user(&self) -> Option<String> {
        let removes = self.is(Operation::DeleteUser) || self.sets_active() == Some(false);
        removes.then(|| self.target(SubjectKind::User)).flatten()
    }

    /// How many members a group body carries.
    pub(crate) fn member_count(&self) -> usize {
        self.body
            .as_ref()
            .map_or(0, |body| members_named(body).len())
    }

    /// What it is called in a story: the method and the path below the base.
    pub(crate) fn title(&self) -> String {
        let request = &self.exchange.request;
        format!("{} {}", request.method, below_base(request.path()))
    }
}

/// The part of a target that tells calls apart: what stands before it is the same for all of them.
pub(crate) fn below_base(target: &str) -> &str {
    let bases = ["/scim/v2/", "/identity/v1/"];
    let ends = bases
        .iter()
        .filter_map(|base| Some(target.find(base)? + base.len() - 1));
    ends.min()
        .and_then(|end| target.get(end..))
        .unwrap_or(target)
}

fn pairs(form: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(form).into_owned().collect()
}
