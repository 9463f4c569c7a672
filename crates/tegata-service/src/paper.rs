//! Certificates on paper.

use core::fmt;
use std::path::PathBuf;
use std::sync::OnceLock;

use tegata::{Policy, TrustSet};
use tegata_issuer::issuing::Desk;
use tegata_print::{Paper, PaperError, Pdf, Typeface, Typefaces};

use crate::problem::Problem;
use crate::{Service, ServiceError};

/// Where certificates are put on paper.
pub(crate) struct Press {
    /// Those of the settings, or, from the first paper on, those that are installed.
    typefaces: OnceLock<Option<Typefaces>>,
}

impl Press {
    /// With the typefaces of the settings, the first one and those for what it lacks, tried out. Where none is named, those that are
    /// installed are looked for when a paper is wanted first.
    pub(crate) fn new(files: &[PathBuf]) -> Result<Self, ServiceError> {
        let unusable = || ServiceError::Parts { field: "paper.typefaces".into(), reason: "names what is no typeface" };
        let mut typefaces: Option<Typefaces> = None;
        for file in files {
            let typeface = std::fs::read(file).map_err(|_| unusable())?;
            let typeface = Typeface::from_bytes(typeface).map_err(|_| unusable())?;
            typefaces = Some(match typefaces {
                None => Typefaces::new(typeface),
                Some(first) => first.with_fallback(typeface),
            });
        }
        let once = OnceLock::new();
        if let Some(typefaces) = typefaces {
            let reason = "lack characters of a certificate's own words, or may not be embedded";
            typefaces.check().map_err(|_| ServiceError::Parts { field: "paper.typefaces".into(), reason })?;
            _ = once.set(Some(typefaces));
        }
        Ok(Self { typefaces: once })
    }
}

/// The typefaces. To be asked for before a certificate is issued that is wanted on paper: without them there is none.
pub(crate) fn typefaces(service: &Service) -> Result<&Typefaces, Problem> {
    let typefaces = service.press().typefaces.get_or_init(|| {
        // Those that set no specimen would fail after the certificate is issued.
        Typefaces::installed().filter(|typefaces| typefaces.check().is_ok())
    });
    typefaces.as_ref().ok_or_else(|| PaperError::TypefaceNotJapanese.failure().into())
}

/// The paper of a certificate that a desk issued. It is made of the text, which is verified on the way: what is printed
/// is what its code says, the first time and again.
pub(crate) fn pdf(service: &Service, desk: &Desk, text: &str) -> Result<Pdf, Problem> {
    let refused = |error: PaperError| Problem::from(error.failure());
    let typefaces = typefaces(service)?;
    let mut trust = TrustSet::builder(service.provider());
    // What is answered again may be a former signer's.
    desk.certificates().try_for_each(|certificate| trust.trust_certificate(certificate))?;
    let paper = Paper::verified(text, &trust.build(), &Policy::default(), service.now()).map_err(refused)?;
    paper.to_pdf(typefaces).map_err(refused)
}

impl fmt::Debug for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Press")
    }
}
