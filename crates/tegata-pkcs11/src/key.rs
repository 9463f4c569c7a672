//! The key pair in the token: finding it, reading its public half, making it.

use cryptoki::{
    mechanism::Mechanism,
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::Session,
};
use tegata::{crypto::PublicKey, x509::Certificate};

use crate::{TokenError, TokenUri, error::of_token};

/// The one private key the URI names.
pub(crate) fn find(session: &Session, uri: &TokenUri) -> Result<ObjectHandle, TokenError> {
    find_of(session, uri, ObjectClass::PRIVATE_KEY)
}

/// The one key of a class that the URI names.
fn find_of(session: &Session, uri: &TokenUri, class: ObjectClass) -> Result<ObjectHandle, TokenError> {
    let mut keys = search(session, &template(uri, class))?.into_iter();
    let key = keys.next().ok_or(TokenError::KeyNotFound)?;
    if keys.next().is_some() { Err(TokenError::KeyAmbiguous) } else { Ok(key) }
}

/// Checks that a private key may issue, and gives its public half: from the public key, or else the
/// certificate, that stands beside it under the same identifier.
pub(crate) fn public_half(session: &Session, key: ObjectHandle) -> Result<PublicKey, TokenError> {
    let refused = |reason| TokenError::KeyUnsupported { reason };
    let wanted = [
        AttributeType::KeyType,
        AttributeType::EcParams,
        AttributeType::Sign,
        AttributeType::AlwaysAuthenticate,
        AttributeType::Id,
    ];
    let mut id = None;
    let mut on_curve = false;
    for attribute in session.get_attributes(key, &wanted).map_err(|error| of_token(&error))? {
        match attribute {
            Attribute::KeyType(kind) if kind != KeyType::EC => return Err(refused("is not on an elliptic curve")),
            Attribute::EcParams(curve) if curve != PRIME256V1 => return Err(refused("is on another curve")),
            Attribute::EcParams(_) => on_curve = true,
            Attribute::Sign(false) => return Err(refused("may not sign")),
            // It would need the PIN kept for every signature.
            Attribute::AlwaysAuthenticate(true) => return Err(refused("wants the pin for each signature")),
            Attribute::Id(bytes) => id = Some(bytes),
            _ => {}
        }
    }
    if !on_curve {
        return Err(refused("does not name its curve"));
    }
    let id = id.filter(|id| !id.is_empty()).ok_or(refused("has no identifier to find its public half by"))?;
    let beside = |class| search(session, &[Attribute::Class(class), Attribute::Id(id.clone())]);
    for object in beside(ObjectClass::PUBLIC_KEY)? {
        for attribute in session.get_attributes(object, &[AttributeType::EcPoint]).map_err(|error| of_token(&error))? {
            if let Attribute::EcPoint(point) = attribute {
                return parse_point(&point).ok_or(refused("has a public half that cannot be read"));
            }
        }
    }
    for object in beside(ObjectClass::CERTIFICATE)? {
        for attribute in session.get_attributes(object, &[AttributeType::Value]).map_err(|error| of_token(&error))? {
            if let Attribute::Value(der) = attribute {
                let certificate = Certificate::parse(&der).ok();
                let key = certificate.as_ref().and_then(|certificate| certificate.public_key().ok());
                if let Some(PublicKey::P256(point)) = key {
                    return Ok(PublicKey::P256(*point));
                }
            }
        }
    }
    Err(refused("has neither a public key nor a certificate beside it"))
}

/// Makes a key pair that can never be read out.
pub(crate) fn generate(session: &Session, uri: &TokenUri) -> Result<ObjectHandle, TokenError> {
    let failed = |error: &cryptoki::error::Error| of_token(error);
    let label = uri.object.as_deref().filter(|label| !label.is_empty());
    let label =
        label.ok_or(TokenError::Uri { attribute: "object", reason: "missing: what the key is to be called" })?;
    let label = Attribute::Label(label.as_bytes().to_vec());
    for class in [ObjectClass::PRIVATE_KEY, ObjectClass::PUBLIC_KEY] {
        if !search(session, &[Attribute::Class(class), label.clone()])?.is_empty() {
            return Err(TokenError::KeyExists);
        }
    }
    let id = match &uri.id {
        Some(id) if id.is_empty() => return Err(TokenError::Uri { attribute: "id", reason: "empty" }),
        Some(id) => id.clone(),
        None => session.generate_random_vec(16).map_err(|error| failed(&error))?,
    };
    let id = Attribute::Id(id);
    // Another key's public half must never stand under the same identifier.
    for class in [ObjectClass::PRIVATE_KEY, ObjectClass::PUBLIC_KEY, ObjectClass::CERTIFICATE] {
        if !search(session, &[Attribute::Class(class), id.clone()])?.is_empty() {
            return Err(TokenError::KeyExists);
        }
    }
    let public = [
        Attribute::Token(true),
        Attribute::Verify(true),
        Attribute::EcParams(PRIME256V1.to_vec()),
        label.clone(),
        id.clone(),
    ];
    let private = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        label,
        id,
    ];
    let pair = session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private);
    pair.map(|(_, private)| private).map_err(|error| failed(&error))
}

