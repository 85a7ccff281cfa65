//! What each pool needs and how each of its servers has it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::anchors;
use crate::model::{
    AssignedBy, CertificateRow, FindingRow, HolderRef, NameOnServer, NameRow, NameStatus, Need, PoolRow,
    Report, RequirementRow, Severity, first_few, usages_text,
};
use crate::render::state::State;
use crate::render::svg::state_without_requirements;

/// Pools in full. A page with more of them takes long to open.
const MAX_POOLS: usize = 150;
/// Servers and certificates named one by one in a part of a pool.
const MAX_LINES: usize = 24;
/// Servers beside each other in a table. More do not fit on paper, so that they are told in words.
const MAX_COLUMNS: usize = 3;
/// Servers named in one cell.
const MAX_NAMED: usize = 6;
/// Names in one table.
const MAX_NAMES: usize = 300;
/// Errors and warnings told where they stand; all findings are told by rule.
const MAX_FINDINGS: usize = 5;
/// Rows that tables with all names have together. In larger estates only pools where a name lacks have such tables, and those of
/// further pools have the names that lack.
const MAX_ROWS_OF_ALL: usize = 100;
/// Rows that tables with the names that lack have together. Where they do not suffice the names are told in one line.
const MAX_ROWS_OF_LACKING: usize = 200;
/// Names told in one line.
const MAX_IN_LINE: usize = 20;

/// The pools, those with the most to do first.
pub(super) struct Pools<'a> {
    pub(super) parts: Vec<PoolPart<'a>>,
    /// Pools that are not shown: how many.
    pub(super) left_out: usize,
}

/// A pool, or the holders outside of pools, with their certificates.
pub(super) struct PoolPart<'a> {
    pub(super) anchor: String,
    /// The pool and its site; `None` for what is tied to no pool.
    pub(super) pool: Option<(&'a PoolRow, &'a str)>,
    pub(super) state: State,
    pub(super) groups: Vec<Group<'a>>,
    /// Findings that are about no usage of it.
    pub(super) findings: Here<'a>,
}

/// Findings where they stand, those that say the same together.
pub(super) struct Here<'a> {
    pub(super) shown: Vec<Same<'a>>,
    /// Errors and warnings that are not shown.
    pub(super) left_out: usize,
    /// How many only advise.
    pub(super) advice: usize,
}

/// Findings that say the same.
pub(super) struct Same<'a> {
    pub(super) first: &'a FindingRow,
    pub(super) places: Vec<&'a FindingRow>,
}

/// The usages of a pool that the same certificates serve, so that one table tells all that these must have.
pub(super) struct Group<'a> {
    pub(super) anchor: String,
    pub(super) usages: String,
    pub(super) holder: &'a str,
    pub(super) state: State,
    /// What one must ask for, once where it is the same for all usages.
    pub(super) wanted: Vec<Wanted<'a>>,
    pub(super) remarks: Vec<Remark<'a>>,
    /// The holders, those that are alike together.
    pub(super) columns: Vec<Column<'a>>,
    pub(super) columns_left_out: usize,
    pub(super) names: Names<'a>,
    pub(super) findings: Here<'a>,
}

/// Subject and kind of the certificate for some usages.
pub(super) struct Wanted<'a> {
    /// Empty where it is for all usages of the group.
    pub(super) usages: String,
    pub(super) requirement: &'a RequirementRow,
}

/// What else is to be known of some usages.
pub(super) struct Remark<'a> {
    /// Empty where the group has no others.
    pub(super) usages: String,
    pub(super) also_accepted: Vec<&'a str>,
    pub(super) notes: &'a [String],
}

/// One or several holders that hold the same and stand alike.
pub(super) struct Column<'a> {
    pub(super) title: String,
    pub(super) states: Vec<ColumnState>,
    /// The certificates that serve it; several where the servers of a pool hold different ones.
    pub(super) held: Vec<Held<'a>>,
    /// What comes nearest, and for which usages where not for all.
    pub(super) nearest_miss: Vec<&'a str>,
}

/// How a holder stands.
#[derive(Clone, Eq, Hash, PartialEq)]
pub(super) struct ColumnState {
    pub(super) state: State,
    /// For which usages; empty where it is for all of the group.
    pub(super) usages: String,
}

