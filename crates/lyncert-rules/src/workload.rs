//! What users do.

use std::fmt;

/// Something that users do.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Workload {
    /// Sign-in of clients inside.
    InternalSignIn,
    /// Sign-in of clients outside.
    ExternalSignIn,
    /// Presence, messages and calls with partners.
    Federation,
    /// Web conferences with people outside.
    WebConferencing,
    /// Audio and video with people outside.
    OutsideAudioVideo,
    /// Clients and phones find their pool by Autodiscover.
    MobileDiscovery,
    /// Meetings are joined by their links, and their dial-in page opens.
    MeetingJoin,
    /// Desk phones sign in and get their settings.
    Phones,
    /// Calls to and from the telephone network.
    Telephony,
    /// Servers call each other in the name of users: Exchange, SharePoint, other servers.
    ServerToServer,
    /// Presentations in meetings.
    Presentations,
    /// Chat rooms.
    ChatRooms,
    /// Applications of the organization or of partners.
    Applications,
}

impl Workload {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 13] = [
        Self::InternalSignIn,
        Self::ExternalSignIn,
        Self::Federation,
        Self::WebConferencing,
        Self::OutsideAudioVideo,
        Self::MobileDiscovery,
        Self::MeetingJoin,
        Self::Phones,
        Self::Telephony,
        Self::ServerToServer,
        Self::Presentations,
        Self::ChatRooms,
        Self::Applications,
    ];

    /// Whether its title is in the plural.
    fn is_plural(self) -> bool {
        match self {
            Self::OutsideAudioVideo
            | Self::Phones
            | Self::Telephony
            | Self::ServerToServer
            | Self::Presentations
            | Self::ChatRooms
            | Self::Applications => true,
            Self::InternalSignIn
            | Self::ExternalSignIn
            | Self::Federation
            | Self::WebConferencing
            | Self::MobileDiscovery
            | Self::MeetingJoin => false,
        }
    }

    /// That they stop, such as `desk phones stop`; `None` where there is none.
    pub(crate) fn stop_text(workloads: &[Self]) -> Option<String> {
        let (last, others) = workloads.split_last()?;
        Some(match others {
            [] if last.is_plural() => format!("{last} stop"),
            [] => format!("{last} stops"),
            others => {
                let others: Vec<String> = others.iter().map(ToString::to_string).collect();
                format!("{} and {last} stop", others.join(", "))
            }
        })
    }

    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InternalSignIn => "internal-sign-in",
            Self::ExternalSignIn => "external-sign-in",
            Self::Federation => "federation",
            Self::WebConferencing => "web-conferencing",
            Self::OutsideAudioVideo => "outside-audio-video",
            Self::MobileDiscovery => "mobile-discovery",
            Self::MeetingJoin => "meeting-join",
            Self::Phones => "phones",
            Self::Telephony => "telephony",
            Self::ServerToServer => "server-to-server",
            Self::Presentations => "presentations",
            Self::ChatRooms => "chat-rooms",
            Self::Applications => "applications",
        }
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InternalSignIn => "sign-in inside",
            Self::ExternalSignIn => "sign-in from outside",
            Self::Federation => "federation",
            Self::WebConferencing => "web conferencing with people outside",
            Self::OutsideAudioVideo => "audio and video with people outside",
            Self::MobileDiscovery => "Autodiscover of mobile clients",
            Self::MeetingJoin => "joining meetings by link",
            Self::Phones => "desk phones",
            Self::Telephony => "telephone calls",
            Self::ServerToServer => "server-to-server calls",
            Self::Presentations => "presentations in meetings",
            Self::ChatRooms => "chat rooms",
            Self::Applications => "trusted applications",
        })
    }
}
