//! `tegata trust build`: what a publisher of trust data does.

use std::path::Path;

use tegata::trust::bundle::{BundleBuilder, BundlePolicy};
use tegata::x509::certificates_from;
use tegata::{Failure, RevocationSet};

use crate::arguments::TrustBuild;
use crate::error::{Error, Exit};
use crate::files::{self, Access};
use crate::output::Output;
use crate::provider::provider;
use crate::{input, trust, verify};

pub(crate) fn run(options: &TrustBuild, output: &Output) -> Result<Exit, Error> {
    let name = options.out.display().to_string();
    let refused = |failure: Failure| Error::refused(&name, failure);
    let signer = options.passphrase.load_key(&options.signer)?;
    let anchor_name = options.certificate.display().to_string();
    let anchors =
        certificates_from(&input::read(&options.certificate)?).map_err(|error| Error::refused(&anchor_name, error))?;
    let [anchor] = anchors.as_slice() else {
        return Err(Error::Usage(format!("{anchor_name}: one certificate is expected, the anchor's")));
    };
    let trusted = trust::load(&options.trust, output)?;
    let issued_at = options.issued_at.map_or_else(verify::now, Ok)?;
    let valid_until = issued_at.saturating_add_seconds(options.valid_for);
    let mut builder = BundleBuilder::new(options.sequence, issued_at, valid_until).map_err(refused)?;
    let mut policy = BundlePolicy::default();
    policy.strict = options.strict || trusted.strict;
    policy.max_age_seconds =
        options.max_age.map(u32::try_from).transpose().map_err(|_| Error::Usage("--max-age is too long".into()))?;
    builder.policy(policy);
    let left_out = builder.add_signers(&trusted.set).map_err(refused)?;
    for key_id in &left_out {
        output.warning(&format!("signer {} is left out: no authority of it is in force", hex(key_id)));
    }
    let revocation = revocation(options, trusted.set.revocation())?;
    let revoked = revocation.as_ref().map(RevocationSet::len);
    if let Some(revocation) = revocation {
        builder.revocation(revocation).map_err(refused)?;
    }
    let signers = trusted.set.len() - left_out.len();
    let bytes = builder.sign(anchor, &*signer, provider()).map_err(refused)?;
    if options.out == Path::new("-") {
        return output.bytes(&bytes).map(|()| Exit::Done);
    }
    files::write(&options.out, &bytes, Access::Ordinary, options.force)?;
    if output.is_human() {
        let written = output.choose("Written to", "書き出しました:");
        output.line(&format!("{written} {name} ({signers} signers, {} bytes)", bytes.len()))?;
    } else {
        let result = serde_json::json!({
            "status": "done", "file": name, "bytes": bytes.len(), "sequence": options.sequence, "signers": signers,
            "revoked": revoked, "issued_at": issued_at.to_string(), "valid_until": valid_until.to_string(),
        });
        output.line(&result.to_string())?;
    }
    Ok(Exit::Done)
}

/// What is revoked, where anything is said of it.
fn revocation(options: &TrustBuild, known: Option<&RevocationSet>) -> Result<Option<RevocationSet>, Error> {
    let is_silent = options.revocation.is_empty() && options.revoke_signer.is_empty();
    if is_silent && options.revocation_fresh_until.is_none() && known.is_none() {
        return Ok(None);
    }
    let refused = |failure: Failure| Error::refused(options.out.display().to_string(), failure);
    let mut builder = trust::revocation(&options.revocation, known)?;
    options.revoke_signer.iter().try_for_each(|key_id| builder.revoke_signer(key_id)).map_err(refused)?;
    if let Some(time) = options.revocation_fresh_until {
        builder.fresh_until(time);
    }
    Ok(Some(builder.build()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
