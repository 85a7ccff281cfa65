//! Which certificates a change of the topology calls for.
//!
//! The certificates in use are taken to be those that the old topology calls for.

use std::collections::{HashMap, HashSet};

use crate::model::{ChangeRow, NameRow, Need, OrderRow, PLAN_DIFF_SCHEMA, Plan, PlanAction, PlanDiff, Usage};

impl PlanDiff {
    /// What has to be done before the topology of `new` is published in place of that of `old`.
    pub fn new(old: &Plan, new: &Plan) -> Self {
        let former = Former::new(&old.orders);
        let pairs: Vec<_> = new.orders.iter().map(|order| (former.of(order), order)).collect();
        let changed = pairs.iter().map(|(former, order)| change_row(*former, order));
        let goes_on: HashSet<&str> =
            pairs.iter().filter_map(|(former, _)| *former).map(|former| former.id.as_str()).collect();
        let gone = old.orders.iter().filter(|order| !goes_on.contains(order.id.as_str()));
        Self {
            schema: PLAN_DIFF_SCHEMA.to_owned(),
            estate: new.estate.clone(),
            old: old.topology.documents.clone(),
            new: new.topology.documents.clone(),
            changes: changed.chain(gone.map(retired_row)).collect(),
        }
    }
}

/// The orders of the old topology, by what a new one can have in common with them.
struct Former<'a> {
    by_id: HashMap<&'a str, &'a OrderRow>,
    /// In lower case. Those without a pool have the empty name.
    by_pool: HashMap<String, Vec<&'a OrderRow>>,
}

impl<'a> Former<'a> {
    fn new(orders: &'a [OrderRow]) -> Self {
        let mut by_pool: HashMap<String, Vec<&OrderRow>> = HashMap::new();
        for order in orders {
            by_pool.entry(pool_key(order)).or_default().push(order);
        }
        // Of two with one id the first counts.
        Self { by_id: orders.iter().rev().map(|order| (order.id.as_str(), order)).collect(), by_pool }
    }

    /// The order that the same holder had for these usages.
    fn of(&self, order: &OrderRow) -> Option<&'a OrderRow> {
        let of_pool = || {
            let mut orders = self.by_pool.get(&pool_key(order)).into_iter().flatten().copied();
            orders.find(|former| is_same(former, order))
        };
        self.by_id.get(order.id.as_str()).copied().or_else(of_pool)
    }
}

fn pool_key(order: &OrderRow) -> String {
    order.pool.as_deref().map(str::to_ascii_lowercase).unwrap_or_default()
}

/// Whether two orders of one pool are for the same servers and share a usage: usages come and go with XMPP and layout, servers with the
/// pool's size. Outside of pools the id decides.
fn is_same(one: &OrderRow, other: &OrderRow) -> bool {
    if one.pool.is_none() && one.install_on.is_empty() {
        return one.id == other.id;
    }
    if !one.usages.iter().any(|usage| other.usages.contains(usage)) {
        return false;
    }
    if one.install_on.is_empty() && other.install_on.is_empty() {
        return true;
    }
    let servers = keys(one.install_on.iter());
    other.install_on.iter().any(|server| servers.contains(&key(server)))
}

fn change_row(old: Option<&OrderRow>, new: &OrderRow) -> ChangeRow {
    let row = ChangeRow {
        order: new.id.clone(),
        holder: new.holder.clone(),
        usages: new.usages.clone(),
        action: PlanAction::Request,
        reasons: vec!["the old topology has no such certificate".to_owned()],
        subject: new.subject.clone(),
        added: Vec::new(),
        removed: Vec::new(),
    };
    let Some(old) = old else { return ChangeRow { added: new.names.clone(), ..row } };
    let needed = new.names.iter().filter(|name| name.need != Need::Optional);
    let (of_old, of_new) = (keys(names_of(old)), keys(names_of(new).chain(&new.also_accepted)));
    let added: Vec<_> = needed.filter(|name| !of_old.contains(&key(&name.name))).cloned().collect();
    let removed: Vec<_> = names_of(old).filter(|name| !of_new.contains(&key(name))).cloned().collect();
    let reasons = reissue_reasons(old, new, &added, &removed);
    let present = keys(old.install_on.iter());
    let further: Vec<_> =
        new.install_on.iter().filter(|server| !present.contains(&key(server))).cloned().collect();
    let (action, reasons) = if !reasons.is_empty() {
        (PlanAction::Reissue, reasons)
    } else if !further.is_empty() {
        (PlanAction::Install, vec![format!("it is needed on {} too", further.join(", "))])
    } else if removed.is_empty() {
        (PlanAction::Keep, Vec::new())
    } else {
        (PlanAction::Keep, vec![format!("{} may go at the next renewal", removed.join(", "))])
    };
    ChangeRow { action, reasons, added, removed, ..row }
}

