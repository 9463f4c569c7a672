use super::*;

fn changed(from: &str, to: &str) -> Result<Settings, SettingsError> {
    assert!(EXAMPLE_SETTINGS.contains(from), "{from}");
    Settings::parse(&EXAMPLE_SETTINGS.replacen(from, to, 1), Path::new("/etc/tegata"))
}

#[test]
fn the_example_says_what_it_says() {
    let settings = changed("", "").unwrap();
    assert_eq!(settings.listen, "0.0.0.0:8443".parse().unwrap());
    assert_eq!(settings.roles, [Role::App, Role::Kiosk, Role::Public]);
    assert!(!settings.has_role(Role::Counter));
    assert_eq!(settings.tls.key, Path::new("/etc/tegata/tls-key.pem"));
    let place = LedgerPlace::Folder("/etc/tegata/ledgers".into());
    assert!(settings.ledger.is_some_and(|ledger| ledger.place == place));
    assert_eq!(settings.limits, Limits::DEFAULT);
    let [app, kiosk] = settings.clients.as_slice() else { panic!("{:?}", settings.clients) };
    assert_eq!((app.kind, app.key.as_deref()), (ClientKind::App, Some(Path::new("/etc/tegata/app-android.pub.pem"))));
    assert_eq!(kiosk.certificate.map(|hash| (hash[0], hash[31])), Some((0x6f, 0x33)));
    assert_eq!(kiosk.municipalities.as_ref().map(Vec::len), Some(1));
    assert_eq!(settings.public.unwrap().key, "/etc/tegata/anchor-key.pem");
}

#[test]
fn limits_are_those_that_are_set() {
    let settings = changed("requests_per_address = 600", "body_bytes = 5000\nrequest_seconds = 7\nwork = 2").unwrap();
    assert_eq!((settings.limits.body_bytes, settings.limits.work), (5_000, 2));
    assert_eq!(settings.limits.request, Duration::from_secs(7));
    assert_eq!(settings.limits.head, Limits::DEFAULT.head);
}

#[test]
fn a_database_has_its_journals_and_is_not_shown() {
    let settings = changed("folder = \"ledgers\"", "postgres = \"password=geheim\"\njournals = \"journals\"").unwrap();
    assert!(!format!("{settings:?}").contains("geheim"));
    for wrong in ["", "postgres = \"host=x\"", "folder = \"a\"\npostgres = \"b\"\njournals = \"c\"", "folder = \"\""] {
        let error = changed("folder = \"ledgers\"", wrong).unwrap_err();
        assert!(matches!(error, SettingsError::Invalid { ref field, .. } if field == "ledger"), "{wrong}: {error}");
    }
}

