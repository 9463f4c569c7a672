//! Settings, good and bad.

use tegata::model::Kind;

use super::*;

fn changed(from: &str, to: &str) -> Result<Municipality, SettingsError> {
    assert!(EXAMPLE_SETTINGS.contains(from), "{from}");
    Municipality::parse(&EXAMPLE_SETTINGS.replacen(from, to, 1))
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

#[test]
fn the_example_says_what_it_says() {
    let settings = Municipality::parse(EXAMPLE_SETTINGS).unwrap();
    assert_eq!((settings.name(), settings.english_name()), ("練馬区", "Nerima City"));
    assert_eq!(settings.kinds(), [Kind::Domestic, Kind::Overseas]);
    assert_eq!(settings.profiles(), [Profile::Jp, Profile::Dcc]);
    assert_eq!((settings.retention_years(), settings.validity_days(), settings.terms()), (5, 365, "2026-04"));
    assert_eq!(settings.last_date_certified(), Date::new(2027, 3, 31).ok());
    assert_eq!(settings.signer().key, "signer-key.pem");
    let series = [("RA01", 1), ("RA01", 3), ("1D47", 1)].map(|(disease, number)| settings.series_of(disease, number));
    assert_eq!(series, [Some(2), Some(3), None]);
    assert_eq!(settings.retain_until(Date::new(2024, 2, 29).unwrap()), Date::new(2029, 3, 1).unwrap());
    assert_eq!(settings.retain_until(Date::new(2026, 11, 21).unwrap()), Date::new(2031, 11, 21).unwrap());
}

#[test]
fn json_says_the_same() {
    let json = r#"{"code":"131202","name":"練馬区","english_name":"Nerima City","retention_years":5,"terms":"2026-04",
        "last_date_certified":"2027-03-31","kinds":["domestic","overseas"],"profiles":["jp","dcc"],"validity_days":365,
        "series":{"RA01":2},"channels":{"app":{"open":[{"from":"2026-04-01"}]},"counter":{},
        "kiosk":{"open":[{"from":"2026-04-01","until":"2026-12-28"},{"from":"2027-01-04"}]}},
        "signer":{"key":"signer-key.pem","certificate":"signer.pem","country":"JP"}}"#;
    assert_eq!(Municipality::parse(json).unwrap(), Municipality::parse(EXAMPLE_SETTINGS).unwrap());
    let twice = json.replacen("\"terms\"", "\"terms\":\"1\",\"terms\"", 1);
    assert_eq!(Municipality::parse(&twice), Err(SettingsError::Malformed { line: Some(1) }));
}

#[test]
fn a6_each_channel_has_its_periods() {
    let settings = Municipality::parse(EXAMPLE_SETTINGS).unwrap();
    // Days begin and end in Japan.
    for (channel, time, open) in [
        (Channel::App, "2026-03-31T14:59:59Z", false),
        (Channel::App, "2026-03-31T15:00:00Z", true),
        (Channel::Kiosk, "2026-12-28T23:59:59+09:00", true),
        (Channel::Kiosk, "2026-12-29T00:00:00+09:00", false),
        (Channel::Kiosk, "2027-01-04T00:00:00+09:00", true),
        (Channel::Counter, "1970-01-01T00:00:00Z", true),
    ] {
        let expected = if open { Ok(()) } else { Err(Refusal::ChannelClosed) };
        assert_eq!(settings.takes(channel, at(time)), expected, "{time}");
    }
    let settings = changed("[channels.app]\nopen = [{ from = \"2026-04-01\" }]\n", "").unwrap();
    assert_eq!(settings.takes(Channel::App, at("2026-11-21T00:00:00Z")), Err(Refusal::ChannelNotOffered));
    assert!(!settings.takes_part(Channel::App) && settings.takes_part(Channel::Kiosk));
}

#[test]
fn b7_only_kinds_and_profiles_that_are_offered() {
    let settings = changed("[\"domestic\", \"overseas\"]", "[\"domestic\"]").unwrap();
    assert_eq!(settings.offers(Kind::Domestic, &[Profile::Dcc]), Ok(()));
    assert_eq!(settings.offers(Kind::Overseas, &[Profile::Dcc]), Err(Refusal::KindNotOffered));
    assert_eq!(settings.offers(Kind::Domestic, &[Profile::Jp, Profile::Dvc]), Err(Refusal::KindNotOffered));
    assert_eq!(settings.offers(Kind::Domestic, &[]), Err(Refusal::KindNotOffered));
}

#[test]
fn faults_name_their_field() {
    for (from, to, field) in [
        ("\"131202\"", "\"131203\"", "code"),
        ("\"練馬区\"", "\"\"", "name"),
        ("\"Nerima City\"", "\"123456789018\"", "english_name"),
        ("retention_years = 5", "retention_years = 0", "retention_years"),
        ("\"2026-04\"", "\"2026 04\"", "terms"),
        ("\"2027-03-31\"", "\"2027-03-32\"", "last_date_certified"),
        ("[\"domestic\", \"overseas\"]", "[]", "kinds"),
        ("[\"domestic\", \"overseas\"]", "[\"domestic\", \"domestic\"]", "kinds"),
        ("\"dcc\"", "\"xyz\"", "profiles"),
        ("validity_days = 365", "validity_days = 3653", "validity_days"),
        ("[channels.app]", "[channels.web]", "channels"),
        ("until = \"2026-12-28\"", "until = \"2026-01-28\"", "channels.open"),
        ("{ from = \"2027-01-04\" }", "{}", "channels.open"),
        ("\"signer.pem\"", "\"\"", "signer.certificate"),
        ("\"JP\"", "\"ZZ\"", "signer.country"),
        ("country = \"JP\"", "country = \"JP\"\nalso = [\"\"]", "signer.also"),
        ("country = \"JP\"", "country = \"JP\"\nalso = [\"a.pem\", \"a.pem\"]", "signer.also"),
        ("country = \"JP\"", "country = \"JP\"\nalso = [\"signer.pem\"]", "signer.also"),
        ("RA01 = 2", "RA01 = 0", "series"),
    ] {
        match changed(from, to) {
            Err(SettingsError::Invalid { field: named, .. }) => assert_eq!(named, field),
            other => panic!("{to}: {other:?}"),
        }
    }
    for (from, to, line) in [
        ("name = \"練馬区\"", "name = 7", 3),
        ("terms = ", "therms = ", 1),
        ("name = \"練馬区\"", "name = \"a\"\nname = \"b\"", 4),
        ("country = \"JP\"", "country = \"JP\"\nregion = \"x\"", 29),
    ] {
        match changed(from, to) {
            Err(SettingsError::Malformed { line: Some(at) }) => assert!(at >= line, "{to}: {at}"),
            other => panic!("{to}: {other:?}"),
        }
    }
    assert_eq!(Municipality::parse(&" ".repeat(70_000)), Err(SettingsError::Malformed { line: None }));
    for length in 0..EXAMPLE_SETTINGS.len() {
        if let Some(cut) = EXAMPLE_SETTINGS.get(..length) {
            let _ = Municipality::parse(cut);
        }
    }
}
