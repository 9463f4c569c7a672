//! Certificates on paper: one A4 page or more, as PDF.

use core::fmt;

use tegata::model::{Personal, contains_individual_number};
use tegata::{Issued, Policy, Timestamp, TrustSet, Unverified};

use crate::{ErrorCorrection, Symbol};
use sheet::{Sheet, Words};
use text::Shaped;

mod document;
mod error;
mod ink;
mod installed;
mod page;
mod setter;
mod sheet;
#[cfg(test)]
mod tests;
mod text;
mod typeface;

pub use error::PaperError;
pub use typeface::{Typeface, Typefaces};

/// A certificate, ready to be put on A4 paper as PDF.
///
/// It is made of what was signed and of nothing else, so that print and code cannot disagree: of a certificate that was
/// just [issued](Paper::issued), or of one whose text is [verified](Paper::verified) on the way. Titles and labels stand
/// in Japanese and English, the values as they were signed, with the catalogue's name in the other language below.
/// There is no field for an individual number (個人番号) or an address, and a value that looks like an individual number
/// is refused.
///
/// The document is PDF/A-2a and PDF/UA-1: fonts are embedded as subsets, text can be searched and read aloud. The same
/// certificate and typefaces give the same bytes. A character that no typeface has, such as one of a private use area
/// (外字), is written 〓; the paper says so in words and [`Pdf::substitutions`] names the field.
///
/// ```no_run
/// # fn print(issued: &tegata::Issued, font: Vec<u8>) -> Result<Vec<u8>, tegata_print::PaperError> {
/// use tegata_print::{Paper, Typeface, Typefaces};
///
/// let typefaces = Typefaces::new(Typeface::from_bytes(font)?);
/// let pdf = Paper::issued(issued)?.to_pdf(&typefaces)?;
/// assert!(pdf.substitutions().is_empty());
/// # Ok(pdf.into_bytes())
/// # }
/// ```
pub struct Paper {
    sheet: Sheet,
    symbol: Symbol,
    office: Option<String>,
}

impl Paper {
    /// The paper of a certificate that was just issued.
    ///
    /// # Errors
    /// [`PaperError::NotPrintable`] for a profile without a paper form, [`PaperError::Symbol`] when the text fits no
    /// symbol; neither comes about with the profiles there are.
    pub fn issued(issued: &Issued) -> Result<Self, PaperError> {
        let signed = issued.signed().map_err(PaperError::NotAccepted)?;
        let content = signed.content().ok_or(PaperError::NotPrintable)?;
        Self::new(Sheet::of(signed.claims(), content)?, issued.text())
    }

    /// The paper of a certificate's text, of which only one that is accepted gets a paper: what looks official must be.
    ///
    /// # Errors
    /// [`PaperError::NotAccepted`] with the first reason against it; [`PaperError::NotPrintable`] for test results,
    /// recoveries and other content without a paper form; [`PaperError::IndividualNumber`] when a value looks like one.
    pub fn verified(text: &str, trust: &TrustSet, policy: &Policy, now: Timestamp) -> Result<Self, PaperError> {
        // Scanners and mail add white space, which the symbol must not hold.
        let text = text.trim_end();
        let unverified = Unverified::parse(text).map_err(PaperError::NotAccepted)?;
        let authentic = unverified.authenticate(trust).map_err(PaperError::NotAccepted)?;
        let accepted = authentic.accept(policy, now).map_err(|(_, failure)| PaperError::NotAccepted(failure))?;
        let content = accepted.content().ok_or(PaperError::NotPrintable)?;
        Self::new(Sheet::of(accepted.claims(), content)?, text)
    }

    fn new(sheet: Sheet, text: &str) -> Result<Self, PaperError> {
        let symbol = Symbol::encode(text, ErrorCorrection::default()).map_err(PaperError::Symbol)?;
        Ok(Self { sheet, symbol, office: None })
    }

    /// The same with the office to ask, which stands apart from what is certified: it is not signed.
    ///
    /// # Errors
    /// [`PaperError::InvalidOffice`] when the text is empty, longer than [`MAX_OFFICE_CHARACTERS`], or holds a control
    /// character or what looks like an individual number.
    pub fn with_office(self, office: &str) -> Result<Self, PaperError> {
        let refused = office.trim().is_empty()
            || office.chars().nth(MAX_OFFICE_CHARACTERS).is_some()
            || office.chars().any(char::is_control)
            || contains_individual_number(office);
        if refused { Err(PaperError::InvalidOffice) } else { Ok(Self { office: Some(office.to_owned()), ..self }) }
    }

