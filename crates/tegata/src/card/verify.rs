//! Verification: files → checks → proof.

use core::marker::PhantomData;

use zeroize::Zeroizing;

use super::authority::{Authorities, Authority, AuthorityError};
use super::certificate::Chain;
use super::hierarchy::{AnyHierarchy, Hierarchy, HierarchyType, Other, Production, Test};
use super::identity::{CardSigner, Holder, Identity, Presence, VerifiedIdentity};
use super::key::CardPublicKey;
use super::report::{CardChecks, CardReport, SurfaceReport, TextReport};
use super::surface::{CardFace, VerifiedSurface};
use super::surface_files::SurfaceFiles;
use super::text_files::{NumberFile, TextFiles};
use super::{Answered, Application, CardFiles, FileError, FileErrorKind, FileId};
use crate::crypto::{CryptoProvider, PreparedKey};
use crate::model::{BirthDate, IndividualNumber, IndividualNumberError, Personal};
use crate::report::{Check, Code};

/// Verifies the files of cards. `H` says which hierarchies it accepts: a `CardVerifier<Production>` accepts the
/// built-in production authorities and cannot be told otherwise.
pub struct CardVerifier<H: HierarchyType> {
    authorities: Authorities,
    provider: CryptoProvider,
    accepts: Accepts,
    hierarchy: PhantomData<fn() -> H>,
}

#[derive(Clone, Copy, Debug)]
struct Accepts {
    production: bool,
    test: bool,
    other: bool,
}

impl CardVerifier<Production> {
    /// Accepts production cards. It knows the test authorities by name, to say so.
    ///
    /// # Errors
    /// [`AuthorityError`] when the provider cannot use the built-in keys.
    pub fn production(provider: &CryptoProvider) -> Result<Self, AuthorityError> {
        Self::new(provider, Accepts { production: true, test: false, other: false })
    }
}

impl CardVerifier<Test> {
    /// Accepts test cards alone.
    ///
    /// # Errors
    /// [`AuthorityError`] when the provider cannot use the built-in keys.
    pub fn test(provider: &CryptoProvider) -> Result<Self, AuthorityError> {
        Self::new(provider, Accepts { production: false, test: true, other: false })
    }
}

impl CardVerifier<Other> {
    /// Accepts cards below the operator's own authorities alone: a file of the form that
    /// [`with_authorities`](CardVerifier::with_authorities) takes.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn other(provider: &CryptoProvider, authorities: &str) -> Result<Self, AuthorityError> {
        let mut verifier = Self::new(provider, Accepts { production: false, test: false, other: true })?;
        verifier.authorities.add_file(authorities, provider)?;
        Ok(verifier)
    }
}

impl CardVerifier<AnyHierarchy> {
    /// Accepts production cards, and what it is told to accept besides.
    ///
    /// # Errors
    /// [`AuthorityError`] when the provider cannot use the built-in keys.
    pub fn any(provider: &CryptoProvider) -> Result<Self, AuthorityError> {
        Self::new(provider, Accepts { production: true, test: false, other: true })
    }

    /// Accepts test cards too.
    #[must_use]
    pub const fn accepting_test_cards(mut self) -> Self {
        self.accepts.test = true;
        self
    }

    /// Adds the operator's own authorities from JSON: `keys[]`, each with `key_id` (hex), `hierarchy`, `application`
    /// (`text`, `surface` or `master-file`) and `rsa{n,e}` or `ec{curve,x,y}` (`P-256` or `P-384`), numbers in hex.
    /// Those of the hierarchy `test` are accepted only with [`accepting_test_cards`](Self::accepting_test_cards).
    ///
    /// # Errors
    /// [`AuthorityError`]: the file names `production` or a key that is known already, or is malformed.
    pub fn with_authorities(mut self, json: &str) -> Result<Self, AuthorityError> {
        self.authorities.add_file(json, &self.provider)?;
        Ok(self)
    }
}

impl<H: HierarchyType> CardVerifier<H> {
    fn new(provider: &CryptoProvider, accepts: Accepts) -> Result<Self, AuthorityError> {
        let authorities = Authorities::builtin(provider)?;
        Ok(Self { authorities, provider: *provider, accepts, hierarchy: PhantomData })
    }

