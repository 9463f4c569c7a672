//! One entry.

use core::fmt;

use tegata::Timestamp;
use tegata::codec::cbor::{ArrayIter, Encoder, Item};
use tegata::model::MunicipalityCode;

use super::operation::{Operation, Subjects};

/// The version of the form. The first, which named no objects, is still read.
const VERSION: u64 = 2;

/// One entry of an audit log.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Whose log it is in.
    pub municipality: MunicipalityCode,
    /// Its number, from 1.
    pub sequence: u64,
    /// When; of the end of what took longer, when that began.
    pub time: Timestamp,
    /// What was done, by its stable name.
    pub operation: String,
    /// By whom: the name of an account, or `automatic`.
    pub operator: String,
    /// Of which department (部署).
    pub department: String,
    /// At which terminal (端末).
    pub terminal: String,
    /// For which reason.
    pub reason: String,
    /// To whose data, by internal number (宛名番号): the first hundred.
    pub subjects: Vec<String>,
    /// To how many people's data.
    pub subject_count: u64,
    /// To which applications and certificates, by their IDs: the first hundred.
    pub objects: Vec<String>,
    /// What became of it: `done`, `abandoned`, `failed`, or the code it was refused with; `begun` of what is logged again
    /// when it ends.
    pub outcome: String,
}

impl Entry {
    pub(super) fn encode(
        municipality: MunicipalityCode,
        sequence: u64,
        time: Timestamp,
        operation: &Operation,
        subjects: &Subjects,
        outcome: &str,
    ) -> Vec<u8> {
        let mut encoder = Encoder::with_capacity(256);
        encoder.array(14);
        encoder.unsigned(VERSION);
        encoder.text(municipality.as_str());
        encoder.unsigned(sequence);
        encoder.int(time.seconds());
        encoder.unsigned(time.nanos().into());
        encoder.text(&operation.name);
        encoder.text(&operation.operator.name);
        encoder.text(&operation.operator.department);
        encoder.text(&operation.operator.terminal);
        encoder.text(&operation.reason);
        encoder.array(subjects.named.len());
        subjects.named.iter().for_each(|subject| encoder.text(subject.as_str()));
        encoder.unsigned(subjects.count);
        encoder.array(subjects.objects.len());
        subjects.objects.iter().for_each(|object| encoder.text(object));
        encoder.text(outcome);
        encoder.into_bytes()
    }

    /// Reads an entry; `None` for anything that is not exactly one.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let array = Item::parse(bytes).ok()?.as_array()?;
        let (length, mut fields) = (array.len(), array.iter());
        let unsigned = |fields: &mut ArrayIter<'_>| u64::try_from(fields.next()?.as_i64()?).ok();
        let text = |fields: &mut ArrayIter<'_>| Some(fields.next()?.as_text()?.into_owned());
        let texts = |fields: &mut ArrayIter<'_>| {
            let array = fields.next()?.as_array()?;
            array.iter().map(|text| Some(text.as_text()?.into_owned())).collect::<Option<Vec<_>>>()
        };
        let version = unsigned(&mut fields)?;
        matches!((version, length), (1, 13) | (VERSION, 14)).then_some(())?;
        Some(Self {
            municipality: MunicipalityCode::parse(&text(&mut fields)?)?,
            sequence: unsigned(&mut fields)?,
            time: {
                let seconds = fields.next()?.as_i64()?;
                Timestamp::new(seconds, u32::try_from(unsigned(&mut fields)?).ok()?).ok()?
            },
            operation: text(&mut fields)?,
            operator: text(&mut fields)?,
            department: text(&mut fields)?,
            terminal: text(&mut fields)?,
            reason: text(&mut fields)?,
            subjects: texts(&mut fields)?,
            subject_count: unsigned(&mut fields)?,
            objects: if version == 1 { Vec::new() } else { texts(&mut fields)? },
            outcome: text(&mut fields)?,
        })
    }
}

/// Says neither who did it nor to whom.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("sequence", &self.sequence)
            .field("time", &self.time)
            .field("operation", &self.operation)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}
