//! The geometry of the drawings: positions and words, no markup. The template turns them into SVG.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use time::{Date, Duration, OffsetDateTime};

use super::dates::days_counted;
use super::state::State;
use crate::model::{CertificateRow, Nearness, PoolRow, Report, ScopeRow, counted};

/// Sites, pools and servers as boxes.
#[derive(Debug)]
pub(super) struct Drawing {
    /// Each is a drawing of its own, so that a sheet of paper can end after every one.
    pub(super) bands: Vec<Band>,
    /// Pools that found no room.
    pub(super) left_out: usize,
}

/// Pools of one site beside each other.
#[derive(Debug)]
pub(super) struct Band {
    pub(super) y: i32,
    pub(super) height: i32,
    /// Of which site.
    pub(super) site: String,
    /// The title of the site, above its first band.
    pub(super) title: Option<Label>,
    pub(super) pools: Vec<PoolBox>,
}

/// A text at a place.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) text: String,
}

/// A pool.
#[derive(Debug)]
pub(super) struct PoolBox {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) height: i32,
    pub(super) fqdn: String,
    pub(super) short: String,
    pub(super) kind: String,
    pub(super) lines: Vec<ServerLine>,
}

/// A server with its state.
#[derive(Debug)]
pub(super) struct ServerLine {
    pub(super) y: i32,
    pub(super) short: String,
    pub(super) fqdn: String,
    pub(super) state: State,
}

const POOL_COLUMNS: usize = 3;
const POOL_COLUMN_WIDTH: i32 = 320;
const POOL_BOX_WIDTH: i32 = 300;
const SITE_TITLE_HEIGHT: i32 = 30;
/// Below a pool.
const POOL_GAP: i32 = 16;
const SERVER_LINE_HEIGHT: i32 = 20;
const POOL_HEAD_HEIGHT: i32 = 46;
/// More servers than these are counted, not drawn.
const MAX_DRAWN_SERVERS: usize = 8;
/// In an estate with more servers than these the servers of a pool are counted by their state.
const MAX_SERVERS_BY_NAME: usize = 60;
/// More pools than these are not drawn.
const MAX_DRAWN_POOLS: usize = 150;
/// Characters that fit into a box.
const MAX_LABEL_CHARS: usize = 30;

impl Drawing {
    /// Pools are set into rows of three, in export order, site by site. Of too many those with the most to do are drawn.
    pub(super) fn new(report: &Report) -> Self {
        let states = states_of_pools(report);
        let all = || report.topology.sites.iter().flat_map(|site| &site.pools);
        let by_name = all().map(|pool| pool.servers.len()).sum::<usize>() <= MAX_SERVERS_BY_NAME;
        let drawn = drawn_pools(all(), &states);
        let mut drawing = Self { bands: Vec::new(), left_out: all().count() - drawn.len() };
        let mut y = 0;
        for site in &report.topology.sites {
            let name = if site.name.is_empty() { &site.id } else { &site.name };
            let name = format!("Site {name} ({})", site.kind);
            let pools = site.pools.iter().filter(|pool| drawn.contains(pool.fqdn.as_str()));
            let pools: Vec<&PoolRow> = pools.collect();
            if pools.is_empty() && drawing.left_out > 0 {
                continue;
            }
            let mut title = Some(Label { x: 0, y: y + 18, text: name.clone() });
            let rows = pools.chunks(POOL_COLUMNS).chain(pools.is_empty().then_some(&[][..]));
            for row in rows {
                let top = if title.is_some() { y + SITE_TITLE_HEIGHT } else { y };
                let boxes = row.iter().zip(0..).map(|(pool, column)| {
                    let of_servers = states.get(pool.fqdn.as_str());
                    let state = |server: &str| {
                        let own = of_servers.and_then(|states| states.of(server));
                        own.unwrap_or_else(|| state_without_requirements(report, pool))
                    };
                    pool_box(pool, state, by_name, column * POOL_COLUMN_WIDTH, top)
                });
                let pools: Vec<PoolBox> = boxes.collect();
                let end = pools.iter().map(|pool| top + pool.height + POOL_GAP).max().unwrap_or(top);
                drawing.bands.push(Band {
                    y,
                    height: end - y,
                    site: name.clone(),
                    title: title.take(),
                    pools,
                });
                y = end;
            }
        }
        drawing
    }

