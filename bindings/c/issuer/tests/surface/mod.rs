//! The C surface as C programs call it, with its conventions checked at every call.

#![allow(unsafe_code, reason = "the exports are called as C calls them")]

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::ptr;

use tegata_c_issuer::*;

/// A handle of an output, which is there exactly where the call returned 0.
fn handle<T>(call: impl FnOnce(Option<&mut MaybeUninit<Option<Box<T>>>>) -> i32) -> Result<Box<T>, i32> {
    let mut output = MaybeUninit::new(None);
    let code = call(Some(&mut output));
    // SAFETY: it was never uninitialised.
    let made = unsafe { output.assume_init() };
    assert_eq!(code == 0, made.is_some());
    made.ok_or(code)
}

/// What a call copies: the length is asked for first, and a buffer that is one too short stays as it is.
fn copied(call: impl Fn(*mut u8, usize, Option<&mut MaybeUninit<usize>>) -> i32) -> Result<Vec<u8>, i32> {
    let mut length = MaybeUninit::new(0);
    done(call(ptr::null_mut(), 0, Some(&mut length)))?;
    // SAFETY: it was never uninitialised.
    let needed = unsafe { length.assume_init() };
    let mut buffer = vec![0xa5; needed];
    if needed > 0 {
        let short = call(buffer.as_mut_ptr(), needed - 1, Some(&mut length));
        assert_eq!(short, tegata::Code::BufferTooSmall.number());
        assert!(buffer.iter().all(|byte| *byte == 0xa5));
    }
    done(call(buffer.as_mut_ptr(), needed, Some(&mut length)))?;
    Ok(buffer)
}

fn done(code: i32) -> Result<(), i32> {
    if code == 0 { Ok(()) } else { Err(code) }
}

/// A static text of the library.
fn named(text: *const c_char) -> Option<String> {
    // SAFETY: NULL, or a text with a closing NUL that is never freed.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned())
}

pub(crate) fn code_name(code: i32) -> Option<String> {
    named(tegata_code_name(code))
}

pub(crate) fn code_stage(code: i32) -> Option<String> {
    named(tegata_code_stage(code))
}

pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Trust that is gathered.
pub(crate) struct Gathering(Box<TrustBuilder>);

impl Gathering {
    pub(crate) fn new(tolerances: u32) -> Self {
        Self(handle(|output| tegata_trust_builder_new(tolerances, output)).unwrap())
    }

    pub(crate) fn add_signers(&mut self, file: &[u8]) -> Result<(), i32> {
        // SAFETY: pointer and length are of one slice, here and in all calls below.
        done(unsafe { tegata_trust_builder_add_signers(Some(&mut self.0), file.as_ptr(), file.len(), None) })
    }

    pub(crate) fn add_authorities(&mut self, file: &[u8]) -> Result<(), i32> {
        // SAFETY: as above.
        done(unsafe { tegata_trust_builder_add_authorities(Some(&mut self.0), file.as_ptr(), file.len(), None) })
    }

    pub(crate) fn offer_signers(&mut self, file: &[u8]) -> Result<(), i32> {
        // SAFETY: as above.
        done(unsafe { tegata_trust_builder_offer_signers(Some(&mut self.0), file.as_ptr(), file.len(), None) })
    }

    pub(crate) fn add_revocation(&mut self, file: &[u8]) -> Result<(), i32> {
        // SAFETY: as above.
        done(unsafe { tegata_trust_builder_add_revocation(Some(&mut self.0), file.as_ptr(), file.len()) })
    }

    pub(crate) fn open_bundle(&mut self, file: &[u8], anchor: &[u8]) -> Result<(), i32> {
        let (data, length, from, long) = (file.as_ptr(), file.len(), anchor.as_ptr(), anchor.len());
        // SAFETY: as above.
        done(unsafe { tegata_trust_builder_open_bundle(Some(&mut self.0), data, length, from, long, 0, None) })
    }

    pub(crate) fn accept_bundle(
        &mut self,
        file: &[u8],
        anchor: &[u8],
        previous: Option<u64>,
        now: i64,
    ) -> Result<u64, i32> {
        let mut sequence = MaybeUninit::new(0);
        // SAFETY: as above.
        done(unsafe {
            tegata_trust_builder_accept_bundle(
                Some(&mut self.0),
                file.as_ptr(),
                file.len(),
                anchor.as_ptr(),
                anchor.len(),
                previous.as_ref(),
                now,
                Some(&mut sequence),
            )
        })?;
        // SAFETY: it was never uninitialised.
        Ok(unsafe { sequence.assume_init() })
    }

