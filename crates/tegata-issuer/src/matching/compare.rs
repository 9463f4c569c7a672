//! Comparing a proven identity with the register.

use tegata::card::{self, Coverage, HierarchyType, VerifiedIdentity};
use tegata::model::{BirthDate, Personal, Sex};
use zeroize::Zeroizing;

use super::{normalise, normalise_address, variants};
use crate::record::Resident;

/// What is proven of an applicant: the four fields of a verified card, or of the documents that staff checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The name (氏名).
    pub name: Personal<String>,
    /// The address (住所).
    pub address: Personal<String>,
    /// The date of birth (生年月日).
    pub birth_date: Personal<BirthDate>,
    /// The sex (性別).
    pub sex: Personal<Sex>,
}

impl Claim {
    /// The four fields of a verified card.
    #[must_use]
    pub fn of_card<H: HierarchyType, C: Coverage>(identity: &VerifiedIdentity<H, C>) -> Self {
        let sex = match identity.sex().expose() {
            card::Sex::Male => Sex::Male,
            card::Sex::Female => Sex::Female,
            card::Sex::NotApplicable => Sex::Other,
            card::Sex::Unknown => Sex::Unknown,
        };
        Self {
            name: identity.name().clone(),
            address: identity.address().clone(),
            birth_date: identity.birth_date().clone(),
            sex: Personal::new(sex),
        }
    }
}

/// A field in which a claim and the register are not equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// The name.
    Name,
    /// The address.
    Address,
    /// The date of birth.
    BirthDate,
    /// The sex.
    Sex,
}

impl Difference {
    /// The field's name, as errors and the staff's screen call it.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
        }
    }
}

/// How far a claim and a person of the register agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Every field is equal.
    Whole,
    /// These fields may be equal; a person has to look.
    Doubtful(Vec<Difference>),
    /// These fields differ.
    Differs(Vec<Difference>),
}

/// The outcome of matching (B1, B2).
#[derive(Debug)]
pub enum Match {
    /// The one person. Nobody else's record is at hand any more.
    One(Box<Resident>),
    /// Nobody: there is no such person, or a field differs. Which of the two is not told.
    None,
    /// One person may be it; these fields are for a person to decide on.
    ToHuman(Box<Resident>, Vec<Difference>),
    /// More than one person of the register is it or may be it.
    Many,
}

/// Compares a claim with a person of the register.
#[must_use]
pub fn compare(claim: &Claim, resident: &Resident) -> Agreement {
    let details = &resident.details;
    let fields = [
        (Difference::Name, texts(claim.name.expose(), details.name.expose(), normalise)),
        (Difference::Address, texts(claim.address.expose(), details.address.expose(), normalise_address)),
        (Difference::BirthDate, birth_dates(*claim.birth_date.expose(), *details.birth_date.expose())),
        (Difference::Sex, sexes(*claim.sex.expose(), *details.sex.expose())),
    ];
    let those = |wanted| fields.iter().filter(|(_, equal)| *equal == wanted).map(|(field, _)| *field).collect();
    let different: Vec<_> = those(Equal::No);
    let doubtful: Vec<_> = those(Equal::Perhaps);
    if !different.is_empty() {
        Agreement::Differs(different)
    } else if !doubtful.is_empty() {
        Agreement::Doubtful(doubtful)
    } else {
        Agreement::Whole
    }
}

/// Finds the person of a claim among those to whom the individual number led.
#[must_use]
pub fn match_residents(claim: &Claim, candidates: Vec<Resident>) -> Match {
    let mut found = Match::None;
    for resident in candidates {
        let resident = Box::new(resident);
        let agreeing = match compare(claim, &resident) {
            Agreement::Whole => Match::One(resident),
            Agreement::Doubtful(fields) => Match::ToHuman(resident, fields),
            Agreement::Differs(_) => continue,
        };
        if !matches!(found, Match::None) {
            return Match::Many;
        }
        found = agreeing;
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Equal {
    Yes,
    Perhaps,
    No,
}

fn texts(left: &str, right: &str, normalise: impl Fn(&str) -> Zeroizing<String>) -> Equal {
    let says_something = |text: &str| text.chars().any(|character| !character.is_whitespace());
    if left == right && says_something(left) {
        return Equal::Yes;
    }
    let (left, right) = (normalise(left), normalise(right));
    // A register without the text says nothing, and nothing is not equal to nothing.
    if left.is_empty() || right.is_empty() {
        Equal::No
    } else if left == right {
        Equal::Yes
    } else if normalise(&variants::fold(&left)) == normalise(&variants::fold(&right)) {
        Equal::Perhaps
    } else {
        Equal::No
    }
}

/// A register can lack the day or the month; then what is there must agree, and a person decides.
fn birth_dates(claim: BirthDate, register: BirthDate) -> Equal {
    if claim == register {
        return Equal::Yes;
    }
    let parts = |date: BirthDate| match date {
        BirthDate::Full(date) => (date.year(), Some(date.month()), Some(date.day())),
        BirthDate::Month { year, month } => (year, Some(month), None),
        BirthDate::Year(year) => (year, None, None),
    };
    let (left, right) = (parts(claim), parts(register));
    let agree = |left: Option<u8>, right: Option<u8>| left.is_none() || right.is_none() || left == right;
    if left.0 == right.0 && agree(left.1, right.1) && agree(left.2, right.2) { Equal::Perhaps } else { Equal::No }
}

/// Two that say it must say the same; where one does not say it, a person decides.
fn sexes(claim: Sex, register: Sex) -> Equal {
    match (claim, register) {
        _ if claim == register => Equal::Yes,
        (Sex::Male | Sex::Female, Sex::Male | Sex::Female) => Equal::No,
        _ => Equal::Perhaps,
    }
}
