//! One module a command.

pub(crate) mod audit;
pub(crate) mod batch;
pub(crate) mod check;
pub(crate) mod collector;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod forecast;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod man;
pub(crate) mod plan;
pub(crate) mod report;
pub(crate) mod schedule;
pub(crate) mod topology;
pub(crate) mod verify;
