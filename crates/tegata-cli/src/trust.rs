//! Loading what the caller trusts.

use std::path::Path;

use tegata::crypto::rustcrypto;
use tegata::trust::list::{Dropped, List};
use tegata::trust::{Tolerances, TrustSetBuilder};
use tegata::{Code, TrustSet};

use crate::arguments::Trust;
use crate::error::Error;
use crate::input;
use crate::output::Output;

/// Builds the trust set of a verification. An entry that cannot be used is reported and dropped; a file of
/// which nothing can be used is an error. Offered signers without a path to an authority are reported too.
///
/// # Errors
/// When a file cannot be read or holds nothing usable.
pub(crate) fn load(options: &Trust, output: &Output) -> Result<TrustSet, Error> {
    let mut tolerances = Tolerances::default();
    tolerances.p384_under_es256 = options.allow_p384_under_es256;
    tolerances.rsa_1024 = options.allow_rsa_1024;
    tolerances.signer_outlives_authority = options.allow_signer_outlives_authority;
    let mut builder = TrustSet::tolerant_builder(&rustcrypto::PROVIDER, tolerances);
    for path in &options.trust {
        take(path, output, |list| builder.trust_list(list))?;
    }
    for path in &options.authority {
        take(path, output, |list| builder.trust_authorities(list))?;
    }
    for path in &options.signers {
        take(path, output, |list| builder.offer_list(list))?;
    }
    Ok(build(builder, output))
}

fn take(path: &Path, output: &Output, load: impl FnOnce(&List) -> Vec<Dropped>) -> Result<(), Error> {
    let name = path.display().to_string();
    let list = List::read(&input::read(path)?).map_err(|failure| unusable(&name, failure.code()))?;
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
