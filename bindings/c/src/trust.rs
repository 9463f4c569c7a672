//! Who is trusted: built from bytes of every supported format, then only read.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::mem::MaybeUninit;

use tegata::revocation::RevocationSetBuilder;
use tegata::trust::bundle::{Anchor, TrustBundle, UnverifiedBundle};
use tegata::trust::list::{Dropped, List, ListSigner};
use tegata::trust::{Tolerances, TrustSetBuilder};
use tegata::x509::certificates_from;
use tegata::{Code, Failure, RevocationSet, Timestamp, TrustSet};

use crate::ffi::{boundary, boundary_or, bytes, cleared, copied, free, hand_over, misuse, output, required};
use crate::provider::provider;

/// Trust that is being gathered. One thread at a time.
pub struct TrustBuilder {
    /// `None` once built.
    signers: Option<TrustSetBuilder<'static>>,
    /// `None` where nothing was said of revocation.
    revocation: Option<RevocationSetBuilder>,
    strict: bool,
}

/// Who is trusted and what is revoked. Immutable; any number of threads may use it at once.
#[derive(Clone)]
pub struct Trust {
    pub(crate) set: TrustSet,
    /// Whether a bundle asks for strictness.
    pub(crate) strict: bool,
}

/// Take ES256 made with a P-384 key, as a few issuers do.
pub const TEGATA_ALLOW_P384_UNDER_ES256: u32 = 1;
/// Take signatures of RSA keys of 1024 to 2047 bits.
pub const TEGATA_ALLOW_RSA_1024: u32 = 2;
/// Take a signer's certificate that ends after its authority's.
pub const TEGATA_ALLOW_SIGNER_OUTLIVES_AUTHORITY: u32 = 4;

/// Begins to gather trust. `tolerances` is 0, or the sum of `TEGATA_ALLOW_...`.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_trust_builder_new(
    tolerances: u32,
    builder: Option<&mut MaybeUninit<Option<Box<TrustBuilder>>>>,
) -> i32 {
    boundary(|| {
        let output = required(cleared(builder), "builder")?;
        let known = TEGATA_ALLOW_P384_UNDER_ES256 | TEGATA_ALLOW_RSA_1024 | TEGATA_ALLOW_SIGNER_OUTLIVES_AUTHORITY;
        if tolerances & !known != 0 {
            return Err(misuse(Code::InvalidArgument, "tolerances"));
        }
        let mut tolerated = Tolerances::default();
        tolerated.p384_under_es256 = tolerances & TEGATA_ALLOW_P384_UNDER_ES256 != 0;
        tolerated.rsa_1024 = tolerances & TEGATA_ALLOW_RSA_1024 != 0;
        tolerated.signer_outlives_authority = tolerances & TEGATA_ALLOW_SIGNER_OUTLIVES_AUTHORITY != 0;
        let signers = Some(TrustSet::tolerant_builder(provider(), tolerated));
        hand_over(output, TrustBuilder { signers, revocation: None, strict: false });
        Ok(())
    })
}

/// Frees a builder, built or not. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_trust_builder_free(builder: Option<Box<TrustBuilder>>) {
    free(builder);
}

/// Trusts every signer in a file directly: certificates in PEM or DER, or a trust list of any supported format. Entries
/// that cannot be used are left out and counted in `dropped`, which may be NULL. A file of which nothing can be used is
/// an error and changes nothing.
///
/// # Safety
/// `data` points to `data_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_trust_builder_add_signers(
    builder: Option<&mut TrustBuilder>,
    data: *const u8,
    data_length: usize,
    dropped: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    // SAFETY: the caller answers for the length.
    boundary(|| unsafe { add(builder, data, data_length, dropped, TrustSetBuilder::trust_list) })
}

/// Trusts every certificate in a file as an authority: whoever is offered and chains to one may sign.
///
/// # Safety
/// `data` points to `data_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_trust_builder_add_authorities(
    builder: Option<&mut TrustBuilder>,
    data: *const u8,
    data_length: usize,
    dropped: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    // SAFETY: the caller answers for the length.
    boundary(|| unsafe { add(builder, data, data_length, dropped, TrustSetBuilder::trust_authorities) })
}

