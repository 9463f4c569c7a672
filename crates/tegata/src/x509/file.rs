use super::{Certificate, CertificateError, pem};

/// Reads a file of certificates as [`each_certificate_from`] does, and takes it only whole.
///
/// # Errors
/// [`CertificateError::NotACertificate`] when it is neither; else the error of the first certificate
/// that cannot be read.
pub fn certificates_from(bytes: &[u8]) -> Result<Vec<Certificate>, CertificateError> {
    each_certificate_from(bytes)?.into_iter().collect()
}

/// Reads a file of certificates: one in DER, or PEM text (RFC 7468) with one or more `CERTIFICATE`
/// blocks. Text around the blocks and blocks of other kinds are passed over. A certificate that
/// cannot be read is an error of its own and leaves the others usable.
///
/// # Errors
/// [`CertificateError::NotACertificate`] when there is none.
pub fn each_certificate_from(bytes: &[u8]) -> Result<Vec<Result<Certificate, CertificateError>>, CertificateError> {
    /// The first octet of a DER certificate, a SEQUENCE; no text in use starts with this digit.
    const SEQUENCE: u8 = 0x30;

    if bytes.first() == Some(&SEQUENCE) && !contains_block(bytes) {
        return Ok(vec![Certificate::parse(bytes)]);
    }
    let mut certificates = Vec::new();
    for block in pem::blocks(bytes) {
        let malformed = |line| CertificateError::PemMalformed { line };
        certificates.push(match block {
            // The second label is what old OpenSSL wrote.
            Ok(block) if block.label == b"CERTIFICATE" || block.label == b"X509 CERTIFICATE" => {
                block.decode().ok_or(malformed(block.line)).and_then(|der| Certificate::parse(&der))
            }
            Ok(_) => continue,
            Err(pem::Unterminated { line }) => Err(malformed(line)),
        });
    }
    if certificates.is_empty() { Err(CertificateError::NotACertificate) } else { Ok(certificates) }
}

/// Whether the bytes are text with a PEM block, though their first character is a zero digit.
fn contains_block(bytes: &[u8]) -> bool {
    core::str::from_utf8(bytes).is_ok_and(|text| text.contains("-----BEGIN "))
}