/// A certificate in use.
#[derive(Eq, PartialEq)]
pub(super) struct Held<'a> {
    pub(super) servers: String,
    pub(super) certificate: &'a CertificateRow,
    pub(super) assigned_by: AssignedBy,
}

/// The names that are needed.
pub(super) enum Names<'a> {
    /// Nothing is named.
    None,
    /// One row a name.
    Table {
        /// Titles of the columns with servers.
        heads: Vec<String>,
        rows: Vec<Row<'a>>,
        /// Names that have no row.
        rest: Rest<'a>,
    },
    /// All in one line.
    InOneLine(Rest<'a>),
}

/// Names in one line: a few of them, and how many there are.
#[derive(Default)]
pub(super) struct Rest<'a> {
    pub(super) lacking: Few<'a>,
    pub(super) there: Few<'a>,
}

/// A few names of many.
#[derive(Default)]
pub(super) struct Few<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) count: usize,
}

impl Few<'_> {
    /// How many are not named.
    pub(super) fn more(&self) -> usize {
        self.count - self.names.len()
    }
}

/// One name and how each holder has it.
pub(super) struct Row<'a> {
    pub(super) name: &'a NameRow,
    /// How much it is needed, at most.
    pub(super) need: Need,
    /// Why it is needed, once for each clause and reason, and for which usages.
    pub(super) reasons: Vec<Reason<'a>>,
    pub(super) cells: Vec<Cell<'a>>,
    /// All columns in one where all have the name in the same way.
    pub(super) is_one_for_all: bool,
}

/// Why a name is needed.
pub(super) struct Reason<'a> {
    pub(super) name: &'a NameRow,
    /// Whether it alone would ask for less.
    pub(super) is_weaker: bool,
    /// The clauses that say so, each with its usages; none where it is for all usages of the group.
    pub(super) clauses: Vec<(&'a str, String)>,
}

/// What a table says of a name.
pub(super) enum Cell<'a> {
    /// How one holder, or all, have it.
    One(How<'a>),
    /// How many have it.
    Spread(Vec<Part<'a>>),
}

/// How some servers have a name.
pub(super) struct Part<'a> {
    pub(super) how: How<'a>,
    /// Which they are.
    pub(super) servers: String,
}

/// How one holder has a name.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct How<'a> {
    /// The worst first.
    rank: u8,
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) shape: &'static str,
    pub(super) by: Option<&'a str>,
}

impl<'a> Pools<'a> {
    pub(super) fn new(report: &'a Report, certificates: &BTreeMap<&str, &'a CertificateRow>) -> Self {
        let mut of_pools: HashMap<Option<&str>, Vec<&RequirementRow>> = HashMap::new();
        for requirement in &report.requirements {
            of_pools.entry(requirement.pool.as_deref()).or_default().push(requirement);
        }
        let mut findings: HashMap<Option<&str>, Vec<&FindingRow>> = HashMap::new();
        for finding in report.findings.iter().filter(|finding| finding.is_open()) {
            let pools: HashSet<Option<&str>> =
                finding.holders.iter().map(|holder| holder.pool.as_deref()).collect();
            pools.into_iter().for_each(|pool| findings.entry(pool).or_default().push(finding));
        }
        let mut budget = Budget::new(report);
        let of_topology: HashSet<&str> = report
            .topology
            .sites
            .iter()
            .flat_map(|site| &site.pools)
            .map(|pool| pool.fqdn.as_str())
            .collect();
        let own = |pool: &'a PoolRow| of_pools.get(&Some(pool.fqdn.as_str())).map_or(&[][..], Vec::as_slice);
        let state = |pool: &'a PoolRow| {
            let worst = own(pool).iter().map(|requirement| State::of(requirement.verdict)).max();
            worst.unwrap_or_else(|| state_without_requirements(report, pool))
        };
        let mut pools: Vec<(&PoolRow, &str, State)> = report
            .topology
            .sites
            .iter()
            .flat_map(|site| site.pools.iter().map(move |pool| (site, pool)))
            .map(|(site, pool)| {
                (pool, if site.name.is_empty() { &*site.id } else { &*site.name }, state(pool))
            })
            .collect();
        pools.sort_by_key(|(.., state)| Reverse(*state));
        let left_out = pools.len().saturating_sub(MAX_POOLS);
        pools.truncate(MAX_POOLS);
        let mut parts: Vec<PoolPart<'a>> = Vec::new();
        // What is tied to no pool, and reverse proxies, which have names and are no pools of the topology.
        let outside: Vec<&RequirementRow> = report
            .requirements
            .iter()
            .filter(|requirement| requirement.pool.as_deref().is_none_or(|pool| !of_topology.contains(pool)))
            .collect();
        if !outside.is_empty() {
            let outside_pools: HashSet<Option<&str>> =
                outside.iter().map(|requirement| requirement.pool.as_deref()).collect();
            let here: Vec<&FindingRow> = outside_pools
                .iter()
                .flat_map(|pool| findings.get(pool).into_iter().flatten())
                .copied()
                .collect();
            let anchor = anchors::OUTSIDE.to_owned();
            let groups = groups(&anchor, &outside, &here, certificates, &mut budget);
            let state = groups.iter().map(|group| group.state).max().unwrap_or(State::NoNeed);
            parts.push(PoolPart { anchor, pool: None, state, groups, findings: Here::nothing() });
        }
        // Of two pools of one name, which an export may have by mistake, the first one stands for all that is tied to that name.
        let mut seen = HashSet::new();
        for (pool, site, state) in pools {
            let anchor = anchors::pool(&pool.fqdn);
            if !seen.insert(anchor.clone()) {
                continue;
            }
            let here = findings.get(&Some(pool.fqdn.as_str())).map_or(&[][..], Vec::as_slice);
            let groups = groups(&anchor, own(pool), here, certificates, &mut budget);
            let about_no_usage = here.iter().copied().filter(|finding| finding.usages.is_empty());
            let findings = Here::new(about_no_usage);
            parts.push(PoolPart { anchor, pool: Some((pool, site)), state, groups, findings });
        }
        parts.sort_by_key(|part| Reverse(part.state));
        Self { parts, left_out }
    }
}

