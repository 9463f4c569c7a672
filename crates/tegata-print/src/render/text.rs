//! A symbol as text, two modules to the character.

use super::STANDARD_QUIET_ZONE;
use crate::Symbol;

impl Symbol {
    /// Draws the symbol with the half blocks of Unicode, quiet zone included, a line feed after
    /// each line. Dark modules are drawn in the text colour; `invert` leaves them out and draws the
    /// light ones, for a terminal with light text on a dark ground.
    #[must_use]
    pub fn to_text(&self, invert: bool) -> String {
        let margin = usize::try_from(STANDARD_QUIET_ZONE).unwrap_or(0);
        let side = self.size() + 2 * margin;
        // Left of and above the symbol the subtraction wraps, far out of the symbol: light.
        let inked =
            |x: usize, y: usize| y < side && self.module(x.wrapping_sub(margin), y.wrapping_sub(margin)) != invert;
        let mut text = String::with_capacity((side * 3 + 1) * side.div_ceil(2));
        for y in (0..side).step_by(2) {
            for x in 0..side {
                text.push(match (inked(x, y), inked(x, y + 1)) {
                    (false, false) => ' ',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (true, true) => '█',
                });
            }
            text.push('\n');
        }
        text
    }
}
