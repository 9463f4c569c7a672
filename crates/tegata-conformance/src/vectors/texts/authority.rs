//! Signers that are trusted through an authority, and every way in which they are not.

use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::*;
use crate::vectors::build::der;

/// A name: country and common name.
type Name = (Option<&'static str>, &'static str);

const ROOT: Name = (Some("JP"), "Tegata test authority");
const MIDDLE: Name = (Some("JP"), "Tegata test authority between");
const SIGNER: Name = (Some("JP"), "Tegata test signer below an authority");

/// The keyUsage bits keyCertSign and cRLSign, as the one byte of the BIT STRING.
const CERT_SIGN: u8 = 0b0000_0110;
/// The keyUsage bit digitalSignature.
const DIGITAL_SIGNATURE: u8 = 0b1000_0000;
/// The keyUsage bit keyAgreement.
const KEY_AGREEMENT: u8 = 0b0000_1000;

/// How an authority signs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    EcdsaSha1,
    EcdsaSha256,
    EcdsaSha384,
    EcdsaSha512,
    Pkcs1Sha256,
    Pkcs1Sha512,
    PssSha256,
    PssSha512,
}

/// What a certificate of a path says.
#[derive(Clone)]
struct Spec {
    subject: Name,
    issuer: Name,
    not_before: &'static str,
    not_after: &'static str,
    /// basicConstraints, where there are any: whether it is an authority, and pathLenConstraint.
    basic: Option<(bool, Option<u8>)>,
    key_usage: Option<u8>,
    subject_key_id: Option<&'static [u8]>,
    authority_key_id: Option<&'static [u8]>,
    unknown_critical: bool,
    how: How,
}

const AUTHORITY: Spec = Spec {
    subject: ROOT,
    issuer: ROOT,
    not_before: "20250101000000Z",
    not_after: "20290101000000Z",
    basic: Some((true, Some(0))),
    key_usage: Some(CERT_SIGN),
    subject_key_id: Some(b"root"),
    authority_key_id: None,
    unknown_critical: false,
    how: How::EcdsaSha256,
};

const BELOW: Spec = Spec {
    subject: SIGNER,
    issuer: ROOT,
    not_before: "20260101000000Z",
    not_after: "20280101000000Z",
    basic: Some((false, None)),
    key_usage: Some(DIGITAL_SIGNATURE),
    subject_key_id: Some(b"signer"),
    authority_key_id: Some(b"root"),
    unknown_critical: false,
    how: How::EcdsaSha256,
};

impl Spec {
    /// The certificate of a key, signed by another.
    fn signed(&self, key: &Key, issuer: &Key) -> Certificate {
        let algorithm = self.how.identifier();
        let validity =
            der(0x30, &[der(0x18, self.not_before.as_bytes()), der(0x18, self.not_after.as_bytes())].concat());
        let tbs = [
            der(0xa0, &der(0x02, &[2])),
            der(0x02, &[1]),
            algorithm.clone(),
            name(self.issuer),
            validity,
            name(self.subject),
            key.public_key_info(),
            der(0xa3, &der(0x30, &self.extensions())),
        ]
        .concat();
        let tbs = der(0x30, &tbs);
        let signature = [vec![0], self.how.sign(issuer, &tbs)].concat();
        Certificate::parse(&der(0x30, &[tbs, algorithm, der(0x03, &signature)].concat())).unwrap()
    }

    fn extensions(&self) -> Vec<u8> {
        let extension = |oid: &[u8], critical: bool, value: &[u8]| {
            let critical = if critical { der(0x01, &[0xff]) } else { Vec::new() };
            der(0x30, &[der(0x06, oid), critical, der(0x04, value)].concat())
        };
        let mut out = Vec::new();
        if let Some((ca, length)) = self.basic {
            let ca = if ca { der(0x01, &[0xff]) } else { Vec::new() };
            let length = length.map_or_else(Vec::new, |length| der(0x02, &[length]));
            out.extend(extension(&[0x55, 0x1d, 0x13], true, &der(0x30, &[ca, length].concat())));
        }
        if let Some(bits) = self.key_usage {
            out.extend(extension(&[0x55, 0x1d, 0x0f], true, &der(0x03, &[0, bits])));
        }
        if let Some(id) = self.subject_key_id {
            out.extend(extension(&[0x55, 0x1d, 0x0e], false, &der(0x04, id)));
        }
        if let Some(id) = self.authority_key_id {
            out.extend(extension(&[0x55, 0x1d, 0x23], false, &der(0x30, &der(0x80, id))));
        }
        if self.unknown_critical {
            // nameConstraints, which are critical and not understood here.
            out.extend(extension(&[0x55, 0x1d, 0x1e], true, &der(0x30, &[])));
        }
        out
    }
}