/// The one secret key the URI names: AES-256, to seal with.
pub(crate) fn find_secret(session: &Session, uri: &TokenUri) -> Result<ObjectHandle, TokenError> {
    let refused = |reason| TokenError::SecretUnsupported { reason };
    let key = find_of(session, uri, ObjectClass::SECRET_KEY)?;
    let wanted = [
        AttributeType::KeyType,
        AttributeType::ValueLen,
        AttributeType::Encrypt,
        AttributeType::Decrypt,
        AttributeType::Extractable,
    ];
    for attribute in session.get_attributes(key, &wanted).map_err(|error| of_token(&error))? {
        match attribute {
            Attribute::KeyType(kind) if kind != KeyType::AES => return Err(refused("is not an aes key")),
            Attribute::ValueLen(length) if *length != AES_256_BYTES => return Err(refused("has not 256 bits")),
            Attribute::Encrypt(false) | Attribute::Decrypt(false) => return Err(refused("may not seal and open")),
            // Then the token would add nothing to a file.
            Attribute::Extractable(true) => return Err(refused("can be read out of the token")),
            _ => {}
        }
    }
    Ok(key)
}

/// Makes such a key, which can never be read out.
pub(crate) fn generate_secret(session: &Session, uri: &TokenUri) -> Result<ObjectHandle, TokenError> {
    let label = uri.object.as_deref().filter(|label| !label.is_empty());
    let label =
        label.ok_or(TokenError::Uri { attribute: "object", reason: "missing: what the key is to be called" })?;
    let label = Attribute::Label(label.as_bytes().to_vec());
    if !search(session, &[Attribute::Class(ObjectClass::SECRET_KEY), label.clone()])?.is_empty() {
        return Err(TokenError::KeyExists);
    }
    let mut template = vec![
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
        Attribute::ValueLen(AES_256_BYTES.into()),
        label,
    ];
    template.extend(uri.id.as_ref().map(|id| Attribute::Id(id.clone())));
    session.generate_key(&Mechanism::AesKeyGen, &template).map_err(|error| of_token(&error))
}

fn template(uri: &TokenUri, class: ObjectClass) -> Vec<Attribute> {
    let mut template = vec![Attribute::Class(class)];
    template.extend(uri.object.as_ref().map(|label| Attribute::Label(label.as_bytes().to_vec())));
    template.extend(uri.id.as_ref().map(|id| Attribute::Id(id.clone())));
    template
}

fn search(session: &Session, template: &[Attribute]) -> Result<Vec<ObjectHandle>, TokenError> {
    session.find_objects(template).map_err(|error| of_token(&error))
}

/// `CKA_EC_POINT`: the point in an OCTET STRING (PKCS#11 §6.3.3), or bare, as some tokens have it.
fn parse_point(bytes: &[u8]) -> Option<PublicKey> {
    let point = bytes.strip_prefix(&[0x04, 0x41]).filter(|point| point.len() == 65).unwrap_or(bytes);
    let point = <[u8; 65]>::try_from(point).ok()?;
    (point.first() == Some(&0x04)).then_some(PublicKey::P256(point))
}

const AES_256_BYTES: u64 = 32;

/// The curve's name in DER: 1.2.840.10045.3.1.7.
const PRIME256V1: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_wrapped_or_bare_and_no_other_way() {
        let mut bare = vec![7; 65];
        bare[0] = 4;
        let expected = Some(PublicKey::P256(bare.clone().try_into().unwrap()));
        assert_eq!(parse_point(&bare), expected);
        assert_eq!(parse_point(&[&[0x04, 0x41][..], &bare].concat()), expected);
        // A bare point may begin as a wrapped one does.
        bare[1] = 0x41;
        assert_eq!(parse_point(&bare), Some(PublicKey::P256(bare.clone().try_into().unwrap())));
        for length in 0..65 {
            assert_eq!(parse_point(&bare[..length]), None);
        }
        bare[0] = 2;
        assert_eq!(parse_point(&bare), None);
        assert_eq!(parse_point(&[4; 97]), None);
    }
}
