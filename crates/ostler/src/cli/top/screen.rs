//! The terminal while the view has it. Given back whichever way the view ends; a panic gives it
//! back before its message is printed.

use super::state::State;
use super::view;
use ratatui::DefaultTerminal;
use std::io;

/// The terminal in raw mode, on its alternate screen.
pub struct Screen(DefaultTerminal);

impl Screen {
    /// Take the terminal.
    pub fn open() -> io::Result<Self> {
        match ratatui::try_init() {
            Ok(terminal) => Ok(Screen(terminal)),
            Err(error) => {
                ratatui::restore();
                Err(error)
            }
        }
    }

    /// Show the state.
    pub fn draw(&mut self, state: &State) -> io::Result<()> {
        self.0.draw(|frame| view::draw(state, frame)).map(drop)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        ratatui::restore();
    }
}