fn name((country, common_name): Name) -> Vec<u8> {
    let attribute =
        |oid: &[u8], text: &str| der(0x31, &der(0x30, &[der(0x06, oid), der(0x0c, text.as_bytes())].concat()));
    let country = country.map_or_else(Vec::new, |country| attribute(&[0x55, 0x04, 0x06], country));
    der(0x30, &[country, attribute(&[0x55, 0x04, 0x03], common_name)].concat())
}

impl How {
    /// AlgorithmIdentifier, DER.
    fn identifier(self) -> Vec<u8> {
        const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04];
        const PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
        const HASHES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
        let ecdsa = |last: &[u8]| der(0x30, &der(0x06, &[ECDSA, last].concat()));
        let rsa = |last: u8, parameters: &[u8]| {
            der(0x30, &[der(0x06, &[PKCS1, &[last]].concat()), parameters.to_vec()].concat())
        };
        let pss = |hash: u8, salt: u8| {
            let hash = der(0x30, &[der(0x06, &[HASHES, &[hash]].concat()), der(0x05, &[])].concat());
            let mask = der(0x30, &[der(0x06, &[PKCS1, &[8]].concat()), hash.clone()].concat());
            rsa(10, &der(0x30, &[der(0xa0, &hash), der(0xa1, &mask), der(0xa2, &der(0x02, &[salt]))].concat()))
        };
        match self {
            Self::EcdsaSha1 => ecdsa(&[1]),
            Self::EcdsaSha256 => ecdsa(&[3, 2]),
            Self::EcdsaSha384 => ecdsa(&[3, 3]),
            Self::EcdsaSha512 => ecdsa(&[3, 4]),
            Self::Pkcs1Sha256 => rsa(11, &der(0x05, &[])),
            Self::Pkcs1Sha512 => rsa(13, &der(0x05, &[])),
            Self::PssSha256 => pss(1, 32),
            Self::PssSha512 => pss(3, 64),
        }
    }

    fn sign(self, key: &Key, message: &[u8]) -> Vec<u8> {
        use p256::ecdsa::signature::hazmat::PrehashSigner as _;
        let hash = match self {
            Self::EcdsaSha384 => Sha384::digest(message).to_vec(),
            Self::EcdsaSha512 | Self::Pkcs1Sha512 | Self::PssSha512 => Sha512::digest(message).to_vec(),
            _ => Sha256::digest(message).to_vec(),
        };
        match (key, self) {
            (Key::P256(key), _) => {
                let signature: p256::ecdsa::Signature = key.sign_prehash(&hash).unwrap();
                signature.to_der().as_bytes().to_vec()
            }
            (Key::P384(key), _) => {
                let signature: p384::ecdsa::Signature = key.sign_prehash(&hash).unwrap();
                signature.to_der().as_bytes().to_vec()
            }
            (Key::Rsa(key), Self::Pkcs1Sha256) => key.sign(rsa::Pkcs1v15Sign::new::<Sha256>(), &hash).unwrap(),
            (Key::Rsa(key), Self::Pkcs1Sha512) => key.sign(rsa::Pkcs1v15Sign::new::<Sha512>(), &hash).unwrap(),
            (Key::Rsa(key), Self::PssSha512) => {
                key.sign_with_rng(&mut Salt(0), rsa::Pss::<Sha512>::new(), &hash).unwrap()
            }
            (Key::Rsa(key), _) => key.sign_with_rng(&mut Salt(0), rsa::Pss::<Sha256>::new(), &hash).unwrap(),
        }
    }
}

/// The keys of a path.
struct Keys {
    root: Key,
    middle: Key,
    signer: Key,
}

/// A certificate signed by the signer of the path, and what is trusted and offered.
fn draft(keys: &Keys, signer: &Certificate, authorities: &[&Certificate], pool: &[&Certificate]) -> Draft {
    let payload = cwt("JP", &DATES, 1, plain);
    let protected = header(-7, &signer.key_id());
    let signature = keys.signer.sign(&to_be_signed(&protected, &payload));
    let cose = [vec![0xd2], sign1(&protected, &[0xa0], &payload, &signature)].concat();
    let mut draft = Draft::verify(&text(&cose), &[]);
    draft.authorities = authorities.iter().map(|certificate| (*certificate).clone()).collect();
    draft.signers = [&[signer], pool].concat().into_iter().cloned().collect();
    draft
}

const SPEC: &str = "RFC 5280 §6; GDHCN certificate governance";

