//! One object of an export, whatever its form: properties by name, and the certificate that they describe.

use super::{AssignedCertificate, EXPORT_COMMAND, thumbprint};
use crate::error::shortened;
use crate::place::Place;

/// The value of a property, whatever the form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Value {
    Text(String),
    List(Vec<String>),
}

/// One object with its properties.
#[derive(Debug, Default)]
pub(super) struct Object {
    properties: Vec<(String, Value)>,
}

impl Object {
    pub(super) fn push(&mut self, name: &str, value: Value) {
        self.properties.push((name.trim().to_owned(), value));
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::List(items) => Some(items.join(", ")).filter(|text| !text.is_empty()),
        }
    }

    /// A list, also one that was joined by commas or stands in braces.
    fn list(&self, name: &str) -> Vec<String> {
        let items = match self.value(name) {
            Some(Value::List(items)) => items.clone(),
            Some(Value::Text(text)) => {
                let text = text.trim();
                let inner = text.strip_prefix('{').map(|text| text.strip_suffix('}').unwrap_or(text));
                inner.unwrap_or(text).split(',').map(str::to_owned).collect()
            }
            None => Vec::new(),
        };
        items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
    }

    /// The certificate, or why it is none.
    pub(super) fn certificate(&self, place: Place) -> Result<AssignedCertificate, String> {
        let Some(text) = self.text("Thumbprint") else {
            return Err(
                "there is no `Thumbprint`; expected the 40 digits that identify a certificate".to_owned()
            );
        };
        let Some(thumbprint) = thumbprint(&text) else {
            return Err(not_a_thumbprint(&text));
        };
        let (names, names_complete) = self.names();
        Ok(AssignedCertificate {
            computer: self.text("PSComputerName").and_then(|name| name.parse().ok()),
            uses: self.uses()?,
            thumbprint,
            subject: self.text("Subject"),
            names,
            names_complete,
            not_after: self.text("NotAfter"),
            previous_thumbprint: self.text("PreviousThumbprint").as_deref().and_then(self::thumbprint),
            effective_date: self.text("EffectiveDate"),
            update_time: self.text("UpdateTime"),
            place,
        })
    }

    fn uses(&self) -> Result<Vec<String>, String> {
        let uses = self.list("Use");
        if uses.is_empty() {
            return Err(format!(
                "there is no `Use`, so that it does not say what the certificate is assigned to; list that by `{EXPORT_COMMAND}`"
            ));
        }
        if let Some(cut) = uses.iter().find(|usage| is_cut(usage)) {
            return Err(format!(
                "the usages are cut off at `{}`; list them whole by `{EXPORT_COMMAND}`",
                shortened(cut)
            ));
        }
        if let Some(number) = uses.iter().find(|usage| usage.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(format!(
                "the usage is the number `{}`, which only the product can tell; list it by `{EXPORT_COMMAND}`",
                shortened(number)
            ));
        }
        Ok(uses.iter().map(|usage| usage.rsplit(':').next().unwrap_or(usage).to_owned()).collect())
    }

    fn names(&self) -> (Vec<String>, bool) {
        match self.value("AlternativeNames") {
            // A list that CSV turned into the name of its type.
            Some(Value::Text(text)) if text.trim_start().starts_with("System.") => (Vec::new(), false),
            Some(_) => {
                let names = self.list("AlternativeNames");
                let is_whole = !names.last().is_some_and(|last| is_cut(last));
                let whole = names.iter().map(|name| name.trim_end_matches(['.', '…']).to_owned());
                (whole.filter(|name| !name.is_empty()).collect(), is_whole)
            }
            None => (Vec::new(), false),
        }
    }
}

fn not_a_thumbprint(text: &str) -> String {
    if is_cut(text) {
        let shown = shortened(text);
        format!("the thumbprint `{shown}` is cut off; list it whole by `{EXPORT_COMMAND}`")
    } else {
        format!("`{}` is no thumbprint; expected 40 hexadecimal digits", shortened(text))
    }
}

/// Whether PowerShell cut a value off to fit the screen.
pub(super) fn is_cut(text: &str) -> bool {
    let text = text.trim_end();
    text.ends_with("...") || text.ends_with('…')
}
