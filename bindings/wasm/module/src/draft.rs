//! A verifier in the making: files of what the caller trusts come in one by one.

#[cfg(feature = "everything")]
use tegata::codec::json::hex;
use tegata::codec::json::{Object, write_array};
#[cfg(feature = "everything")]
use tegata::revocation::RevocationSetBuilder;
use tegata::trust::bundle::{Anchor, TrustBundle, UnverifiedBundle};
#[cfg(feature = "everything")]
use tegata::trust::list::{Dropped, List};
use tegata::trust::{Tolerances, TrustSetBuilder};
use tegata::x509::certificates_from;
use tegata::{Code, Failure, Policy, RevocationSet, TrustSet, Verifier};

use crate::provider::provider;

/// What a file is given as; the numbers are part of the interface with the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Who must have signed the bundles. Comes before them.
    Anchor,
    Trust,
    Authority,
    Signers,
    Revocation,
}

impl Role {
    pub(crate) const fn of(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Anchor,
            1 => Self::Trust,
            2 => Self::Authority,
            3 => Self::Signers,
            4 => Self::Revocation,
            _ => return None,
        })
    }

    /// The option's name in JavaScript.
    #[cfg(feature = "everything")]
    const fn name(self) -> &'static str {
        match self {
            Self::Anchor => "anchors",
            Self::Trust => "trust",
            Self::Authority => "authorities",
            Self::Signers => "signers",
            Self::Revocation => "revocation",
        }
    }
}

/// Why a file was not taken.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Another module may understand it: this one does not know all algorithms and formats.
    NeedsMore,
    /// Nothing in it can be used.
    Unusable(Failure),
}

impl<F: Into<Failure>> From<F> for Refusal {
    /// Without everything at hand, no failure is this module's to state.
    fn from(failure: F) -> Self {
        if cfg!(feature = "everything") { Self::Unusable(failure.into()) } else { Self::NeedsMore }
    }
}

/// An entry that is not used. Where there is one, a module without everything does not take the file.
#[cfg(feature = "everything")]
#[derive(Debug)]
struct LeftOut {
    role: Role,
    /// Which file of the list; none where the trust set found the entry unfit after all files were read.
    index: Option<u64>,
    id: String,
    failure: Failure,
}

/// A bundle in use.
#[derive(Debug)]
struct Opened {
    index: u64,
    bundle: TrustBundle,
    proven: bool,
}

/// The verifier so far.
#[derive(Debug)]
pub(crate) struct Draft {
    policy: Policy,
    minimum_sequence: u64,
    anchors: Vec<Anchor>,
    builder: TrustSetBuilder<'static>,
    bundles: Vec<Opened>,
    #[cfg(feature = "everything")]
    revocation: Option<RevocationSetBuilder>,
    #[cfg(not(feature = "everything"))]
    revocation: Option<RevocationSet>,
    #[cfg(feature = "everything")]
    left_out: Vec<LeftOut>,
    /// How many files came of each role.
    counts: [u64; 5],
}

impl Draft {
    pub(crate) fn new(tolerances: Tolerances, policy: Policy, minimum_sequence: u64) -> Self {
        Self {
            policy,
            minimum_sequence,
            anchors: Vec::new(),
            builder: TrustSet::tolerant_builder(provider(), tolerances),
            bundles: Vec::new(),
            revocation: None,
            #[cfg(feature = "everything")]
            left_out: Vec::new(),
            counts: [0; 5],
        }
    }

    /// Takes a file.
    pub(crate) fn add(&mut self, role: Role, bytes: &[u8]) -> Result<(), Refusal> {
        let count = match role {
            Role::Anchor => &mut self.counts[0],
            Role::Trust => &mut self.counts[1],
            Role::Authority => &mut self.counts[2],
            Role::Signers => &mut self.counts[3],
            Role::Revocation => &mut self.counts[4],
        };
        let index = *count;
        *count += 1;
        match role {
            Role::Anchor => self.add_anchors(bytes),
            Role::Trust if UnverifiedBundle::is_meant_by(bytes) => self.add_bundle(index, bytes),
            Role::Trust | Role::Authority | Role::Signers => self.add_list(role, index, bytes),
            Role::Revocation => self.add_revocation(bytes),
        }
    }

    fn add_anchors(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        for certificate in certificates_from(bytes)? {
            self.anchors.push(Anchor::from_certificate(&certificate, provider())?);
        }
        Ok(())
    }

    /// With anchors, one of them must have signed the bundle; without, the caller vouches for the file.
    fn add_bundle(&mut self, index: u64, bytes: &[u8]) -> Result<(), Refusal> {
        let proven = !self.anchors.is_empty();
        let bundle = UnverifiedBundle::parse(bytes)?;
        let bundle = if proven { bundle.authenticate(&self.anchors) } else { bundle.trust_without_proof() }?;
        if bundle.sequence() < self.minimum_sequence {
            return Err(Refusal::Unusable(Code::BundleOlder.into()));
        }
        let unfit = bundle.add_signers(&mut self.builder);
        #[cfg(not(feature = "everything"))]
        if !unfit.is_empty() {
            return Err(Refusal::NeedsMore);
        }
        #[cfg(feature = "everything")]
        for (key_id, failure) in unfit {
            self.left_out.push(LeftOut { role: Role::Trust, index: Some(index), id: hex(&key_id), failure });
        }
        self.policy.strict |= bundle.policy().strict;
        #[cfg(feature = "everything")]
        if let Some(known) = bundle.revocation() {
            self.revocation.get_or_insert_default().add_set(known)?;
        }
        // Of several bundles the other module makes one set.
        #[cfg(not(feature = "everything"))]
        if let Some(known) = bundle.revocation()
            && self.revocation.replace(known.clone()).is_some()
        {
            return Err(Refusal::NeedsMore);
        }
        self.bundles.push(Opened { index, bundle, proven });
        Ok(())
    }

