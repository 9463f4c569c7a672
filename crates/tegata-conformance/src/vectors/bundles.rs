//! Vectors of trust bundles and of revocation.

use sha2::{Digest as _, Sha256};
use tegata::codec::cbor::Encoder;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::revocation::{Kind, identifier_hash, signature_hash};
use tegata::trust::bundle::{BundleBuilder, CONTENT_TYPE, PreparedBundle};
use tegata::{RevocationSet, Timestamp, TrustSet};

use super::build::{Draft, ISSUED_AT, Key, Profile, base64, sign1, to_be_signed};
use super::texts::{DATES, Signing, cwt, plain};
use super::{Operation, Vector};

const DAY: i64 = 86_400;
/// When the bundles were issued: 2026-05-30, two days before they are used.
const BUNDLED_AT: i64 = ISSUED_AT + 135 * DAY;
const WHERE: &str = "docs/trust-bundle.cddl";

pub(super) fn generate() -> Vec<Vector> {
    let signing = Signing::new(Key::p256("tegata vector signer 1"), -7, &Profile::default());
    let anchor = Signing::new(Key::p256("tegata vector anchor"), -7, &Profile::default());
    let world = World { text: signing.text(&cwt("JP", &DATES, 1, plain)), signing, anchor };
    let mut all = world.bundles();
    all.extend(world.refused_bundles());
    all.extend(world.revocation());
    all.extend(world.refused_revocation());
    all
}

/// A signer, what it signed, and an anchor.
struct World {
    signing: Signing,
    anchor: Signing,
    text: String,
}

impl World {
    fn prepared(&self, sequence: u64, revocation: Option<RevocationSet>) -> PreparedBundle {
        let time = |seconds| Timestamp::from_seconds(seconds).unwrap();
        let mut builder = BundleBuilder::new(sequence, time(BUNDLED_AT), time(BUNDLED_AT + 30 * DAY)).unwrap();
        let mut trust = TrustSet::builder(&PROVIDER);
        trust.trust_certificate(&self.signing.certificate).unwrap();
        assert_eq!(builder.add_signers(&trust.build()).unwrap(), Vec::<Vec<u8>>::new());
        if let Some(revocation) = revocation {
            builder.revocation(revocation).unwrap();
        }
        builder.prepare(&self.anchor.certificate, &PROVIDER).unwrap()
    }

    fn bundle(&self, sequence: u64, revocation: Option<RevocationSet>) -> Vec<u8> {
        let prepared = self.prepared(sequence, revocation);
        let signature = self.anchor.key.sign(&prepared.to_be_signed());
        prepared.finalise(&signature).unwrap()
    }

    /// A bundle of a content that is written by hand.
    fn of_content(&self, content: &[u8]) -> Vec<u8> {
        let mut header = Encoder::new();
        header.map(|map| {
            map.int_key(1, |e| e.int(-7));
            map.int_key(3, |e| e.text(CONTENT_TYPE));
            map.int_key(4, |e| e.bytes(&self.anchor.certificate.key_id()));
        });
        let header = header.into_bytes();
        let signature = self.anchor.key.sign(&to_be_signed(&header, content));
        [vec![0xd2], sign1(&header, &[0xa0], content, &signature)].concat()
    }

    fn with_bundle(&self, bundle: &[u8]) -> Draft {
        let anchor = base64(self.anchor.certificate.der());
        let input = [("text", self.text.as_str()), ("bundle", &base64(bundle)), ("anchor", &anchor)];
        Draft::new(Operation::VerifyWithTrustData, &input)
    }

    fn with_revocation(&self, file: &[u8]) -> Draft {
        let input = [("text", self.text.as_str()), ("revocation", &base64(file))];
        let mut draft = Draft::new(Operation::VerifyWithTrustData, &input);
        draft.trust.push(self.signing.certificate.clone());
        draft
    }

    fn bundles(&self) -> Vec<Vector> {
        let bundle = self.bundle(1, None);
        let mut vectors = vec![
            self.with_bundle(&bundle).expect("bundle::accepted", WHERE, "accepted", "A signer out of a bundle."),
            self.with_bundle(&bundle).at("2026-08-01T00:00:00Z").expect(
                "bundle::too-old",
                WHERE,
                "trust-too-old",
                "Past the bundle's validity nothing is accepted, and nobody accused.",
            ),
            self.with_bundle(&bundle).at("2026-02-01T00:00:00Z").expect(
                "bundle::clock-before",
                WHERE,
                "clock-before-trust",
                "A clock before the bundle's issue is wrong: it would bring what expired to life.",
            ),
            self.with_bundle(&self.of_content(&self.content_with_bad_point())).expect(
                "bundle::point-off-its-curve",
                "SEC 1 §2.3.4",
                "signer-key-invalid",
                "A bundled key that is no point of its curve is found out at its first use and verifies nothing.",
            ),
        ];
        let mut hashes = RevocationSet::builder();
        hashes.revoke(Some(&self.signing.certificate.key_id()), Kind::Signature, &[self.signature_hash()]).unwrap();
        let mut signer = RevocationSet::builder();
        signer.revoke_signer(&self.signing.certificate.key_id()).unwrap();
        let mut outdated = RevocationSet::builder();
        outdated.fresh_until(Timestamp::from_seconds(BUNDLED_AT + DAY).unwrap());
        for (id, set, code, description) in [
            ("bundle::revoked", hashes, "revoked", "The hash of r stands in the bundle's list for the signer."),
            ("bundle::signer-revoked", signer, "signer-revoked", "All that the signer signed is revoked."),
            (
                "bundle::revocation-outdated",
                outdated,
                "revocation-outdated",
                "Data past its date does not say that nothing was revoked.",
            ),
        ] {
            vectors.push(self.with_bundle(&self.bundle(2, Some(set.build()))).expect(id, WHERE, code, description));
        }
        vectors
    }

