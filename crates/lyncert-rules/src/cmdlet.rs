//! The cmdlet line that requests a certificate.

use crate::usage::CertificateUsage;

/// A `Request-CsCertificate` line, in parts.
#[derive(Clone, Debug)]
pub struct RequestCommand<'a> {
    /// The usages; those that no cmdlet assigns are left out.
    pub usages: &'a [CertificateUsage],
    /// The server that the request is made for.
    pub computer: Option<&'a str>,
    /// What the certificate store shows.
    pub friendly_name: Option<&'a str>,
    /// The names that the cmdlet does not add by itself.
    pub by_hand: &'a [&'a str],
    /// Whether the client EKU is asked for.
    pub client_eku: bool,
    /// Whether the template is passed that the variable `$Template` names: that of the web servers has no client EKU.
    pub with_template: bool,
    /// Whether the private key has to travel.
    pub exportable: bool,
    /// Size of the key in bits.
    pub key_bits: u32,
    /// Where the request goes; `None` leaves that to the reader.
    pub destination: Option<RequestDestination<'a>>,
}

/// Where a request goes.
#[derive(Clone, Copy, Debug)]
pub enum RequestDestination<'a> {
    /// Into this file, for a CA that cannot be reached from the server.
    File(&'a str),
    /// To the CA that the variable `$CA` names.
    Ca,
}

impl RequestCommand<'_> {
    /// The line; `None` where no usage is assigned by a cmdlet or a value could mean something to PowerShell.
    pub fn line(&self) -> Option<String> {
        let types = self.types();
        if types.is_empty() {
            return None;
        }
        let mut line = format!("Request-CsCertificate -New -Type {types}");
        let by_hand = (!self.by_hand.is_empty()).then(|| self.by_hand.join(","));
        let texts = [
            (" -ComputerFqdn ", self.computer),
            (" -FriendlyName ", self.friendly_name),
            (" -DomainName ", by_hand.as_deref()),
        ];
        for (parameter, text) in texts {
            if let Some(text) = text {
                line.push_str(parameter);
                line.push_str(&Self::quoted(text)?);
            }
        }
        if self.client_eku {
            line.push_str(" -ClientEKU $true");
        }
        if self.with_template {
            line.push_str(" -Template $Template");
        }
        if self.exportable {
            line.push_str(" -PrivateKeyExportable $true");
        }
        line.push_str(" -KeySize ");
        line.push_str(&self.key_bits.to_string());
        match self.destination {
            Some(RequestDestination::File(file)) => {
                line.push_str(" -Output ");
                line.push_str(&Self::quoted(file)?);
            }
            Some(RequestDestination::Ca) => line.push_str(" -CA $CA"),
            None => {}
        }
        Some(line)
    }

    /// The usages as the cmdlets take them.
    fn types(&self) -> String {
        let assigned = self.usages.iter().filter(|usage| usage.is_assigned_by_cmdlet());
        assigned.map(|usage| usage.as_str()).collect::<Vec<_>>().join(",")
    }

    /// In single quotation marks, which expand nothing, if nothing in it means anything to PowerShell, whatever the marks.
    pub fn quoted(text: &str) -> Option<String> {
        let is_harmless =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ',' | '*' | '+' | ' ');
        text.chars().all(is_harmless).then(|| format!("'{text}'"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command() -> RequestCommand<'static> {
        RequestCommand {
            usages: &[CertificateUsage::AccessEdgeExternal, CertificateUsage::ReverseProxy],
            computer: Some("edge1.contoso.com"),
            friendly_name: Some("edge.contoso.com Internal+Default"),
            by_hand: &["sip.fabrikam.com", "*.contoso.com"],
            client_eku: true,
            with_template: true,
            exportable: true,
            key_bits: 2048,
            destination: Some(RequestDestination::Ca),
        }
    }

    #[test]
    fn every_part_has_its_parameter() {
        assert_eq!(
            command().line().as_deref(),
            Some(
                "Request-CsCertificate -New -Type AccessEdgeExternal -ComputerFqdn 'edge1.contoso.com' \
                 -FriendlyName 'edge.contoso.com Internal+Default' -DomainName 'sip.fabrikam.com,*.contoso.com' \
                 -ClientEKU $true -Template $Template -PrivateKeyExportable $true -KeySize 2048 -CA $CA"
            )
        );
        let short = RequestCommand {
            computer: None,
            friendly_name: None,
            by_hand: &[],
            client_eku: false,
            with_template: false,
            exportable: false,
            destination: Some(RequestDestination::File("edge.req")),
            ..command()
        };
        assert_eq!(
            short.line().as_deref(),
            Some("Request-CsCertificate -New -Type AccessEdgeExternal -KeySize 2048 -Output 'edge.req'")
        );
    }

    #[test]
    fn what_could_run_is_never_written() {
        for hostile in ["$(calc).contoso.com", "a';calc;'", "a\"b", "a`b", "a\nb", "\u{2019}"] {
            assert_eq!(RequestCommand { computer: Some(hostile), ..command() }.line(), None, "{hostile}");
            assert_eq!(
                RequestCommand { friendly_name: Some(hostile), ..command() }.line(),
                None,
                "{hostile}"
            );
            assert_eq!(RequestCommand { by_hand: &[hostile], ..command() }.line(), None, "{hostile}");
            let destination = Some(RequestDestination::File(hostile));
            assert_eq!(RequestCommand { destination, ..command() }.line(), None, "{hostile}");
        }
    }

    #[test]
    fn usages_that_no_cmdlet_assigns_have_no_line() {
        assert_eq!(RequestCommand { usages: &[CertificateUsage::ReverseProxy], ..command() }.line(), None);
    }
}
