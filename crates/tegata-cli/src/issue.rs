//! `tegata issue`: one record, or with `--batch` a line each.

use std::path::{Path, PathBuf};

use tegata::crypto::Signer;
use tegata::model::{EXAMPLE_RECORD, RECORD_SCHEMA, contains_individual_number};
use tegata::x509::certificates_from;
use tegata::{Failure, Issued, Issuer, Record, Request, Timestamp};
use tegata_print::{ErrorCorrection, Style as PrintStyle, Symbol};

use crate::arguments::{Image, Issue, Profile};
use crate::error::{Error, Exit};
use crate::files::{self, Access};
use crate::output::Output;
use crate::paper::Press;
use crate::provider::{batch_signer, provider};
use crate::{batch, input, token, verify};

pub(crate) fn run(options: &Issue, json: bool, output: &Output) -> Result<Exit, Error> {
    if options.print_schema {
        return output.bytes(RECORD_SCHEMA.as_bytes()).map(|()| Exit::Done);
    }
    if options.print_example {
        return output.bytes(EXAMPLE_RECORD.as_bytes()).map(|()| Exit::Done);
    }
    let (Some(signer), Some(certificate), Some(record)) = (&options.signer, &options.certificate, &options.record)
    else {
        return Err(Error::Usage("--signer, --certificate and a record are needed".into()));
    };
    if options.dose.is_some() && options.profile == Profile::Jp {
        return Err(Error::Usage("--dose is for profiles of a single dose (--profile dcc)".into()));
    }
    let desk = Desk::open(options, signer, certificate)?;
    if options.batch {
        return batch::run(&desk, record, options.from_line, options.jobs, output);
    }
    let image = match (options.image, &options.out) {
        (None | Some(Image::None), None) => None,
        (Some(Image::None), Some(_)) => None,
        (Some(_), None) => return Err(Error::Usage("--image needs --out to say where".into())),
        (image, Some(base)) => Some((image.unwrap_or(Image::Png), base)),
    };
    let press = Press::open(&options.print, true)?;
    let name = record.display().to_string();
    let bytes = input::read(record)?;
    let issued = desk.issue(&bytes).map_err(|failure| Error::refused(name, failure))?;
    for field in issued.not_carried() {
        output.warning(&format!("the {} profile does not carry {field}", desk.request.profile.name()));
    }
    let mut images = Vec::new();
    if let Some((image, base)) = image {
        images.push(write_image(issued.text(), image, base, options)?.display().to_string());
    }
    let printed = press.map(|press| press.print(&issued, output)).transpose()?;
    if json {
        let mut result = succeeded(&issued);
        if let Some(object) = result.as_object_mut() {
            object.insert("not_carried".into(), issued.not_carried().into());
            object.insert("images".into(), images.into());
            if let Some(printed) = printed {
                object.insert("pdf".into(), printed);
            }
        }
        output.line(&result.to_string())?;
    } else {
        output.line(issued.text())?;
    }
    Ok(Exit::Done)
}

/// Everything issuing needs beside a record: opened once, used for one record or a million.
#[derive(Debug)]
pub(crate) struct Desk {
    issuer: Issuer,
    signer: Box<dyn Signer>,
    request: Request,
}

impl Desk {
    fn open(options: &Issue, signer: &Path, certificate: &Path) -> Result<Self, Error> {
        let name = certificate.display().to_string();
        let certificates = certificates_from(&input::read(certificate)?);
        let certificate = certificates.map_err(|error| Error::refused(&name, error.code()))?.into_iter().next();
        let certificate = certificate.ok_or_else(|| Error::refused(&name, tegata::Code::TrustUnreadable))?;
        let issuer = Issuer::new(certificate, provider()).map_err(|failure| Error::refused(&name, failure))?;
        // A single signature is deterministic; for many, the speed of the native one counts.
        let signer = if options.batch && !token::is_in_token(signer) {
            batch_signer(options.passphrase.load_file_key(signer)?)
        } else {
            options.passphrase.load_key(signer)?
        };
        issuer.match_key(&*signer).map_err(|failure| Error::refused(&name, failure))?;
        let issued_at = options.issued_at.map_or_else(verify::now, Ok)?;
        let length = options.valid_for.0.map(|seconds| issued_at.saturating_add_seconds(seconds));
        let expires_at = options.expires.or(length);
        let request = Request {
            profile: match options.profile {
                Profile::Jp => tegata::Profile::Jp,
                Profile::Dcc => tegata::Profile::Dcc,
                Profile::Dvc => tegata::Profile::Dvc,
            },
            issuer: options.issuer.clone(),
            issued_at,
            issue_date: japan_time(issued_at).date(),
            expires_at,
            certificate_id: String::new(),
            dose: options.dose.and_then(|dose| usize::try_from(dose - 1).ok()),
        };
        Ok(Self { issuer, signer, request })
    }