pub(super) fn vectors() -> Vec<Vector> {
    let keys = Keys {
        root: Key::p256("tegata vector authority"),
        middle: Key::p256("tegata vector authority between"),
        signer: Key::p256("tegata vector signer below an authority"),
    };
    let mut vectors = accepted(&keys);
    vectors.extend(algorithms(&keys));
    vectors.extend(refused(&keys));
    vectors.extend(long_paths(&keys));
    vectors
}

fn accepted(keys: &Keys) -> Vec<Vector> {
    let root = AUTHORITY.signed(&keys.root, &keys.root);
    let signer = BELOW.signed(&keys.signer, &keys.root);
    let renewed = Key::p256("tegata vector authority renewed");
    let renewed = Spec { subject_key_id: Some(b"new root"), ..AUTHORITY }.signed(&renewed, &renewed);
    let ended = Spec { not_after: "20260201000000Z", ..AUTHORITY }.signed(&keys.root, &keys.root);
    let open = Spec { basic: Some((true, None)), ..AUTHORITY }.signed(&keys.root, &keys.root);
    let middle = Spec {
        subject: MIDDLE,
        issuer: ROOT,
        subject_key_id: Some(b"between"),
        authority_key_id: Some(b"root"),
        ..AUTHORITY
    };
    let middle = middle.signed(&keys.middle, &keys.root);
    let below = Spec { issuer: MIDDLE, authority_key_id: Some(b"between"), ..BELOW };
    let below = below.signed(&keys.signer, &keys.middle);
    let other_case = (Some("jp"), "TEGATA TEST AUTHORITY");
    let other_case = Spec { issuer: other_case, ..BELOW }.signed(&keys.signer, &keys.root);
    let silent = Spec { basic: None, key_usage: None, authority_key_id: None, ..BELOW };
    let silent = silent.signed(&keys.signer, &keys.root);
    let outlives = Spec { not_after: "20300101000000Z", ..BELOW }.signed(&keys.signer, &keys.root);
    let yes = |draft: Draft, id: &str, why: &str| draft.expect(&format!("authority::{id}"), SPEC, "accepted", why);
    vec![
        yes(draft(keys, &signer, &[&root], &[]), "trusted", "The authority issued the signer's certificate."),
        yes(
            draft(keys, &signer, &[&renewed, &root], &[]),
            "renewed",
            "An authority renewed its key under one name; every certificate of the name is tried.",
        ),
        yes(
            draft(keys, &signer, &[&ended, &root], &[]).flags(&["allow-signer-outlives-authority"]),
            "one-of-two-expired",
            "Of two certificates of an authority one has expired; one path in force is enough.",
        ),
        yes(
            draft(keys, &below, &[&open], &[&middle]),
            "between",
            "An authority between, from the untrusted pool, is itself issued by a trusted one.",
        ),
        yes(
            draft(keys, &other_case, &[&root], &[]),
            "letter-case",
            "Names are compared without regard to letter case (RFC 5280 §7.1); the signature decides.",
        ),
        yes(
            draft(keys, &silent, &[&root], &[]),
            "signer-without-extensions",
            "Real signer certificates leave basic constraints, key usage and key ids out.",
        ),
        yes(
            draft(keys, &outlives, &[&root], &[]).flags(&["allow-signer-outlives-authority"]),
            "signer-outlives-authority-tolerated",
            "A signer's certificate that ends after its authority's, where the caller takes it.",
        ),
    ]
}

