//! The history of certificates.

use tegata::codec::cbor::{Encoder, Item};
use tegata::model::Kind;
use tegata::time::Date;
use tegata::{Profile, Timestamp};

use super::{LedgerError, Row, Session, Value};
use crate::audit::is_plain;
use crate::record::{Channel, InternalNumber, Issue, IssueDetails, RevocationHandle, Sealable as _};

const TABLE: &str = "issue";

pub(super) const BY_PERSON: &str = "SELECT certificate_id, internal_number, issued_at, expires_at, facts, retain_until, \
                                    wrapped_key, sealed FROM issue WHERE municipality = ?1 AND internal_number = ?2 \
                                    ORDER BY issued_at, certificate_id";
const CORRUPT: LedgerError = LedgerError::Corrupt { place: TABLE };

/// By what the texts of a certificate are revoked, encoded, and when the last of them ends, in seconds since 1970.
pub(super) type IssuedTexts = (Vec<u8>, Option<i64>);

impl Session<'_> {
    /// Records that a certificate was issued; the personal part is kept until the end of a date, and the rest for as
    /// long as the certificate can be revoked.
    ///
    /// # Errors
    /// [`LedgerError::Duplicate`] when the certificate ID is taken, by whichever municipality on whichever node;
    /// [`LedgerError::InvalidValue`] for an ID that cannot be one.
    pub fn record_issue(&mut self, issue: &Issue, retain_until: Date) -> Result<(), LedgerError> {
        const PUT: &str = "INSERT INTO issue (municipality, certificate_id, internal_number, issued_at, expires_at, \
                           facts, retain_until, wrapped_key, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        self.touch(Some(&issue.internal_number))?;
        if !is_plain(&issue.certificate_id, tegata::model::CERTIFICATE_ID_MAX_CHARS) {
            return Err(LedgerError::InvalidValue { field: "certificate_id" });
        }
        let id = issue.certificate_id.as_str();
        self.touch_object(id);
        let place = place(id, &issue.internal_number);
        let sealed = self.seal(TABLE, &place, retain_until, &issue.details.to_bytes())?;
        let facts = encode_facts(issue);
        let values = [
            id.into(),
            issue.internal_number.as_str().into(),
            issue.issued_at.seconds().into(),
            issue.expires_at.map(|time| time.seconds()).into(),
            (&facts).into(),
            retain_until.days_since_epoch().into(),
            (&sealed.wrapped_key).into(),
            (&sealed.content).into(),
        ];
        self.execute(PUT, &values).map(drop)
    }

    /// What was issued to a person, the oldest first.
    ///
    /// # Errors
    /// Those of reading.
    pub fn issues_of(&mut self, internal_number: &InternalNumber) -> Result<Vec<Issue>, LedgerError> {
        self.find_issues(BY_PERSON, internal_number.as_str().into())
    }

    /// The issue of a certificate; `None` also once the person was erased.
    ///
    /// # Errors
    /// Those of reading.
    pub fn issue_by_certificate_id(&mut self, certificate_id: &str) -> Result<Option<Issue>, LedgerError> {
        const FIND: &str = "SELECT certificate_id, internal_number, issued_at, expires_at, facts, retain_until, \
                            wrapped_key, sealed FROM issue WHERE municipality = ?1 AND certificate_id = ?2 \
                            AND internal_number IS NOT NULL";
        let issue = self.find_issues(FIND, certificate_id.into())?.pop();
        if issue.is_some() {
            self.touch_object(certificate_id);
        }
        Ok(issue)
    }

    /// Keeps the personal part of an issue until the end of a later date.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] where the person has no such issue; those of writing.
    pub fn keep_issue(&mut self, issue: &Issue, retain_until: Date) -> Result<(), LedgerError> {
        const KEEP: &str = "UPDATE issue SET retain_until = ?4, wrapped_key = ?5, sealed = ?6 \
                            WHERE municipality = ?1 AND certificate_id = ?2 AND internal_number = ?3";
        self.touch(Some(&issue.internal_number))?;
        let place = place(&issue.certificate_id, &issue.internal_number);
        let sealed = self.seal(TABLE, &place, retain_until, &issue.details.to_bytes())?;
        let values = [
            issue.certificate_id.as_str().into(),
            issue.internal_number.as_str().into(),
            retain_until.days_since_epoch().into(),
            (&sealed.wrapped_key).into(),
            (&sealed.content).into(),
        ];
        match self.execute(KEEP, &values)? {
            0 => Err(LedgerError::NotFound),
            _ => Ok(()),
        }
    }

    /// Whether this municipality issued a certificate of this ID, also once the person was erased.
    pub(crate) fn was_issued(&mut self, certificate_id: &str) -> Result<bool, LedgerError> {
        Ok(self.issued_texts(certificate_id)?.is_some())
    }

    /// By what the texts of a certificate are revoked, and when the last of them ends; also once the person was
    /// erased.
    pub(super) fn issued_texts(&mut self, certificate_id: &str) -> Result<Option<IssuedTexts>, LedgerError> {
        const FIND: &str = "SELECT facts, expires_at FROM issue WHERE municipality = ?1 AND certificate_id = ?2";
        let Some(mut row) = self.row(TABLE, FIND, &[certificate_id.into()])? else { return Ok(None) };
        let facts = Facts::decode(&row.bytes()?).ok_or(CORRUPT)?;
        Ok(Some((encode_texts(&facts.texts), row.optional_integer()?)))
    }

    fn find_issues(&mut self, sql: &'static str, value: Value<'_>) -> Result<Vec<Issue>, LedgerError> {
        self.touch(None)?;
        let rows = self.rows(TABLE, sql, &[value])?;
        rows.into_iter().map(|row| self.read_issue(row)).collect()
    }

    fn read_issue(&mut self, mut row: Row) -> Result<Issue, LedgerError> {
        let certificate_id = row.text()?;
        let internal_number = InternalNumber::parse(&row.text()?).ok_or(CORRUPT)?;
        self.touch(Some(&internal_number))?;
        let issued_at = Timestamp::from_seconds(row.integer()?).map_err(|_| CORRUPT)?;
        let expires_at = row.optional_integer()?.map(Timestamp::from_seconds).transpose().map_err(|_| CORRUPT)?;
        let facts = Facts::decode(&row.bytes()?).ok_or(CORRUPT)?;
        let (until, wrapped_key, sealed) = (row.integer()?, row.bytes()?, row.bytes()?);
        let place = place(&certificate_id, &internal_number);
        let bytes = self.open(TABLE, &place, until, &wrapped_key, &sealed)?;
        let Facts { issue_date, channel, kind, texts } = facts;
        let details = IssueDetails::from_bytes(&bytes).map_err(|_| CORRUPT)?;
        Ok(Issue { certificate_id, internal_number, issued_at, issue_date, expires_at, channel, kind, texts, details })
    }
}