    pub(super) fn width(&self) -> i32 {
        POOL_COLUMN_WIDTH * i32::try_from(POOL_COLUMNS).unwrap_or(1) - (POOL_COLUMN_WIDTH - POOL_BOX_WIDTH)
    }
}

impl PoolBox {
    pub(super) fn width(&self) -> i32 {
        POOL_BOX_WIDTH
    }
}

/// The pools that are drawn.
fn drawn_pools<'a>(
    pools: impl Iterator<Item = &'a PoolRow>,
    states: &HashMap<&str, PoolStates>,
) -> HashSet<&'a str> {
    let worst = |pool: &PoolRow| {
        let states = states.get(pool.fqdn.as_str());
        states.and_then(|states| states.of_all.max(states.of_server.values().max().copied()))
    };
    let mut pools: Vec<&PoolRow> = pools.collect();
    // The sort keeps the order of pools that stand alike.
    pools.sort_by_cached_key(|pool| Reverse(worst(pool)));
    pools.truncate(MAX_DRAWN_POOLS);
    pools.into_iter().map(|pool| pool.fqdn.as_str()).collect()
}

/// Servers counted by their state, the worst first.
fn counted_lines(pool: &PoolRow, state_of: impl Fn(&str) -> State, y: i32) -> Vec<ServerLine> {
    let mut counts: BTreeMap<Reverse<State>, usize> = BTreeMap::new();
    for server in &pool.servers {
        *counts.entry(Reverse(state_of(server))).or_default() += 1;
    }
    let line = |((Reverse(state), count), index): ((Reverse<State>, usize), i32)| {
        let text = counted(count, "server");
        let y = y + POOL_HEAD_HEIGHT + 14 + index * SERVER_LINE_HEIGHT;
        ServerLine { y, short: text.clone(), fqdn: text, state }
    };
    counts.into_iter().zip(0..).map(line).collect()
}

fn pool_box(pool: &PoolRow, state_of: impl Fn(&str) -> State, by_name: bool, x: i32, y: i32) -> PoolBox {
    let lines = if by_name { named_lines(pool, state_of, y) } else { counted_lines(pool, state_of, y) };
    let height = POOL_HEAD_HEIGHT + i32::try_from(lines.len()).unwrap_or(0) * SERVER_LINE_HEIGHT + 10;
    PoolBox {
        x,
        y,
        height,
        fqdn: pool.fqdn.clone(),
        short: shortened(&pool.fqdn),
        kind: pool.kind_title.clone(),
        lines,
    }
}

/// The servers by name; of many those that come first.
fn named_lines(pool: &PoolRow, state_of: impl Fn(&str) -> State, y: i32) -> Vec<ServerLine> {
    let shown = pool.servers.iter().take(MAX_DRAWN_SERVERS);
    let mut lines: Vec<ServerLine> = shown
        .zip(0..)
        .map(|(server, index)| ServerLine {
            y: y + POOL_HEAD_HEIGHT + 14 + index * SERVER_LINE_HEIGHT,
            short: shortened(server),
            fqdn: server.clone(),
            state: state_of(server),
        })
        .collect();
    let hidden = pool.servers.iter().skip(MAX_DRAWN_SERVERS);
    if let Some(worst) = hidden.clone().map(|server| state_of(server)).max() {
        let text = format!("and {} more servers", hidden.count());
        let y =
            y + POOL_HEAD_HEIGHT + 14 + i32::try_from(MAX_DRAWN_SERVERS).unwrap_or(0) * SERVER_LINE_HEIGHT;
        lines.push(ServerLine { y, short: text.clone(), fqdn: text, state: worst });
    }
    lines
}

/// The worst verdicts among the requirements of a pool.
#[derive(Default)]
struct PoolStates {
    /// Of those for all servers.
    of_all: Option<State>,
    /// Of those for one server, by its FQDN in lower case.
    of_server: HashMap<String, State>,
}

impl PoolStates {
    /// The worst of a server, with those of its pool; nothing where there is no requirement.
    fn of(&self, server: &str) -> Option<State> {
        self.of_all.max(self.of_server.get(&server.to_ascii_lowercase()).copied())
    }
}

