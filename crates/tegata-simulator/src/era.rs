//! Dates of birth as code B has them: in the year of the Japanese era.

use tegata::time::Date;

/// The first day of each era since Meiji, latest first.
const ERAS: [(u16, u8, u8); 5] = [(2019, 5, 1), (1989, 1, 8), (1926, 12, 25), (1912, 7, 30), (1868, 1, 25)];

/// `YYMMDD` with the year of the era; `None` before Meiji.
pub(crate) fn birth_digits(date: Date) -> Option<String> {
    let day = (date.year(), date.month(), date.day());
    let (first_year, ..) = ERAS.into_iter().find(|begin| day >= *begin)?;
    // No two digits say what comes after the 99th year of the present era.
    Some(format!("{:02}{:02}{:02}", (date.year() - first_year + 1) % 100, date.month(), date.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_change_on_their_day() {
        for (date, digits) in [
            ("1868-01-25", Some("010125")),
            ("1868-01-24", None),
            ("1912-07-29", Some("450729")),
            ("1912-07-30", Some("010730")),
            ("1926-12-24", Some("151224")),
            ("1926-12-25", Some("011225")),
            ("1980-02-17", Some("550217")),
            ("1989-01-07", Some("640107")),
            ("1989-01-08", Some("010108")),
            ("2019-04-30", Some("310430")),
            ("2019-05-01", Some("010501")),
        ] {
            assert_eq!(birth_digits(Date::parse(date).unwrap()).as_deref(), digits, "{date}");
        }
    }
}
