//! What verifiers are told of revocations.

use base64ct::{Base64, Encoding as _};
use tegata::model::MunicipalityCode;
use tegata::revocation::{Kind, RevocationSet, RevocationSetBuilder};
use tegata::{Failure, Timestamp};

use crate::application::Refusal;
use crate::ledger::Ledger;

/// The most hashes of one batch (EU gateway: "A batch can contain up to 1000 entries").
const BATCH_HASHES: usize = 1_000;

/// Every revocation of a municipality, by the hashes of signatures, to be put into a trust bundle
/// ([`BundleBuilder::revocation`](tegata::trust::bundle::BundleBuilder::revocation)) or a list.
///
/// # Errors
/// Those of the ledger, and of [`RevocationSetBuilder::revoke`].
pub fn revocation_set(ledger: &Ledger, municipality: MunicipalityCode) -> Result<RevocationSet, Refusal> {
    let mut session = ledger.begin_reading(municipality)?;
    let mut builder: RevocationSetBuilder = RevocationSet::builder();
    let mut refused: Option<Failure> = None;
    session.each_revocation(&mut |revocation| {
        for text in &revocation.texts {
            if let Err(failure) = builder.revoke(Some(&text.key_id), Kind::Signature, &[text.signature_hash]) {
                refused = Some(failure);
            }
        }
        Ok(())
    })?;
    refused.map_or_else(|| Ok(builder.build()), |failure| Err(Refusal::Issue(failure)))
}

/// A set as the batches of the EU gateway, in JSON: an array of `{"country","expires","kid","hashType","entries"}`, a
/// thousand hashes each, which `--revocation` of the command and
/// [`RevocationSetBuilder::add_file`](RevocationSetBuilder::add_file) read. They are not signed.
#[must_use]
pub fn revocation_list(set: &RevocationSet, country: &str, expires: Timestamp) -> String {
    let mut batches = Vec::new();
    for (key_id, kind, hashes) in set.lists() {
        // Of any signer is what the ledger never says.
        let Some(key_id) = key_id else { continue };
        for hashes in hashes.chunks(BATCH_HASHES) {
            let entries: Vec<_> =
                hashes.iter().map(|hash| serde_json::json!({"hash": Base64::encode_string(hash)})).collect();
            batches.push(serde_json::json!({
                "country": country, "expires": expires.to_string(), "kid": Base64::encode_string(key_id),
                "hashType": kind.name(), "entries": entries,
            }));
        }
    }
    serde_json::Value::Array(batches).to_string()
}