    /// Verifies the files of the text application: EF 0002, 0003 and 0004, and EF 0001, 0005 and 0007 where they are
    /// handed over. A challenge is judged with the key of EF 0007.
    #[must_use]
    pub fn verify_text(&self, files: &CardFiles, answered: Option<Answered<'_>>) -> TextReport<H> {
        let mut checks = CardChecks::default();
        let read = right_application(files, Application::Text).and_then(|()| TextFiles::read(files));
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                checks.files = Check::Fail(error.into());
                return CardReport::new(Application::Text, checks, None, None, None);
            }
        };
        checks.files = Check::Pass;
        let signer = self.judge_signer(Application::Text, &read.chain, &mut checks);

        let hash = read.chain.signer_key().hash();
        if let Some(key) = &signer.key {
            let signature = key.verify(&read.integrity.signed(), read.integrity.signature.value());
            checks.record_signature = verdict(signature.is_ok(), Code::RecordSignatureInvalid);
        }
        let attributes = hash.digest(&[read.attributes.covered]);
        checks.attributes_digest =
            verdict(attributes == read.integrity.attributes_digest.value(), Code::AttributesDigestMismatch);
        let number = read.number.as_ref().and_then(|number| {
            let digest = hash.digest(&[number.physical.as_slice()]);
            checks.number_digest = verdict(digest == read.integrity.number_digest.value(), Code::NumberDigestMismatch);
            judge_number(number, &mut checks)
        });
        if let (Some(key), Some(card_key)) = (&signer.key, &read.card_key) {
            let signature = key.verify(&[card_key.signed], card_key.signature.value());
            checks.card_key = verdict(signature.is_ok(), Code::CardKeySignatureInvalid);
        }
        let presence = self.judge_presence(read.card_key.as_ref().map(|key| &key.key), answered, &mut checks);

        let proof = signer.accepted(&checks, Application::Text).and_then(|(hierarchy, signer)| {
            let holder = Holder {
                name: read.attributes.name.into(),
                address: read.attributes.address.into(),
                birth_date: Personal::new(BirthDate::Full(read.attributes.birth_date)),
                sex: Personal::new(read.attributes.sex),
                signer,
                hierarchy,
                presence,
            };
            match (&read.number, number) {
                (None, _) => Some(Identity::FourFields(VerifiedIdentity::of_four_fields(holder))),
                (Some(_), Some(number)) => Some(Identity::WithNumber(VerifiedIdentity::new(holder, number))),
                // Then its check failed.
                (Some(_), None) => None,
            }
        });
        CardReport::new(Application::Text, checks, signer.hierarchy, signer.signer, proof)
    }

    /// Verifies the files of the surface application: EF 0004, and whichever of EF 0001, 0002 and 0005 are handed
    /// over. A challenge is judged with the key that they hold.
    #[must_use]
    pub fn verify_surface(&self, files: &CardFiles, answered: Option<Answered<'_>>) -> SurfaceReport<H> {
        let mut checks = CardChecks::default();
        let read = right_application(files, Application::Surface).and_then(|()| SurfaceFiles::read(files));
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                checks.files = Check::Fail(error.into());
                return CardReport::new(Application::Surface, checks, None, None, None);
            }
        };
        checks.files = Check::Pass;
        let signer = self.judge_signer(Application::Surface, &read.chain, &mut checks);
        if let Some(key) = &signer.key {
            let genuine = self.surface_signatures(&read, &**key);
            checks.record_signature = verdict(genuine, Code::RecordSignatureInvalid);
            // Every record was signed together with the card's key.
            let one_card = all_equal(read.card_keys()) && all_equal(read.birth_dates());
            checks.card_key = if !genuine { Check::Skipped } else { verdict(one_card, Code::CardRecordsDiffer) };
        }
        let presence = self.judge_presence(read.card_keys().next(), answered, &mut checks);

        let proof = signer.accepted(&checks, Application::Surface).map(|(vouched_by, signer)| VerifiedSurface {
            birth_date: read.birth_dates().next().map(|date| Personal::new(BirthDate::Full(date))),
            face: read.face.as_ref().map(|face| CardFace {
                sex: Personal::new(face.sex),
                name_image: image(face.name_image.value()),
                address_image: image(face.address_image.value()),
                photo: image(face.photo.value()),
                unsigned_expiry: face.expiry,
            }),
            number_image: read.number_image.as_ref().map(|record| image(record.image.value())),
            signer,
            vouched_by,
            presence,
            hierarchy: PhantomData,
        });
        CardReport::new(Application::Surface, checks, signer.hierarchy, signer.signer, proof)
    }

    /// Authority and certificate.
    fn judge_signer(&self, application: Application, chain: &Chain<'_>, checks: &mut CardChecks) -> Signer {
        let Some(authority) = self.authorities.find(chain.authority_id()) else {
            checks.authority = Check::Fail(Code::UnknownAuthority.into());
            return Signer { hierarchy: None, signer: None, key: None };
        };
        checks.authority = self.judge_authority(authority, application).into();
        let key = chain.verify(authority, &self.provider);
        checks.certificate = match &key {
            Ok(_) => Check::Pass,
            Err(code) => Check::Fail((*code).into()),
        };
        let key = key.ok();
        let signer = key.is_some().then(|| CardSigner::new(chain.signer_id()));
        Signer { hierarchy: Some(authority.hierarchy()), signer, key }
    }

    fn judge_authority(&self, authority: &Authority, application: Application) -> Result<(), Code> {
        match authority.hierarchy() {
            Hierarchy::Test if !self.accepts.test => return Err(Code::TestHierarchy),
            Hierarchy::Production if !self.accepts.production => return Err(Code::UnknownAuthority),
            Hierarchy::Other if !self.accepts.other => return Err(Code::UnknownAuthority),
            Hierarchy::Test | Hierarchy::Production | Hierarchy::Other => {}
        }
        if authority.is_for(application) { Ok(()) } else { Err(Code::WrongApplication) }
    }

    /// All signatures of the surface application under the signer's key.
    fn surface_signatures(&self, read: &SurfaceFiles<'_>, key: &dyn PreparedKey) -> bool {
        let age = read.age.as_ref().is_none_or(|age| key.verify(&age.signed, age.signature.value()).is_ok());
        let number = read
            .number_image
            .as_ref()
            .is_none_or(|record| key.verify(&record.signed, record.signature.value()).is_ok());
        let face = read.face.as_ref().is_none_or(|face| {
            let groups: [&[&[u8]]; 3] =
                [&face.signed, &[face.name_image.whole(), face.address_image.whole()], &[face.photo.whole()]];
            read.chain.signer_key().verify_face(&self.provider, groups, face.signature.value()).is_ok()
        });
        age && number && face
    }

    /// The card's key, which must be a valid one wherever it is, and its response to a challenge.
    fn judge_presence(
        &self,
        key: Option<&CardPublicKey>,
        answered: Option<Answered<'_>>,
        checks: &mut CardChecks,
    ) -> Presence {
        let prepared = key.filter(|_| checks.card_key.passed()).map(|key| key.prepare(&self.provider));
        if let Some(Err(_)) = prepared {
            checks.card_key = Check::Fail(Code::CardKeyUnusable.into());
        }
        let Some(answered) = answered else { return Presence::NotShown };
        if key.is_none() {
            checks.presence = Check::Fail(Code::PresenceNoCardKey.into());
        }
        // A response under a key that is not genuine says nothing.
        if let Some(Ok(key)) = prepared {
            let response = key.verify(&[answered.challenge.as_bytes()], answered.response);
            checks.presence = verdict(response.is_ok(), Code::PresenceResponseInvalid);
        }
        if checks.presence.passed() { Presence::GenuineCardOfSameSigner } else { Presence::NotShown }
    }
}

