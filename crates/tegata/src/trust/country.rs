//! When two country codes mean one country.

/// Whether two codes of ISO 3166-1 alpha-2 mean the same country, in either letter case.
pub(crate) fn same_country(a: &str, b: &str) -> bool {
    canonical(a).eq_ignore_ascii_case(canonical(b))
}

/// The two codes that the EU writes differently from ISO 3166-1 (interinstitutional style guide §7.1).
fn canonical(code: &str) -> &str {
    match code {
        "EL" | "el" => "GR",
        "UK" | "uk" => "GB",
        _ => code,
    }
}