    /// A content like that of a good bundle, with a y that is off by one bit.
    fn content_with_bad_point(&self) -> Vec<u8> {
        let mut content = self.content();
        let tegata::crypto::PublicKey::P256(point) = self.signing.certificate.public_key().unwrap() else {
            unreachable!("the vectors' signer has a P-256 key")
        };
        let at = content.windows(64).position(|window| window == &point[1..]).unwrap();
        content[at + 63] ^= 1;
        content
    }

    fn content(&self) -> Vec<u8> {
        tegata::cose::Sign1::parse(self.bundle(1, None)).unwrap().payload().to_vec()
    }

    fn refused_bundles(&self) -> Vec<Vector> {
        let anchor = base64(self.anchor.certificate.der());
        let accept = |bundle: &[u8], previous: Option<&str>| {
            let file = base64(bundle);
            let mut input = vec![("file", file.as_str()), ("anchor", anchor.as_str())];
            input.extend(previous.map(|previous| ("previous", previous)));
            Draft::new(Operation::AcceptBundle, &input)
        };
        let bundle = self.bundle(7, None);
        let mut forged = bundle.clone();
        *forged.last_mut().unwrap() ^= 1;
        let mut version = self.content();
        version[1] = 2;
        // 88 01 01: the same number in two bytes.
        let content = self.content();
        let longer = [&content[..2], &[0x18, 1], &content[3..]].concat();
        let other_type = self.anchor.cose(&content);
        vec![
            accept(&bundle, Some("6")).expect("bundle::newer", WHERE, "done", "A newer bundle replaces an older one."),
            accept(&bundle, Some("7")).expect(
                "bundle::same-again",
                WHERE,
                "done",
                "The same bundle again changes nothing.",
            ),
            accept(&bundle, Some("8")).expect(
                "bundle::older",
                WHERE,
                "bundle-older",
                "A genuine bundle of yesterday would bring back who was dropped since.",
            ),
            accept(&bundle, None).at("2026-08-01T00:00:00Z").expect(
                "bundle::expired",
                WHERE,
                "bundle-expired",
                "A bundle past its validity does not replace anything.",
            ),
            accept(&forged, None).expect(
                "bundle::forged",
                WHERE,
                "bundle-signature",
                "One bit of the signature changed.",
            ),
            accept(&bundle[..bundle.len() - 1], None).expect(
                "bundle::truncated",
                WHERE,
                "bundle-malformed",
                "A download that broke off.",
            ),
            accept(&[bundle.as_slice(), &[0]].concat(), None).expect(
                "bundle::trailing-byte",
                WHERE,
                "bundle-malformed",
                "A byte after the bundle.",
            ),
            accept(&other_type, None).expect(
                "bundle::without-content-type",
                WHERE,
                "bundle-malformed",
                "What else an anchor signs is no bundle, whatever it holds.",
            ),
            accept(&self.of_content(&longer), None).expect(
                "bundle::not-deterministic",
                "RFC 8949 §4.2.1",
                "bundle-malformed",
                "Signed, but not in the one encoding a bundle has.",
            ),
            accept(&self.of_content(&version), None).expect(
                "bundle::version",
                WHERE,
                "bundle-version",
                "A version from the future.",
            ),
        ]
    }

    fn signature_hash(&self) -> [u8; 16] {
        let cose = tegata::codec::zlib::decompress(
            &tegata::codec::base45::decode(&self.text[4..]).unwrap(),
            tegata::codec::zlib::MAX_INFLATED,
        );
        let sign1 = tegata::cose::Sign1::parse(cose.unwrap()).unwrap();
        signature_hash(tegata::crypto::Algorithm::Es256, sign1.signature())
    }

