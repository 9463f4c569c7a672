//! What `trust inspect` and `trust verify` say of a trust bundle: the object they give for every list, and
//! what only a bundle has.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tegata::report::Language;
use tegata::trust::bundle::{Anchor, BundleError, TrustBundle, UnverifiedBundle};
use tegata::trust::list::ListSigner;
use tegata::{Failure, Timestamp, TrustSet};

use crate::error::{Error, Exit};
use crate::output::Output;
use crate::provider::provider;

/// Shows a bundle; with a signer, checks that it signed.
///
/// # Errors
/// When standard output cannot be written.
pub(crate) fn show(
    name: &str,
    bytes: &[u8],
    signer: Option<&ListSigner>,
    now: Timestamp,
    output: &Output,
) -> Result<Exit, Error> {
    let anchors: Option<Vec<_>> = signer.map(|signer| {
        signer.keys().iter().filter_map(|key| Anchor::from_public_key(key, &[], provider()).ok()).collect()
    });
    let bundle = UnverifiedBundle::parse(bytes).and_then(|bundle| match &anchors {
        Some(anchors) => bundle.authenticate(anchors),
        None => bundle.trust_without_proof(),
    });
    let signature = match (&bundle, &anchors) {
        (Ok(_), Some(_)) => "pass",
        (Err(BundleError::Signature), _) => "fail",
        _ => "not-checked",
    };
    let object = to_json(name, bundle.as_ref().map_err(|error| Failure::from(*error)), signature, now);
    if output.is_human() {
        for (member, value) in object.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            output.line(&output.labelled(member, &text))?;
        }
        output.line("")?;
    } else {
        output.line(&object.to_string())?;
    }
    Ok(if bundle.is_ok() { Exit::Done } else { Exit::NotAccepted })
}

fn to_json(name: &str, bundle: Result<&TrustBundle, Failure>, signature: &str, now: Timestamp) -> Value {
    let bundle = match bundle {
        Ok(bundle) => bundle,
        Err(failure) => {
            return json!({
                "source": name, "status": "rejected", "format": "tegata-bundle", "signature": signature,
                "entries": 0, "usable": 0, "expired": 0, "duplicates": 0, "dropped": [],
                "countries": {}, "usages": {}, "algorithms": {},
                "stage": failure.stage().name(), "code": failure.code().name(),
                "message": failure.message(Language::English),
            });
        }
    };
    let mut builder = TrustSet::builder(provider());
    let dropped: Vec<_> = bundle
        .add_signers(&mut builder)
        .into_iter()
        .map(|(key_id, failure)| {
            let id: String = key_id.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "id": id, "code": failure.code().name() })
        })
        .collect();
    let set = builder.build();
    let (mut countries, mut algorithms) = (BTreeMap::<_, usize>::new(), BTreeMap::<_, usize>::new());
    for signer in set.signers() {
        *countries.entry(signer.country().unwrap_or_default()).or_default() += usize::from(signer.country().is_some());
        *algorithms.entry(signer.algorithm().name()).or_default() += 1;
    }
    countries.retain(|_, count| *count > 0);
    let usages = BTreeMap::from([("DSC", set.len())]);
    json!({
        "source": name, "status": "accepted", "format": "tegata-bundle", "signature": signature,
        "entries": bundle.signers(), "usable": set.len(),
        "expired": set.signers().filter(|signer| signer.not_after() < now).count(),
        "duplicates": bundle.signers() - set.len() - dropped.len(), "dropped": dropped,
        "countries": countries, "usages": if set.is_empty() { BTreeMap::new() } else { usages }, "algorithms": algorithms,
        "sequence": bundle.sequence(), "issued_at": bundle.issued_at().to_string(),
        "valid_until": bundle.valid_until().to_string(), "relied_on_until": bundle.relied_on_until().to_string(),
        "strict": bundle.policy().strict, "revoked": bundle.revocation().map(tegata::RevocationSet::len),
    })
}
