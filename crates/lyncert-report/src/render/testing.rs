//! A small report full of hostile values, for the tests of writers.

use std::sync::Arc;

use time::macros::{date, datetime};

use crate::model::{
    AddedBy, AssignedBy, CaKind, CertificateRow, ChainRow, ChainState, CollectedRow, CollectedServerRow,
    CollectionRow, CollectionStatus, ConsequenceRow, Day, ExtraNameRow, FindingRow, HolderKind, HolderRef,
    HoldingRow, IgnoredRow, Input, InputKind, KeyRow, KeyView, NameRow, NameStatus, Need, OrderKey, OrderRow,
    PlaceRef, PolicyRow, PoolKind, PoolRow, ProblemRow, Provenance, ReplacementAction, ReplacementRow,
    Report, ReportState, RequirementRow, RevokedRow, RuleLevel, RuleRow, RuleSettingRow, Severity, SiteRow,
    SourceRef, Summary, SupportRow, Tool, TopologyView, UnjudgedKind, UnjudgedRow, UnreadKind, UnreadableRow,
    Usage, Verdict, WaiverRow, WaiverState, WorstSeverity, next_to_end,
};

/// What names in certificates and exports may try.
const HOSTILE: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</style><b>",
    "=HYPERLINK(\"http://evil.example\")",
    "a\u{202e}moc.osotnoc\u{200b}",
    "nul\0byte\u{1b}[31m\r\nnext\u{fffe}\u{ffff}\u{fdd0}\u{10ffff}",
    "+1-800-FORMULA",
];

fn hostile(index: usize) -> String {
    HOSTILE.get(index % HOSTILE.len()).copied().unwrap_or_default().to_owned()
}

/// A report of `servers` servers, each value hostile in its own way.
pub(crate) fn hostile_report() -> Report {
    report(2, true)
}

/// A report of ordinary values.
pub(crate) fn plain_report(servers: usize) -> Report {
    report(servers, false)
}

fn report(servers: usize, is_hostile: bool) -> Report {
    let value = |index: usize, plain: &str| if is_hostile { hostile(index) } else { plain.to_owned() };
    let server = |index: usize| {
        if is_hostile { format!("{}{index}", hostile(index)) } else { format!("fe{index:02}.contoso.net") }
    };
    let names: Vec<String> = (0..servers).map(server).collect();
    let requirements: Vec<RequirementRow> = names
        .iter()
        .flat_map(|server| {
            [Usage::Default, Usage::WebServicesInternal, Usage::WebServicesExternal]
                .map(|usage| requirement(server, usage, &value))
        })
        .collect();
    let certificates: Vec<CertificateRow> =
        names.iter().enumerate().map(|(index, server)| certificate(index, server, &value)).collect();
    let consequences = certificates.iter().map(consequence).collect();
    let findings: Vec<FindingRow> =
        names.iter().enumerate().map(|(index, server)| finding(index, server, &value)).collect();
    let mut report = Report {
        not_shown: None,
        schema: "lyncert-report/2".to_owned(),
        tool: Tool::this(),
        estate: value(0, "contoso.com"),
        at: datetime!(2026-11-22 12:00:00 UTC).into(),
        collected: Some(CollectedRow {
            as_of: Some(datetime!(2026-11-20 12:00:00 UTC).into()),
            collected: 1,
            servers: 2,
            text: value(0, "as of 2026-11-20T12:00:00Z: 1 of 2 servers collected"),
        }),
        collections: vec![CollectionRow {
            path: value(1, "collected.json"),
            started: None,
            finished: Some(datetime!(2026-11-20 12:00:00 UTC).into()),
            servers: vec![CollectedServerRow {
                fqdn: value(0, "fe1.contoso.com"),
                status: CollectionStatus::NotReached,
                reason: Some(value(2, "AccessDenied")),
            }],
        }],
        inputs: vec![Input {
            path: value(1, "topology.tbxml").into(),
            sha256: "AB".repeat(32),
            size: 4711,
            kind: InputKind::Topology,
        }],
        summary: summary(&requirements, &findings),
        topology: topology(&names, &value),
        orders: requirements.iter().map(order).collect(),
        replacements: (1..)
            .zip(&requirements)
            .map(|(number, requirement)| replacement(number, requirement, &value))
            .collect(),
        support: vec![SupportRow {
            product: value(13, "Lync Server 2013 is not supported"),
            from: Day::from(time::macros::date!(2023 - 04 - 12)),
            sources: Vec::new(),
        }],
        scope: None,
        requirements,
        findings,
        baseline: None,
        provenance: None,
        certificates,
        unreadable: vec![UnreadableRow {
            path: value(4, "broken.pem"),
            reason: value(5, "is empty"),
            kind: UnreadKind::NotUnderstood,
        }],
        keys: vec![KeyRow {
            path: value(6, "old.key"),
            encrypted: Some(false),
            kind: "PKCS#8".to_owned(),
            certificates: Vec::new(),
            text: value(1, "holds a private key"),
        }],
        requests: Vec::new(),
        crls: Vec::new(),
        assigned: Vec::new(),
        consequences,
        problems: vec![ProblemRow {
            document: value(1, "topology.tbxml"),
            path: value(2, "Services/Service[New]"),
            line: 3,
            column: 14,
            text: "hostile problem".to_owned(),
        }],
        waivers: vec![waiver(&value)],
        unused_waivers: Vec::new(),
        policy: PolicyRow {
            file: None,
            facts: vec![value(3, "pic_aol = true")],
            extra_names: vec![ExtraNameRow {
                name: value(4, "legacy.contoso.com"),
                reason: value(5, "a partner has it in its settings"),
            }],
            defaults: vec!["a: b".to_owned()],
            thresholds: Vec::new(),
            rules: vec![RuleSettingRow {
                rule: "aia-missing".to_owned(),
                severity: RuleLevel::Off,
                reason: Some(value(4, "the CA is offline")),
                findings: 2,
            }],
            ignored: vec![IgnoredRow {
                pattern: value(5, "archive/**"),
                reason: Some(value(6, "kept for the auditors")),
                files: 3,
            }],
            places: vec!["found beside the topology".to_owned()],
            forbidden: Vec::new(),
        },
        rules: vec![RuleRow {
            id: "san-missing".to_owned(),
            summary: "A required name is missing".to_owned(),
            prominence: 0,
            not_applicable: 1,
            nothing_to_look_at: 4,
            missing: Some(value(7, "no listing of a certificate store")),
            passed: 2,
            failed: 3,
        }],
    };
    recount(&mut report);
    report.provenance = Some(Provenance::of(&report));
    report
}

