//! Changing cards after they were signed, as an attacker would.

use crate::card::SimulatedCard;
use crate::error::SimulatorError;
use crate::files::Application;

/// A change to the bytes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tampering {
    /// Inverts one bit, counted from the first of the file, the most significant of each byte first.
    FlipBit(usize),
    /// Leaves only so many bytes.
    Truncate(usize),
    /// Puts bytes behind the file's last.
    Append(Vec<u8>),
    /// Puts other bytes in its place.
    Replace(Vec<u8>),
}

impl SimulatedCard {
    /// Changes a file of this card. What is read of it afterwards is all its bytes, filler included.
    ///
    /// # Errors
    /// [`SimulatorError::NoSuchFile`], or [`SimulatorError::OutsideFile`] for a bit or length beyond the end.
    pub fn tamper(&mut self, application: Application, id: u16, tampering: Tampering) -> Result<(), SimulatorError> {
        let file = self.file_mut(application, id).ok_or(SimulatorError::NoSuchFile)?;
        let mut bytes = file.as_read().to_vec();
        match tampering {
            Tampering::FlipBit(bit) => {
                let byte = bytes.get_mut(bit / 8).ok_or(SimulatorError::OutsideFile)?;
                *byte ^= 0x80 >> (bit % 8);
            }
            Tampering::Truncate(length) if length > bytes.len() => return Err(SimulatorError::OutsideFile),
            Tampering::Truncate(length) => bytes.truncate(length),
            Tampering::Append(more) => bytes.extend(more),
            Tampering::Replace(other) => bytes = other,
        }
        file.replace(bytes);
        Ok(())
    }

    /// Puts another card's file in place of this card's.
    ///
    /// # Errors
    /// [`SimulatorError::NoSuchFile`].
    pub fn take_file(&mut self, from: &Self, application: Application, id: u16) -> Result<(), SimulatorError> {
        let bytes = from.file(application, id).ok_or(SimulatorError::NoSuchFile)?.to_vec();
        self.tamper(application, id, Tampering::Replace(bytes))
    }

    /// Puts the other application's certificate in EF 0004. It certifies the very same key, so every signature in
    /// the application still verifies with it: only the authority is one for another application.
    ///
    /// # Errors
    /// [`SimulatorError::NoSuchFile`].
    pub fn take_certificate_of_other_application(&mut self, application: Application) -> Result<(), SimulatorError> {
        let other = match application {
            Application::Text => Application::Surface,
            Application::Surface => Application::Text,
        };
        let bytes = self.file(other, 0x0004).ok_or(SimulatorError::NoSuchFile)?.to_vec();
        self.tamper(application, 0x0004, Tampering::Replace(bytes))
    }
}