/// What the personal part is bound to: an issue that is given to another person in the database does not open.
fn place(certificate_id: &str, internal_number: &InternalNumber) -> Vec<u8> {
    let mut encoder = Encoder::with_capacity(64);
    encoder.array(2);
    encoder.text(certificate_id);
    encoder.text(internal_number.as_str());
    encoder.into_bytes()
}

/// What is not personal, as one column: deterministic CBOR.
struct Facts {
    issue_date: Date,
    channel: Channel,
    kind: Kind,
    texts: Vec<RevocationHandle>,
}

fn encode_facts(issue: &Issue) -> Vec<u8> {
    let mut encoder = Encoder::with_capacity(128);
    encoder.array(4);
    encoder.int(issue.issue_date.days_since_epoch());
    encoder.text(issue.channel.name());
    encoder.text(issue.kind.name());
    encoder.bytes(&encode_texts(&issue.texts));
    encoder.into_bytes()
}

impl Facts {
    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut fields = Item::parse(bytes).ok()?.as_array().filter(|fields| fields.len() == 4)?.iter();
        let issue_date = Date::from_days_since_epoch(fields.next()?.as_i64()?).ok()?;
        let channel = Channel::parse(&fields.next()?.as_text()?)?;
        let kind = fields.next()?.as_text()?;
        let kind = [Kind::Domestic, Kind::Overseas].into_iter().find(|known| known.name() == kind)?;
        let texts = decode_texts(&fields.next()?.as_bytes()?)?;
        Some(Self { issue_date, channel, kind, texts })
    }
}

fn encode_texts(texts: &[RevocationHandle]) -> Vec<u8> {
    let mut encoder = Encoder::with_capacity(64);
    encoder.array(texts.len());
    for text in texts {
        encoder.array(3);
        encoder.text(text.profile.name());
        encoder.bytes(&text.key_id);
        encoder.bytes(&text.signature_hash);
    }
    encoder.into_bytes()
}

pub(super) fn decode_texts(bytes: &[u8]) -> Option<Vec<RevocationHandle>> {
    let texts = Item::parse(bytes).ok()?.as_array()?;
    let text = |text: Item<'_>| {
        let mut fields = text.as_array().filter(|fields| fields.len() == 3)?.iter();
        Some(RevocationHandle {
            profile: Profile::parse(&fields.next()?.as_text()?)?,
            key_id: fields.next()?.as_bytes()?.as_ref().try_into().ok()?,
            signature_hash: fields.next()?.as_bytes()?.as_ref().try_into().ok()?,
        })
    };
    texts.iter().map(text).collect()
}
