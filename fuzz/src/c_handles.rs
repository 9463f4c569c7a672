//! The C library driven by random sequences of calls: each input is a program over a few handles.

#![allow(unsafe_code, reason = "the exports are called as C calls them")]

use std::mem::MaybeUninit;
use std::sync::LazyLock;

use tegata_c::{
    ApplicationRequest, CardFiles, CardReport, CardRequest, CardSession, CardVerifier, Certificate, CheckResult,
    Identity, Policy, QrOptions, Report, Trust, TrustBuilder, Verifier,
};
use tegata_simulator::{Algorithm, CardRequest as Holder, Hierarchy, SimulatedCard};

const SIGNER: &[u8] = include_bytes!("../../crates/tegata/examples/data/signer.pem");
const TEXT: &[u8] = include_bytes!("../../crates/tegata/examples/data/certificate.txt");
const NOW: i64 = 1_780_272_000;

/// More calls than a sequence needs to meet anything; each may draw a picture.
const MAX_CALLS: usize = 64;

static CARDS: LazyLock<(Hierarchy, String)> = LazyLock::new(|| {
    let hierarchy = Hierarchy::generate(5, Algorithm::P256).expect("a hierarchy");
    let authorities = hierarchy.authorities_json();
    (hierarchy, authorities)
});

fn new_card() -> SimulatedCard {
    let holder = Holder::from_seed(5).pin("1234").expect("a PIN");
    CARDS.0.issue(&holder).expect("a card")
}

/// Handles as a program in C has them, one of each kind.
#[derive(Default)]
struct Handles {
    builder: Option<Box<TrustBuilder>>,
    trust: Option<Box<Trust>>,
    verifier: Option<Box<Verifier>>,
    certificate: Option<Box<Certificate>>,
    report: Option<Box<Report>>,
    session: Option<Box<CardSession>>,
    files: Option<Box<CardFiles>>,
    card_verifier: Option<Box<CardVerifier>>,
    identity: Option<Box<Identity>>,
    card_report: Option<Box<CardReport>>,
}

/// Where the operations' bytes come from.
struct Input<'d>(&'d [u8]);

impl<'d> Input<'d> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// As many bytes as the next one says.
    fn some(&mut self) -> &'d [u8] {
        let length = usize::from(self.byte().unwrap_or(0)).min(self.0.len());
        let (some, rest) = self.0.split_at(length);
        self.0 = rest;
        some
    }
}

/// Runs a sequence of calls. No call panics, none hands out what its return value denies.
pub fn c_handles(data: &[u8]) {
    let mut input = Input(data);
    let mut handles = Handles::default();
    let mut card = None;
    for _ in 0..MAX_CALLS {
        let Some(operation) = input.byte() else { break };
        let code = handles.call(operation, &mut input, &mut card);
        assert!((0..9000).contains(&code), "operation {operation} gave {code}");
    }
    handles.free();
}

/// An output place, as an uninitialised variable is one.
fn place<T>(into: &mut MaybeUninit<T>) -> Option<&mut MaybeUninit<T>> {
    Some(into)
}

/// Takes a handle out of its output, and checks that there is one exactly where the code says so.
fn taken<T>(code: i32, output: MaybeUninit<Option<Box<T>>>, slot: &mut Option<Box<T>>) -> i32 {
    // SAFETY: every call sets its outputs first.
    let handle = unsafe { output.assume_init() };
    assert_eq!(code == 0, handle.is_some());
    *slot = handle;
    code
}