fn algorithms(keys: &Keys) -> Vec<Vector> {
    let p384 = || Key::p384("tegata vector authority 384");
    let p256 = || Key::p256("tegata vector authority");
    let rsa = || Key::rsa(RSA_2048.0.trim(), RSA_2048.1.trim());
    let cases: [(&str, Key, How); 7] = [
        ("p384-sha384", p384(), How::EcdsaSha384),
        ("p384-sha256", p384(), How::EcdsaSha256),
        ("p256-sha512", p256(), How::EcdsaSha512),
        ("rsa-pkcs1-sha256", rsa(), How::Pkcs1Sha256),
        ("rsa-pkcs1-sha512", rsa(), How::Pkcs1Sha512),
        ("rsa-pss-sha256", rsa(), How::PssSha256),
        ("rsa-pss-sha512", rsa(), How::PssSha512),
    ];
    let mut vectors = Vec::new();
    for (id, root_key, how) in cases {
        let root = Spec { how, ..AUTHORITY }.signed(&root_key, &root_key);
        let signer = Spec { how, ..BELOW }.signed(&keys.signer, &root_key);
        let why = "An algorithm that authorities in the field sign certificates with.";
        vectors.push(draft(keys, &signer, &[&root], &[]).expect(
            &format!("authority::algorithm-{id}"),
            "RFC 5758, RFC 4055",
            "accepted",
            why,
        ));
    }
    let root = AUTHORITY.signed(&keys.root, &keys.root);
    let sha1 = Spec { how: How::EcdsaSha1, ..BELOW }.signed(&keys.signer, &keys.root);
    let mixed = Spec { how: How::EcdsaSha384, ..BELOW }.signed(&keys.signer, &keys.root);
    let rsa_1024 = Key::rsa(RSA_1024.0.trim(), RSA_1024.1.trim());
    let weak = Spec { how: How::Pkcs1Sha256, ..AUTHORITY }.signed(&rsa_1024, &rsa_1024);
    let below_weak = Spec { how: How::Pkcs1Sha256, ..BELOW }.signed(&keys.signer, &rsa_1024);
    for (id, signer, root, why) in [
        ("sha1", &sha1, &root, "SHA-1, which a few certificates in the field still have."),
        ("p256-sha384", &mixed, &root, "A hash no known authority uses with this curve."),
        ("weak-authority", &below_weak, &weak, "An authority's key of 1024 bits is never relied on."),
    ] {
        vectors.push(draft(keys, signer, &[root], &[]).flags(&["allow-rsa-1024"]).expect(
            &format!("authority::algorithm-{id}"),
            "RFC 5758, RFC 4055",
            "path-algorithm-unsupported",
            why,
        ));
    }
    vectors
}

fn refused(keys: &Keys) -> Vec<Vector> {
    let root_with = |spec: Spec| spec.signed(&keys.root, &keys.root);
    let with = |spec: Spec| spec.signed(&keys.signer, &keys.root);
    let (root, signer) = (root_with(AUTHORITY), with(BELOW));
    let no = |signer: &Certificate, root: &Certificate, id: &str, code: &str, why: &str| {
        draft(keys, signer, &[root], &[]).expect(&format!("authority::{id}"), SPEC, code, why)
    };
    let stranger =
        Spec { subject: (Some("JP"), "Another authority"), issuer: (Some("JP"), "Another authority"), ..AUTHORITY };
    let stranger = root_with(stranger);
    let ended = root_with(Spec { not_before: "20240101000000Z", not_after: "20260501000000Z", ..AUTHORITY });
    let early = Spec { not_before: "20240101000000Z", not_after: "20260401000000Z", ..BELOW };
    let to_begin = root_with(Spec { not_before: "20260701000000Z", ..AUTHORITY });
    let late = Spec { not_before: "20260801000000Z", ..BELOW };
    let forged = BELOW.signed(&keys.signer, &keys.middle);
    let mut forged_key_id = BELOW;
    forged_key_id.authority_key_id = None;
    let forged_without_key_id = forged_key_id.signed(&keys.signer, &keys.middle);
    let no_authority = Spec { basic: None, ..AUTHORITY };
    let denies = Spec { basic: Some((false, None)), ..AUTHORITY };
    let no_cert_sign = Spec { key_usage: Some(DIGITAL_SIGNATURE), ..AUTHORITY };
    let signs_too =
        Spec { key_usage: Some(DIGITAL_SIGNATURE | CERT_SIGN), ..AUTHORITY }.signed(&keys.signer, &keys.signer);
    let is_authority = Spec { basic: Some((true, None)), ..BELOW };
    vec![
        draft(keys, &signer, &[], &[]).expect(
            "authority::nobody-trusted",
            SPEC,
            "untrusted-signer",
            "An offered signer is not trusted by being offered.",
        ),
        draft(keys, &signer, &[], &[&root]).expect(
            "authority::authority-only-offered",
            SPEC,
            "untrusted-signer",
            "An authority that came with the untrusted pool is not trusted by that.",
        ),
        no(&signer, &stranger, "stranger", "untrusted-signer", "The trusted authority has another name."),
        no(&with(early), &ended, "expired", "authority-expired", "All above a signer must be valid (shell model)."),
        no(&with(late), &to_begin, "not-yet-valid", "authority-not-yet-valid", "The authority is yet to begin."),
        no(
            &with(Spec { not_after: "20290101000001Z", ..BELOW }),
            &root,
            "outlives",
            "signer-outside-authority",
            "A second longer than its authority.",
        ),
        no(
            &with(Spec { not_before: "20241231235959Z", ..BELOW }),
            &root,
            "predates",
            "signer-outside-authority",
            "A second before its authority.",
        ),
        no(
            &with(Spec { subject: (Some("AT"), "Signer abroad"), ..BELOW }),
            &root,
            "other-country",
            "authority-country-mismatch",
            "An authority speaks for its own country alone.",
        ),
        no(
            &with(Spec { subject: (None, "Signer of no country"), ..BELOW }),
            &root,
            "no-country",
            "authority-country-mismatch",
            "A signer without a country could speak for any.",
        ),
        no(
            &signer,
            &root_with(no_authority),
            "no-basic-constraints",
            "authority-usage",
            "Nothing says it is an authority.",
        ),
        no(&signer, &root_with(denies), "not-an-authority", "authority-usage", "It says it is no authority."),
        no(&signer, &root_with(no_cert_sign), "no-key-cert-sign", "authority-usage", "Its key is for documents."),
        no(&with(is_authority), &root, "signer-is-authority", "signer-usage", "An authority signs certificates only."),
        no(&signs_too, &signs_too, "authority-signs", "signer-usage", "The trusted authority itself signed."),
        no(
            &with(Spec { key_usage: Some(KEY_AGREEMENT), ..BELOW }),
            &root,
            "no-digital-signature",
            "signer-usage",
            "The signer's key is for key agreement.",
        ),
        no(&forged, &root, "forged", "path-signature-invalid", "A certificate in the authority's name by another key."),
        no(
            &forged_without_key_id,
            &root,
            "forged-without-key-id",
            "path-signature-invalid",
            "The same, naming no key.",
        ),
        no(
            &with(Spec { authority_key_id: Some(b"old root"), ..BELOW }),
            &root,
            "other-key-id",
            "path-key-id-mismatch",
            "The certificate names a key of the authority that is not the trusted one.",
        ),
        no(
            &with(Spec { unknown_critical: true, ..BELOW }),
            &root,
            "critical-in-signer",
            "path-critical-extension",
            "A critical extension that is not understood (RFC 5280 §4.2).",
        ),
        no(
            &signer,
            &root_with(Spec { unknown_critical: true, ..AUTHORITY }),
            "critical-in-authority",
            "path-critical-extension",
            "Name constraints are not understood, so nothing is taken from below them.",
        ),
    ]
}

