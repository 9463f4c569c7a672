//! How what waits is written before it is sealed.

use tegata::Profile;
use tegata::card::{self, CardFiles, FileId};
use tegata::model::{Kind, Sex};
use zeroize::Zeroizing;

use super::counter::{Evidence, Replacement};
use super::{Attestation, CounterEntry};
use crate::matching::Claim;
use crate::record::{Authority, Document, Fields, InternalNumber, PassportData, Sealable, SealedError, Writer};

/// The files of a card that are kept: what is signed. In ascending order.
const FILES: [FileId; 5] =
    [FileId::FIRST, FileId::ATTRIBUTES, FileId::INTEGRITY, FileId::CERTIFICATE, FileId::CARD_KEY];

impl CounterEntry {
    const FIELDS: usize = 7;
}

impl Sealable for CounterEntry {
    const NAME: &'static str = "application";

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let passport = self.passport.as_ref().map(Sealable::to_bytes);
        let (word, evidence) = match &self.evidence {
            Evidence::Card(files) => ("card", card_bytes(files)),
            Evidence::Attestation(attestation) => ("attestation", attestation.to_bytes()),
        };
        let profiles = words(self.profiles.iter().map(|profile| profile.name()));
        let (replaced, reason) = match &self.replaces {
            Some(replacement) => (Some(replacement.certificate_id.as_str()), replacement.reason.as_str()),
            None => (None, ""),
        };
        let length = passport.as_ref().map_or(0, |bytes| bytes.len())
            + evidence.len()
            + profiles.len()
            + replaced.map_or(0, str::len)
            + reason.len();
        let mut out = Writer::new(Self::FIELDS, length);
        out.text(self.kind.name());
        out.text(&profiles);
        out.optional_bytes(passport.as_ref().map(|bytes| bytes.as_slice()));
        out.optional_text(replaced);
        out.text(reason);
        out.text(word);
        out.bytes(&evidence);
        out.finish()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError> {
        let mut fields = Fields::read(bytes, Self::FIELDS)?;
        let kind = fields.word(&[Kind::Domestic, Kind::Overseas], Kind::name)?;
        let profiles = parse_words(&fields.text()?, Profile::parse)?;
        let passport = fields.optional_bytes()?.map(|bytes| PassportData::from_bytes(&bytes)).transpose()?;
        let (replaced, reason) = (fields.optional_text()?, fields.text()?.into_owned());
        let replaces = replaced.map(|certificate_id| Replacement { certificate_id, reason });
        let evidence = match &*fields.text()? {
            "card" => Evidence::Card(card_files(&fields.bytes()?)?),
            "attestation" => Evidence::Attestation(Attestation::from_bytes(&fields.bytes()?)?),
            _ => return Err(SealedError),
        };
        Ok(Self { kind, profiles, passport, replaces, evidence })
    }
}

fn card_bytes(files: &CardFiles) -> Zeroizing<Vec<u8>> {
    let mut out = Writer::new(FILES.len(), files.iter().map(|(_, bytes)| bytes.len()).sum());
    for id in FILES {
        out.optional_bytes(files.get(id));
    }
    out.finish()
}

fn card_files(bytes: &[u8]) -> Result<CardFiles, SealedError> {
    let mut fields = Fields::read(bytes, FILES.len())?;
    let mut files = CardFiles::new(card::Application::Text);
    for id in FILES {
        if let Some(bytes) = fields.optional_bytes()? {
            files.insert(id, bytes.into_owned()).map_err(|_| SealedError)?;
        }
    }
    Ok(files)
}

impl Attestation {
    const FIELDS: usize = 7;
}

impl Sealable for Attestation {
    const NAME: &'static str = "attestation";

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let documents = words(self.documents.iter().map(|document| document.name()));
        let (name, address) = (self.claim.name.expose(), self.claim.address.expose());
        let length = self.subject.as_str().len() + name.len() + address.len() + documents.len();
        let mut out = Writer::new(Self::FIELDS, length);
        out.text(self.subject.as_str());
        out.text(name);
        out.text(address);
        out.birth_date(&self.claim.birth_date);
        out.text(self.claim.sex.expose().name());
        out.text(&documents);
        out.optional_text(self.agent.map(Authority::name));
        out.finish()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError> {
        let mut fields = Fields::read(bytes, Self::FIELDS)?;
        let subject = InternalNumber::parse(&fields.text()?).ok_or(SealedError)?;
        let claim = Claim {
            name: fields.text()?.to_string().into(),
            address: fields.text()?.to_string().into(),
            birth_date: fields.birth_date()?,
            sex: fields.word(&Sex::ALL, Sex::name)?.into(),
        };
        let documents = parse_words(&fields.text()?, Document::parse)?;
        let agent = fields.optional_text()?.map(|word| Authority::parse(&word).ok_or(SealedError)).transpose()?;
        // The rule is judged again.
        Self::new(subject, claim, &documents, agent).map_err(|_| SealedError)
    }
}

fn words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

fn parse_words<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, SealedError> {
    text.split_whitespace().map(|word| parse(word).ok_or(SealedError)).collect()
}