impl<H: HierarchyType> core::fmt::Debug for CardVerifier<H> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CardVerifier").field("accepts", &self.accepts).finish_non_exhaustive()
    }
}

/// What is known of the signer.
struct Signer {
    hierarchy: Option<Hierarchy>,
    signer: Option<CardSigner>,
    key: Option<Box<dyn PreparedKey>>,
}

impl Signer {
    /// Hierarchy and signer, if every check says that the card is accepted.
    fn accepted(&self, checks: &CardChecks, application: Application) -> Option<(Hierarchy, CardSigner)> {
        if checks.accept(application) { self.hierarchy.zip(self.signer) } else { None }
    }
}

fn right_application(files: &CardFiles, application: Application) -> Result<(), FileError> {
    if files.application() == application {
        Ok(())
    } else {
        Err(FileError::of_file(application, FileId::CERTIFICATE, FileErrorKind::Missing))
    }
}

fn judge_number(number: &NumberFile, checks: &mut CardChecks) -> Option<IndividualNumber> {
    match IndividualNumber::from_digits(number.digits.as_slice()) {
        Ok(number) => {
            checks.number_check_digit = Check::Pass;
            Some(number)
        }
        Err(IndividualNumberError::CheckDigit | IndividualNumberError::NotTwelveDigits) => {
            checks.number_check_digit = Check::Fail(Code::NumberCheckDigitWrong.into());
            None
        }
    }
}

fn verdict(passed: bool, code: Code) -> Check {
    if passed { Check::Pass } else { Check::Fail(code.into()) }
}

fn all_equal<T: PartialEq>(mut items: impl Iterator<Item = T>) -> bool {
    let Some(first) = items.next() else { return true };
    items.all(|item| item == first)
}

fn image(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(bytes.to_vec())
}