impl Handles {
    #[allow(clippy::too_many_lines, reason = "one arm an operation")]
    fn call(&mut self, operation: u8, input: &mut Input<'_>, card: &mut Option<SimulatedCard>) -> i32 {
        let mut buffer = [0xaa_u8; 512];
        let mut length = MaybeUninit::uninit();
        let start = buffer.as_mut_ptr();
        let capacity = usize::from(input.byte().unwrap_or(0)) * 2;
        // SAFETY: lengths are those of the slices, and capacities are at most that of the buffer.
        unsafe {
            match operation % 34 {
                0 => {
                    let mut output = MaybeUninit::uninit();
                    let code =
                        tegata_c::tegata_trust_builder_new(u32::from(input.byte().unwrap_or(0)), place(&mut output));
                    taken(code, output, &mut self.builder)
                }
                1 => {
                    let data = input.some();
                    let data = if data.is_empty() { SIGNER } else { data };
                    let builder = self.builder.as_deref_mut();
                    match capacity % 3 {
                        0 => tegata_c::tegata_trust_builder_add_signers(builder, data.as_ptr(), data.len(), None),
                        1 => tegata_c::tegata_trust_builder_add_authorities(builder, data.as_ptr(), data.len(), None),
                        _ => tegata_c::tegata_trust_builder_offer_signers(builder, data.as_ptr(), data.len(), None),
                    }
                }
                2 => {
                    let data = input.some();
                    let builder = self.builder.as_deref_mut();
                    tegata_c::tegata_trust_builder_add_revocation(builder, data.as_ptr(), data.len())
                }
                3 => {
                    let data = input.some();
                    let builder = self.builder.as_deref_mut();
                    tegata_c::tegata_trust_builder_open_bundle(
                        builder,
                        data.as_ptr(),
                        data.len(),
                        SIGNER.as_ptr(),
                        SIGNER.len(),
                        0,
                        None,
                    )
                }
                4 => {
                    let mut output = MaybeUninit::uninit();
                    let code = tegata_c::tegata_trust_builder_build(self.builder.as_deref_mut(), place(&mut output));
                    taken(code, output, &mut self.trust)
                }
                5 => {
                    let mut output = MaybeUninit::uninit();
                    let policy = Policy {
                        size: size_of::<Policy>() - usize::from(capacity == 2),
                        skew_seconds: u32::MAX,
                        strict: u32::from(input.byte().unwrap_or(0)),
                    };
                    let policy = if capacity == 0 { core::ptr::null() } else { &raw const policy };
                    let code = tegata_c::tegata_verifier_new(self.trust.as_deref(), policy, place(&mut output));
                    taken(code, output, &mut self.verifier)
                }
                6 | 7 => {
                    let text = input.some();
                    let text = if text.is_empty() { TEXT } else { text };
                    let (mut certificate, mut report) = (MaybeUninit::uninit(), MaybeUninit::uninit());
                    let verifier = self.verifier.as_deref();
                    let code = tegata_c::tegata_verify_text(
                        verifier,
                        text.as_ptr().cast(),
                        text.len(),
                        NOW,
                        place(&mut certificate),
                        place(&mut report),
                    );
                    self.report = report.assume_init();
                    assert_eq!(self.report.is_some(), code < 2000);
                    assert_eq!(tegata_c::tegata_report_status(self.report.as_deref()) == 0, code == 0);
                    taken(code, certificate, &mut self.certificate)
                }
                8 => {
                    let image = input.some();
                    tegata_c::tegata_verify_image(
                        self.verifier.as_deref(),
                        image.as_ptr(),
                        image.len(),
                        capacity,
                        NOW,
                        None,
                        None,
                        None,
                    )
                }
                9 => {
                    let mut check = MaybeUninit::<CheckResult>::uninit();
                    tegata_c::tegata_report_check(self.report.as_deref(), capacity / 2, place(&mut check))
                }
                10 => tegata_c::tegata_report_json(self.report.as_deref(), start.cast(), capacity, place(&mut length)),
                11 => {
                    let language = u32::from(input.byte().unwrap_or(0));
                    let report = self.report.as_deref();
                    tegata_c::tegata_report_message(report, language, start.cast(), capacity, place(&mut length))
                }
                12 => {
                    let (what, certificate) = (u32::from(input.byte().unwrap_or(0)), self.certificate.as_deref());
                    tegata_c::tegata_certificate_text(certificate, what, start.cast(), capacity, place(&mut length))
                }
                13 => {
                    let (index, certificate) = (usize::from(input.byte().unwrap_or(0)), self.certificate.as_deref());
                    tegata_c::tegata_certificate_line_label(certificate, 1, index, start.cast(), capacity, None).min(
                        tegata_c::tegata_certificate_line_value(
                            certificate,
                            0,
                            index,
                            start.cast(),
                            capacity,
                            place(&mut length),
                        ),
                    )
                }
                14 => {
                    let mut seconds = MaybeUninit::uninit();
                    let what = u32::from(input.byte().unwrap_or(0));
                    tegata_c::tegata_certificate_time(self.certificate.as_deref(), what, place(&mut seconds))
                }
                15 => {
                    let options = QrOptions {
                        size: size_of::<QrOptions>(),
                        module_pixels: u32::from(input.byte().unwrap_or(0)) % 8,
                        quiet_zone: u32::from(input.byte().unwrap_or(0)),
                        error_correction: u32::from(input.byte().unwrap_or(0)) % 6,
                        reserved: u32::from(capacity == 5),
                    };
                    let text = input.some();
                    let (from, long) = (text.as_ptr().cast(), text.len());
                    match capacity % 4 {
                        0 => {
                            tegata_c::tegata_qr_png(from, long, &raw const options, start, capacity, place(&mut length))
                        }
                        _ => tegata_c::tegata_qr_svg(
                            from,
                            long,
                            &raw const options,
                            start.cast(),
                            capacity,
                            place(&mut length),
                        ),
                    }
                }
                16 => {
                    let mut output = MaybeUninit::uninit();
                    let pin = input.some();
                    let pin = if pin.is_empty() { b"1234" } else { pin };
                    let challenge = [7_u8; 32];
                    let request = CardRequest {
                        size: size_of::<CardRequest>(),
                        consent_seconds: NOW,
                        pin: pin.as_ptr().cast(),
                        pin_length: pin.len(),
                        code_a: core::ptr::null(),
                        code_a_length: 0,
                        code_b: core::ptr::null(),
                        code_b_length: usize::from(capacity == 4),
                        challenge: challenge.as_ptr(),
                        challenge_length: 32,
                        flags: u32::from(input.byte().unwrap_or(1)),
                        reserved: 0,
                    };
                    let code = tegata_c::tegata_card_session_new(&raw const request, place(&mut output));
                    *card = None;
                    taken(code, output, &mut self.session)
                }
                17 => {
                    tegata_c::tegata_card_session_command(self.session.as_deref(), start, capacity, place(&mut length))
                }
                18 => {
                    let answer = input.some();
                    tegata_c::tegata_card_session_answer(self.session.as_deref_mut(), answer.as_ptr(), answer.len())
                }
                // The card itself answers, so that dialogues come to their end.
                19 | 20 => self.converse(capacity * 4 + 2, card),
                21 => tegata_c::tegata_card_session_removed(self.session.as_deref_mut()),
                22 => {
                    let mut tries = MaybeUninit::uninit();
                    tegata_c::tegata_card_session_tries_left(self.session.as_deref(), place(&mut tries))
                }
                23 => {
                    let mut output = MaybeUninit::uninit();
                    let application = u32::from(input.byte().unwrap_or(0)) % 3;
                    let session = self.session.as_deref();
                    let code = tegata_c::tegata_card_session_files(session, application, place(&mut output));
                    taken(code, output, &mut self.files)
                }
                24 => {
                    let (session, length) = (self.session.as_deref(), place(&mut length));
                    tegata_c::tegata_card_session_response(session, 0, start, capacity, length)
                }
                25 => {
                    let mut output = MaybeUninit::uninit();
                    let application = u32::from(input.byte().unwrap_or(0)) % 3;
                    let code = tegata_c::tegata_card_files_new(application, place(&mut output));
                    taken(code, output, &mut self.files)
                }
                26 => {
                    let (id, content) = (u32::from(input.byte().unwrap_or(0)), input.some());
                    let files = self.files.as_deref_mut();
                    tegata_c::tegata_card_files_insert(files, id, content.as_ptr(), content.len())
                }
                27 => {
                    let id = u32::from(input.byte().unwrap_or(0));
                    tegata_c::tegata_card_files_get(self.files.as_deref(), id, start, capacity, place(&mut length))
                }
                28 => {
                    let mut output = MaybeUninit::uninit();
                    let json = input.some();
                    let json = if json.is_empty() { CARDS.1.as_bytes() } else { json };
                    let flags = u32::from(capacity > 100);
                    let code =
                        tegata_c::tegata_card_verifier_new(flags, json.as_ptr().cast(), json.len(), place(&mut output));
                    taken(code, output, &mut self.card_verifier)
                }
                29 => {
                    let (mut identity, mut report) = (MaybeUninit::uninit(), MaybeUninit::uninit());
                    let (challenge, response) = (input.some(), input.some());
                    let code = tegata_c::tegata_card_verify(
                        self.card_verifier.as_deref(),
                        self.files.as_deref(),
                        challenge.as_ptr(),
                        challenge.len(),
                        response.as_ptr(),
                        response.len(),
                        place(&mut identity),
                        place(&mut report),
                    );
                    self.card_report = report.assume_init();
                    assert_eq!(self.card_report.is_some(), code < 2000);
                    taken(code, identity, &mut self.identity)
                }
                30 => {
                    let (what, identity) = (u32::from(input.byte().unwrap_or(0)) % 8, self.identity.as_deref());
                    tegata_c::tegata_identity_text(identity, what, start.cast(), capacity, place(&mut length))
                }
                31 => {
                    let (terms, challenge) = (input.some(), [7_u8; 32]);
                    let request = ApplicationRequest {
                        size: size_of::<ApplicationRequest>(),
                        channel: u32::from(input.byte().unwrap_or(0)) % 3,
                        kind: u32::from(input.byte().unwrap_or(0)) % 3,
                        profiles: u32::from(input.byte().unwrap_or(1)) % 9,
                        municipality: b"131202".as_ptr().cast(),
                        municipality_length: 6,
                        terms: terms.as_ptr().cast(),
                        terms_length: terms.len(),
                        challenge: challenge.as_ptr(),
                        challenge_length: 32,
                        travel_document: core::ptr::null(),
                        travel_document_length: 0,
                    };
                    let session = self.session.as_deref();
                    tegata_c::tegata_application_write(session, &raw const request, start, capacity, place(&mut length))
                }
                32 => {
                    let lines = input.some();
                    tegata_c::tegata_mrz_check(lines.as_ptr().cast(), lines.len(), NOW)
                }
                _ => {
                    self.free_one(capacity / 2);
                    tegata_c::tegata_last_error(start.cast(), capacity, place(&mut length))
                }
            }
        }
    }