    /// A desk of keys at hand, for the demonstration.
    pub(crate) const fn new(issuer: Issuer, signer: Box<dyn Signer>, request: Request) -> Self {
        Self { issuer, signer, request }
    }

    /// Issues one record.
    ///
    /// # Errors
    /// What the library refuses the record or the request for.
    pub(crate) fn issue(&self, record: &[u8]) -> Result<Issued, Failure> {
        let json = std::str::from_utf8(record).map_err(|_| Failure::new(tegata::Code::RecordMalformed))?;
        let record = Record::from_json(json.strip_prefix('\u{feff}').unwrap_or(json))?;
        let request = Request { certificate_id: random_id()?, ..self.request.clone() };
        self.issuer.issue(&record, &request, &*self.signer)
    }
}

/// A new certificate ID: 100 random bits, so that no two ever clash and none can be guessed, in
/// 20 characters that a person can read out (Crockford's alphabet, without I, L, O and U).
fn random_id() -> Result<String, Failure> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bytes = [0_u8; 20];
    let character = |byte: &u8| char::from(ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0'));
    loop {
        getrandom::fill(&mut bytes).map_err(|_| Failure::of_field(tegata::Code::SigningFailed, "certificate_id"))?;
        let id: String = bytes.iter().map(character).collect();
        // One in a million holds twelve digits that could be an individual number, and is refused.
        if !contains_individual_number(&id) {
            return Ok(id);
        }
    }
}

/// A time on Japanese clocks, nine hours ahead of UTC all year: days of issue are Japan's.
pub(crate) const fn japan_time(time: Timestamp) -> Timestamp {
    time.saturating_add_seconds(9 * 3_600)
}

/// The result of a record that was issued.
pub(crate) fn succeeded(issued: &Issued) -> serde_json::Value {
    serde_json::json!({
        "status": "issued", "text": issued.text(), "certificate_id": issued.certificate_id(),
    })
}

/// The result of a record that was refused: the code and the field's name, never its value.
pub(crate) fn failed(failure: &Failure) -> serde_json::Value {
    serde_json::json!({
        "status": "failed", "code": failure.code().name(), "field": failure.field(),
    })
}

fn write_image(text: &str, image: Image, base: &Path, options: &Issue) -> Result<PathBuf, Error> {
    let style = PrintStyle::default()
        .with_module_pixels(options.module_size)
        .and_then(|style| style.with_quiet_zone(options.quiet_zone))
        .map_err(|error| Error::Usage(error.to_string()))?;
    let (bytes, extension) = draw(text, image, &style)?;
    let mut name = base.as_os_str().to_owned();
    name.push(extension);
    let path = PathBuf::from(name);
    files::write(&path, &bytes, Access::Ordinary, true)?;
    Ok(path)
}

/// Draws a certificate's QR code at error correction level Q.
///
/// # Errors
/// When the text fits no QR code, or the image would be too large.
pub(crate) fn draw(text: &str, image: Image, style: &PrintStyle) -> Result<(Vec<u8>, &'static str), Error> {
    let usage = |error: &dyn std::fmt::Display| Error::Usage(error.to_string());
    let symbol = Symbol::encode(text, ErrorCorrection::Quartile).map_err(|error| usage(&error))?;
    Ok(match image {
        Image::Svg => (symbol.to_svg(style).into_bytes(), ".svg"),
        Image::Png | Image::None => (symbol.to_png(style).map_err(|error| usage(&error))?, ".png"),
    })
}
