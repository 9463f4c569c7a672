//! Loading what the caller trusts.

use std::path::{Path, PathBuf};

use tegata::revocation::RevocationSetBuilder;
use tegata::trust::bundle::{Anchor, TrustBundle, UnverifiedBundle};
use tegata::trust::list::{Dropped, List};
use tegata::trust::{Tolerances, TrustSetBuilder};
use tegata::x509::certificates_from;
use tegata::{Code, Failure, RevocationSet, TrustSet};

use crate::arguments::Trust;
use crate::error::Error;
use crate::input;
use crate::output::Output;
use crate::provider::provider;

/// What the caller trusts.
#[derive(Debug)]
pub(crate) struct Trusted {
    /// The signers, and what the bundles among the files say is revoked.
    pub(crate) set: TrustSet,
    /// Whether a bundle asks for strictness.
    pub(crate) strict: bool,
}

/// Builds the trust set of a verification. An entry that cannot be used is reported and dropped; a file of
/// which nothing can be used is an error. Offered signers without a path to an authority are reported too.
///
/// # Errors
/// When a file cannot be read or holds nothing usable.
pub(crate) fn load(options: &Trust, output: &Output) -> Result<Trusted, Error> {
    let mut tolerances = Tolerances::default();
    tolerances.p384_under_es256 = options.allow_p384_under_es256;
    tolerances.rsa_1024 = options.allow_rsa_1024;
    tolerances.signer_outlives_authority = options.allow_signer_outlives_authority;
    let mut builder = TrustSet::tolerant_builder(provider(), tolerances);
    let anchors = anchors(&options.anchor)?;
    let mut bundles = Vec::new();
    for path in &options.trust {
        let bytes = input::read(path)?;
        if UnverifiedBundle::is_meant_by(&bytes) {
            bundles.push(open_bundle(path, &bytes, &anchors, options.minimum_sequence, &mut builder, output)?);
        } else {
            take(path, &bytes, output, |list| builder.trust_list(list))?;
        }
    }
    for path in &options.authority {
        take(path, &input::read(path)?, output, |list| builder.trust_authorities(list))?;
    }
    for path in &options.signers {
        take(path, &input::read(path)?, output, |list| builder.offer_list(list))?;
    }
    let mut set = build(builder, output);
    if bundles.iter().any(|bundle| bundle.revocation().is_some()) {
        let mut revocation = RevocationSet::builder();
        for known in bundles.iter().filter_map(TrustBundle::revocation) {
            revocation.add_set(known).map_err(|failure| unusable("--trust", failure.code()))?;
        }
        set = set.with_revocation(revocation.build());
    }
    Ok(Trusted { set, strict: bundles.iter().any(|bundle| bundle.policy().strict) })
}

/// Revocation data out of files, beside what is known already.
///
/// # Errors
/// When a file cannot be read or holds no revocation data.
pub(crate) fn revocation(files: &[PathBuf], known: Option<&RevocationSet>) -> Result<RevocationSetBuilder, Error> {
    let mut builder = RevocationSet::builder();
    if let Some(known) = known {
        builder.add_set(known).map_err(|failure| unusable("--trust", failure.code()))?;
    }
    for path in files {
        let bytes = input::read(path)?;
        builder.add_file(&bytes).map_err(|failure| unusable(&path.display().to_string(), failure.code()))?;
    }
    Ok(builder)
}

fn anchors(files: &[PathBuf]) -> Result<Vec<Anchor>, Error> {
    let mut anchors = Vec::new();
    for path in files {
        let name = path.display().to_string();
        let certificates = certificates_from(&input::read(path)?).map_err(|error| unusable(&name, error.code()))?;
        for certificate in &certificates {
            let anchor = Anchor::from_certificate(certificate, provider());
            anchors.push(anchor.map_err(|failure| unusable(&name, failure.code()))?);
        }
    }
    Ok(anchors)
}

/// Opens a trust bundle: with anchors, one of them must have signed it; without, the caller trusts the file.
fn open_bundle(
    path: &Path,
    bytes: &[u8],
    anchors: &[Anchor],
    minimum_sequence: u64,
    builder: &mut TrustSetBuilder<'_>,
    output: &Output,
) -> Result<TrustBundle, Error> {
    let name = path.display().to_string();
    let bundle = UnverifiedBundle::parse(bytes).and_then(|bundle| {
        if anchors.is_empty() { bundle.trust_without_proof() } else { bundle.authenticate(anchors) }
    });
    let bundle = bundle.map_err(|error| unusable(&name, Failure::from(error).code()))?;
    if bundle.sequence() < minimum_sequence {
        return Err(unusable(&name, Code::BundleOlder));
    }
    if anchors.is_empty() {
        output
            .warning(&format!("{name}: the bundle's signature is not checked; --anchor names who must have signed it"));
    }
    for (key_id, failure) in bundle.add_signers(builder) {
        let id: String = key_id.iter().map(|byte| format!("{byte:02x}")).collect();
        output.warning(&format!("{name}: signer {id} is left out: {failure}"));
    }
    Ok(bundle)
}

fn take(path: &Path, bytes: &[u8], output: &Output, load: impl FnOnce(&List) -> Vec<Dropped>) -> Result<(), Error> {
    let name = path.display().to_string();
    let list = List::read(bytes).map_err(|failure| unusable(&name, failure.code()))?;
    let dropped = load(&list);
    for entry in &dropped {
        output.warning(&format!("{name}: entry {} is left out: {}", entry.id(), entry.failure()));
    }
    let references = list.references().len();
    if references > 0 {
        output.warning(&format!("{name}: {references} documents are referred to and not fetched"));
    }
    if list.len() <= dropped.len() + references {
        let last = dropped.last().map_or(Code::TrustUnreadable, |entry| entry.failure().code());
        return Err(unusable(&name, last));
    }
    Ok(())
}

fn build(builder: TrustSetBuilder<'_>, output: &Output) -> TrustSet {
    let set = builder.build();
    for signer in set.refused() {
        let id: String = signer.key_id().iter().map(|byte| format!("{byte:02x}")).collect();
        let (failure, code) = (signer.failure(), signer.failure().code().name());
        output.warning(&format!("signer {id} is not trusted: {failure} [{code}]"));
    }
    set
}

/// Trust files are the caller's configuration: one that cannot be used is a usage error, never a
/// verdict on the certificate that was to be verified.
fn unusable(name: &str, code: Code) -> Error {
    Error::Usage(format!("{name}: {} [{}]", code.meaning(tegata::report::Language::English), code.name()))
}
