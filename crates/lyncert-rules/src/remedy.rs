//! The cmdlet line that repairs.

use crate::certificate::Eku;
use crate::requirement::{AddedBy, Need, Requirement};

/// The `Request-CsCertificate` line for a requirement: the wizard's names come by themselves, the others are passed with
/// `-DomainName`. `None` for holders that the product does not manage, and where a name could not be quoted safely.
pub(crate) fn request(requirement: &Requirement) -> Option<String> {
    if !requirement.holder.kind.is_managed() {
        return None;
    }
    let types: Vec<_> = requirement
        .usages
        .iter()
        .filter(|usage| usage.is_assigned_by_cmdlet())
        .map(|usage| usage.as_str())
        .collect();
    let mut line = format!("Request-CsCertificate -New -Type {}", types.join(","));
    if let Some(server) = requirement.install_on().first() {
        line.push_str(" -ComputerFqdn ");
        line.push_str(&quoted(server.as_str())?);
    }
    let by_hand: Vec<&str> = requirement
        .names
        .iter()
        .filter(|name| name.added_by == AddedBy::Person && name.need > Need::Optional)
        .map(|name| name.name.as_str())
        .collect();
    if !by_hand.is_empty() {
        line.push_str(" -DomainName ");
        line.push_str(&quoted(&by_hand.join(","))?);
    }
    if requirement.eku.iter().chain(&requirement.advised_eku).any(|eku| *eku == Eku::ClientAuth) {
        line.push_str(" -ClientEKU $true");
    }
    if requirement.shared_by.len() > 1 {
        line.push_str(" -PrivateKeyExportable $true");
    }
    line.push_str(" -KeySize 2048");
    Some(line)
}

/// In double quotes, if nothing in it means anything to PowerShell.
fn quoted(text: &str) -> Option<String> {
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ',' | '*');
    text.chars().all(harmless).then(|| format!("\"{text}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{edge_external, edge_pool, front_end, requirement_of};

    #[test]
    fn the_line_passes_just_the_names_that_the_wizard_does_not_add() {
        assert_eq!(
            request(&edge_external(&edge_pool())).as_deref(),
            Some(
                "Request-CsCertificate -New -Type AccessEdgeExternal,DataEdgeExternal,AudioVideoAuthentication \
                 -ComputerFqdn \"edge1.contoso.com\" -DomainName \"sip.fabrikam.com\" \
                 -PrivateKeyExportable $true -KeySize 2048"
            )
        );
    }

    #[test]
    fn holders_outside_of_the_product_have_none() {
        assert_eq!(request(&requirement_of(&front_end(), "ReverseProxy")), None);
    }

    #[test]
    fn a_name_that_could_run_is_never_quoted() {
        let mut requirement = requirement_of(&front_end(), "Default");
        requirement.holder.server = Some("fe1$(calc).contoso.com".parse().unwrap());
        assert_eq!(request(&requirement), None);
    }
}