impl<'a> Here<'a> {
    fn nothing() -> Self {
        Self { shown: Vec::new(), left_out: 0, advice: 0 }
    }

    fn new(findings: impl Iterator<Item = &'a FindingRow>) -> Self {
        let mut shown: Vec<Same<'a>> = Vec::new();
        let mut known: HashMap<_, usize> = HashMap::new();
        let mut advice = 0;
        for finding in findings {
            if finding.severity == Severity::Info {
                advice += 1;
                continue;
            }
            let new = shown.len();
            let index = *known.entry((&finding.rule, finding.severity, &finding.message)).or_insert(new);
            match shown.get_mut(index) {
                Some(same) => same.places.push(finding),
                None => shown.push(Same { first: finding, places: vec![finding] }),
            }
        }
        let left_out = shown.iter().skip(MAX_FINDINGS).map(|same| same.places.len()).sum();
        shown.truncate(MAX_FINDINGS);
        Self { shown, left_out, advice }
    }
}

/// Rows of tables that still may be shown.
struct Budget {
    /// Whether the names of all pools have room.
    is_for_all: bool,
    of_all: usize,
    of_lacking: usize,
}

impl Budget {
    fn new(report: &Report) -> Self {
        let requirements = report.requirements.iter();
        let names = requirements.flat_map(|row| row.names.iter().map(|name| (&row.pool, &name.name)));
        let is_for_all = names.collect::<HashSet<_>>().len() <= MAX_ROWS_OF_ALL;
        Self { is_for_all, of_all: MAX_ROWS_OF_ALL, of_lacking: MAX_ROWS_OF_LACKING }
    }
}

/// The requirements for the same usages.
struct OfUsages<'a> {
    usages: String,
    members: Vec<&'a RequirementRow>,
}

/// The usages of a part, those together that the same certificates serve.
fn groups<'a>(
    part: &str,
    requirements: &[&'a RequirementRow],
    findings: &[&'a FindingRow],
    certificates: &BTreeMap<&str, &'a CertificateRow>,
    budget: &mut Budget,
) -> Vec<Group<'a>> {
    let mut by_usages: Vec<OfUsages<'_>> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for requirement in requirements {
        let index = *known
            .entry((&requirement.usages, &requirement.pool, requirement.kind))
            .or_insert(by_usages.len());
        match by_usages.get_mut(index) {
            Some(group) => group.members.push(requirement),
            None => by_usages
                .push(OfUsages { usages: usages_text(&requirement.usages), members: vec![requirement] }),
        }
    }
    let mut groups: Vec<Vec<OfUsages<'_>>> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for one in by_usages {
        let index = *known.entry((held_by(&one.members), titles(&one.members))).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups.into_iter().filter_map(|group| self::group(part, &group, findings, certificates, budget)).collect()
}

