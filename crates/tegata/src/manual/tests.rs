//! The manual does not drift from the code.

use core::fmt::Write as _;

use crate::report::{Code, Language};

/// The outcome table as Markdown.
fn outcomes() -> String {
    let mut out = String::from(
        "# Outcomes\n\nEvery stage and code, as every surface names them. This page is made from the table in the source; a test keeps \
         the two equal. The number is what the C library will return: 0 means accepted and nothing else does.\n\n\
         | number | code | stage | meaning | 意味 | advice | 対応 |\n|---|---|---|---|---|---|---|\n",
    );
    for code in Code::ALL {
        let (english, japanese) = (Language::English, Language::Japanese);
        writeln!(
            out,
            "| {} | `{}` | `{}` | {} | {} | {} | {} |",
            code.number(),
            code.name(),
            code.stage().name(),
            code.meaning(english),
            code.meaning(japanese),
            code.advice().text(english),
            code.advice().text(japanese),
        )
        .unwrap();
    }
    out
}

/// Set `TEGATA_WRITE_MANUAL` to write the page anew.
#[test]
fn the_outcomes_page_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/manual/outcomes.md");
    if std::env::var_os("TEGATA_WRITE_MANUAL").is_some() {
        std::fs::write(path, outcomes()).unwrap();
    }
    assert_eq!(include_str!("outcomes.md"), outcomes(), "run this test once with TEGATA_WRITE_MANUAL=1");
}

#[test]
fn the_limits_page_has_every_number() {
    let page = include_str!("limits.md");
    let has = |name: &str, value: u64| {
        let row = page.lines().find(|line| line.contains(&format!("`{name}`")));
        let row = row.unwrap_or_else(|| panic!("{name} is not on the page"));
        let digits: String = row.split('|').nth(2).unwrap().chars().filter(char::is_ascii_digit).collect();
        assert_eq!(digits, value.to_string(), "{name}");
    };
    let number = |value: usize| u64::try_from(value).unwrap();
    has("format::hcert::MAX_TEXT_CHARACTERS", number(crate::format::hcert::MAX_TEXT_CHARACTERS));
    has("codec::zlib::MAX_INFLATED", number(crate::codec::zlib::MAX_INFLATED));
    has("codec::cbor::Limits::DEFAULT_MAX_DEPTH", crate::codec::cbor::Limits::DEFAULT_MAX_DEPTH.into());
    has("codec::cbor::Limits::DEFAULT_MAX_ITEMS", crate::codec::cbor::Limits::DEFAULT_MAX_ITEMS.into());
    has("trust::MAX_SIGNERS", number(crate::trust::MAX_SIGNERS));
    has("trust::MAX_CANDIDATES", number(crate::trust::MAX_CANDIDATES));
    has("trust::MIN_RSA_BITS", number(crate::trust::MIN_RSA_BITS));
    has("verify::MAX_SKEW_SECONDS", crate::verify::MAX_SKEW_SECONDS.into());
    has("x509::MAX_CERTIFICATE_BYTES", number(crate::x509::MAX_CERTIFICATE_BYTES));
    has("model::MAX_DOSES", number(crate::model::MAX_DOSES));
    has("model::NAME_MAX_CHARS", number(crate::model::NAME_MAX_CHARS));
    has("model::TEXT_MAX_CHARS", number(crate::model::TEXT_MAX_CHARS));
    has("model::CERTIFICATE_ID_MAX_CHARS", number(crate::model::CERTIFICATE_ID_MAX_CHARS));
    #[cfg(feature = "rustcrypto")]
    has("crypto::rustcrypto::MAX_RSA_BITS", number(crate::crypto::rustcrypto::MAX_RSA_BITS));
    #[cfg(feature = "issue")]
    {
        has("issue::MAX_ISSUED_CHARACTERS", number(crate::issue::MAX_ISSUED_CHARACTERS));
        has("model::RECORD_MAX_BYTES", number(crate::model::RECORD_MAX_BYTES));
        has("keys::MAX_KEY_FILE_BYTES", number(crate::keys::MAX_KEY_FILE_BYTES));
        has("keys::MAX_SCRYPT_COST", crate::keys::MAX_SCRYPT_COST);
        has("keys::MAX_PBKDF2_ITERATIONS", u64::from(crate::keys::MAX_PBKDF2_ITERATIONS));
    }
}
