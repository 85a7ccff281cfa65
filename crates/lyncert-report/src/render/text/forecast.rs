//! What will turn red, and when.

use std::io::{self, Write};

use super::{line, wrapped};
use crate::model::ForecastView;

/// The forecast: one paragraph for each thing that comes.
///
/// # Errors
///
/// Those of the sink.
pub fn forecast(view: &ForecastView, sink: &mut dyn Write) -> io::Result<()> {
    line(sink, &format!("{} from {} to {}", view.estate, view.at, view.until))?;
    let standing = match view.standing {
        0 => "Nothing is wrong today".to_owned(),
        1 => "1 error or warning stands already; `lyncert audit` tells it".to_owned(),
        count => format!("{count} errors and warnings stand already; `lyncert audit` tells them"),
    };
    wrapped(sink, "", &standing)?;
    if view.events.is_empty() {
        return wrapped(sink, "", "Nothing further turns red in this time");
    }
    for event in &view.events {
        line(sink, "")?;
        let days = if event.days == 1 { "1 day".to_owned() } else { format!("{} days", event.days) };
        line(sink, &format!("{}  in {days}  {}: {}", event.at, event.severity, event.rule))?;
        wrapped(sink, "  ", &event.message)?;
        for (lead, text) in [
            ("  for          ", &event.holder),
            ("  users notice ", &event.consequence),
            ("  what to do   ", &event.remedy),
            ("  source       ", &event.source),
        ] {
            if !text.is_empty() {
                wrapped(sink, lead, text)?;
            }
        }
    }
    Ok(())
}
