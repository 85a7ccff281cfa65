//! The geometry of the drawings: positions and words, no markup. The template turns them into SVG.

use time::{Duration, OffsetDateTime};

use crate::model::{CertificateRow, PoolRow, Report, RequirementRow, ScopeRow, Verdict};

/// Sites, pools and servers as boxes.
#[derive(Debug)]
pub(super) struct Drawing {
    pub(super) height: i32,
    pub(super) sites: Vec<Label>,
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

/// How something fares: a word, a shape and a color, so that none of them alone carries the meaning.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum State {
    NoNeed,
    NotJudged,
    Met,
    Waived,
    Warnings,
    Unmet,
    Failed,
}

impl State {
    pub(super) fn of(verdict: Option<Verdict>) -> Self {
        match verdict {
            Some(Verdict::Met) => Self::Met,
            Some(Verdict::Waived) => Self::Waived,
            Some(Verdict::NotJudged) => Self::NotJudged,
            Some(Verdict::MetWithWarnings) => Self::Warnings,
            Some(Verdict::Failed) => Self::Failed,
            Some(Verdict::Unmet) => Self::Unmet,
            None => Self::NoNeed,
        }
    }

    pub(super) fn class(self) -> &'static str {
        match self {
            Self::NoNeed | Self::NotJudged | Self::Waived => "none",
            Self::Met => "ok",
            Self::Warnings => "warn",
            Self::Unmet => "unmet",
            Self::Failed => "bad",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::NoNeed => "no need",
            Self::NotJudged => "not judged",
            Self::Met => "met",
            Self::Waived => "waived",
            Self::Warnings => "warnings",
            Self::Unmet => "unmet",
            Self::Failed => "failed",
        }
    }

    pub(super) fn shape(self) -> &'static str {
        match self {
            Self::NoNeed => "–",
            Self::NotJudged => "·",
            Self::Met => "✓",
            Self::Waived => "◇",
            Self::Warnings => "▲",
            Self::Unmet => "□",
            Self::Failed => "✕",
        }
    }
}

const COLUMNS: usize = 3;
const COLUMN: i32 = 320;
const BOX: i32 = 300;
const LINE: i32 = 20;
const HEAD: i32 = 46;
/// More servers than these are counted, not drawn.
const SERVERS: usize = 8;
/// Characters that fit into a box.
const FITS: usize = 30;

impl Drawing {
    /// Pools are set into the shortest of three columns, in export order, site by site.
    pub(super) fn new(report: &Report) -> Self {
        let mut drawing = Self { height: 0, sites: Vec::new(), pools: Vec::new() };
        let mut y = 0;
        for site in &report.topology.sites {
            let title = if site.name.is_empty() { &site.id } else { &site.name };
            drawing.sites.push(Label { x: 0, y: y + 18, text: format!("Site {title} ({})", site.kind) });
            let mut columns = [y + 30; COLUMNS];
            for pool in &site.pools {
                let Some((column, top)) = columns.iter().copied().enumerate().min_by_key(|(_, top)| *top)
                else {
                    continue;
                };
                let x = i32::try_from(column).unwrap_or(0) * COLUMN;
                let drawn = pool_box(report, pool, x, top);
                if let Some(next) = columns.get_mut(column) {
                    *next = top + drawn.height + 16;
                }
                drawing.pools.push(drawn);
            }
            y = columns.into_iter().max().unwrap_or(y) + 10;
        }
        drawing.height = y.max(40);
        drawing
    }

    pub(super) fn width(&self) -> i32 {
        COLUMN * i32::try_from(COLUMNS).unwrap_or(1) - (COLUMN - BOX)
    }
}

impl PoolBox {
    pub(super) fn width(&self) -> i32 {
        BOX
    }
}

fn pool_box(report: &Report, pool: &PoolRow, x: i32, y: i32) -> PoolBox {
    let shown = pool.servers.iter().take(SERVERS);
    let mut lines: Vec<ServerLine> = shown
        .zip(0..)
        .map(|(server, index)| ServerLine {
            y: y + HEAD + 14 + index * LINE,
            short: shortened(server),
            fqdn: server.clone(),
            state: server_state(report, pool, server),
        })
        .collect();
    let hidden = pool.servers.iter().skip(SERVERS);
    if let Some(worst) = hidden.clone().map(|server| server_state(report, pool, server)).max() {
        let text = format!("and {} more servers", hidden.count());
        let y = y + HEAD + 14 + i32::try_from(SERVERS).unwrap_or(0) * LINE;
        lines.push(ServerLine { y, short: text.clone(), fqdn: text, state: worst });
    }
    let height = HEAD + i32::try_from(lines.len()).unwrap_or(0) * LINE + 10;
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

/// The worst verdict among the requirements of a server, those of its pool included.
fn server_state(report: &Report, pool: &PoolRow, server: &str) -> State {
    let concerns = |requirement: &&RequirementRow| {
        requirement.pool.as_ref() == Some(&pool.fqdn)
            && requirement.server.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(server))
    };
    let states = report.requirements.iter().filter(concerns);
    states.map(|requirement| State::of(requirement.verdict)).max().unwrap_or_else(|| unjudged(report, pool))
}

/// The state of a pool without requirements.
pub(super) fn unjudged(report: &Report, pool: &PoolRow) -> State {
    let is_left_out =
        |scope: &ScopeRow| scope.left_out_refs.iter().any(|holder| holder.pool.as_ref() == Some(&pool.fqdn));
    if report.scope.as_ref().is_some_and(is_left_out) { State::NotJudged } else { State::NoNeed }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= FITS {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(FITS - 1).collect();
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

const BARS: usize = 30;
const LEFT: i32 = 300;
const SPAN: i32 = 520;

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
            .take(BARS)
            .zip(0..)
            .map(|(certificate, row)| bar(&scale, certificate, row))
            .collect();
        let rows = i32::try_from(in_use.len().min(BARS)).unwrap_or(0);
        Some(Self {
            height: 44 + rows * 24,
            now: scale.x(now),
            ticks: (0..=4).filter_map(|step| scale.tick(step)).collect(),
            bars,
            left_out: in_use.len().saturating_sub(BARS),
        })
    }
}

struct Scale {
    first: OffsetDateTime,
    last: OffsetDateTime,
}

impl Scale {
    fn x(&self, time: OffsetDateTime) -> i32 {
        let whole = (self.last - self.first).whole_seconds().max(1);
        let part = (time - self.first).whole_seconds().clamp(0, whole);
        LEFT + i32::try_from(i64::from(SPAN) * part / whole).unwrap_or(0)
    }

    fn tick(&self, step: i32) -> Option<Label> {
        let time = self.first.checked_add((self.last - self.first) * step / 4)?;
        Some(Label { x: self.x(time), y: 14, text: time.date().to_string() })
    }
}

fn bar(scale: &Scale, certificate: &CertificateRow, row: i32) -> Bar {
    let start = scale.x(certificate.not_before.moment());
    let end = scale.x(certificate.not_after.moment());
    let (class, words) = match certificate.days_left {
        days if days < 0 => ("bad", "expired".to_owned()),
        days if days <= 30 => ("warn", format!("{days} days")),
        days => ("ok", format!("{days} days")),
    };
    Bar {
        y: 30 + row * 24,
        x: start,
        width: (end - start).max(3),
        class,
        label: shortened(certificate.common_names.first().unwrap_or(&certificate.subject)),
        end: certificate.not_after.day().to_string(),
        words,
    }
}
