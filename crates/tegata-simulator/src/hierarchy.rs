//! Authorities, the municipality below them, and the cards it issues.

use core::fmt;

use serde_json::{Map, Value, json};

use crate::algorithm::Algorithm;
use crate::card::SimulatedCard;
use crate::certificate;
use crate::error::SimulatorError;
use crate::files::{Application, SurfaceParts, TextParts, surface_files, text_files};
use crate::key::SimulatorKey;
use crate::key_id::KeyId;
use crate::random::{Seed, digits};
use crate::request::CardRequest;

/// A hierarchy unless it is given another name.
const DEFAULT_NAME: &str = "simulator";

/// What a hierarchy is to be like.
#[derive(Clone, Debug)]
pub struct HierarchyBuilder {
    seed: u64,
    algorithm: Algorithm,
    name: String,
    intermediate: bool,
    wrapped: bool,
    municipality_code: Option<String>,
}

impl HierarchyBuilder {
    /// The word in `hierarchy` of the list of authorities; `simulator` unless given. Verifiers must refuse a list
    /// that says `production`, so that name can be given too.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    /// Puts an intermediate between the authorities and the municipality, so that EF 0004 holds two certificates:
    /// the municipality's first, so that who reads one object gets that, and behind it the intermediate's.
    #[must_use]
    pub const fn intermediate(mut self) -> Self {
        self.intermediate = true;
        self
    }

    /// Leaves out the `7F21` wrapper of certificates, as some cards do.
    #[must_use]
    pub const fn bare_certificates(mut self) -> Self {
        self.wrapped = false;
        self
    }

    /// The municipality that signs, six digits of which the last is the check digit (全国地方公共団体コード). Drawn from
    /// the seed unless given, in the prefecture 99, which does not exist.
    ///
    /// # Errors
    /// [`SimulatorError::MunicipalityCode`].
    pub fn municipality_code(mut self, code: &str) -> Result<Self, SimulatorError> {
        let wrong = SimulatorError::MunicipalityCode;
        let bytes: [u8; 6] = code.as_bytes().try_into().map_err(|_| wrong)?;
        let [first @ .., last] = bytes;
        if !bytes.iter().all(u8::is_ascii_digit) || municipality_check_digit(first) != last {
            return Err(wrong);
        }
        self.municipality_code = Some(code.to_owned());
        Ok(self)
    }

    /// Makes the keys and the certificates. With RSA this takes some tenths of a second.
    ///
    /// # Errors
    /// [`SimulatorError::Key`].
    pub fn generate(&self) -> Result<Hierarchy, SimulatorError> {
        let seed = Seed::new(self.seed).child("hierarchy", self.name.as_bytes());
        let key = |label: &str| SimulatorKey::generate(self.algorithm, &seed.child("key", label.as_bytes()));
        let ids = KeyIds::draw(&seed);
        let code = self.municipality_code.clone().unwrap_or_else(|| invented_municipality(&seed));
        let municipality = (subject_id(&code), key("municipality")?);
        let intermediate = if self.intermediate { Some((ids.with_suffix(*b"30"), key("intermediate")?)) } else { None };

        let authority = |application: Application| {
            let (id, key) = (ids.with_suffix(authority_suffix(application)), key(application.name())?);
            let certificate = match &intermediate {
                None => certificate::issue((&id, &key), pair(&municipality), self.wrapped)?,
                Some(intermediate) => {
                    let mut chain = certificate::issue(pair(intermediate), pair(&municipality), self.wrapped)?;
                    chain.extend(certificate::issue((&id, &key), pair(intermediate), self.wrapped)?);
                    chain
                }
            };
            Ok(Authority { application, id, key, certificate })
        };
        Ok(Hierarchy {
            text: authority(Application::Text)?,
            surface: authority(Application::Surface)?,
            algorithm: self.algorithm,
            name: self.name.clone(),
            municipality_code: code,
            signer: municipality.1,
            signer_id: municipality.0,
            ids,
            seed,
        })
    }
}

