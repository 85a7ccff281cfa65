//! What users notice when a name is missing.

use lyncert_ingest::name::said;

use crate::requirement::{NameKind, RequiredName};

/// The consequence of a missing name, by what kind of name it is.
pub(crate) fn of_missing(required: &RequiredName) -> String {
    let name = said(&required.name);
    match required.kind {
        NameKind::Pool => "servers and clients that connect to the pool by its FQDN refuse it".to_owned(),
        NameKind::Machine => "other servers that connect to this server by its FQDN refuse it".to_owned(),
        NameKind::InternalWeb => {
            "internal clients cannot reach the address book, meeting content and group expansion".to_owned()
        }
        NameKind::ExternalWeb => {
            "clients outside cannot reach the address book, meeting content and mobile services".to_owned()
        }
        NameKind::Meet => format!("meeting links to {name} open with a certificate error"),
        NameKind::Dialin => format!("the dial-in settings page at {name} opens with a certificate error"),
        NameKind::Admin => format!("the control panel at {name} opens with a certificate error"),
        NameKind::OtherUrl => format!("links to {name} open with a certificate error"),
        NameKind::LyncdiscoverInternal => {
            "clients inside fail to find their pool by Autodiscover: mobile and newer desktop clients cannot sign in"
                .to_owned()
        }
        NameKind::Lyncdiscover => {
            "clients outside fail to find their pool by Autodiscover: mobile clients cannot sign in".to_owned()
        }
        NameKind::Sip => {
            format!("users who are directed to {name} by automatic sign-in, and federated partners, are refused")
        }
        NameKind::AccessEdge => "remote users cannot sign in and federation fails".to_owned(),
        NameKind::WebConferencing => "people outside cannot join web conferences".to_owned(),
        NameKind::AvEdge => "nothing: clients do not check this name".to_owned(),
        NameKind::Xmpp => format!("XMPP partners refuse the connection for {name}"),
        NameKind::OfficeWebApps => "presentations do not open in meetings".to_owned(),
        NameKind::Extra => format!("what the policy names {name} for fails"),
    }
}
