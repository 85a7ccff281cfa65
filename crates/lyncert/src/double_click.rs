//! On Windows a double click makes a console window for the program, which closes with it: nobody could read what it says.

use std::io::{self, IsTerminal, Write};

/// How the program was started, as far as it shows whose its window is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// Whether words follow the program's name.
    has_arguments: bool,
    /// Whether standard input and output are a terminal.
    is_terminal: bool,
    /// Where the cursor of the console of Windows stands, as column and row; `None` where there is none.
    cursor: Option<(i16, i16)>,
}

impl Start {
    /// How it is now: to be asked before anything is printed.
    pub(crate) fn now() -> Self {
        Self {
            has_arguments: std::env::args_os().len() > 1,
            is_terminal: io::stdin().is_terminal() && io::stdout().is_terminal(),
            cursor: cursor(),
        }
    }

    /// Whether the window closes when the program ends. In a console that was made for it the cursor stands at the very beginning;
    /// where somebody typed its name, that stands there (support.microsoft.com, KB 99115).
    pub(crate) fn is_by_double_click(self) -> bool {
        !self.has_arguments && self.is_terminal && self.cursor == Some((0, 0))
    }
}

/// Keeps the window open until somebody has read it.
pub(crate) fn wait() {
    // When these fail, there is nobody to tell it to.
    let _ = writeln!(io::stdout().lock(), "\npress Enter to close this window");
    let _ = io::stdin().read_line(&mut String::new());
}

#[cfg(windows)]
fn cursor() -> Option<(i16, i16)> {
    let at = crossterm_winapi::ScreenBuffer::current().ok()?.info().ok()?.cursor_pos();
    Some((at.x, at.y))
}

#[cfg(not(windows))]
fn cursor() -> Option<(i16, i16)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_console_of_its_own_and_no_arguments_mean_a_double_click() {
        for (has_arguments, is_terminal, cursor, expected) in [
            (false, true, Some((0, 0)), true),
            // Its name was typed: the cursor is below the prompt.
            (false, true, Some((0, 4)), false),
            (false, true, Some((9, 0)), false),
            // A shortcut or a script with arguments: it would hold up whoever waits for it.
            (true, true, Some((0, 0)), false),
            // A scheduler, a pipe, or a redirection.
            (false, false, Some((0, 0)), false),
            (false, true, None, false),
        ] {
            let start = Start { has_arguments, is_terminal, cursor };
            assert_eq!(start.is_by_double_click(), expected, "{start:?}");
        }
    }
}