fn waiver(value: &dyn Fn(usize, &str) -> String) -> WaiverRow {
    WaiverRow {
        place: value(0, "lyncert.toml:3:1"),
        state: WaiverState::Unused,
        title: value(1, "`san-missing` for name `dialin.contoso.com`"),
        rule: Some("san-missing".to_owned()),
        pool: None,
        server: None,
        certificate: Some(value(2, "fe1/Default.cer")),
        name: Some(value(3, "dialin.contoso.com")),
        reason: Some(value(4, "CHG-4711")),
        by: Some(value(5, "UC operations")),
        owner: Some(value(6, "Pilar Pinilla")),
        approver: Some(value(0, "Vance DeLeon")),
        expires: Some(Day::from(date!(2027 - 03 - 31))),
        days_left: Some(128),
        findings: Vec::new(),
    }
}

fn requirement(server: &str, usage: Usage, value: &dyn Fn(usize, &str) -> String) -> RequirementRow {
    let name = |index: usize, name: String| NameRow {
        name: if index == 0 { name } else { value(index, &name) },
        need: Need::Required,
        added_by: AddedBy::Wizard,
        because: value(
            index + 1,
            "SIP domain contoso.com: InternalDomains/InternalDomain[contoso.com] (topology.tbxml:7:9)",
        ),
        reason: value(index + 1, "SIP domain contoso.com (topology.tbxml:7:9)"),
        policy_reasons: Vec::new(),
        clause: "FE-DEF-01".to_owned(),
        source: "Certificate requirements for internal servers, https://learn.microsoft.com/x".to_owned(),
        status: Some(NameStatus::Exact),
        covered_by: Some(value(index, "sip.contoso.com")),
        by_server: Vec::new(),
    };
    RequirementRow {
        id: format!("pool01.contoso.net/{server}/{usage}"),
        site: Some(value(2, "Redmond")),
        pool: Some(value(1, "pool01.contoso.net")),
        server: Some(server.to_owned()),
        kind: HolderKind::FrontEndPool,
        holder: format!("Front End pool pool01.contoso.net, server {server}"),
        usages: vec![usage],
        subject: value(3, "pool01.contoso.net"),
        names: std::iter::once(name(0, server.to_owned()))
            .chain((1..8).map(|index| name(index, format!("lyncdiscoverinternal{index}.contoso.com"))))
            .collect(),
        also_accepted: vec![value(0, "*.contoso.com")],
        eku: vec!["serverAuth".to_owned()],
        public_ca: false,
        shared_by: Vec::new(),
        notes: vec![value(4, "a note")],
        verdict: Some(Verdict::Failed),
        certificate: Some(format!("{server}-sha1")),
        assigned_by: Some(AssignedBy::Placed),
        holdings: vec![HoldingRow {
            servers: vec![server.to_owned()],
            usages: vec![usage],
            certificate: Some(format!("{server}-sha1")),
            assigned_by: Some(AssignedBy::Placed),
        }],
        nearest_miss: None,
        requests: Vec::new(),
    }
}