/// A certificate that some servers hold, and how that is known.
type HeldBy<'a> = (&'a [String], Option<&'a str>, Option<AssignedBy>);

/// Who holds which certificates: equal for usages that one table can tell of.
fn held_by<'a>(members: &[&'a RequirementRow]) -> Vec<(HolderRef, Vec<HeldBy<'a>>)> {
    let held = |member: &&'a RequirementRow| {
        let held = member.holdings.iter();
        let held = held.map(|held| (&*held.servers, held.certificate.as_deref(), held.assigned_by)).collect();
        (member.holder_ref(), held)
    };
    members.iter().map(held).collect()
}

fn group<'a>(
    part: &str,
    of_usages: &[OfUsages<'a>],
    findings: &[&'a FindingRow],
    certificates: &BTreeMap<&str, &'a CertificateRow>,
    budget: &mut Budget,
) -> Option<Group<'a>> {
    let first = *of_usages.first()?.members.first()?;
    let all = || of_usages.iter().flat_map(|one| one.members.iter().copied());
    let state = all().map(|member| State::of(member.verdict)).max()?;
    let mut columns = columns(of_usages, certificates);
    let columns_left_out = columns.len().saturating_sub(MAX_LINES);
    columns.truncate(MAX_LINES);
    let whole = HolderRef { server: None, ..first.holder_ref() };
    let usages_here: HashSet<_> = all().flat_map(|member| &member.usages).collect();
    let is_here = |finding: &&&FindingRow| {
        finding.usages.iter().any(|usage| usages_here.contains(usage))
            && finding.holders.iter().any(|holder| whole.includes(holder))
    };
    let usages = of_usages.iter().map(|one| one.usages.as_str()).collect::<Vec<_>>().join(", ");
    // Usages alone would be the same for each of several reverse proxies.
    let key = format!("{usages} {}", first.pool.as_deref().unwrap_or_default());
    Some(Group {
        anchor: anchors::usages(part, &key),
        usages,
        holder: &first.holder,
        state,
        wanted: wanted(of_usages),
        remarks: remarks(of_usages),
        columns,
        columns_left_out,
        names: Names::new(of_usages, budget),
        findings: Here::new(findings.iter().filter(is_here).copied()),
    })
}

/// What one must ask for, once where it is the same for all usages.
fn wanted<'a>(of_usages: &[OfUsages<'a>]) -> Vec<Wanted<'a>> {
    let mut wanted: Vec<(&RequirementRow, Vec<&str>)> = Vec::new();
    for one in of_usages {
        let Some(requirement) = one.members.first() else { continue };
        let is_same = |other: &RequirementRow| {
            (&other.subject, &other.eku, other.public_ca)
                == (&requirement.subject, &requirement.eku, requirement.public_ca)
        };
        match wanted.iter_mut().find(|(other, _)| is_same(other)) {
            Some((_, usages)) => usages.push(&one.usages),
            None => wanted.push((requirement, vec![&one.usages])),
        }
    }
    let row = |(requirement, usages): (&'a RequirementRow, Vec<&str>)| Wanted {
        usages: if usages.len() == of_usages.len() { String::new() } else { usages.join(", ") },
        requirement,
    };
    wanted.into_iter().map(row).collect()
}

/// What may be added for some usages, and what else is to be known of them.
fn remarks<'a>(of_usages: &[OfUsages<'a>]) -> Vec<Remark<'a>> {
    let requirements = of_usages.iter().filter_map(|one| Some((one, *one.members.first()?)));
    let remark = |(one, requirement): (&OfUsages<'a>, &'a RequirementRow)| Remark {
        usages: if of_usages.len() == 1 { String::new() } else { one.usages.clone() },
        also_accepted: besides(requirement),
        notes: &requirement.notes,
    };
    let all = requirements.map(remark);
    all.filter(|remark| !remark.also_accepted.is_empty() || !remark.notes.is_empty()).collect()
}

