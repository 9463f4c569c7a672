//! Bodies of requests that apps, kiosks and certificate centres send.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use tegata_service::request::{ApplicationRequest, ChallengeRequest, Envelope};

/// A body, taken for each of those there are.
pub fn device_body(data: &[u8]) {
    let is_object = data.trim_ascii_start().starts_with(b"{");
    for refused in
        [ChallengeRequest::parse(data).err(), ApplicationRequest::parse(data).err(), Envelope::parse(data).err()]
    {
        match refused {
            None => assert!(is_object, "members need names"),
            // Line and column, and nothing of the body.
            Some(failure) => assert!(failure.field().is_some_and(|place| place.starts_with("line "))),
        }
    }
    if let Ok(request) = ApplicationRequest::parse(data) {
        application(&request);
    }
    if let Ok(envelope) = Envelope::parse(data) {
        with_answer_key(data, &envelope);
    }
}

/// What is read of an application is what is written of it.
fn application(request: &ApplicationRequest) {
    let Ok(application) = request.decode() else { return };
    let text = Base64UrlUnpadded::encode_string(&application.encode());
    let body = format!(r#"{{"session":"sitting-1","application":"{text}"}}"#);
    let again = ApplicationRequest::parse(body.as_bytes()).expect("what was written is understood");
    assert_eq!(again.decode().expect("and can be read").encode(), application.encode());
}

/// A centre puts its key in where there is none; where there is one, nobody takes it.
fn with_answer_key(content: &[u8], envelope: &Envelope) {
    let key = [4; 65];
    let with_key = Envelope::with_answer_key(content, &key).expect("an object");
    let again = Envelope::parse(&with_key);
    if let Ok(again) = &again {
        assert_eq!(again.answer_key().expect("the key"), key);
        assert!(again.terminal == envelope.terminal && again.request_key == envelope.request_key);
        assert_eq!(again.challenge.is_some(), envelope.challenge.is_some());
        assert_eq!(
            again.application.as_ref().map(ApplicationRequest::hash),
            envelope.application.as_ref().map(ApplicationRequest::hash)
        );
        assert!(Envelope::with_answer_key(&with_key, &key).is_some_and(|twice| Envelope::parse(&twice).is_err()));
    } else {
        // Of two keys none is the right one.
        assert!(content.windows(10).any(|name| name == b"answer_key") || content.contains(&b'\\'));
    }
}