    pub(crate) fn verifier(mut self, policy: Option<Policy>) -> Verifying {
        let trust = handle(|output| tegata_trust_builder_build(Some(&mut self.0), output)).unwrap();
        let policy = policy.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: NULL, or a structure of its full size.
        let verifier = handle(|output| unsafe { tegata_verifier_new(Some(&trust), policy, output) }).unwrap();
        let signers = tegata_trust_signer_count(Some(&trust));
        tegata_trust_free(Some(trust));
        tegata_trust_builder_free(Some(self.0));
        Verifying { verifier, signers }
    }
}

pub(crate) struct Verifying {
    verifier: Box<Verifier>,
    pub(crate) signers: usize,
}

/// What a verification said: the number it returned, and its report.
pub(crate) struct Verdict {
    pub(crate) number: i32,
    pub(crate) code: i32,
    pub(crate) status: &'static str,
    pub(crate) json: String,
}

impl Verifying {
    pub(crate) fn text(&self, text: &str, now: i64) -> Verdict {
        self.verdict(|certificate, report| {
            // SAFETY: as above.
            unsafe {
                tegata_verify_text(
                    Some(&self.verifier),
                    text.as_ptr().cast(),
                    text.len(),
                    now,
                    Some(certificate),
                    Some(report),
                )
            }
        })
    }

    pub(crate) fn image(&self, image: &[u8], index: usize, now: i64) -> (Verdict, usize) {
        let mut count = MaybeUninit::new(0);
        let verdict = self.verdict(|certificate, report| {
            // SAFETY: as above.
            unsafe {
                tegata_verify_image(
                    Some(&self.verifier),
                    image.as_ptr(),
                    image.len(),
                    index,
                    now,
                    Some(&mut count),
                    Some(certificate),
                    Some(report),
                )
            }
        });
        // SAFETY: it was never uninitialised.
        (verdict, unsafe { count.assume_init() })
    }

    fn verdict(
        &self,
        call: impl FnOnce(&mut MaybeUninit<Option<Box<Certificate>>>, &mut MaybeUninit<Option<Box<Report>>>) -> i32,
    ) -> Verdict {
        let (mut certificate, mut report) = (MaybeUninit::new(None), MaybeUninit::new(None));
        let number = call(&mut certificate, &mut report);
        // SAFETY: it was never uninitialised.
        let certificate = unsafe { certificate.assume_init() };
        // SAFETY: it was never uninitialised.
        let report = unsafe { report.assume_init() };
        assert_eq!(number == 0, certificate.is_some());
        let report = report.unwrap_or_else(|| panic!("{number} without a report"));
        assert_eq!(tegata_report_number(Some(&report)), number);
        let status = match tegata_report_status(Some(&report)) {
            TEGATA_ACCEPTED => "accepted",
            TEGATA_REJECTED => "rejected",
            _ => "undetermined",
        };
        let ranges = [("accepted", 0..1), ("rejected", 1000..1900), ("undetermined", 1900..2000)];
        assert!(ranges.iter().any(|(name, range)| *name == status && range.contains(&number)), "{status}: {number}");
        // SAFETY: as above.
        let json = copied(|start, capacity, length| unsafe {
            tegata_report_json(Some(&report), start.cast(), capacity, length)
        });
        let code = tegata_report_code(Some(&report));
        tegata_certificate_free(certificate);
        tegata_report_free(Some(report));
        Verdict { number, code, status, json: text(json.unwrap()) }
    }

    pub(crate) fn free(self) {
        tegata_verifier_free(Some(self.verifier));
    }
}

pub(crate) fn verify_list(list: &[u8], signer: &[u8]) -> Result<(), i32> {
    // SAFETY: as above.
    done(unsafe { tegata_trust_list_verify(list.as_ptr(), list.len(), signer.as_ptr(), signer.len()) })
}

pub(crate) fn check_mrz(lines: &str, now: i64) -> Result<(), i32> {
    // SAFETY: as above.
    done(unsafe { tegata_mrz_check(lines.as_ptr().cast(), lines.len(), now) })
}

pub(crate) struct VerifyingCards(Box<CardVerifier>);

impl VerifyingCards {
    pub(crate) fn new(test_cards: bool, authorities: Option<&str>) -> Result<Self, i32> {
        let json = authorities.unwrap_or_default();
        let flags = if test_cards { TEGATA_ACCEPT_TEST_CARDS } else { 0 };
        // SAFETY: as above.
        handle(|output| unsafe { tegata_card_verifier_new(flags, json.as_ptr().cast(), json.len(), output) }).map(Self)
    }

