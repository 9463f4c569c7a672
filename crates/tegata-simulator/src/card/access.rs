//! Key references, and which of them open which file.

use zeroize::Zeroizing;

use crate::files::Application;
use crate::request::CardRequest;

/// Tries of the PIN, and of codes.
const PIN_TRIES: u8 = 3;
const CODE_TRIES: u8 = 10;

/// The PIN or a code of one application.
pub(super) struct KeyReference {
    application: Application,
    id: u16,
    value: Zeroizing<Vec<u8>>,
    tries: u8,
    left: u8,
}

impl KeyReference {
    pub(super) fn is(&self, application: Application, id: u16) -> bool {
        (self.application, self.id) == (application, id)
    }

    pub(super) const fn tries_left(&self) -> u8 {
        self.left
    }

    pub(super) const fn set_tries_left(&mut self, tries: u8) {
        self.left = tries;
    }

    /// Whether the value is right. A right one gives back all tries, a wrong one costs a try.
    pub(super) fn present(&mut self, value: &[u8]) -> bool {
        let right = self.left > 0 && *self.value == value;
        self.left = if right { self.tries } else { self.left.saturating_sub(1) };
        right
    }

    pub(super) fn change(&mut self, value: &[u8]) {
        *self.value = value.to_vec();
    }
}

pub(super) fn references(request: &CardRequest) -> Vec<KeyReference> {
    let reference = |application, id, value: &[u8], tries| KeyReference {
        application,
        id,
        value: Zeroizing::new(value.to_vec()),
        tries,
        left: tries,
    };
    let (code_a, code_b) = (request.code_a().as_slice(), request.code_b());
    vec![
        reference(Application::Text, PIN, request.holder_pin(), PIN_TRIES),
        // Blocked on every card; nobody knows what it is for.
        reference(Application::Text, 0x0012, &[], 0),
        reference(Application::Text, TEXT_CODE_A, code_a, CODE_TRIES),
        reference(Application::Text, TEXT_CODE_B, &code_b, CODE_TRIES),
        reference(Application::Surface, BIRTH_DATE, &request.birth_digits(), CODE_TRIES),
        reference(Application::Surface, SURFACE_CODE_B, &code_b, CODE_TRIES),
        reference(Application::Surface, SURFACE_CODE_A, code_a, CODE_TRIES),
    ]
}

/// The key references of which one must have been presented before the file can be read; none for files that are
/// always open.
pub(super) const fn opened_by(application: Application, file: u16) -> &'static [u16] {
    match (application, file) {
        (Application::Text, 0x0001) => &[PIN, TEXT_CODE_A],
        (Application::Text, 0x0002) => &[PIN, TEXT_CODE_B],
        (Application::Text, 0x0003 | 0x0006 | 0x0007) => &[PIN, TEXT_CODE_A, TEXT_CODE_B],
        (Application::Surface, 0x0001) => &[BIRTH_DATE],
        (Application::Surface, 0x0002) => &[SURFACE_CODE_A, SURFACE_CODE_B],
        (Application::Surface, 0x0005) => &[SURFACE_CODE_A],
        _ => &[],
    }
}

/// The reference of the text application's PIN.
pub(super) const PIN: u16 = 0x0011;
const TEXT_CODE_A: u16 = 0x0014;
const TEXT_CODE_B: u16 = 0x0015;
const BIRTH_DATE: u16 = 0x0011;
const SURFACE_CODE_B: u16 = 0x0012;
const SURFACE_CODE_A: u16 = 0x0013;