/// An authority for each application, and a municipality whose one key both have certified.
pub struct Hierarchy {
    text: Authority,
    surface: Authority,
    algorithm: Algorithm,
    name: String,
    municipality_code: String,
    signer: SimulatorKey,
    signer_id: KeyId,
    ids: KeyIds,
    seed: Seed,
}

struct Authority {
    application: Application,
    id: KeyId,
    key: SimulatorKey,
    /// EF 0004 of every card.
    certificate: Vec<u8>,
}

/// The keys of one card.
pub(crate) struct CardKeys {
    pub(crate) text: SimulatorKey,
    pub(crate) surface: SimulatorKey,
    pub(crate) session: SimulatorKey,
}

impl Hierarchy {
    /// What a hierarchy is to be like: named `simulator`, without an intermediate, unless it is said otherwise.
    #[must_use]
    pub fn builder(seed: u64, algorithm: Algorithm) -> HierarchyBuilder {
        HierarchyBuilder {
            seed,
            algorithm,
            name: DEFAULT_NAME.to_owned(),
            intermediate: false,
            wrapped: true,
            municipality_code: None,
        }
    }

    /// A hierarchy named `simulator`, without an intermediate.
    ///
    /// # Errors
    /// [`SimulatorError::Key`].
    pub fn generate(seed: u64, algorithm: Algorithm) -> Result<Self, SimulatorError> {
        Self::builder(seed, algorithm).generate()
    }

    /// Issues a card. The same hierarchy and request always give the same card; another seed in the request, or
    /// another individual number, gives a card with other keys.
    ///
    /// # Errors
    /// [`SimulatorError`] when a key or a picture cannot be made.
    pub fn issue(&self, request: &CardRequest) -> Result<SimulatedCard, SimulatorError> {
        let seed = request.card_seed(&self.seed);
        let key = |label: &str| SimulatorKey::generate(self.algorithm, &seed.child("key", label.as_bytes()));
        let keys = CardKeys { text: key("text")?, surface: key("surface")?, session: key("session")? };
        let text = text_files(
            request,
            &TextParts {
                algorithm: self.algorithm,
                signer: &self.signer,
                certificate: &self.text.certificate,
                information_key_id: self.ids.with_suffix(*b"34"),
                keys: &keys,
                seed: &seed,
            },
        )?;
        let surface = surface_files(
            request,
            &SurfaceParts {
                signer: &self.signer,
                certificate: &self.surface.certificate,
                information_key_id: self.ids.with_suffix(*b"24"),
                municipality_code: &self.municipality_code,
                card_key: &keys.surface,
                seed: &seed,
            },
        )?;
        Ok(SimulatedCard::new(request, text.into_iter().chain(surface).collect(), keys, &seed))
    }

    /// The authorities as `tegata card verify --authorities` takes them: JSON with `keys`, each with `key_id`, `name`,
    /// `hierarchy`, `application` and the public key as `rsa` (`n`, `e`) or `ec` (`curve` `P-256` or `P-384`, `x`,
    /// `y`), numbers in hex.
    ///
    /// Key identifiers begin with the digit 9, those of real authorities with 5 and 6.
    #[must_use]
    pub fn authorities_json(&self) -> String {
        let keys: Vec<Value> = [&self.text, &self.surface].into_iter().map(|each| self.authority_json(each)).collect();
        let list = json!({
            "note": "Authorities of simulated cards. Their keys follow from a seed and protect nothing.",
            "keys": keys,
        });
        format!("{list:#}\n")
    }

    /// The name in `hierarchy`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the keys are.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The identifier of the authority's key, as certificates name their issuer.
    #[must_use]
    pub const fn authority_id(&self, application: Application) -> KeyId {
        match application {
            Application::Text => self.text.id,
            Application::Surface => self.surface.id,
        }
    }

