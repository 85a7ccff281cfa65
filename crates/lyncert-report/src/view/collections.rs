//! The view of collections.

use lyncert_rules::collection::{Collection, Collections};

use crate::model::{CollectedRow, CollectedServerRow, CollectionRow, Timestamp, counted};

/// Every collection, in the order of their paths.
pub(super) fn rows(collections: &Collections) -> Vec<CollectionRow> {
    let row = |collection: &Collection| CollectionRow {
        path: collection.path.clone(),
        started: collection.started.map(Timestamp::from),
        finished: collection.finished.map(Timestamp::from),
        servers: collection
            .manifest
            .servers
            .iter()
            .map(|server| CollectedServerRow {
                fqdn: server.fqdn.to_string(),
                status: server.status.into(),
                reason: server.reason.clone().or_else(|| server.message.clone()),
            })
            .collect(),
    };
    collections.collections().iter().map(row).collect()
}

/// What they come to; `None` where there are none.
pub(super) fn together(collections: &Collections) -> Option<CollectedRow> {
    if collections.collections().is_empty() {
        return None;
    }
    let as_of = collections.oldest_that_counts().map(Timestamp::from);
    let (collected, servers) = collections.coverage();
    let coverage = format!("{collected} of {} collected", counted(servers, "server"));
    let text = match as_of {
        Some(time) => format!("as of {}: {coverage}", time.in_words()),
        None => format!("{coverage}, at a time that is not said"),
    };
    Some(CollectedRow { as_of, collected, servers, text })
}
