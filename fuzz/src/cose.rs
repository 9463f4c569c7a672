//! The signed object.

use tegata::cose::{Prepared, Sign1};

/// COSE_Sign1 (RFC 9052 §4.2).
pub fn cose(data: &[u8]) {
    let signed = match Sign1::parse(data.to_vec()) {
        Ok(signed) => signed,
        Err(error) => {
            let _ = (error.to_string(), error.code());
            return;
        }
    };
    assert_eq!(signed.bytes(), data, "what was received is kept");
    let lengths = signed.protected().len() + signed.payload().len() + signed.signature().len();
    assert!(lengths <= data.len(), "parts are parts of what was received");
    let _ = (signed.algorithm(), signed.headers(), format!("{signed:?}"));

    let to_be_signed = signed.to_be_signed().to_vec();
    assert_eq!(signed.to_be_signed().parts().concat(), to_be_signed, "in parts or whole, the same bytes are signed");
    assert!(to_be_signed.ends_with(signed.payload()), "what is signed is what is read");

    let prepared = Prepared { protected: signed.protected().to_vec(), payload: signed.payload().to_vec() };
    assert_eq!(prepared.to_be_signed(), to_be_signed, "issuer and verifier mean the same bytes");
    let again = Sign1::parse(prepared.finalise(signed.signature())).expect("what was assembled here is read");
    assert_eq!(again.payload(), signed.payload());
    assert_eq!(again.signature(), signed.signature());
    assert_eq!(again.to_be_signed().to_vec(), to_be_signed);
}
