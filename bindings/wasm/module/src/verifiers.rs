//! Verifiers behind numbers, and what is done with them.

use tegata::codec::json::Object;
use tegata::report::Report;
use tegata::trust::Tolerances;
use tegata::{Code, Failure, Policy, Timestamp};

use crate::buffers::{Instance, instance};
use crate::draft::{Draft, Refusal, Role, write_failure};

/// Returned by [`verifier_add`] where the module with everything may know what to do with a file, and by [`verify`]
/// where it knows the profile of a certificate, or what is wrong with a malformed one.
pub const NEEDS_MORE: i32 = -1;
/// Returned by [`verifier_add`] for a file that cannot be used; the output says why.
pub const UNUSABLE: i32 = -2;
/// Returned where there is no verifier of a number, no verifier was begun, or a number or text means nothing here.
pub const NO_SUCH: i32 = -3;

/// Begins a verifier. `flags` are bits: 1 strict, 2 P-384 keys under ES256, 4 RSA keys from 1024 bits, 8 signers that
/// outlive their authority. The two halves of the sequence number are those of the oldest bundle to take.
pub fn verifier_begin(flags: u32, skew_seconds: u32, sequence_high: u32, sequence_low: u32) {
    let flag = |bit: u32| flags & bit != 0;
    let mut policy = Policy::default();
    policy.strict = flag(1);
    policy.skew_seconds = skew_seconds;
    let mut tolerances = Tolerances::default();
    tolerances.p384_under_es256 = flag(2);
    tolerances.rsa_1024 = flag(4);
    tolerances.signer_outlives_authority = flag(8);
    let minimum_sequence = u64::from(sequence_high) << 32 | u64::from(sequence_low);
    instance().draft = Some(Draft::new(tolerances, policy, minimum_sequence));
}

/// Adds the input, a file, to the verifier that was begun: 0 anchors, 1 what is trusted, 2 authorities, 3 signers below
/// them, 4 what is revoked. Returns 0, [`NEEDS_MORE`], [`UNUSABLE`] or [`NO_SUCH`]; with any but 0 the verifier is gone.
pub fn verifier_add(list: u32) -> i32 {
    let mut instance = instance();
    let bytes = instance.take_input();
    let (Some(mut draft), Some(role)) = (instance.draft.take(), Role::of(list)) else { return NO_SUCH };
    match draft.add(role, &bytes) {
        Ok(()) => {
            instance.draft = Some(draft);
            0
        }
        Err(Refusal::NeedsMore) => NEEDS_MORE,
        Err(Refusal::Unusable(failure)) => {
            instance.output.clear();
            let mut object = Object::begin(&mut instance.output);
            write_failure(&mut object, &failure);
            object.end();
            UNUSABLE
        }
    }
}

/// Ends the verifier that was begun and gives its number, or [`NO_SUCH`]. The output says what it was made of.
pub fn verifier_finish() -> i32 {
    let mut instance = instance();
    let Some(draft) = instance.draft.take() else { return NO_SUCH };
    let Instance { output, verifiers, .. } = &mut *instance;
    output.clear();
    let verifier = draft.finish(output);
    let number = verifiers.iter().position(Option::is_none).unwrap_or(verifiers.len());
    match verifiers.get_mut(number) {
        Some(place) => *place = Some(verifier),
        None => verifiers.push(Some(verifier)),
    }
    i32::try_from(number).unwrap_or(NO_SUCH)
}

/// Frees a verifier; one that is not there is free already.
pub fn verifier_free(verifier: u32) {
    let number = usize::try_from(verifier).unwrap_or(usize::MAX);
    if let Some(place) = instance().verifiers.get_mut(number) {
        *place = None;
    }
}

/// Verifies the input: first the time, RFC 3339, then the text. Returns 0 with the result as output; [`NEEDS_MORE`], and
/// nothing as output, for a certificate that only the module with everything judges; [`NO_SUCH`] for a
/// number of no verifier or a time that is none.
pub fn verify(verifier: u32, time_length: usize) -> i32 {
    let mut instance = instance();
    let Instance { input, output, verifiers, .. } = &mut *instance;
    output.clear();
    let number = usize::try_from(verifier).unwrap_or(usize::MAX);
    let Some(Some(verifier)) = verifiers.get(number) else { return NO_SUCH };
    let Some((time, text)) = input.split_at_checked(time_length) else { return NO_SUCH };
    let Some(now) = core::str::from_utf8(time).ok().and_then(|time| Timestamp::parse_rfc3339(time).ok()) else {
        return NO_SUCH;
    };
    // The script writes nothing but UTF-8.
    let Ok(text) = core::str::from_utf8(text) else { return NO_SUCH };
    #[cfg(feature = "deliberate-trap")]
    if text == "deliberate trap" {
        std::process::abort();
    }
    let Ok(report) = verifier.try_verify(text, now) else { return NEEDS_MORE };
    output.push('{');
    report.write_json_members(output);
    output.push('}');
    0
}

/// Puts out the result for an image from which no text could be had: 1 no code was found in it, any other number that
/// it cannot be read.
pub fn failed_image(reason: i32) {
    let code = if reason == 1 { Code::NoCodeFound } else { Code::ImageUnreadable };
    instance().output = Report::not_a_certificate(Failure::new(code)).to_json();
}