    /// The number and the JSON; of files that cannot be kept there is no JSON.
    pub(crate) fn verify(
        self,
        application: u32,
        files: &[(u32, Vec<u8>)],
        answered: Option<(Vec<u8>, Vec<u8>)>,
    ) -> (i32, Option<String>) {
        let mut kept = handle(|output| tegata_card_files_new(application, output)).unwrap();
        for (file, content) in files {
            // SAFETY: as above.
            let inserted = unsafe { tegata_card_files_insert(Some(&mut kept), *file, content.as_ptr(), content.len()) };
            if inserted != 0 {
                return (inserted, None);
            }
        }
        let (challenge, response) = answered.unwrap_or_default();
        let (mut identity, mut report) = (MaybeUninit::new(None), MaybeUninit::new(None));
        // SAFETY: as above.
        let number = unsafe {
            tegata_card_verify(
                Some(&self.0),
                Some(&kept),
                challenge.as_ptr(),
                challenge.len(),
                response.as_ptr(),
                response.len(),
                Some(&mut identity),
                Some(&mut report),
            )
        };
        // SAFETY: it was never uninitialised.
        let identity: Option<Box<Identity>> = unsafe { identity.assume_init() };
        // SAFETY: it was never uninitialised.
        let report: Option<Box<CardReport>> = unsafe { report.assume_init() };
        assert_eq!(number == 0, identity.is_some());
        let report = report.unwrap();
        // SAFETY: as above.
        let json = copied(|start, capacity, length| unsafe {
            tegata_card_report_json(Some(&report), start.cast(), capacity, length)
        });
        tegata_identity_free(identity);
        tegata_card_report_free(Some(report));
        tegata_card_files_free(Some(kept));
        tegata_card_verifier_free(Some(self.0));
        (number, Some(text(json.unwrap())))
    }
}

/// Reads a card that gives these answers, and is removed after the last.
pub(crate) fn read_card(pin: &str, now: i64, answers: &[Vec<u8>]) -> Result<(), i32> {
    let request = CardRequest {
        size: size_of::<CardRequest>(),
        consent_seconds: now,
        pin: pin.as_ptr().cast(),
        pin_length: pin.len(),
        code_a: ptr::null(),
        code_a_length: 0,
        code_b: ptr::null(),
        code_b_length: 0,
        challenge: ptr::null(),
        challenge_length: 0,
        flags: 0,
    };
    // SAFETY: as above.
    let mut session = handle(|output| unsafe { tegata_card_session_new(&raw const request, output) })?;
    let mut answers = answers.iter();
    let result = loop {
        // SAFETY: as above.
        let command = copied(|start, capacity, length| unsafe {
            tegata_card_session_command(Some(&session), start, capacity, length)
        });
        match command {
            Err(code) => break Err(code),
            Ok(command) if command.is_empty() => break Ok(()),
            Ok(_) => {}
        }
        // That a dialogue failed is said by the next command again.
        match answers.next() {
            // SAFETY: as above.
            Some(answer) => unsafe { tegata_card_session_answer(Some(&mut session), answer.as_ptr(), answer.len()) },
            None => tegata_card_session_removed(Some(&mut session)),
        };
    };
    tegata_card_session_free(Some(session));
    result
}

pub(crate) struct Key(Box<SigningKey>);

impl Key {
    pub(crate) fn load(file: &[u8], passphrase: Option<&str>) -> Result<Self, i32> {
        let passphrase = passphrase.unwrap_or_default();
        let (from, long) = (passphrase.as_ptr(), passphrase.len());
        // SAFETY: as above.
        handle(|output| unsafe { tegata_signing_key_load(file.as_ptr(), file.len(), from, long, output) }).map(Self)
    }
}

/// Issues, and gives the text.
pub(crate) fn issue(certificate: &[u8], key: Key, record: &str, request: &IssueRequest) -> Result<String, i32> {
    let (start, length) = (certificate.as_ptr(), certificate.len());
    // SAFETY: as above.
    let issuer = handle(|output| unsafe { tegata_issuer_new(start, length, output) })?;
    let (from, long) = (record.as_ptr().cast(), record.len());
    // SAFETY: as above; the members of the request are texts of the caller.
    let issued =
        handle(|output| unsafe { tegata_issuer_issue(Some(&issuer), Some(&key.0), from, long, request, output) });
    tegata_issuer_free(Some(issuer));
    tegata_signing_key_free(Some(key.0));
    let issued = issued?;
    // SAFETY: as above.
    let text_bytes =
        copied(|start, capacity, length| unsafe { tegata_issued_text(Some(&issued), start.cast(), capacity, length) });
    tegata_issued_free(Some(issued));
    Ok(text(text_bytes.unwrap()))
}