fn order(requirement: &RequirementRow) -> OrderRow {
    OrderRow {
        id: requirement.id.clone(),
        pool: requirement.pool.clone(),
        install_on: requirement.server.iter().cloned().collect(),
        holder: requirement.holder.clone(),
        usages: requirement.usages.clone(),
        subject: requirement.subject.clone(),
        names: requirement.names.clone(),
        eku: requirement.eku.clone(),
        public_ca: false,
        key: OrderKey { algorithm: "RSA".to_owned(), bits: 2048, exportable: false },
        friendly_name: requirement.id.clone(),
        request: None,
        wizard: None,
        obstacles: Vec::new(),
        size: None,
        attention: None,
        requirements: vec![requirement.id.clone()],
        also_accepted: Vec::new(),
    }
}

fn replacement(
    number: usize,
    requirement: &RequirementRow,
    value: &dyn Fn(usize, &str) -> String,
) -> ReplacementRow {
    ReplacementRow {
        id: number.to_string(),
        certificate: requirement.certificate.clone(),
        order: requirement.id.clone(),
        holders: vec![requirement.holder.clone()],
        servers: requirement.server.iter().cloned().collect(),
        usages: requirement.usages.clone(),
        due: Day::from(date!(2026 - 12 - 01)),
        action: ReplacementAction::Replace,
        request: None,
        why: Vec::new(),
        reason: value(3, "fe1/Default.cer ends on 2026-12-31T23:59:59Z"),
        way: "Request a new certificate".to_owned(),
        keep_names: vec![value(4, "pool01.contoso.net")],
        add_names: vec![value(5, "sip.contoso.com")],
        drop_names: vec![value(6, "sip.litware.com")],
        command: None,
    }
}

fn certificate(index: usize, server: &str, value: &dyn Fn(usize, &str) -> String) -> CertificateRow {
    CertificateRow {
        path: format!("{server}/Default.cer").into(),
        also_in: vec![value(3, "copy.cer").into()],
        sha1: format!("{server}-sha1"),
        sha256: "CD".repeat(32),
        subject: value(index, "CN=pool01.contoso.net"),
        common_names: vec![value(index, "pool01.contoso.net")],
        dns_names: vec![value(index + 1, "pool01.contoso.net"), value(index + 2, "sip.contoso.com")],
        other_names: vec![value(index + 3, "IP 10.0.0.1")],
        issuer: value(index + 4, "CN=Contoso Issuing CA").into(),
        serial: "0102".to_owned(),
        serial_reversed: "0201".to_owned(),
        not_before: datetime!(2026-01-01 00:00:00 UTC).into(),
        not_after: datetime!(2026-12-31 23:59:59 UTC).into(),
        days_left: 39,
        key: Arc::new(KeyView {
            algorithm: "RSA".to_owned(),
            bits: Some(2048),
            curve: None,
            title: "RSA 2048".to_owned(),
        }),
        signature_algorithm: "sha256WithRSAEncryption".into(),
        eku: Some(["serverAuth".to_owned()].into()),
        key_usage: None,
        is_ca: index % 5 == 4,
        self_signed: Some(false),
        ca_kind: CaKind::Internal,
        ca_evidence: value(5, "a Windows certificate template").into(),
        template: Some(value(2, "WebServer").into()),
        friendly_names: vec![value(1, "Front End")],
        key_provider: Some(value(3, "a provider").into()),
        has_private_key: false,
        chain: Arc::new(ChainRow {
            state: ChainState::Wrong,
            issuers: vec![value(2, "CN=Contoso Issuing CA")],
            reason: value(4, "a reason"),
        }),
        not_revoked_by: None,
        revoked: Some(Box::new(RevokedRow {
            at: datetime!(2026-11-01 00:00:00 UTC).into(),
            reason: Some("keyCompromise".to_owned()),
            list: value(5, "ca.crl"),
        })),
        superseded_by: None,
        lies_at: Vec::new(),
        lies_at_refs: Vec::new(),
        foreign: false,
        oddities: vec![value(6, "an oddity")],
        serves: vec![format!("pool01.contoso.net/{server}/Default")],
        role: format!("Front End pool pool01.contoso.net, server {server}: Default"),
    }
}

