//! A service and a timer for systemd.

use super::Job;

/// Both units, each under the name of its file.
pub(super) fn unit_files(job: &Job) -> String {
    let Job { name, random_delay, .. } = job;
    let (hour, minute) = job.time;
    let arguments = job.arguments.iter().map(|argument| quoted(argument));
    let command =
        std::iter::once(quoted_program(&job.program)).chain(arguments).collect::<Vec<_>>().join(" ");
    let user = job.user.as_ref().map(|user| format!("User={user}\n")).unwrap_or_default();
    format!(
        "# /etc/systemd/system/{name}.service
[Unit]
Description=Audit of Lync Server and Skype for Business Server certificates

[Service]
Type=oneshot
ExecStart={command}
# 1: findings, and the report is there.
SuccessExitStatus=0 1
{user}Nice=19
IOSchedulingClass=idle
TimeoutStartSec=4h
NoNewPrivileges=yes
PrivateNetwork=yes
ProtectSystem=full
UMask=0027

# /etc/systemd/system/{name}.timer
[Unit]
Description=Daily audit of Lync Server and Skype for Business Server certificates

[Timer]
OnCalendar=*-*-* {hour:02}:{minute:02}:00
RandomizedDelaySec={random_delay}min
Persistent=true

[Install]
WantedBy=timers.target

# Register: systemctl daemon-reload && systemctl enable --now {name}.timer
# Follow:   journalctl -u {name}.service
"
    )
}

/// An argument of `ExecStart`: in quotes where it needs them, with what systemd would expand doubled. `%` starts a specifier and `$`
/// a variable, in quotes too.
pub(super) fn quoted(argument: &str) -> String {
    in_quotes(&argument.replace('%', "%%").replace('$', "$$"))
}

/// The program of `ExecStart`, in which systemd expands specifiers and no variables: a doubled `$` would stay doubled.
pub(super) fn quoted_program(program: &str) -> String {
    in_quotes(&program.replace('%', "%%"))
}

fn in_quotes(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,=+@%$".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