/// What the certificate may carry besides. That its subject may stand among the alternative names goes without saying.
fn besides(requirement: &RequirementRow) -> Vec<&str> {
    let names = requirement.also_accepted.iter().map(String::as_str);
    names.filter(|name| !name.eq_ignore_ascii_case(&requirement.subject)).collect()
}

/// The holders, those that are alike together, those with the most to do first.
fn columns<'a>(
    of_usages: &[OfUsages<'a>],
    certificates: &BTreeMap<&str, &'a CertificateRow>,
) -> Vec<Column<'a>> {
    let Some(first) = of_usages.first() else { return Vec::new() };
    let mut columns: Vec<(Column<'a>, Vec<String>)> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    // All usages have the same holders in the same order: that is what made them a group.
    for (index, member) in first.members.iter().enumerate() {
        let same_holder = of_usages.iter().filter_map(|one| Some((one, *one.members.get(index)?)));
        let mut states: BTreeMap<Reverse<State>, Vec<&str>> = BTreeMap::new();
        let mut nearest_miss: Vec<&str> = Vec::new();
        for (one, member) in same_holder {
            states.entry(Reverse(State::of(member.verdict))).or_default().push(&one.usages);
            nearest_miss.extend(member.nearest_miss.as_deref());
        }
        nearest_miss.dedup();
        let is_same = states.len() == 1;
        let states: Vec<ColumnState> = states
            .into_iter()
            .map(|(Reverse(state), usages)| ColumnState {
                state,
                usages: if is_same { String::new() } else { usages.join(", ") },
            })
            .collect();
        let held: Vec<_> =
            member.holdings.iter().map(|holding| (&holding.certificate, holding.assigned_by)).collect();
        // Holdings of one certificate that differ in nothing but the server.
        let new = columns.len();
        let column = if member.server.is_some() && held.len() <= 1 {
            *known.entry((held, states.clone(), nearest_miss.clone())).or_insert(new)
        } else {
            new
        };
        match columns.get_mut(column) {
            Some((_, titles)) => titles.push(title(member)),
            None => {
                let held = held_certificates(member, certificates);
                columns
                    .push((Column { title: String::new(), states, held, nearest_miss }, vec![title(member)]));
            }
        }
    }
    let named = |(column, titles): (Column<'a>, Vec<String>)| Column { title: named(&titles), ..column };
    let mut columns: Vec<Column<'_>> = columns.into_iter().map(named).collect();
    columns.sort_by_key(|column| Reverse(column.states.first().map(|state| state.state)));
    columns
}

fn title(member: &RequirementRow) -> String {
    match (&member.server, member.shared_by.len()) {
        (Some(server), _) => server.clone(),
        (None, 0) => member.holder.clone(),
        (None, 1) => member.shared_by.join(", "),
        (None, count) => format!("all {count} servers"),
    }
}

fn held_certificates<'a>(
    member: &'a RequirementRow,
    certificates: &BTreeMap<&str, &'a CertificateRow>,
) -> Vec<Held<'a>> {
    let held = member.holdings.iter().filter_map(|holding| {
        Some(Held {
            servers: named(&holding.servers),
            certificate: certificates.get(holding.certificate.as_deref()?)?,
            assigned_by: holding.assigned_by?,
        })
    });
    held.take(MAX_LINES).collect()
}

/// Some servers: a few by name, the rest by number.
fn named(servers: &[String]) -> String {
    first_few(servers, MAX_NAMED, ", ", "more servers")
}

/// A name, how each holder has it, and why it is needed.
struct Needed<'a> {
    name: &'a NameRow,
    hows: Hows<'a>,
    /// Usages and what they say of the name.
    why: Vec<(&'a NameRow, Vec<String>)>,
}