    fn batch(&self, kid: &str, kind: Kind, hash: &[u8; 16]) -> Vec<u8> {
        let entries = [serde_json::json!({ "hash": base64(&[0x11; 16]) }), serde_json::json!({ "hash": base64(hash) })];
        let batch = serde_json::json!({
            "country": "JP", "expires": "2027-01-15T09:00:00Z", "kid": kid, "hashType": kind.name(), "entries": entries,
        });
        batch.to_string().into_bytes()
    }

    fn revocation(&self) -> Vec<Vector> {
        const GATEWAY: &str = "EU DCC gateway, revocation batch";
        const SLICES: &str = "EU DCC revocation distribution service, slices";
        const CI: &str = "URN:UVCI:01:JP:TEGATAVECTOR0001";
        let kid = base64(&self.signing.certificate.key_id());
        let signature = self.signature_hash();
        let mut other = signature;
        other[0] ^= 1;
        let verify = |file: &[u8]| self.with_revocation(file);
        vec![
            verify(&self.batch(&kid, Kind::Signature, &signature)).expect(
                "revocation::signature",
                GATEWAY,
                "revoked",
                "The hash of the first half of an ECDSA signature, the part nobody else can change.",
            ),
            verify(&self.batch(&kid, Kind::Identifier, &identifier_hash(None, CI))).expect(
                "revocation::identifier",
                GATEWAY,
                "revoked",
                "The hash of the certificate identifier.",
            ),
            verify(&self.batch("UNKNOWN_KID", Kind::CountryAndIdentifier, &identifier_hash(Some("JP"), CI))).expect(
                "revocation::country-and-identifier",
                GATEWAY,
                "revoked",
                "The hash of country and identifier, for any signer.",
            ),
            verify(&self.batch(&kid, Kind::Signature, &other)).expect(
                "revocation::another-certificate",
                GATEWAY,
                "accepted",
                "Another certificate of the signer is revoked, not this one.",
            ),
            verify(&self.batch(&base64(b"another!"), Kind::Signature, &signature)).expect(
                "revocation::another-signer",
                GATEWAY,
                "accepted",
                "A batch speaks of the certificates of one signer.",
            ),
            verify(&bloom_filter(&[signature])).expect(
                "revocation::bloom-filter",
                SLICES,
                "probably-revoked",
                "A filter's hit is not certain: nobody is accused, nothing accepted.",
            ),
            verify(&bloom_filter(&[other])).expect(
                "revocation::not-in-bloom-filter",
                SLICES,
                "accepted",
                "What a filter does not hold is not revoked. The filter has 96 bits: with the digest taken as an unsigned number, other bits would be asked.",
            ),
            verify(&hash_prefixes(&signature[..4])).expect(
                "revocation::hash-prefix",
                SLICES,
                "probably-revoked",
                "A list of hash prefixes, of four bytes each.",
            ),
        ]
    }

    fn refused_revocation(&self) -> Vec<Vector> {
        let load = |file: &[u8]| Draft::new(Operation::LoadRevocation, &[("file", &base64(file))]);
        let batch = self.batch("UNKNOWN_KID", Kind::Signature, &[1; 16]);
        let filter = bloom_filter(&[[1; 16]]);
        vec![
            load(&batch).expect(
                "revocation::batch",
                "EU DCC gateway, revocation batch",
                "done",
                "A batch of two hashes.",
            ),
            load(&batch[..batch.len() - 1]).expect(
                "revocation::truncated-batch",
                "RFC 8259",
                "revocation-unreadable",
                "A batch that ends too early revokes nobody, so it is not taken at all.",
            ),
            load(&filter[..filter.len() - 1]).expect(
                "revocation::truncated-filter",
                "EU DCC revocation distribution service, slices",
                "revocation-unreadable",
                "A filter with a byte missing.",
            ),
        ]
    }
}

/// A Bloom filter of three words and three hashes.
fn bloom_filter(elements: &[[u8; 16]]) -> Vec<u8> {
    let mut words = [0_u32; 3];
    for (element, number) in elements.iter().flat_map(|element| (0..3_u8).map(move |number| (element, number))) {
        let digest = Sha256::new().chain_update(element).chain_update([number]).finalize();
        let bit = digest.iter().enumerate().fold(0_i64, |rest, (at, byte)| {
            let value = if at == 0 { i64::from(byte.cast_signed()) } else { i64::from(*byte) };
            (rest * 256 + value).rem_euclid(96)
        });
        words[usize::try_from(bit / 32).unwrap()] |= 0x8000_0000 >> (bit % 32);
    }
    let header = [vec![0, 1, 3, 0], 0.01_f32.to_be_bytes().to_vec(), vec![0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3]];
    [header.concat(), words.iter().flat_map(|word| word.to_be_bytes()).collect()].concat()
}

fn hash_prefixes(prefix: &[u8]) -> Vec<u8> {
    let header = [vec![0, 1], 0.01_f32.to_be_bytes().to_vec(), vec![0, 0, 0, 1, 4]];
    [header.concat(), prefix.to_vec()].concat()
}