    /// Some exchanges with the simulated card.
    fn converse(&mut self, exchanges: usize, card: &mut Option<SimulatedCard>) -> i32 {
        let card = card.get_or_insert_with(new_card);
        for _ in 0..exchanges {
            let (mut command, mut length) = ([0_u8; 96], MaybeUninit::uninit());
            let session = self.session.as_deref();
            // SAFETY: the length is the buffer's.
            let code = unsafe {
                tegata_c::tegata_card_session_command(session, command.as_mut_ptr(), command.len(), place(&mut length))
            };
            // SAFETY: every call sets its outputs first.
            let length = unsafe { length.assume_init() };
            if code != 0 || length == 0 {
                return code;
            }
            let answer = card.transmit(&command[..length]);
            let session = self.session.as_deref_mut();
            // SAFETY: the length is the slice's.
            let code = unsafe { tegata_c::tegata_card_session_answer(session, answer.as_ptr(), answer.len()) };
            if code != 0 {
                return code;
            }
        }
        0
    }

    fn free_one(&mut self, which: usize) {
        match which % 10 {
            0 => tegata_c::tegata_trust_builder_free(self.builder.take()),
            1 => tegata_c::tegata_trust_free(self.trust.take()),
            2 => tegata_c::tegata_verifier_free(self.verifier.take()),
            3 => tegata_c::tegata_certificate_free(self.certificate.take()),
            4 => tegata_c::tegata_report_free(self.report.take()),
            5 => tegata_c::tegata_card_session_free(self.session.take()),
            6 => tegata_c::tegata_card_files_free(self.files.take()),
            7 => tegata_c::tegata_card_verifier_free(self.card_verifier.take()),
            8 => tegata_c::tegata_identity_free(self.identity.take()),
            _ => tegata_c::tegata_card_report_free(self.card_report.take()),
        }
    }

    fn free(mut self) {
        for which in 0..10 {
            self.free_one(which);
        }
    }
}
