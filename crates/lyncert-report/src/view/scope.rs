//! What was judged, where not all was.

use std::collections::HashSet;

use lyncert_ingest::name::said;
use lyncert_rules::assess::Assessment;
use lyncert_rules::holder::Holder;
use lyncert_rules::policy::Scope;

use crate::model::{HolderRef, ScopeRow};

impl ScopeRow {
    /// What a scope asks for and what it left out of an assessment; `None` where it leaves nothing out.
    pub(super) fn of(scope: &Scope, assessment: &Assessment) -> Option<Self> {
        if scope.is_everything() {
            return None;
        }
        let left_out = left_out(assessment);
        Some(Self {
            pools: scope.holders.iter().map(ToString::to_string).collect(),
            sites: scope.sites.clone(),
            except: scope.except.iter().map(ToString::to_string).collect(),
            left_out: left_out.iter().map(ToString::to_string).collect(),
            left_out_refs: left_out.iter().map(HolderRef::from).collect(),
        })
    }
}

/// The holders of what was not judged, each once: a pool for all of its servers.
fn left_out(assessment: &Assessment) -> Vec<Holder> {
    let holders = assessment
        .out_of_scope
        .iter()
        .map(|requirement| Holder { server: None, ..requirement.holder.clone() });
    let mut seen: HashSet<Holder> = HashSet::new();
    holders.filter(|holder| seen.insert(holder.clone())).collect()
}

/// What was asked for, or excepted, as a sentence says it: names of pools and sites, and the two words for holders that are none.
pub(super) fn holders_in_words(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let in_words = |name: &str| match name {
        "oauth" | "reverse-proxy" => name.to_owned(),
        name => said(name).to_string(),
    };
    names.into_iter().map(|name| in_words(name.as_ref())).collect::<Vec<_>>().join(", ")
}