fn source() -> SourceRef {
    SourceRef {
        title: "Certificate requirements for internal servers".to_owned(),
        url: "https://learn.microsoft.com/x".to_owned(),
    }
}

fn holder(server: &str, value: &dyn Fn(usize, &str) -> String) -> HolderRef {
    HolderRef {
        kind: HolderKind::FrontEndPool,
        pool: Some(value(1, "pool01.contoso.net")),
        server: Some(server.to_owned()),
    }
}

/// That nothing stops with a certificate.
fn consequence(certificate: &CertificateRow) -> ConsequenceRow {
    ConsequenceRow {
        certificate: certificate.sha1.clone(),
        certificate_file: certificate.path.to_string(),
        subject: certificate.subject.clone(),
        not_after: certificate.not_after,
        noted_from: None,
        warned_from: None,
        stops: Vec::new(),
    }
}

fn finding(index: usize, server: &str, value: &dyn Fn(usize, &str) -> String) -> FindingRow {
    FindingRow {
        id: format!("san-missing/pool01.contoso.net/{server}/Default/sip.contoso.com"),
        rule: "san-missing".to_owned(),
        clause: Some("DEF-SIP-01".to_owned()),
        severity: [Severity::Error, Severity::Warning, Severity::Info]
            .into_iter()
            .cycle()
            .nth(index)
            .unwrap(),
        site: Some("Redmond".to_owned()),
        pool: Some(value(1, "pool01.contoso.net")),
        server: Some(server.to_owned()),
        holder: format!("Front End pool pool01.contoso.net, server {server}"),
        whose: String::new(),
        holder_ref: Some(holder(server, value)),
        holders: vec![holder(server, value)],
        usages: vec![Usage::Default],
        certificate: Some(format!("{server}-sha1")),
        certificate_file: Some(format!("{server}/Default.cer")),
        name: Some(value(index, "sip.contoso.com")),
        places: vec![PlaceRef { document: value(index, "topology.tbxml"), line: 7, column: 9 }],
        message: format!("`{}` is not among the certificate's names", value(index, "sip.contoso.com")),
        expected: value(index + 1, "`sip.contoso.com` among the subject alternative names"),
        policy_reasons: Vec::new(),
        found: value(index + 2, "pool01.contoso.net, fe01.contoso.net"),
        consequence: "users who are directed to it by automatic sign-in are refused".into(),
        remedy: "Request a new certificate: Request-CsCertificate -New -Type Default".into(),
        replacement: None,
        source: "Certificate requirements for internal servers, https://learn.microsoft.com/x".into(),
        sources: [source()].into(),
        waived: None,
        change: None,
    }
}