impl<'a> Names<'a> {
    fn new(of_usages: &[OfUsages<'a>], budget: &mut Budget) -> Self {
        let names = needed(of_usages);
        let Some(titles) = of_usages.first().map(|one| titles(&one.members)) else { return Self::None };
        if names.is_empty() {
            return Self::None;
        }
        let lacks = |name: &&Needed<'_>| name.hows.told.iter().any(|(_, how)| how.rank < How::THERE);
        let (lacking, there): (Vec<_>, Vec<_>) = names.iter().partition(lacks);
        let usages = of_usages.len();
        let is_worth_it = budget.is_for_all || !lacking.is_empty();
        if is_worth_it && names.len() <= budget.of_all.min(MAX_NAMES) {
            budget.of_all -= names.len();
            return Self::table(&names.iter().collect::<Vec<_>>(), usages, &titles, Rest::default());
        }
        if lacking.len() <= budget.of_lacking.min(MAX_NAMES) && !lacking.is_empty() {
            budget.of_lacking -= lacking.len();
            let rest = Rest { lacking: Few::default(), there: Few::of(&there) };
            return Self::table(&lacking, usages, &titles, rest);
        }
        Self::InOneLine(Rest { lacking: Few::of(&lacking), there: Few::of(&there) })
    }

    fn table(names: &[&Needed<'a>], usages: usize, titles: &[String], rest: Rest<'a>) -> Self {
        let is_spread = titles.len() > MAX_COLUMNS;
        let heads = if is_spread { vec!["On the servers".to_owned()] } else { titles.to_vec() };
        let reasons = |need: Need, why: &[(&'a NameRow, Vec<String>)]| {
            // Often the same holds for several usages by clauses of their own.
            let mut reasons: Vec<Reason<'a>> = Vec::new();
            for (name, of) in why {
                let usages = if of.len() == usages { String::new() } else { of.join(", ") };
                let said = |other: &&mut Reason<'_>| {
                    (other.name.reason_in_words(), other.name.need) == (name.reason_in_words(), name.need)
                };
                match reasons.iter_mut().find(said) {
                    Some(reason) => reason.clauses.push((&name.clause, usages)),
                    None => reasons.push(Reason {
                        name,
                        is_weaker: name.need != need,
                        clauses: vec![(&name.clause, usages)],
                    }),
                }
            }
            reasons
        };
        let row = |needed: &&Needed<'a>| {
            let (name, hows) = (needed.name, needed.hows.of_all(titles.len()));
            let need = needed.why.iter().map(|(name, _)| name.need).max();
            let need = need.unwrap_or(name.need);
            let reasons = reasons(need, &needed.why);
            if is_spread {
                let cells = vec![Cell::Spread(spread(&hows, titles))];
                return Row { name, need, reasons, cells, is_one_for_all: false };
            }
            let is_one_for_all = hows.windows(2).all(|two| two.first() == two.last());
            let shown = if is_one_for_all { 1 } else { hows.len() };
            let cells = hows.iter().take(shown).copied().map(Cell::One).collect();
            Row { name, need, reasons, cells, is_one_for_all }
        };
        Self::Table { heads, rows: names.iter().map(row).collect(), rest }
    }
}

/// The names of some usages, each once where all that a table shows of it is the same.
fn needed<'a>(of_usages: &[OfUsages<'a>]) -> Vec<Needed<'a>> {
    let mut needed: Vec<Needed<'a>> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for one in of_usages {
        let columns = one.members.iter().flat_map(|member| names_by_column(member));
        // Each server of a large pool needs a name of its own, so that a place for each name on each holder would be its square.
        let mut told: HashMap<&str, Vec<(usize, How<'_>)>> = HashMap::new();
        for (place, names) in columns.enumerate() {
            for (name, how) in names {
                told.entry(name).or_default().push((place, how));
            }
        }
        for name in one.members.iter().flat_map(|member| &member.names) {
            let Some(told) = told.remove(name.name.as_str()) else { continue };
            let hows = Hows { told };
            let new = needed.len();
            let index = *known.entry((&name.name, name.added_by, hows.clone())).or_insert(new);
            if index == new {
                needed.push(Needed { name, hows, why: Vec::new() });
            }
            let Some(row) = needed.get_mut(index) else { continue };
            let is_same = |why: &&mut (&NameRow, Vec<String>)| {
                (&why.0.clause, why.0.reason_in_words(), why.0.need)
                    == (&name.clause, name.reason_in_words(), name.need)
            };
            match row.why.iter_mut().find(is_same) {
                Some((_, usages)) => usages.push(one.usages.clone()),
                None => row.why.push((name, vec![one.usages.clone()])),
            }
        }
    }
    needed
}

/// How each of several holders has a name, in their order.
#[derive(Clone, Eq, Hash, PartialEq)]
struct Hows<'a> {
    /// Those that need or have it, by their places; the others do not need it.
    told: Vec<(usize, How<'a>)>,
}