fn long_paths(keys: &Keys) -> Vec<Vector> {
    let root = AUTHORITY.signed(&keys.root, &keys.root);
    let open = Spec { basic: Some((true, None)), ..AUTHORITY }.signed(&keys.root, &keys.root);
    let names: [Name; 3] = [(Some("JP"), "Between 1"), (Some("JP"), "Between 2"), (Some("JP"), "Between 3")];
    // Each between is issued by the one before it, all with one key.
    let between = |place: usize| {
        let issuer = place.checked_sub(1).map_or(ROOT, |above| names[above]);
        let basic = Some((true, None));
        let spec = Spec { subject: names[place], issuer, basic, subject_key_id: None, ..AUTHORITY };
        spec.signed(&keys.middle, if place == 0 { &keys.root } else { &keys.middle })
    };
    let chain = [between(0), between(1), between(2)];
    let below = |place: usize| {
        Spec { issuer: names[place], authority_key_id: None, ..BELOW }.signed(&keys.signer, &keys.middle)
    };
    let ring = Spec { subject: names[0], issuer: names[0], subject_key_id: None, ..AUTHORITY };
    let ring = Spec { issuer: names[1], ..ring }.signed(&keys.middle, &keys.middle);
    let back =
        Spec { subject: names[1], issuer: names[0], subject_key_id: None, basic: Some((true, None)), ..AUTHORITY };
    let back = back.signed(&keys.middle, &keys.middle);
    vec![
        draft(keys, &below(1), &[&open], &[&chain[0], &chain[1]]).expect(
            "authority::longest-path",
            SPEC,
            "accepted",
            "Signer, two authorities between, and the trusted one: the longest path taken.",
        ),
        draft(keys, &below(2), &[&open], &[&chain[0], &chain[1], &chain[2]]).expect(
            "authority::path-too-long",
            SPEC,
            "path-too-long",
            "One more authority between than is taken.",
        ),
        draft(keys, &below(0), &[&root], &[&chain[0]]).expect(
            "authority::path-length-constraint",
            "RFC 5280 §4.2.1.9",
            "path-too-long",
            "The authority allows none below it but signers.",
        ),
        draft(keys, &below(0), &[&root], &[&ring, &back]).expect(
            "authority::ring",
            SPEC,
            "path-too-long",
            "Two authorities that issued each other lead nowhere, and the search ends.",
        ),
    ]
}

/// Salts that are the same in every run.
struct Salt(u8);

impl rand_core::TryRng for Salt {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0x5a17_5a17)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0x5a17_5a17_5a17_5a17)
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Self::Error> {
        for byte in buffer {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Salt {}