    /// Writes the PDF.
    ///
    /// # Errors
    /// [`PaperError::TypefaceNotJapanese`] when the typefaces lack what the labels are written with,
    /// [`PaperError::InvalidOffice`] when they lack what the office is, and [`PaperError::TypefaceNotEmbeddable`].
    pub fn to_pdf(&self, typefaces: &Typefaces) -> Result<Pdf, PaperError> {
        let faces = typefaces.open()?;
        let mut substitutions = Vec::new();
        for (value, label) in self.sheet.values() {
            let shaped = Shaped::new(value.text.expose(), &faces, false).ok_or(PaperError::TypefaceNotJapanese)?;
            if shaped.lacks != text::Lacks::default() {
                let text::Lacks { missing, ordinary } = shaped.lacks;
                substitutions.push(Substitution { field: value.field.clone(), missing, ordinary, label });
            }
        }
        let (bytes, pages) =
            document::write(&self.sheet, self.office.as_deref(), &self.symbol, &faces, &substitutions)?;
        Ok(Pdf { bytes: bytes.into(), pages, substitutions })
    }
}

impl Typefaces {
    /// Looks for every character of every word that a paper of any kind has of its own, in both languages and the names of
    /// the catalogues too, and sets a specimen, so that typefaces of no use are known before a certificate is issued.
    ///
    /// # Errors
    /// Those of [`Paper::to_pdf`].
    pub fn check(&self) -> Result<(), PaperError> {
        let faces = self.open()?;
        // Dates, numbers and codes.
        let plain: String = (' '..='~').collect();
        for text in own_words().into_iter().chain([plain.as_str()]) {
            for bold in [false, true] {
                if Shaped::new(text, &faces, bold).is_none_or(|shaped| shaped.lacks != text::Lacks::default()) {
                    return Err(PaperError::TypefaceNotJapanese);
                }
            }
        }
        Paper::new(Sheet::specimen()?, "SPECIMEN")?.to_pdf(self).map(drop)
    }
}

/// Every word that a paper can have of its own.
fn own_words() -> Vec<&'static str> {
    [sheet::own_words(), page::own_words(), setter::own_words()].concat()
}

/// Says nothing of the content.
impl fmt::Debug for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paper").field("symbol", &self.symbol).finish_non_exhaustive()
    }
}

/// A certificate as PDF.
pub struct Pdf {
    bytes: Personal<Vec<u8>>,
    pages: usize,
    substitutions: Vec<Substitution>,
}

impl Pdf {
    /// The document.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.expose()
    }

    /// The document, to keep.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.expose().clone()
    }

    /// The number of its pages.
    #[must_use]
    pub const fn pages(&self) -> usize {
        self.pages
    }

    /// The fields that are not written as they were signed, in reading order. The paper says so too.
    #[must_use]
    pub fn substitutions(&self) -> &[Substitution] {
        &self.substitutions
    }
}

/// Says nothing of the content.
impl fmt::Debug for Pdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pdf")
            .field("bytes", &self.bytes.expose().len())
            .field("pages", &self.pages)
            .field("substitutions", &self.substitutions)
            .finish()
    }
}

/// A field of which characters could not be written as they were signed.
#[derive(Clone)]
pub struct Substitution {
    field: String,
    missing: usize,
    ordinary: usize,
    label: Words,
}

impl Substitution {
    /// The path of the field in the signed content, such as `name.registered`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// How many characters are written 〓, for no typeface has them.
    #[must_use]
    pub const fn missing_characters(&self) -> usize {
        self.missing
    }

    /// How many characters are written in their ordinary form, for no typeface has the variant that was asked for
    /// by a variation selector (異体字).
    #[must_use]
    pub const fn ordinary_forms(&self) -> usize {
        self.ordinary
    }
}

/// Names the field and counts characters, which it never shows.
impl fmt::Debug for Substitution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Substitution")
            .field("field", &self.field)
            .field("missing_characters", &self.missing)
            .field("ordinary_forms", &self.ordinary)
            .finish()
    }
}

/// Characters of what is said of the office to ask: a name, a telephone number and an address of it.
pub const MAX_OFFICE_CHARACTERS: usize = 200;