fn reissue_reasons(old: &OrderRow, new: &OrderRow, added: &[NameRow], removed: &[String]) -> Vec<String> {
    let mut reasons = Vec::new();
    if !old.subject.eq_ignore_ascii_case(&new.subject) && !may_keep_subject(old, new) {
        reasons.push(format!("the subject changes from CN={} to CN={}", old.subject, new.subject));
    }
    if !added.is_empty() {
        let names: Vec<_> = added.iter().map(|name| name.name.as_str()).collect();
        reasons.push(format!("it lacks {}", names.join(", ")));
    }
    let ekus: Vec<_> = new.eku.iter().filter(|eku| !old.eku.contains(eku)).cloned().collect();
    if !ekus.is_empty() {
        reasons.push(format!("it lacks the EKU {}", ekus.join(", ")));
    }
    if new.key.exportable && !old.key.exportable {
        reasons.push("its private key must be exportable now, since several servers share it".to_owned());
    }
    if new.public_ca && !old.public_ca {
        reasons.push("it should come from a public CA now".to_owned());
    }
    // A name of a former SIP domain breaks federation with it (GEN-STALE-01).
    let on_edge = new.usages.contains(&Usage::AccessEdgeExternal);
    let stale: Vec<_> = removed.iter().filter(|name| on_edge && is_sip(name)).cloned().collect();
    if !stale.is_empty() {
        reasons.push(format!(
            "{} must go: the Edge Server would take the domain for one of its own, and federation with it fails",
            stale.join(", ")
        ));
    }
    reasons
}

/// Whether the old subject will do: that of OAuth is not checked (OAUTH-03), and the reverse proxy's may be any external web
/// FQDN (RP-02).
fn may_keep_subject(old: &OrderRow, new: &OrderRow) -> bool {
    let is = |usage| new.usages == [usage];
    is(Usage::OAuthTokenIssuer)
        || is(Usage::ReverseProxy) && names_of(new).any(|name| name.eq_ignore_ascii_case(&old.subject))
}

fn retired_row(old: &OrderRow) -> ChangeRow {
    ChangeRow {
        order: old.id.clone(),
        holder: old.holder.clone(),
        usages: old.usages.clone(),
        action: PlanAction::Retire,
        reasons: vec!["the new topology has no such certificate".to_owned()],
        subject: old.subject.clone(),
        added: Vec::new(),
        removed: old.names.iter().map(|name| name.name.clone()).collect(),
    }
}

fn is_sip(name: &str) -> bool {
    name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sip."))
}

fn names_of(order: &OrderRow) -> impl Iterator<Item = &String> {
    order.names.iter().map(|name| &name.name)
}