/// Offers the signers in a file, which is not trusted itself: those that chain to an authority may sign.
///
/// # Safety
/// `data` points to `data_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_trust_builder_offer_signers(
    builder: Option<&mut TrustBuilder>,
    data: *const u8,
    data_length: usize,
    dropped: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    // SAFETY: the caller answers for the length.
    boundary(|| unsafe { add(builder, data, data_length, dropped, TrustSetBuilder::offer_list) })
}

/// Accepts a new trust bundle: signed by one of the certificates in `anchors` (PEM or DER), not past its date at `now`
/// (seconds since 1970), and not older than the one of the number `*previous`, unless that is NULL. `sequence`, which
/// may be NULL, receives its number: keep it with the bundle, where nobody can put back an older one. It may be the very
/// variable that `previous` points to; then a bundle that is refused leaves 0 there, as in every output.
///
/// # Safety
/// `data` and `anchors` point to as many bytes as their lengths say, `previous` and `sequence` to a number unless they
/// are NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_trust_builder_accept_bundle(
    builder: Option<&mut TrustBuilder>,
    data: *const u8,
    data_length: usize,
    anchors: *const u8,
    anchors_length: usize,
    previous: *const u64,
    now: i64,
    sequence: *mut u64,
) -> i32 {
    boundary(|| {
        // Read before the output is cleared: both may be one variable.
        // SAFETY: the caller answers for what is not NULL.
        let previous = unsafe { copied(previous) };
        // SAFETY: the caller answers for what is not NULL, and nothing else refers to it any more.
        let sequence = cleared(unsafe { output(sequence) });
        let builder = required(builder, "builder")?;
        // SAFETY: the caller answers for the length.
        let data = unsafe { bytes(data, data_length, "data") }?;
        // SAFETY: the caller answers for the length.
        let anchors = anchors_from(unsafe { bytes(anchors, anchors_length, "anchors") }?)?;
        let bundle = TrustBundle::accept(data, &anchors, previous, time(now, "now")?)?;
        add_bundle(builder, &bundle, sequence)
    })
}

/// Opens a trust bundle that was accepted before, such as the one a kiosk keeps: signature and number are checked
/// again, its date is not. One past its date makes verdicts undetermined.
///
/// # Safety
/// `data` and `anchors` point to as many bytes as their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_trust_builder_open_bundle(
    builder: Option<&mut TrustBuilder>,
    data: *const u8,
    data_length: usize,
    anchors: *const u8,
    anchors_length: usize,
    minimum_sequence: u64,
    sequence: Option<&mut MaybeUninit<u64>>,
) -> i32 {
    boundary(|| {
        let sequence = cleared(sequence);
        let builder = required(builder, "builder")?;
        // SAFETY: the caller answers for the length.
        let data = unsafe { bytes(data, data_length, "data") }?;
        // SAFETY: the caller answers for the length.
        let anchors = anchors_from(unsafe { bytes(anchors, anchors_length, "anchors") }?)?;
        let bundle = UnverifiedBundle::parse(data)?.authenticate(&anchors)?;
        if bundle.sequence() < minimum_sequence {
            return Err(Code::BundleOlder.into());
        }
        add_bundle(builder, &bundle, sequence)
    })
}

/// Adds a file of revocation data, in any supported format.
///
/// # Safety
/// `data` points to `data_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_trust_builder_add_revocation(
    builder: Option<&mut TrustBuilder>,
    data: *const u8,
    data_length: usize,
) -> i32 {
    boundary(|| {
        let builder = required(builder, "builder")?;
        // SAFETY: the caller answers for the length.
        let data = unsafe { bytes(data, data_length, "data") }?;
        // What was gathered before stays as it is when the file cannot be read.
        let mut read = RevocationSet::builder();
        read.add_file(data)?;
        builder.signers()?;
        builder.revocation.get_or_insert_with(RevocationSet::builder).add_set(&read.build())
    })
}

