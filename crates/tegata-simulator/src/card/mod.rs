//! A card that answers commands.

mod access;
mod behaviour;
mod command;
mod dialogue;

use core::fmt;

use chacha20::ChaCha20Rng;

use access::KeyReference;
pub use behaviour::{Behaviour, BlockedAnswer, ShortRead};
use dialogue::Session;

use crate::files::{Application, CardFile};
use crate::hierarchy::CardKeys;
use crate::random::Seed;
use crate::request::CardRequest;

/// A simulated card: its files, and the chip that answers commands.
///
/// Made by [`Hierarchy::issue`](crate::Hierarchy::issue).
pub struct SimulatedCard {
    files: Vec<CardFile>,
    keys: CardKeys,
    /// PIN and codes of both applications, and the tries left of each.
    references: Vec<KeyReference>,
    behaviour: Behaviour,
    session: Session,
    /// Answers to GET CHALLENGE.
    generator: ChaCha20Rng,
    in_field: bool,
    /// After so many more commands the card is taken away.
    commands_left: Option<u32>,
}

impl SimulatedCard {
    pub(crate) fn new(request: &CardRequest, files: Vec<CardFile>, keys: CardKeys, seed: &Seed) -> Self {
        Self {
            files,
            keys,
            references: access::references(request),
            behaviour: Behaviour::default(),
            session: Session::default(),
            generator: seed.child("challenges", &[]).generator(),
            in_field: true,
            commands_left: None,
        }
    }

    /// The files of an application that a reader hands to a verifier, in the order of their identifiers.
    pub fn files(&self, application: Application) -> impl Iterator<Item = &CardFile> {
        // Nothing signs EF 0003 of the surface application, so nobody verifies it; commands can read it.
        self.files
            .iter()
            .filter(move |file| file.application() == application)
            .filter(|file| (file.application(), file.id()) != (Application::Surface, 0x0003))
    }

    /// What a reader hands over of one file, see [`CardFile::as_read`].
    #[must_use]
    pub fn file(&self, application: Application, id: u16) -> Option<&[u8]> {
        self.find(application, id).map(CardFile::as_read)
    }

    /// Every byte of one file, filler included.
    #[must_use]
    pub fn physical_file(&self, application: Application, id: u16) -> Option<&[u8]> {
        self.find(application, id).map(CardFile::physical)
    }

    /// What the chip answers where cards differ.
    pub fn set_behaviour(&mut self, behaviour: Behaviour) {
        self.behaviour = behaviour;
    }

    /// Sets how many tries a key reference (0x0011, 0x0014 …) has left; 0 blocks it.
    pub fn set_tries_left(&mut self, application: Application, reference: u16, tries: u8) {
        if let Some(reference) = self.reference_mut(application, reference) {
            reference.set_tries_left(tries);
        }
    }

    /// How many tries a key reference has left; `None` when there is no such reference.
    #[must_use]
    pub fn tries_left(&self, application: Application, reference: u16) -> Option<u8> {
        self.references.iter().find(|each| each.is(application, reference)).map(KeyReference::tries_left)
    }

    /// Takes the card out of the field: every command gets an empty answer.
    pub fn remove(&mut self) {
        self.in_field = false;
        self.session = Session::default();
    }

    /// Answers so many more commands; then the card is out of the field.
    pub fn remove_after(&mut self, commands: u32) {
        self.commands_left = Some(commands);
    }

    /// Puts the card into the field, or resets it there: nothing is selected and nothing open. Tries spent stay spent.
    pub fn insert(&mut self) {
        self.in_field = true;
        self.commands_left = None;
        self.session = Session::default();
    }

    /// Answers one command APDU: data, if any, and two bytes of status. Empty when the card is not in the field.
    ///
    /// Never panics, whatever the command.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        if let Some(left) = &mut self.commands_left {
            match left.checked_sub(1) {
                Some(fewer) => *left = fewer,
                None => self.remove(),
            }
        }
        if self.in_field { self.answer(command) } else { Vec::new() }
    }

    /// The answer of the card to a challenge without a dialogue: the signature of the application's key over the
    /// message, as `80 2A` gives it.
    ///
    /// # Errors
    /// [`SimulatorError::Key`](crate::SimulatorError::Key).
    pub fn respond(&self, application: Application, challenge: &[u8]) -> Result<Vec<u8>, crate::SimulatorError> {
        self.key(application).sign(challenge)
    }

    pub(crate) fn file_mut(&mut self, application: Application, id: u16) -> Option<&mut CardFile> {
        self.files.iter_mut().find(|file| (file.application(), file.id()) == (application, id))
    }

    fn find(&self, application: Application, id: u16) -> Option<&CardFile> {
        self.files.iter().find(|file| (file.application(), file.id()) == (application, id))
    }

    fn reference_mut(&mut self, application: Application, id: u16) -> Option<&mut KeyReference> {
        self.references.iter_mut().find(|each| each.is(application, id))
    }

    const fn key(&self, application: Application) -> &crate::key::SimulatorKey {
        match application {
            Application::Text => &self.keys.text,
            Application::Surface => &self.keys.surface,
        }
    }
}

impl fmt::Debug for SimulatedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedCard")
            .field("files", &self.files)
            .field("in_field", &self.in_field)
            .finish_non_exhaustive()
    }
}