#[test]
fn faults_name_their_field() {
    for (from, to, field) in [
        ("\"0.0.0.0:8443\"", "\"8443\"", "listen"),
        ("\"127.0.0.1:9464\"", "\"localhost\"", "telemetry"),
        ("\"public\"]", "\"web\"]", "roles"),
        ("\"public\"]", "\"app\"]", "roles"),
        ("[\"app\", \"kiosk\", \"public\"]", "[]", "roles"),
        ("[\"nerima.toml\", \"sakai.toml\"]", "[]", "municipalities"),
        ("\"tls.pem\"", "\"\"", "tls.certificate"),
        ("client_authorities = ", "# ", "tls.client_authorities"),
        ("\"master.key\"", "\"\"", "ledger.master_key"),
        ("valid_days = 7", "valid_days = 0", "public.valid_days"),
        ("refresh_seconds = 300", "refresh_seconds = 100000", "public.refresh_seconds"),
        ("refresh_seconds = 300", "refresh_seconds = 300\nrevoked_signers = [\"0123\"]", "public.revoked_signers"),
        ("# revoked_signers = [", "revoked_signers = [\"0123456789ABCDEF\", ", "public.revoked_signers"),
        ("requests_per_address = 600", "requests_per_address = 0", "limits.requests_per_address"),
        ("requests_per_address = 600", "body_bytes = 100000000", "limits.body_bytes"),
        ("kind = \"app\"", "kind = \"phone\"", "client[0].kind"),
        ("key = \"app-android.pub.pem\"", "", "client[0].certificate"),
        ("\"kiosk-0017\"", "\"app-android\"", "client[1].name"),
        ("\"kiosk-0017\"", "\"123456789018\"", "client[1].name"),
        ("\"kiosk-0017\"", "\"automatic\"", "client[1].name"),
        ("\"app-android.pub.pem\"", "\"\"", "client[0].key"),
        ("kind = \"kiosk\"", "kind = \"kiosk\"\nkey = \"kiosk.pub.pem\"", "client[1].key"),
        ("6F:1C:", "6F:", "client[1].certificate"),
        ("6F:1C:", "6F:1G:", "client[1].certificate"),
        ("[\"131202\"]", "[\"131203\"]", "client[1].municipalities"),
    ] {
        match changed(from, to) {
            Err(SettingsError::Invalid { field: named, .. }) => assert_eq!(named, field),
            other => panic!("{from} to {to}: {other:?}"),
        }
    }
    for (from, to) in [
        ("listen = ", "listens = "),
        ("listen = \"0.0.0.0:8443\"", "listen = 8443"),
        ("[limits]", "[limits]\nspeed = 1"),
        ("kind = \"app\"", "kind = \"app\"\nkind = \"app\""),
        ("requests_per_address = 600", "requests_per_address = -1"),
    ] {
        assert!(matches!(changed(from, to), Err(SettingsError::Malformed { line: Some(_) })), "{from} to {to}");
    }
    assert_eq!(
        changed("# The settings", &" ".repeat(MAX_SETTINGS_BYTES)),
        Err(SettingsError::Malformed { line: None })
    );
}

#[test]
fn no_settings_make_it_panic_and_no_value_is_repeated() {
    for length in 0..EXAMPLE_SETTINGS.len() {
        let Some(cut) = EXAMPLE_SETTINGS.get(..length) else { continue };
        if let Err(error) = Settings::parse(cut, Path::new("/etc/tegata")) {
            assert!(!error.to_string().contains("tegata") && !error.to_string().contains("131202"), "{error}");
        }
    }
}

#[test]
fn roles_need_what_they_work_with() {
    let relay = "listen = \"127.0.0.1:1\"\nroles = [\"relay\"]\n[tls]\ncertificate = \"a\"\nkey = \"b\"\n";
    let upstreams = "[relay]\ncertificate = \"c\"\nkey = \"k\"\nauthorities = \"a\"\n\
                     [[relay.municipality]]\ncode = \"131202\"\naddress = \"issuing.example.jp:8443\"\n";
    let settings = Settings::parse(&format!("{relay}{upstreams}"), Path::new("")).unwrap();
    assert!(settings.ledger.is_none() && settings.municipalities.is_empty());
    let refused = |text: &str| match Settings::parse(text, Path::new("")).unwrap_err() {
        SettingsError::Invalid { field, .. } => field,
        other => panic!("{other}"),
    };
    assert_eq!(refused(relay), "relay");
    for (from, to, field) in [
        ("131202", "131203", "relay.municipality.code"),
        (":8443", "", "relay.municipality.address"),
        (":8443\"", ":8443\"\nverify_cards = true", "relay.municipality.verify_cards"),
        (":8443\"", ":8443\"\nsealing_key = \"s\"", "relay.municipality.verify_cards"),
        ("\"k\"", "\"\"", "relay"),
    ] {
        assert_eq!(refused(&format!("{relay}{}", upstreams.replace(from, to))), field, "{to}");
    }
    let sealing = "[[sealing]]\nmunicipality = \"131202\"\nkey = \"k\"\nanswer_key = \"a\"\n";
    let twice = format!("{relay}{upstreams}{sealing}{sealing}");
    assert_eq!(refused(&twice), "sealing.municipality");
    let counter = relay.replace("[\"relay\"]", "[\"counter\"]");
    let error = Settings::parse(&counter, Path::new("")).unwrap_err();
    assert!(matches!(error, SettingsError::Invalid { ref field, .. } if field == "ledger"), "{error}");
}
