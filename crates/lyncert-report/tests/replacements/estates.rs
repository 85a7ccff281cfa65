//! Estates for these tests: whole ones, and such as something is wrong with.

use lyncert_ingest::deployment::Deployment;
use lyncert_ingest::document::Format;
use lyncert_ingest::topology::Topology;
use lyncert_report::model::Report;
use lyncert_report::scan::Inventory;
use lyncert_report::view::ReportInput;
use lyncert_rules::assess::{Case, assess};
use lyncert_rules::certificate::Certificate;
use lyncert_rules::collection::Collections;
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::policy::Policy;
use lyncert_rules::profile::expect;
use lyncert_rules::request::CertificateRequest;
use proptest::prelude::*;
use time::Duration;

use crate::common::{NOW, clean, deployment};

/// The report of an estate.
pub(crate) fn report(
    topology: &Topology,
    certificates: Vec<Certificate>,
    layout: CertificateLayout,
) -> Report {
    report_under(&Policy::default(), topology, certificates, layout)
}

/// The same under a policy.
pub(crate) fn report_under(
    policy: &Policy,
    topology: &Topology,
    certificates: Vec<Certificate>,
    layout: CertificateLayout,
) -> Report {
    let facts = Facts { certificate_layout: layout, ..Facts::default() };
    report_of(policy, &facts, topology, certificates, Vec::new())
}

/// The same with certificate requests in the folder.
pub(crate) fn report_with_requests(
    topology: &Topology,
    certificates: Vec<Certificate>,
    requests: Vec<CertificateRequest>,
) -> Report {
    report_of(&Policy::default(), &Facts::default(), topology, certificates, requests)
}

pub(crate) fn report_of(
    policy: &Policy,
    facts: &Facts,
    topology: &Topology,
    certificates: Vec<Certificate>,
    requests: Vec<CertificateRequest>,
) -> Report {
    let case = Case {
        topology,
        facts,
        policy,
        certificates: &certificates,
        assignment_records: &[],
        collections: &Collections::default(),
        lists: &[],
        keys: &[],
        requests: &requests,
        has_given_roots: false,
        now: NOW,
    };
    let assessment = assess(&case, expect(topology, facts));
    let deployment = Deployment {
        documents: vec![("topology.tbxml".into(), Format::Tbxml)],
        format: Format::Tbxml,
        topology: topology.clone(),
        assigned: Vec::new(),
        collected: None,
        federation: Vec::new(),
        pending: None,
        problems: Vec::new(),
        notes: Vec::new(),
    };
    let estate = ReportInput {
        name: "contoso.com",
        deployment: &deployment,
        facts,
        policy,
        ignored: &[],
        policy_file: None,
        policy_places: &[],
        policies_forbidden: &[],
        inputs: &[],
        at: NOW,
    };
    Report::new(&estate, Inventory { certificates, requests, ..Inventory::default() }, &assessment)
}

/// A deployment and faultless certificates for it, by default on one certificate a server.
pub(crate) fn estate() -> (Topology, Vec<Certificate>) {
    let topology = deployment(&["contoso.com", "fabrikam.com"], 7);
    let certificates = clean(&topology, CertificateLayout::Combined, true);
    (topology, certificates)
}

/// The first certificate whose file has this in its path.
pub(crate) fn at_path<'a>(certificates: &'a mut [Certificate], part: &str) -> &'a mut Certificate {
    certificates.iter_mut().find(|certificate| certificate.first_path().contains(part)).expect("it is there")
}

/// The word that programs read.
pub(crate) fn word(value: &impl ToString) -> String {
    value.to_string()
}

/// What can be wrong with a certificate of an estate.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Defect {
    None,
    Absent,
    Expired,
    EndsSoon,
    NameShort,
    NoServerEku,
    Stale,
    Wildcard,
    /// It lies in the place of the one before it, which is not there.
    Shared,
}

pub(crate) fn defects() -> impl Strategy<Value = Vec<Defect>> {
    use Defect::{Absent, EndsSoon, Expired, NameShort, NoServerEku, None, Shared, Stale, Wildcard};
    let all = vec![None, None, Absent, Expired, EndsSoon, NameShort, NoServerEku, Stale, Wildcard, Shared];
    prop::collection::vec(prop::sample::select(all), 24)
}

pub(crate) fn damaged(certificates: Vec<Certificate>, defects: &[Defect]) -> Vec<Certificate> {
    let mut damaged: Vec<Certificate> = Vec::new();
    for (mut certificate, defect) in certificates.into_iter().zip(defects.iter().cycle()) {
        match defect {
            Defect::None => {}
            Defect::Absent => continue,
            Defect::Expired => certificate.not_after = NOW - Duration::days(3),
            Defect::EndsSoon => certificate.not_after = NOW + Duration::days(40),
            Defect::NameShort => {
                certificate.dns_names.pop();
            }
            Defect::NoServerEku => {
                certificate.eku = Some([lyncert_rules::certificate::Eku::ClientAuth].into());
            }
            Defect::Stale => certificate.dns_names.push("sip.woodgrove.com".to_owned()),
            Defect::Wildcard => {
                certificate.dns_names.retain(|name| !name.ends_with(".contoso.com"));
                certificate.dns_names.push("*.contoso.com".to_owned());
            }
            Defect::Shared => {
                if let Some(before) = damaged.pop() {
                    certificate.paths.extend(before.paths);
                    certificate.dns_names.extend(before.dns_names);
                }
            }
        }
        damaged.push(certificate);
    }
    damaged
}
