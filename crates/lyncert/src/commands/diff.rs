//! `lyncert diff`: two reports beside each other.

use lyncert_report::{DiffView, render};

use crate::args::{DiffArgs, TableFormat};
use crate::exit::{FINDINGS, Failure, SUCCESS};
use crate::log::{self, Event, Level};
use crate::{input, output};

pub(crate) fn run(args: &DiffArgs) -> Result<u8, Failure> {
    let (old, new) = (input::report(&args.old)?, input::report(&args.new)?);
    let view = DiffView::new(&old, &new);
    output::print(|sink| match args.format {
        TableFormat::Text => render::text::changed(&view, sink),
        TableFormat::Json => render::json::write(&view, sink),
        TableFormat::Csv => render::csv::changed(&view, sink),
    })?;
    if old.estate != new.estate {
        let message = format!("note: the reports are of two estates, {} and {}", old.estate, new.estate);
        let level = Level::Warning;
        log::event(Event { level, event: "two-estates", estate: None, exit_code: None, message: &message });
    }
    let is_news =
        view.changes.iter().any(|row| row.change.is_news() && args.fail_on.fails_on(row.finding.severity));
    Ok(if args.fail_on_new && is_news { FINDINGS } else { SUCCESS })
}