/// What names are compared by.
fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn keys<'a>(names: impl Iterator<Item = &'a String>) -> HashSet<String> {
    names.map(|name| key(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AddedBy, OrderKey};

    fn name(name: &str) -> NameRow {
        NameRow {
            name: name.to_owned(),
            need: Need::Required,
            added_by: AddedBy::Person,
            because: String::new(),
            reason: String::new(),
            policy_reasons: Vec::new(),
            clause: "EDGE-EXT-03".to_owned(),
            source: String::new(),
            status: None,
            covered_by: None,
            by_server: Vec::new(),
        }
    }

    /// The external certificate of an Edge pool.
    fn edge(servers: &[&str], names: &[&str]) -> OrderRow {
        OrderRow {
            id: format!("edge.contoso.com/{}", servers.join("+")),
            pool: Some("edge.contoso.com".to_owned()),
            install_on: servers.iter().map(ToString::to_string).collect(),
            holder: "Edge edge.contoso.com".to_owned(),
            usages: vec![Usage::AccessEdgeExternal],
            subject: "sip.contoso.com".to_owned(),
            names: names.iter().copied().map(name).collect(),
            eku: vec!["serverAuth".to_owned()],
            public_ca: true,
            key: OrderKey { algorithm: "RSA".to_owned(), bits: 2048, exportable: servers.len() > 1 },
            requirements: Vec::new(),
            also_accepted: vec!["av.contoso.com".to_owned()],
            friendly_name: String::new(),
            request: None,
            wizard: None,
            obstacles: Vec::new(),
            size: None,
            attention: None,
        }
    }

    fn action(old: &OrderRow, new: &OrderRow) -> (PlanAction, String) {
        assert!(is_same(old, new));
        let row = change_row(Some(old), new);
        (row.action, row.reasons.join("; "))
    }

    #[test]
    fn a_further_sip_domain_asks_for_a_new_certificate() {
        let old = edge(&["e1"], &["sip.contoso.com"]);
        let new = edge(&["e1"], &["SIP.contoso.com", "sip.fabrikam.com"]);
        assert_eq!(action(&old, &new), (PlanAction::Reissue, "it lacks sip.fabrikam.com".to_owned()));
    }

    #[test]
    fn a_former_sip_domain_must_leave_the_edge_and_other_names_may_stay() {
        let new = edge(&["e1"], &["sip.contoso.com"]);
        let (act, why) = action(&edge(&["e1"], &["sip.contoso.com", "sip.fabrikam.com"]), &new);
        assert_eq!(act, PlanAction::Reissue);
        assert!(why.starts_with("sip.fabrikam.com must go"), "{why}");
        let (act, why) = action(&edge(&["e1"], &["sip.contoso.com", "old.contoso.com"]), &new);
        assert_eq!((act, why.as_str()), (PlanAction::Keep, "old.contoso.com may go at the next renewal"));
        let (act, why) = action(&edge(&["e1"], &["sip.contoso.com", "av.contoso.com"]), &new);
        assert_eq!((act, why.as_str()), (PlanAction::Keep, ""), "accepted names are no matter");
    }

    #[test]
    fn a_further_server_gets_the_certificate_too_if_its_key_can_travel() {
        let two = edge(&["e1", "e2"], &["sip.contoso.com"]);
        let three = edge(&["e1", "e2", "e3"], &["sip.contoso.com"]);
        assert_eq!(action(&two, &three), (PlanAction::Install, "it is needed on e3 too".to_owned()));
        let one = edge(&["e1"], &["sip.contoso.com"]);
        assert_eq!(action(&one, &two).0, PlanAction::Reissue);
    }

    #[test]
    fn another_subject_asks_for_a_new_certificate() {
        let mut new = edge(&["e1"], &["sip.contoso.com"]);
        new.subject = "access.contoso.com".to_owned();
        let (act, why) = action(&edge(&["e1"], &["sip.contoso.com"]), &new);
        assert_eq!(act, PlanAction::Reissue);
        assert_eq!(why, "the subject changes from CN=sip.contoso.com to CN=access.contoso.com");
    }

    #[test]
    fn subjects_that_nobody_checks_may_stay() {
        let oauth = |subject: &str| {
            let mut order = edge(&["e1"], &[]);
            order.usages = vec![Usage::OAuthTokenIssuer];
            order.subject = subject.to_owned();
            order
        };
        assert_eq!(action(&oauth("contoso.com"), &oauth("fabrikam.com")).0, PlanAction::Keep);
        let proxy = |subject: &str, names: &[&str]| {
            let mut order = edge(&["e1"], names);
            order.usages = vec![Usage::ReverseProxy];
            order.subject = subject.to_owned();
            order
        };
        let old = proxy("web1.contoso.com", &["web1.contoso.com", "web2.contoso.com"]);
        assert_eq!(
            action(&old, &proxy("web2.contoso.com", &["web2.contoso.com", "web1.contoso.com"])).0,
            PlanAction::Keep
        );
        assert_eq!(action(&old, &proxy("web2.contoso.com", &["web2.contoso.com"])).0, PlanAction::Reissue);
    }

    #[test]
    fn what_comes_is_requested_and_what_goes_is_retired() {
        let order = edge(&["e1"], &["sip.contoso.com"]);
        assert_eq!(change_row(None, &order).action, PlanAction::Request);
        assert_eq!(retired_row(&order).action, PlanAction::Retire);
        assert!(!is_same(&order, &edge(&["other"], &["sip.contoso.com"])));
    }
}