    #[cfg(feature = "everything")]
    fn add_list(&mut self, role: Role, index: u64, bytes: &[u8]) -> Result<(), Refusal> {
        let list = List::read(bytes)?;
        let dropped = match role {
            Role::Authority => self.builder.trust_authorities(&list),
            Role::Signers => self.builder.offer_list(&list),
            _ => self.builder.trust_list(&list),
        };
        if list.len() <= dropped.len() + list.references().len() {
            let last = dropped.last().map_or(Code::TrustUnreadable, |entry| entry.failure().code());
            return Err(Refusal::Unusable(last.into()));
        }
        let left_out = |entry: &Dropped| LeftOut {
            role,
            index: Some(index),
            id: entry.id().to_owned(),
            failure: entry.failure().clone(),
        };
        self.left_out.extend(dropped.iter().map(left_out));
        Ok(())
    }

    /// Certificates that are all taken are taken here; whatever else there is needs more.
    #[cfg(not(feature = "everything"))]
    fn add_list(&mut self, role: Role, _index: u64, bytes: &[u8]) -> Result<(), Refusal> {
        // Between a signer and its authority any algorithm may stand.
        if role != Role::Trust || bytes.len() > MAX_CERTIFICATES_BYTES {
            return Err(Refusal::NeedsMore);
        }
        for certificate in certificates_from(bytes)? {
            self.builder.trust_certificate(&certificate)?;
        }
        Ok(())
    }

    #[cfg(feature = "everything")]
    fn add_revocation(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        Ok(self.revocation.get_or_insert_default().add_file(bytes)?)
    }

    #[cfg(not(feature = "everything"))]
    fn add_revocation(&mut self, _bytes: &[u8]) -> Result<(), Refusal> {
        Err(Refusal::NeedsMore)
    }

    /// The verifier, and what it was made of as JSON.
    pub(crate) fn finish(self, out: &mut String) -> Verifier {
        let mut trust = self.builder.build();
        let mut object = Object::begin(out);
        object.unsigned("signers", u64::try_from(trust.len()).unwrap_or(u64::MAX));
        write_array(object.member("bundles"), &self.bundles, |out, opened| {
            let bundle = &opened.bundle;
            let mut object = Object::begin(out);
            object.unsigned("index", opened.index);
            object.unsigned("sequence", bundle.sequence());
            object.string("issued_at", bundle.issued_at().to_rfc3339().as_str());
            object.string("valid_until", bundle.valid_until().to_rfc3339().as_str());
            object.string("relied_on_until", bundle.relied_on_until().to_rfc3339().as_str());
            object.unsigned("signers", u64::try_from(bundle.signers()).unwrap_or(u64::MAX));
            object.boolean("proven", opened.proven);
            object.end();
        });
        let left_out = object.member("left_out");
        #[cfg(feature = "everything")]
        write_left_out(left_out, self.left_out, &trust);
        #[cfg(not(feature = "everything"))]
        left_out.push_str("[]");
        object.end();
        if let Some(revocation) = self.revocation {
            #[cfg(feature = "everything")]
            let revocation: RevocationSet = revocation.build();
            trust = trust.with_revocation(revocation);
        }
        Verifier::new(trust).with_policy(self.policy)
    }
}

/// The entries that are not used: those that were found while files were read, and those that the trust set refused.
#[cfg(feature = "everything")]
fn write_left_out(out: &mut String, left_out: Vec<LeftOut>, trust: &TrustSet) {
    let refused = trust.refused().map(|signer| LeftOut {
        role: Role::Signers,
        index: None,
        id: hex(signer.key_id()),
        failure: signer.failure().clone(),
    });
    let left_out: Vec<LeftOut> = left_out.into_iter().chain(refused).collect();
    write_array(out, &left_out, |out, entry| {
        let mut object = Object::begin(out);
        object.string("list", entry.role.name());
        match entry.index {
            Some(index) => object.unsigned("index", index),
            None => object.member("index").push_str("null"),
        }
        object.string("id", entry.id.as_str());
        write_failure(&mut object, &entry.failure);
        object.end();
    });
}

/// `stage`, `code` and `message`.
pub(crate) fn write_failure(object: &mut Object<'_>, failure: &Failure) {
    object.string("stage", failure.stage().name());
    object.string("code", failure.code().name());
    object.string("message", failure.message(tegata::report::Language::English).as_str());
}

/// More than this is a list, whose limits the other module knows.
#[cfg(not(feature = "everything"))]
const MAX_CERTIFICATES_BYTES: usize = 16 << 20;