impl<'a> Hows<'a> {
    /// One for each of so many holders.
    fn of_all(&self, holders: usize) -> Vec<How<'a>> {
        let mut all = vec![How::NO_NEED; holders];
        for (place, how) in &self.told {
            if let Some(own) = all.get_mut(*place) {
                *own = *how;
            }
        }
        all
    }
}

/// What the columns of a table are called.
fn titles(members: &[&RequirementRow]) -> Vec<String> {
    members.iter().flat_map(|member| column_titles(member)).collect()
}

/// A holder, or each server where its servers hold different certificates.
fn column_titles(member: &RequirementRow) -> Vec<String> {
    match member.names.first().map(|name| name.by_server.as_slice()) {
        None | Some([]) => vec![title(member)],
        Some(servers) => servers.iter().map(|on| on.server.clone()).collect(),
    }
}

impl<'a> Few<'a> {
    fn of(names: &[&Needed<'a>]) -> Self {
        let few = names.iter().take(MAX_IN_LINE).map(|needed| needed.name.name.as_str());
        Self { names: few.collect(), count: names.len() }
    }
}

/// The ways in which servers have a name, the worst first, each with its servers.
fn spread<'a>(hows: &[How<'a>], titles: &[String]) -> Vec<Part<'a>> {
    let mut servers: BTreeMap<How<'a>, Vec<String>> = BTreeMap::new();
    for (how, title) in hows.iter().zip(titles) {
        servers.entry(*how).or_default().push(title.clone());
    }
    let last = servers.len().saturating_sub(1);
    let named = |(index, (how, servers)): (usize, (How<'a>, Vec<String>))| {
        // Who is like most needs no name.
        let servers = match (index == last, last) {
            (true, 0) => format!("on all {}", servers.len()),
            (true, _) if servers.len() > MAX_NAMED => format!("on the other {}", servers.len()),
            _ => format!("on {}", named(&servers)),
        };
        Part { how, servers }
    };
    servers.into_iter().enumerate().map(named).collect()
}

/// The names of a holder, each once, or those of each server where its servers hold different certificates: one list for each of its
/// columns.
fn names_by_column<'a>(member: &'a RequirementRow) -> Vec<Vec<(&'a str, How<'a>)>> {
    // Of two with the same name the first counts.
    let mut seen = HashSet::new();
    let names: Vec<&'a NameRow> =
        member.names.iter().filter(|name| seen.insert(name.name.as_str())).collect();
    let servers = member.names.first().map_or(0, |name| name.by_server.len());
    if servers == 0 {
        let how = |name: &&'a NameRow| How::new(name, name.status, name.covered_by.as_deref());
        return vec![names.iter().map(|name| (&*name.name, how(name))).collect()];
    }
    let on = |index: usize| {
        names.iter().map(|name| (&*name.name, How::on_server(name, name.by_server.get(index)))).collect()
    };
    (0..servers).map(on).collect()
}

impl<'a> How<'a> {
    const THERE: u8 = 3;
    const NOT_NEEDED: u8 = 4;
    const NO_NEED: Self =
        Self { rank: Self::NOT_NEEDED, class: "none", word: "not needed", shape: "–", by: None };

    fn on_server(own: &NameRow, on: Option<&'a NameOnServer>) -> Self {
        Self::new(own, on.and_then(|on| on.status), on.and_then(|on| on.covered_by.as_deref()))
    }

    fn new(own: &NameRow, status: Option<NameStatus>, covered_by: Option<&'a str>) -> Self {
        let (rank, class, word, shape) = match (status, own.need) {
            (None, _) => (0, "unmet", "no certificate", "□"),
            (Some(NameStatus::Missing), Need::Recommended | Need::Required) => (1, "bad", "missing", "✕"),
            (Some(NameStatus::WildcardNotHonored), _) => (2, "warn", "only by wildcard", "▲"),
            (Some(NameStatus::Exact), _) => (Self::THERE, "ok", "yes", "✓"),
            (Some(NameStatus::WildcardHonored), _) => (Self::THERE, "ok", "by wildcard", "✓"),
            (Some(NameStatus::Missing), Need::Optional) => (Self::NOT_NEEDED, "none", "no", "–"),
        };
        let by = covered_by.filter(|by| !by.eq_ignore_ascii_case(&own.name));
        Self { rank, class, word, shape, by }
    }
}