    /// The identifier of the municipality's key, as certificates name their subject.
    #[must_use]
    pub const fn signer_id(&self) -> KeyId {
        self.signer_id
    }

    /// The municipality's code, six digits.
    #[must_use]
    pub fn municipality_code(&self) -> &str {
        &self.municipality_code
    }

    fn authority_json(&self, authority: &Authority) -> Value {
        let mut entry = Map::new();
        entry.insert("key_id".into(), authority.id.to_string().into());
        entry.insert("name".into(), authority.id.number().into());
        entry.insert("hierarchy".into(), self.name.clone().into());
        entry.insert("application".into(), authority.application.name().into());
        // Every key of a hierarchy was used to sign before, so it has its numbers.
        if let Ok((kind, numbers)) = authority.key.json() {
            entry.insert(kind.into(), numbers);
        }
        entry.into()
    }
}

impl fmt::Debug for Hierarchy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hierarchy")
            .field("name", &self.name)
            .field("algorithm", &self.algorithm)
            .field("municipality_code", &self.municipality_code)
            .finish_non_exhaustive()
    }
}

const fn pair(of: &(KeyId, SimulatorKey)) -> (&KeyId, &SimulatorKey) {
    (&of.0, &of.1)
}

/// The last two digits say what a key is for, as with real authorities: 5000033, 5000023.
const fn authority_suffix(application: Application) -> [u8; 2] {
    match application {
        Application::Text => *b"33",
        Application::Surface => *b"23",
    }
}

/// Nine, four digits of the seed and two that say what the key is for; three more digits of the seed as the group.
struct KeyIds {
    number: [u8; 4],
    group: [u8; 3],
}

impl KeyIds {
    fn draw(seed: &Seed) -> Self {
        let mut generator = seed.child("key identifiers", &[]).generator();
        Self { number: digits(&mut generator), group: digits(&mut generator) }
    }

    const fn with_suffix(&self, suffix: [u8; 2]) -> KeyId {
        let [a, b, c, d] = self.number;
        let [y, z] = suffix;
        KeyId::new([b'9', a, b, c, d, y, z], self.group)
    }
}

/// The municipality's code and `1`, as on real cards.
fn subject_id(code: &str) -> KeyId {
    let mut number = [b'1'; 7];
    for (to, digit) in number.iter_mut().zip(code.bytes().take(6)) {
        *to = digit;
    }
    KeyId::new(number, *b"000")
}

fn invented_municipality(seed: &Seed) -> String {
    let [a, b, c] = digits(&mut seed.child("municipality", &[]).generator());
    let first = [b'9', b'9', a, b, c];
    first.into_iter().chain([municipality_check_digit(first)]).map(char::from).collect()
}

/// The check digit of a municipality's code (総務省「全国地方公共団体コード」): eleven less the weighted sum's remainder,
/// of which only the last digit counts.
fn municipality_check_digit(first: [u8; 5]) -> u8 {
    let sum: u8 = first.into_iter().zip([6, 5, 4, 3, 2]).map(|(digit, weight)| (digit - b'0') * weight).sum();
    b'0' + (11 - sum % 11) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn municipality_codes() {
        // Sapporo, Chiyoda, Osaka.
        for code in ["011002", "131016", "271004"] {
            let builder = Hierarchy::builder(1, Algorithm::P256).municipality_code(code).unwrap();
            let hierarchy = builder.generate().unwrap();
            assert_eq!(hierarchy.municipality_code(), code);
            assert_eq!(hierarchy.signer_id().number(), format!("{code}1"));
        }
        for code in ["011003", "01100", "0110021", "01100a", ""] {
            let error = Hierarchy::builder(1, Algorithm::P256).municipality_code(code).unwrap_err();
            assert_eq!(error, SimulatorError::MunicipalityCode);
        }
        for seed in 0..200 {
            let code = invented_municipality(&Seed::new(seed));
            assert!(Hierarchy::builder(1, Algorithm::P256).municipality_code(&code).is_ok(), "{code}");
        }
    }
}
