//! What answers in a reader.

use tegata_simulator::SimulatedCard;

/// A chip that can be put into the reader.
pub trait Chip: Send + 'static {
    /// Power was switched on, or the chip was reset: what was selected and presented is forgotten.
    fn reset(&mut self);

    /// The answer to a command APDU; empty when the card was pulled out.
    fn transmit(&mut self, command: &[u8]) -> Vec<u8>;
}

impl Chip for SimulatedCard {
    fn reset(&mut self) {
        self.insert();
    }

    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        Self::transmit(self, command)
    }
}
