//! Country codes of ISO 3166-1.

use core::fmt;

use zeroize::Zeroize;

/// A three-letter country code: ISO 3166-1 alpha-3, or one of the codes ICAO Doc 9303-3 §5 adds
/// for travel documents of persons without an ordinary nationality.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 3]);

impl CountryCode {
    /// Japan.
    pub const JAPAN: Self = Self(*b"JPN");

    /// Reads a known three-letter code in capitals.
    #[must_use]
    pub fn parse(alpha3: &str) -> Option<Self> {
        let letters = <[u8; 3]>::try_from(alpha3.as_bytes()).ok()?;
        let known = place(letters).is_some() || TRAVEL_DOCUMENT_CODES.contains(&letters);
        known.then_some(Self(letters))
    }

    /// From a two-letter code of ISO 3166-1 in capitals.
    #[must_use]
    pub fn from_alpha2(alpha2: &str) -> Option<Self> {
        let letters = <[u8; 2]>::try_from(alpha2.as_bytes()).ok()?;
        let place = ALPHA2.iter().position(|alpha2| *alpha2 == letters)?;
        ALPHA3.get(place).copied().map(Self)
    }

    /// The three letters.
    #[must_use]
    pub fn alpha3(&self) -> &str {
        // Only ASCII letters get in; the alternative is never taken.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The two letters of ISO 3166-1; `None` for a code that is of travel documents only.
    #[must_use]
    pub fn alpha2(&self) -> Option<&'static str> {
        ALPHA2.get(place(self.0)?).map(|alpha2| core::str::from_utf8(alpha2).unwrap_or_default())
    }

    /// Whether it is of a country, not of travel documents only.
    pub(crate) fn is_country(self) -> bool {
        place(self.0).is_some()
    }
}

/// The place of a country in the two tables.
fn place(alpha3: [u8; 3]) -> Option<usize> {
    ALPHA3.binary_search(&alpha3).ok()
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.alpha3())
    }
}

/// Prints no letter: a nationality is personal data.
impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CountryCode(..)")
    }
}

impl Zeroize for CountryCode {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// ICAO Doc 9303-3 §5, parts B to D: organisations and persons without an ordinary nationality,
/// and the codes of British nationals other than citizens.
const TRAVEL_DOCUMENT_CODES: [[u8; 3]; 22] = [
    *b"EUE", *b"GBD", *b"GBN", *b"GBO", *b"GBP", *b"GBS", *b"UNA", *b"UNK", *b"UNO", *b"XBA", *b"XCC", *b"XCE",
    *b"XCO", *b"XEC", *b"XIM", *b"XMP", *b"XOM", *b"XPO", *b"XXA", *b"XXB", *b"XXC", *b"XXX",
];

/// ISO 3166-1: alpha-3 and alpha-2 of each country, and Kosovo under the user-assigned codes in
/// general use; in the order of alpha-3.
const COUNTRIES: &str = "\
    ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG \
    AUSAU AUTAT AZEAZ BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL \
    BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH \
    CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX \
    CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES \
    ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI \
    GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM \
    HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT \
    JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB \
    LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD \
    MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS \
    MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO \
    NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP \
    PRTPT PRYPY PSEPS PYFPF QATQA REURE RKSXK ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS \
    SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI \
    SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO \
    TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC \
    VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS XKXXK YEMYE ZAFZA ZMBZM ZWEZW";

/// Bytes of a country in the text above: five letters and a space.
const ROW_BYTES: usize = 6;

/// How many there are.
const COUNT: usize = (COUNTRIES.len() + 1) / ROW_BYTES;

/// The codes of three letters, readied by the compiler for a binary search.
static ALPHA3: [[u8; 3]; COUNT] = column(0);

/// Those of two letters, in the same order.
static ALPHA2: [[u8; 2]; COUNT] = column(3);

/// The letters from `first` on of each country.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time only")]
const fn column<const LETTERS: usize>(first: usize) -> [[u8; LETTERS]; COUNT] {
    let text = COUNTRIES.as_bytes();
    let mut codes = [[0; LETTERS]; COUNT];
    let mut row = 0;
    while row < COUNT {
        let at = row * ROW_BYTES;
        assert!(at + ROW_BYTES > text.len() || text[at + ROW_BYTES - 1] == b' ');
        let mut letter = 0;
        while letter < LETTERS {
            codes[row][letter] = text[at + first + letter];
            letter += 1;
        }
        row += 1;
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(ALPHA3.len(), 249 + 2);
        assert!(ALPHA3.is_sorted_by(|one, next| one < next));
        for (alpha3, alpha2) in ALPHA3.iter().zip(&ALPHA2) {
            let [long, short] = [&alpha3[..], alpha2].map(|letters| core::str::from_utf8(letters).unwrap());
            assert!(long.len() == 3 && long.bytes().all(|letter| letter.is_ascii_uppercase()), "{long}");
            assert!(short.len() == 2 && short.bytes().all(|letter| letter.is_ascii_uppercase()), "{short}");
            let code = CountryCode::parse(long).unwrap();
            assert_eq!((code.alpha3(), code.alpha2()), (long, Some(short)));
        }
        for code in TRAVEL_DOCUMENT_CODES {
            assert!(!CountryCode::parse(core::str::from_utf8(&code).unwrap()).unwrap().is_country());
        }
    }

    #[test]
    fn known_codes_only() {
        assert_eq!(CountryCode::parse("JPN"), Some(CountryCode::JAPAN));
        assert_eq!(CountryCode::from_alpha2("JP"), Some(CountryCode::JAPAN));
        assert_eq!(CountryCode::parse("XXA").and_then(|code| code.alpha2()), None);
        for text in ["", "JP", "jpn", "JPNX", "ZZZ", "日本国", "日"] {
            assert_eq!(CountryCode::parse(text), None, "{text}");
        }
        assert_eq!(CountryCode::from_alpha2("ZZ"), None);
        assert_eq!(format!("{:?}", CountryCode::JAPAN), "CountryCode(..)");
    }
}
