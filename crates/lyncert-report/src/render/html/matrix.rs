//! Certificates against what stops when they end.

use crate::model::{ConsequenceRow, Report, StopRow, Workload};

/// More certificates than these stand in `report.json` only.
const MAX_ROWS: usize = 40;

/// Certificates against what needs them.
pub(super) struct Matrix<'a> {
    /// The workloads that some certificate serves, in their order.
    pub(super) titles: Vec<&'a str>,
    pub(super) rows: Vec<MatrixRow<'a>>,
    pub(super) left_out: usize,
}

pub(super) struct MatrixRow<'a> {
    pub(super) consequence: &'a ConsequenceRow,
    /// Whom all of it stops for; empty where that differs.
    pub(super) whom: String,
    /// For each workload whom it stops for, where that differs.
    pub(super) cells: Vec<Option<String>>,
}

impl<'a> Matrix<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let all = report.topology.sip_domains.len();
        let rows = || report.consequences.iter().take(MAX_ROWS);
        let workloads: Vec<(Workload, &str)> = Workload::ALL
            .iter()
            .filter_map(|workload| {
                let mut stops = rows().flat_map(|row| &row.stops);
                stops.find(|stop| stop.workload == *workload).map(|stop| (*workload, &*stop.title))
            })
            .collect();
        let whom = |stop: &StopRow| {
            let domains = &stop.sip_domains;
            match &stop.pool {
                _ if !stop.all_servers => format!("{} only", stop.servers.join(", ")),
                Some(pool) => pool.clone(),
                None if domains.len() == all => "all".to_owned(),
                None => domains.join(", "),
            }
        };
        let row = |consequence: &'a ConsequenceRow| {
            let of = |workload: &Workload| -> String {
                let stops = consequence.stops.iter().filter(|stop| stop.workload == *workload);
                stops.map(whom).collect::<Vec<_>>().join("; ")
            };
            let cells: Vec<String> = workloads.iter().map(|(workload, _)| of(workload)).collect();
            let mut all: Vec<&String> = cells.iter().filter(|whom| !whom.is_empty()).collect();
            all.dedup();
            let whom = if let [one] = all.as_slice() { (*one).clone() } else { String::new() };
            let cell =
                |text: String| (!text.is_empty()).then(|| if text == whom { String::new() } else { text });
            MatrixRow { consequence, cells: cells.into_iter().map(cell).collect(), whom: whom.clone() }
        };
        Self {
            rows: rows().map(row).collect(),
            titles: workloads.iter().map(|(_, title)| *title).collect(),
            left_out: report.consequences.len().saturating_sub(MAX_ROWS),
        }
    }
}
