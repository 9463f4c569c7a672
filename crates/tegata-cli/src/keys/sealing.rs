//! `tegata keys sealing`: keys for what comes by way of a certificate centre.

use std::path::PathBuf;

use tegata::Code;
use tegata::keys::{SoftwareSigner, public_key_info};
use tegata::x509::to_pem;

use super::OsRandom;
use crate::arguments::Sealing;
use crate::error::{Error, Exit};
use crate::files::{self, Access};
use crate::output::Output;

/// Makes the keys that open sealed requests and sign sealed answers, with their public halves beside them.
pub(super) fn make(options: &Sealing, output: &Output) -> Result<Exit, Error> {
    let named = |end: &str| {
        let mut name = options.out.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let mut made = Vec::new();
    for purpose in ["sealing", "answer"] {
        let (private, public) = (named(&format!("-{purpose}-key.pem")), named(&format!("-{purpose}.pub.pem")));
        // Neither half of a pair is written over: what was sealed to the old one would be lost.
        if let Some(there) = [&private, &public].into_iter().find(|path| path.exists()) {
            return Err(Error::Usage(format!("{} is there already", there.display())));
        }
        let refused = |code| Error::refused(private.display().to_string(), code);
        let signer = SoftwareSigner::generate(&OsRandom).map_err(|_| refused(Code::InternalError))?;
        let pem = signer.to_pkcs8_pem(None, &OsRandom).map_err(|error| refused(error.code()))?;
        let der = public_key_info(&signer).map_err(|error| refused(error.code()))?;
        made.push((purpose, private, pem, public, der));
    }
    let mut result = serde_json::json!({ "status": "done" });
    for (purpose, private, pem, public, der) in &made {
        files::write(private, pem.as_bytes(), Access::OwnerOnly, false)?;
        files::write(public, to_pem("PUBLIC KEY", der).as_bytes(), Access::Ordinary, false)?;
        let (private, public) = (private.display().to_string(), public.display().to_string());
        let fingerprint = tegata_service::sealed::key_fingerprint(der);
        if output.is_human() {
            output.line(&format!("{private}  {}", output.choose("private", "秘密鍵")))?;
            output.line(&format!("{public}  {}  SHA-256 {fingerprint}", output.choose("public", "公開鍵")))?;
        } else if let Some(members) = result.as_object_mut() {
            let pair = serde_json::json!({ "key": private, "public_key": public, "fingerprint": fingerprint });
            members.insert((*purpose).to_owned(), pair);
        }
    }
    if output.is_human() { Ok(Exit::Done) } else { output.line(&result.to_string()).map(|()| Exit::Done) }
}