/// Makes the summary's numbers and words those of what it sums up.
pub(crate) fn recount(report: &mut Report) {
    let counts = |severity| {
        let open = report.findings.iter().filter(|finding| finding.is_open());
        open.filter(|finding| finding.severity == severity).count()
    };
    let (errors, warnings, infos) =
        (counts(Severity::Error), counts(Severity::Warning), counts(Severity::Info));
    let worst =
        report.findings.iter().filter(|finding| finding.is_open()).map(|finding| finding.severity).max();
    let names: Vec<_> = report.requirements.iter().flat_map(RequirementRow::counted_names).collect();
    let next = next_to_end(&report.certificates);
    let assignments = report.assignment_counts();
    let summary = &mut report.summary;
    summary.worst_findings.retain(|id| report.findings.iter().any(|finding| finding.id == *id));
    summary.names = names.len();
    summary.names_covered = names.iter().filter(|name| name.is_covered()).count();
    summary.certificates = report.certificates.len();
    summary.certificates_serving =
        report.certificates.iter().filter(|certificate| certificate.is_in_use()).count();
    summary.unreadable = report.unreadable.len();
    summary.problems = report.problems.len();
    (summary.ended, summary.ended_since) = crate::model::ended(&report.certificates);
    summary.next_deadline = next.map(|next| next.not_after);
    summary.next_deadline_days = next.map(|next| next.days_left);
    summary.next_deadline_certificate = next.map(|next| next.sha1.clone());
    summary.worst = WorstSeverity::from(worst);
    summary.state = ReportState::of(errors, warnings, &summary.unjudged, report.requirements.len());
    summary.assignments = assignments;
    summary.waived = report.findings.len() - errors - warnings - infos;
    (summary.errors, summary.warnings, summary.infos) = (errors, warnings, infos);
}

/// A report of an estate of which everything was looked at, and nothing is wrong.
pub(crate) fn in_order_report() -> Report {
    let mut report = plain_report(2);
    report.findings.clear();
    (report.unreadable, report.problems) = (Vec::new(), Vec::new());
    recount(&mut report);
    report
}

/// An entry of this kind, with texts of its own.
pub(crate) fn unjudged_row(kind: UnjudgedKind) -> UnjudgedRow {
    UnjudgedRow {
        kind,
        what: format!("what of {kind}"),
        why: format!("why of {kind}"),
        remedy: format!("Remedy of {kind}"),
        holders: vec![format!("holder of {kind}")],
        holder_refs: Vec::new(),
    }
}

fn summary(requirements: &[RequirementRow], findings: &[FindingRow]) -> Summary {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    Summary {
        verdict: "6 of 6 requirements fail".to_owned(),
        state: ReportState::Errors,
        worst: WorstSeverity::Error,
        worst_findings: findings.iter().map(|finding| finding.id.clone()).take(5).collect(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        waived: 0,
        requirements: requirements.len(),
        met: 0,
        met_with_warnings: 0,
        failed: requirements.len(),
        unmet: 0,
        not_judged: 0,
        requirements_waived: 0,
        names: 0,
        names_covered: 0,
        certificates: 0,
        certificates_serving: 0,
        unreadable: 0,
        problems: 0,
        unjudged: Vec::new(),
        not_looked_at: Vec::new(),
        certificates_foreign: 0,
        foreign_folder: false,
        assignments: crate::model::AssignmentCounts::default(),
        ended: 0,
        ended_since: None,
        next_deadline: None,
        next_deadline_days: None,
        next_deadline_certificate: None,
        next_deadline_holder: Some("Front End pool pool01.contoso.net".to_owned()),
    }
}

fn topology(servers: &[String], value: &dyn Fn(usize, &str) -> String) -> TopologyView {
    TopologyView {
        schema: "lyncert-topology/1".to_owned(),
        format: "tbxml".to_owned(),
        documents: vec![value(1, "topology.tbxml")],
        product_version: "Skype for Business Server 2015".to_owned(),
        sip_domains: vec![value(0, "contoso.com")],
        default_sip_domain: Some(value(0, "contoso.com")),
        simple_urls: None,
        sites: vec![SiteRow {
            id: "1".to_owned(),
            name: value(2, "Redmond"),
            kind: "central".to_owned(),
            pools: vec![PoolRow {
                fqdn: value(1, "pool01.contoso.net"),
                kind: PoolKind::FrontEndPool,
                kind_title: "Front End pool".to_owned(),
                services: vec!["Registrar".to_owned()],
                service_version: Some(7),
                product: Some("Skype for Business Server 2015".to_owned()),
                servers: servers.to_vec(),
                internal_web_fqdn: None,
                external_web_fqdn: Some(value(3, "webext.contoso.com")),
                access_edge_fqdn: None,
                web_conferencing_edge_fqdn: None,
                av_edge_fqdn: None,
                xmpp: false,
                next_hop: None,
                office_web_apps_url: None,
            }],
        }],
        pending_changes: None,
        federation: Vec::new(),
        assigned: Vec::new(),
        notes: vec![value(5, "a note")],
        problems: Vec::new(),
    }
}
