//! The cmdlet line that repairs.

use crate::cmdlet::{Quotes, RequestCommand};
use crate::{AddedBy, Eku, Need, Requirement};

/// The `Request-CsCertificate` line for a requirement: the wizard's names come by themselves, the others are passed with
/// `-DomainName`. `None` for holders that the product does not manage, and where a name could not be quoted safely.
pub(crate) fn request(requirement: &Requirement) -> Option<String> {
    if !requirement.holder.kind.is_managed() {
        return None;
    }
    let install_on = requirement.install_on();
    let by_hand: Vec<&str> = requirement
        .names
        .iter()
        .filter(|name| name.added_by == AddedBy::Person && name.need > Need::Optional)
        .map(|name| name.name.as_str())
        .collect();
    let command = RequestCommand {
        usages: &requirement.usages,
        computer: install_on.first().map(|server| server.as_str()),
        friendly_name: None,
        by_hand: &by_hand,
        client_eku: requirement.eku.iter().chain(&requirement.advised_eku).any(|eku| *eku == Eku::ClientAuth),
        exportable: requirement.shared_by.len() > 1,
        key_bits: 2048,
        destination: None,
        quotes: Quotes::Double,
    };
    command.line()
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
