//! Every rule with a run that keeps it, one that breaks it and one in which it does not arise.

mod accounts;
mod asks;
mod behind;
mod grammar;
mod groups;
mod lists;
mod lookups;
mod support;
mod tokens;
mod waits;
