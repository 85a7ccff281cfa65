//! `lyncert diff`: two reports beside each other.

use anyhow::anyhow;
use lyncert_report::model::DiffView;
use lyncert_report::render;
use lyncert_report::render::text::Look;

use crate::args::{DiffArgs, TableFormat};
use crate::exit::{FINDINGS, Failure, SUCCESS};
use crate::log::{Event, Level};
use crate::output;
use crate::read::read_report;
use crate::redaction;

pub(crate) fn run(args: &DiffArgs, look: Look) -> Result<u8, Failure> {
    let (old, new) = (read_report(&args.old)?, read_report(&args.new)?);
    if old.is_redacted() != new.is_redacted() {
        let (redacted, real) =
            if old.is_redacted() { (&args.old, &args.new) } else { (&args.new, &args.old) };
        return Err(Failure::usage(anyhow!(
            "`{}` is redacted and `{}` is not, so that nothing in them can be the same; compare two reports that were redacted with one \
             --redact-map, or two that are not redacted",
            redacted.display(),
            real.display()
        )));
    }
    redaction::know(|| &old)?;
    redaction::know(|| &new)?;
    let view = redaction::view(DiffView::new(&old, &new))?;
    output::print(|sink| match args.print.format {
        TableFormat::Text => render::text::changed(&view, look, sink),
        TableFormat::Json => render::json::write(&view, sink),
        TableFormat::Csv => render::csv::changed(&view, sink),
    })?;
    if old.estate != new.estate {
        let message = format!("note: the reports are of two estates, {} and {}", old.estate, new.estate);
        Event::new(Level::Warning, "two-estates", &message).say();
    }
    let is_news =
        view.changes.iter().any(|row| row.change.is_news() && args.fail_on.fails_on(row.finding.severity));
    Ok(if args.fail_on_new && is_news { FINDINGS } else { SUCCESS })
}