fn states_of_pools(report: &Report) -> HashMap<&str, PoolStates> {
    let mut pools: HashMap<&str, PoolStates> = HashMap::new();
    for requirement in &report.requirements {
        let Some(pool) = &requirement.pool else { continue };
        let states = pools.entry(pool).or_default();
        let state = State::of(requirement.verdict);
        match &requirement.server {
            Some(server) => {
                let worst = states.of_server.entry(server.to_ascii_lowercase()).or_insert(state);
                *worst = state.max(*worst);
            }
            None => states.of_all = states.of_all.max(Some(state)),
        }
    }
    pools
}

/// The state of a pool without requirements.
pub(super) fn state_without_requirements(report: &Report, pool: &PoolRow) -> State {
    let is_left_out =
        |scope: &ScopeRow| scope.left_out_refs.iter().any(|holder| holder.pool.as_ref() == Some(&pool.fqdn));
    if report.scope.as_ref().is_some_and(is_left_out) { State::NotJudged } else { State::NoNeed }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MAX_LABEL_CHARS {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MAX_LABEL_CHARS - 1).collect();
    short.push('…');
    short
}

/// When the certificates in use end.
#[derive(Debug)]
pub(super) struct Timeline {
    pub(super) height: i32,
    pub(super) now: i32,
    pub(super) ticks: Vec<Label>,
    pub(super) bars: Vec<Bar>,
    /// Certificates that found no room.
    pub(super) left_out: usize,
}

/// One certificate's validity.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) y: i32,
    pub(super) x: i32,
    pub(super) width: i32,
    pub(super) class: &'static str,
    pub(super) label: String,
    pub(super) end: String,
    pub(super) words: String,
}

const MAX_BARS: usize = 12;
const TIMELINE_LEFT: i32 = 300;
const TIMELINE_WIDTH: i32 = 520;

impl Timeline {
    /// `in_use` sorted by their end. The axis runs from two months before the time of the report to the last end, at most
    /// three years on.
    pub(super) fn new(now: OffsetDateTime, in_use: &[&CertificateRow]) -> Option<Self> {
        let ends = in_use.iter().map(|certificate| certificate.not_after.moment());
        let first = now.checked_sub(Duration::days(60))?;
        let last =
            ends.max()?.clamp(now.checked_add(Duration::days(90))?, now.checked_add(Duration::days(1096))?);
        let scale = Scale { first, last };
        let bars = in_use
            .iter()
            .take(MAX_BARS)
            .zip(0..)
            .map(|(certificate, row)| validity_bar(&scale, certificate, row))
            .collect();
        let rows = i32::try_from(in_use.len().min(MAX_BARS)).unwrap_or(0);
        Some(Self {
            height: 44 + rows * 24,
            now: scale.x(now),
            ticks: (0..=4).filter_map(|step| scale.tick(step)).collect(),
            bars,
            left_out: in_use.len().saturating_sub(MAX_BARS),
        })
    }
}

/// A day where there is little room: `9 Dec 2026`.
fn day_in_short(day: Date) -> String {
    let month: String = day.month().to_string().chars().take(3).collect();
    format!("{} {month} {}", day.day(), day.year())
}

struct Scale {
    first: OffsetDateTime,
    last: OffsetDateTime,
}

impl Scale {
    fn x(&self, time: OffsetDateTime) -> i32 {
        let whole = (self.last - self.first).whole_seconds().max(1);
        let part = (time - self.first).whole_seconds().clamp(0, whole);
        TIMELINE_LEFT + i32::try_from(i64::from(TIMELINE_WIDTH) * part / whole).unwrap_or(0)
    }

    fn tick(&self, step: i32) -> Option<Label> {
        let time = self.first.checked_add((self.last - self.first) * step / 4)?;
        Some(Label { x: self.x(time), y: 14, text: day_in_short(time.date()) })
    }
}

fn validity_bar(scale: &Scale, certificate: &CertificateRow, row: i32) -> Bar {
    let start = scale.x(certificate.not_before.moment());
    let end = scale.x(certificate.not_after.moment());
    let days = days_counted(certificate.days_left);
    let (class, words) = match certificate.nearness() {
        Nearness::Ended => ("bad", "expired".to_owned()),
        Nearness::Soon => ("warn", days),
        Nearness::Later => ("ok", days),
    };
    Bar {
        y: 30 + row * 24,
        x: start,
        width: (end - start).max(3),
        class,
        label: shortened(certificate.common_names.first().unwrap_or(&certificate.subject)),
        end: day_in_short(certificate.not_after.day()),
        words,
    }
}
