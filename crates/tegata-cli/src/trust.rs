//! Loading what the caller trusts.

use tegata::trust::Tolerances;
use tegata::x509::each_certificate_from;
use tegata::{Code, Failure, TrustSet};

use crate::arguments::Trust;
use crate::error::Error;
use crate::input;
use crate::output::Output;
use crate::provider::PROVIDER;

/// Builds the trust set of a verification. A certificate that cannot be used is reported and
/// dropped; a file of which nothing can be used is an error.
///
/// # Errors
/// When a file cannot be read or holds no usable certificate.
pub(crate) fn load(options: &Trust, output: &Output) -> Result<TrustSet, Error> {
    let mut tolerances = Tolerances::default();
    tolerances.p384_under_es256 = options.allow_p384_under_es256;
    tolerances.rsa_1024 = options.allow_rsa_1024;
    let mut builder = TrustSet::tolerant_builder(PROVIDER, tolerances);
    for path in &options.trust {
        let name = path.display().to_string();
        let bytes = input::read(path)?;
        let certificates = each_certificate_from(&bytes).map_err(|error| unusable(&name, error.code()))?;
        let (mut used, mut last_refusal) = (0_usize, Code::TrustUnreadable);
        for (index, certificate) in certificates.into_iter().enumerate() {
            match certificate.map_err(Failure::from).and_then(|certificate| builder.trust_certificate(&certificate)) {
                Ok(()) => used += 1,
                Err(failure) => {
                    last_refusal = failure.code();
                    output.warning(&format!("{name}: certificate {} is left out: {failure}", index + 1));
                }
            }
        }
        if used == 0 {
            return Err(unusable(&name, last_refusal));
        }
    }
    Ok(builder.build())
}

/// Trust files are the caller's configuration: one that cannot be used is a usage error, never a
/// verdict on the certificate that was to be verified.
fn unusable(name: &str, code: Code) -> Error {
    Error::Usage(format!("{name}: {} [{}]", code.meaning(tegata::report::Language::English), code.name()))
}
