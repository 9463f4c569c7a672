//! `tegata issue --pdf`: typefaces found, the certificate put on paper.

use std::path::{Path, PathBuf};

use tegata::Issued;
use tegata_print::{Paper, PaperError, Pdf, Typeface, Typefaces};

use crate::arguments::Print;
use crate::error::Error;
use crate::files::{self, Access};
use crate::input;
use crate::output::Output;

/// Where to write, and with which typefaces: everything that can be wrong before a certificate is issued.
#[derive(Debug)]
pub(crate) struct Press<'a> {
    file: &'a Path,
    replace: bool,
    office: Option<&'a str>,
    typefaces: Typefaces,
}

impl<'a> Press<'a> {
    /// `None` unless a paper is asked for. Where none is to be replaced, one that is there already is an error.
    pub(crate) fn open(options: &'a Print, replace: bool) -> Result<Option<Self>, Error> {
        let Some(file) = &options.pdf else { return Ok(None) };
        if !replace && file.exists() {
            return Err(Error::Usage(format!("--pdf: {} is there already", file.display())));
        }
        let typefaces =
            if options.font.is_empty() { Typefaces::installed().ok_or_else(missing)? } else { named(&options.font)? };
        Ok(Some(Self { file, replace, office: options.office.as_deref(), typefaces }))
    }

    /// Writes the paper of a certificate; what could not be written as it was signed is said, by field.
    pub(crate) fn print(&self, issued: &Issued, output: &Output) -> Result<serde_json::Value, Error> {
        let refused = |error: PaperError| match error {
            PaperError::NotAccepted(_) | PaperError::NotPrintable | PaperError::IndividualNumber { .. } => {
                Error::refused(self.file.display().to_string(), error.failure())
            }
            error => Error::Usage(format!("--pdf: {error}")),
        };
        let mut paper = Paper::issued(issued).map_err(refused)?;
        if let Some(office) = self.office {
            paper = paper.with_office(office).map_err(|error| Error::Usage(format!("--office: {error}")))?;
        }
        let pdf = paper.to_pdf(&self.typefaces).map_err(refused)?;
        files::write(self.file, pdf.bytes(), Access::OwnerOnly, self.replace)?;
        for substitution in pdf.substitutions() {
            let (field, missing, ordinary) =
                (substitution.field(), substitution.missing_characters(), substitution.ordinary_forms());
            if missing > 0 {
                output.warning(&format!("{field}: {missing} character(s) no typeface has, written 〓 on the paper"));
            }
            if ordinary > 0 {
                output.warning(&format!(
                    "{field}: {ordinary} variant(s) no typeface has, in their ordinary form on the paper"
                ));
            }
        }
        Ok(self.told(&pdf))
    }

    fn told(&self, pdf: &Pdf) -> serde_json::Value {
        let substitutions = pdf.substitutions().iter().map(|substitution| {
            serde_json::json!({
                "field": substitution.field(),
                "missing_characters": substitution.missing_characters(),
                "ordinary_forms": substitution.ordinary_forms(),
            })
        });
        serde_json::json!({
            "file": self.file.display().to_string(), "pages": pdf.pages(),
            "substitutions": substitutions.collect::<Vec<_>>(),
        })
    }
}

/// The typefaces of `--font`: the first, and those for what it lacks.
fn named(fonts: &[PathBuf]) -> Result<Typefaces, Error> {
    let mut typefaces: Option<Typefaces> = None;
    for font in fonts {
        let typeface = Typeface::from_bytes(input::read(font)?)
            .map_err(|error| Error::Usage(format!("{}: {error}", font.display())))?;
        typefaces = Some(match typefaces {
            None => Typefaces::new(typeface),
            Some(first) => first.with_fallback(typeface),
        });
    }
    typefaces.ok_or_else(missing)
}

fn missing() -> Error {
    Error::Usage(
        "no Japanese typeface is installed where it is looked for: name one with --font, or install one, such as \
         Debian's package fonts-noto-cjk"
            .into(),
    )
}
