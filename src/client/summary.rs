//! What one cycle of the client did, for whoever started it.

/// What one cycle came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What happened, in order, one line each.
    pub log: Vec<String>,
    /// Accounts and groups that came to be.
    pub created: usize,
    /// Existing accounts and groups that were linked.
    pub adopted: usize,
    /// Accounts and groups that were changed.
    pub updated: usize,
    /// Accounts that were disabled.
    pub disabled: usize,
    /// Accounts and groups that were deleted.
    pub deleted: usize,
    /// Subjects that could not be brought in step.
    pub failures: usize,
    /// Why the cycle ended early, if it did.
    pub stopped: Option<String>,
}

impl Summary {
    /// 0 if everything is in step, 1 if something failed or the cycle stopped early.
    pub fn exit_code(&self) -> i32 {
        i32::from(self.failures > 0 || self.stopped.is_some())
    }

    pub(super) fn note(&mut self, line: impl Into<String>) {
        self.log.push(line.into());
    }

    pub(super) fn fail(&mut self, line: impl Into<String>) {
        self.failures += 1;
        self.log.push(line.into());
    }

    pub(super) fn stop(&mut self, reason: String) {
        self.log.push(format!("stopped: {reason}"));
        self.stopped = Some(reason);
    }
}