/// Makes the set of what was gathered. After that the builder is empty, takes nothing more, and is to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_trust_builder_build(
    builder: Option<&mut TrustBuilder>,
    trust: Option<&mut MaybeUninit<Option<Box<Trust>>>>,
) -> i32 {
    boundary(|| {
        let output = required(cleared(trust), "trust")?;
        let builder = required(builder, "builder")?;
        let mut set = builder.signers.take().ok_or(misuse(Code::WrongOrder, "builder"))?.build();
        if let Some(revocation) = builder.revocation.take() {
            set = set.with_revocation(revocation.build());
        }
        hand_over(output, Trust { set, strict: builder.strict });
        Ok(())
    })
}

/// How many signers are trusted; 0 for NULL. Without any, nothing is accepted.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_trust_signer_count(trust: Option<&Trust>) -> usize {
    boundary_or(0, || trust.map_or(0, |trust| trust.set.signers().len()))
}

/// How many signers were offered and have no path to an authority; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_trust_refused_count(trust: Option<&Trust>) -> usize {
    boundary_or(0, || trust.map_or(0, |trust| trust.set.refused().len()))
}

/// Frees a trust set. Verifiers made with it keep what they need. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_trust_free(trust: Option<Box<Trust>>) {
    free(trust);
}

/// Checks a trust list's own signature or proof with the publisher's key: a certificate, JWKS or DID document. 0 when
/// it matches. Which key is the publisher's, the operator knows: nothing is fetched.
///
/// # Safety
/// `list` and `signer` point to as many bytes as their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_trust_list_verify(
    list: *const u8,
    list_length: usize,
    signer: *const u8,
    signer_length: usize,
) -> i32 {
    boundary(|| {
        // SAFETY: the caller answers for the length.
        let list = unsafe { bytes(list, list_length, "list") }?;
        // SAFETY: the caller answers for the length.
        let signer = ListSigner::read(unsafe { bytes(signer, signer_length, "signer") }?)?;
        List::read(list)?.verify_signature(&signer, provider())
    })
}

impl TrustBuilder {
    fn signers(&mut self) -> Result<&mut TrustSetBuilder<'static>, Failure> {
        self.signers.as_mut().ok_or(misuse(Code::WrongOrder, "builder"))
    }
}

/// Adds a file by one of the builder's ways.
///
/// # Safety
/// `data` points to `data_length` bytes.
unsafe fn add(
    builder: Option<&mut TrustBuilder>,
    data: *const u8,
    data_length: usize,
    dropped: Option<&mut MaybeUninit<usize>>,
    load: impl FnOnce(&mut TrustSetBuilder<'static>, &List) -> Vec<Dropped>,
) -> Result<(), Failure> {
    let dropped = cleared(dropped);
    let builder = required(builder, "builder")?;
    // SAFETY: the caller's promise.
    let list = unsafe { bytes(data, data_length, "data") }?;
    let signers = builder.signers()?;
    let list = List::read(list)?;
    let left_out = load(signers, &list);
    if list.len() <= left_out.len() + list.references().len() {
        let last = left_out.last().map(|entry| entry.failure().clone());
        return Err(last.unwrap_or(Code::TrustUnreadable.into()));
    }
    if let Some(dropped) = dropped {
        *dropped = left_out.len();
    }
    Ok(())
}

fn anchors_from(data: &[u8]) -> Result<Vec<Anchor>, Failure> {
    certificates_from(data)?.iter().map(|certificate| Anchor::from_certificate(certificate, provider())).collect()
}

fn add_bundle(builder: &mut TrustBuilder, bundle: &TrustBundle, sequence: Option<&mut u64>) -> Result<(), Failure> {
    bundle.add_signers(builder.signers()?);
    builder.strict |= bundle.policy().strict;
    if let Some(known) = bundle.revocation() {
        builder.revocation.get_or_insert_with(RevocationSet::builder).add_set(known)?;
    }
    if let Some(sequence) = sequence {
        *sequence = bundle.sequence();
    }
    Ok(())
}

/// A time of the caller.
pub(crate) fn time(seconds: i64, argument: &'static str) -> Result<Timestamp, Failure> {
    Timestamp::from_seconds(seconds).map_err(|_| misuse(Code::InvalidArgument, argument))
}
