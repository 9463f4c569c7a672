//! A card in the virtual reader: the protocol between `vpcd` and what plays the card.
//!
//! Every message is two bytes of length, the higher first, and so many bytes. From the reader, a single byte is a
//! control: 0 power off, 1 power on, 2 reset, 4 asks for the answer to reset; anything longer is a command APDU. Answer
//! to reset and APDUs alone are answered. Source: the documentation of vsmartcard, "virtual smart card reader".

use std::io;
use std::net::{Shutdown, TcpStream};
use std::thread::JoinHandle;

use crate::chip::Chip;
use crate::service::{Event, VirtualReader};

/// A direct-convention answer to reset that offers T=1 and has no historical bytes (ISO/IEC 7816-3 §8).
const ANSWER_TO_RESET: [u8; 4] = [0x3b, 0x80, 0x01, 0x81];

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const ASK_ANSWER_TO_RESET: u8 = 4;

/// A chip in the reader, until it is removed or this is dropped.
pub struct Inserted<'r, C: Chip> {
    reader: &'r VirtualReader,
    /// How many cards were removed from the reader before this one.
    removed_before: usize,
    line: TcpStream,
    chip: Option<JoinHandle<C>>,
}

impl<'r, C: Chip> Inserted<'r, C> {
    /// Comes back when the service has noticed the card.
    pub(crate) fn connect(reader: &'r VirtualReader, port: u16, mut chip: C) -> io::Result<Self> {
        let (inserted_before, removed_before) = (reader.count(Event::Inserted), reader.count(Event::Removed));
        let line = TcpStream::connect(("127.0.0.1", port))?;
        line.set_nodelay(true)?;
        let mut other_end = line.try_clone()?;
        let thread = std::thread::spawn(move || {
            // The line ends when the card is removed or the reader goes away; both are the end of this card's stay.
            _ = serve(&mut other_end, &mut chip);
            _ = other_end.shutdown(Shutdown::Both);
            chip
        });
        let inserted = Self { reader, removed_before, line, chip: Some(thread) };
        if reader.wait_for_more(Event::Inserted, inserted_before) {
            Ok(inserted)
        } else {
            Err(io::ErrorKind::TimedOut.into())
        }
    }

    /// Takes the chip out, and comes back when the service has noticed; `None` when the chip panicked.
    #[must_use]
    pub fn remove(mut self) -> Option<C> {
        self.take_out()
    }

    fn take_out(&mut self) -> Option<C> {
        let chip = self.chip.take()?;
        // It may have ended by itself.
        _ = self.line.shutdown(Shutdown::Both);
        let chip = chip.join().ok();
        self.reader.wait_for_more(Event::Removed, self.removed_before);
        chip
    }
}

impl<C: Chip> Drop for Inserted<'_, C> {
    fn drop(&mut self) {
        self.take_out();
    }
}

fn serve(line: &mut (impl io::Read + io::Write), chip: &mut impl Chip) -> io::Result<()> {
    loop {
        let message = receive(line)?;
        match message.as_slice() {
            [POWER_OFF | POWER_ON | RESET] => chip.reset(),
            [ASK_ANSWER_TO_RESET] => send(line, &ANSWER_TO_RESET)?,
            [] => {}
            command => match chip.transmit(command) {
                answer if answer.is_empty() => return Ok(()),
                answer => send(line, &answer)?,
            },
        }
    }
}

fn receive(line: &mut impl io::Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 2];
    line.read_exact(&mut length)?;
    let mut message = vec![0; u16::from_be_bytes(length).into()];
    line.read_exact(&mut message)?;
    Ok(message)
}

fn send(line: &mut impl io::Write, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    line.write_all(&[&length.to_be_bytes(), message].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives back every command with `9000`, until one that says to vanish.
    #[derive(Default)]
    struct Echo {
        resets: u32,
    }

    impl Chip for Echo {
        fn reset(&mut self) {
            self.resets += 1;
        }

        fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
            if command == b"vanish" { Vec::new() } else { [command, &[0x90, 0x00]].concat() }
        }
    }

    /// Both directions of a line.
    struct Line(io::Cursor<Vec<u8>>, Vec<u8>);

    impl io::Read for Line {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl io::Write for Line {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn said(messages: &[&[u8]]) -> (io::Result<()>, Vec<u8>, u32) {
        let mut sent = Vec::new();
        for message in messages {
            send(&mut sent, message).unwrap();
        }
        let (mut line, mut chip) = (Line(io::Cursor::new(sent), Vec::new()), Echo::default());
        let result = serve(&mut line, &mut chip);
        (result, line.1, chip.resets)
    }

    #[test]
    fn controls_and_commands() {
        let (end, answers, resets) = said(&[&[1], &[4], &[2], b"ab", &[0], b"vanish", b"never"]);
        assert!(end.is_ok() && resets == 3);
        assert_eq!(answers, [&[0, 4][..], &ANSWER_TO_RESET, &[0, 4], b"ab\x90\x00"].concat());
        // The reader went away.
        assert!(said(&[&[4]]).0.is_err());
        // The check byte makes the exclusive or of all bytes after the first zero.
        assert_eq!(ANSWER_TO_RESET.iter().skip(1).fold(0, |sum, byte| sum ^ byte), 0);
    }
}
