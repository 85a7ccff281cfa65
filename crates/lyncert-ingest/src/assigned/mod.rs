//! Which certificate is assigned where: the output of `Get-CsCertificate` in every form that PowerShell writes, and the logs
//! of `Request-CsCertificate` and `Set-CsCertificate`.
//!
//! Of these forms only the logs were seen from real deployments; the others follow PowerShell's own conventions for the
//! documented properties of the cmdlet's objects.

mod clixml;
mod csv_file;
mod json;
mod list;
mod log;
mod raw;

use crate::name::DnsName;
use crate::place::Place;

pub(crate) use clixml::read_clixml;
pub(crate) use csv_file::{is_csv, read_csv};
pub(crate) use json::{is_json, read_json};
pub(crate) use list::{is_list, read_list};
pub(crate) use log::read_log;
pub use raw::{ClixmlCertificate, read_clixml_certificates};

/// A certificate and what it is assigned to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AssignedCertificate {
    /// The computer, where the output says it (`PSComputerName`, added by remoting).
    pub computer: Option<DnsName>,
    /// The uses, as the cmdlets spell them; unknown ones are kept.
    pub uses: Vec<String>,
    /// SHA-1 thumbprint, 40 upper-case hexadecimal digits: the key to the certificate's file.
    pub thumbprint: String,
    /// Subject as printed.
    pub subject: Option<String>,
    /// Subject alternative names, as far as printed.
    pub names: Vec<String>,
    /// Whether `names` is the whole list: PowerShell cuts lists off after four entries on the screen and loses them in CSV.
    pub names_complete: bool,
    /// End of validity as printed; its culture is not known, so it is for the eye only.
    pub not_after: Option<String>,
    /// Thumbprint of the certificate before, during a staged roll-over.
    pub previous_thumbprint: Option<String>,
    /// When a staged certificate takes effect, as printed.
    pub effective_date: Option<String>,
    /// The object, row or block that describes it.
    pub place: Place,
}

/// The value of a property, whatever the form.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Value {
    Text(String),
    List(Vec<String>),
}

/// One object with its properties.
#[derive(Debug, Default)]
struct Object {
    properties: Vec<(String, Value)>,
}

impl Object {
    fn push(&mut self, name: &str, value: Value) {
        self.properties.push((name.trim().to_owned(), value));
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::List(items) => Some(items.join(", ")).filter(|text| !text.is_empty()),
        }
    }

    /// A list, also one that was joined by commas.
    fn list(&self, name: &str) -> Vec<String> {
        let items = match self.value(name) {
            Some(Value::List(items)) => items.clone(),
            Some(Value::Text(text)) => text.split(',').map(str::to_owned).collect(),
            None => Vec::new(),
        };
        items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
    }

    /// The certificate, or why it is none.
    fn certificate(&self, place: Place) -> Result<AssignedCertificate, String> {
        let Some(text) = self.text("Thumbprint") else {
            return Err(
                "there is no `Thumbprint`; expected the 40 digits that identify a certificate".to_owned()
            );
        };
        let Some(thumbprint) = thumbprint(&text) else {
            return Err(format!("`{text}` is no thumbprint; expected 40 hexadecimal digits"));
        };
        let (names, names_complete) = self.names();
        let uses = self.list("Use");
        Ok(AssignedCertificate {
            computer: self.text("PSComputerName").and_then(|name| name.parse().ok()),
            uses: uses.iter().map(|usage| usage.rsplit(':').next().unwrap_or(usage).to_owned()).collect(),
            thumbprint,
            subject: self.text("Subject"),
            names,
            names_complete,
            not_after: self.text("NotAfter"),
            previous_thumbprint: self.text("PreviousThumbprint").as_deref().and_then(self::thumbprint),
            effective_date: self.text("EffectiveDate"),
            place,
        })
    }

    fn names(&self) -> (Vec<String>, bool) {
        match self.value("AlternativeNames") {
            // A list that CSV turned into the name of its type.
            Some(Value::Text(text)) if text.trim_start().starts_with("System.") => (Vec::new(), false),
            Some(_) => {
                let names = self.list("AlternativeNames");
                let is_cut = names.last().is_some_and(|last| last.ends_with("...") || last.ends_with('…'));
                let whole = names.iter().map(|name| name.trim_end_matches(['.', '…']).to_owned());
                (whole.filter(|name| !name.is_empty()).collect(), !is_cut)
            }
            None => (Vec::new(), false),
        }
    }
}

/// A thumbprint as Windows dialogs, cmdlets and event logs write it: blanks, colons and the invisible first character of the
/// dialog are dropped.
pub fn thumbprint(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, ':' | '-' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' | '\u{200B}')
        })
        .collect();
    let is_thumbprint = digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_thumbprint.then(|| digits.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprints_are_read_as_people_paste_them() {
        let plain = "AD1C8766FD0ED1A0FC10417089A565D48FF52CC0";
        for text in [
            plain.to_owned(),
            plain.to_ascii_lowercase(),
            format!("\u{200E}{plain}"),
            "ad 1c 87 66 fd 0e d1 a0 fc 10 41 70 89 a5 65 d4 8f f5 2c c0".to_owned(),
        ] {
            assert_eq!(thumbprint(&text).as_deref(), Some(plain), "{text:?}");
        }
        for text in ["", "AD1C", "zz1C8766FD0ED1A0FC10417089A565D48FF52CC0"] {
            assert_eq!(thumbprint(text), None, "{text:?}");
        }
    }
}
