//! Which certificate is assigned where: the output of `Get-CsCertificate` in every form that PowerShell writes, and the logs
//! of `Set-CsCertificate`.
//!
//! Of these forms only the logs were seen from real deployments; the others follow PowerShell's own conventions for the
//! documented properties of the cmdlet's objects.

mod clixml;
mod csv_file;
mod json;
mod list;
mod log;
mod object;
mod plain;
mod raw;
mod table;

use std::sync::Arc;

use crate::name::DnsName;
use crate::place::Place;

pub(crate) use clixml::read_clixml;
pub(crate) use csv_file::{is_csv, read_csv};
pub(crate) use json::{is_json, read_json};
pub(crate) use list::{is_list, read_list};
pub(crate) use log::read_log;
pub(crate) use plain::{errors_of, plain_text};
pub use raw::{ClixmlCertificate, read_clixml_certificates};
pub(crate) use table::{is_table, read_table};

/// What lists the assigned certificates of a computer in a form that is read whole.
pub const EXPORT_COMMAND: &str = "Get-CsCertificate | Export-Clixml FILE";

/// What one export says of assigned certificates, as a whole.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AssignedExport {
    /// Name of the document.
    pub document: Arc<str>,
    /// What wrote it.
    pub kind: ExportKind,
    /// When it was made or what it tells of was done, as written: a log has a time of its own, and a collection gives one to its
    /// lists.
    pub time: Option<String>,
    /// Whether it names everything that is assigned to its computer, where a collection says so; `None` where nobody says.
    pub is_complete: Option<bool>,
    /// Errors that the command wrote between its objects: what it could not list is not in it.
    pub errors: Vec<String>,
    /// The certificates.
    pub certificates: Vec<AssignedCertificate>,
}

impl AssignedExport {
    /// A list of which nothing more is known.
    pub fn list(document: Arc<str>, certificates: Vec<AssignedCertificate>) -> Self {
        Self {
            document,
            kind: ExportKind::List,
            time: None,
            is_complete: None,
            errors: Vec::new(),
            certificates,
        }
    }
}

/// What wrote an export.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExportKind {
    /// `Get-CsCertificate`: what is assigned.
    List,
    /// The log of a `Set-CsCertificate` that succeeded: what was assigned then. Other logs assign nothing.
    Log,
}

/// A certificate and what it is assigned to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AssignedCertificate {
    /// The computer, where the output says it (`PSComputerName`, added by remoting): as it was called, which may be a short name
    /// or an address.
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
    /// When it was assigned, as printed.
    pub update_time: Option<String>,
    /// The object, row or block that describes it.
    pub place: Place,
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
