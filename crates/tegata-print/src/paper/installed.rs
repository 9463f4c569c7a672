//! Typefaces that are installed.

use super::{Typeface, Typefaces};

impl Typefaces {
    /// The first Japanese typeface that is installed where the systems have theirs, its bold companion, and those for rare
    /// kanji; `None` where there is none. This reads files of the machine.
    #[must_use]
    pub fn installed() -> Option<Self> {
        let read = |path: &str| Typeface::from_bytes(std::fs::read(path).ok()?).ok();
        let (typeface, bold) = JAPANESE.iter().find_map(|(path, bold)| Some((read(path)?, bold)))?;
        let mut typefaces = Self::new(typeface);
        if let Some(bold) = read(bold) {
            typefaces = typefaces.with_bold(bold);
        }
        Some(RARE_KANJI.iter().filter_map(|path| read(path)).fold(typefaces, Self::with_fallback))
    }
}

/// Japanese typefaces, regular and bold, in the order of preference.
const JAPANESE: &[(&str, &str)] = &[
    // Debian and Ubuntu; Arch; Fedora.
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc"),
    (
        "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Bold.ttc",
    ),
    ("/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf", ""),
    ("/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf", ""),
    ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"),
    // macOS.
    ("/System/Library/Fonts/ヒラギノ角ゴシック W3.ttc", "/System/Library/Fonts/ヒラギノ角ゴシック W6.ttc"),
    // Windows.
    ("C:\\Windows\\Fonts\\BIZ-UDGothicR.ttc", "C:\\Windows\\Fonts\\BIZ-UDGothicB.ttc"),
    ("C:\\Windows\\Fonts\\YuGothR.ttc", "C:\\Windows\\Fonts\\YuGothB.ttc"),
    ("C:\\Windows\\Fonts\\msgothic.ttc", ""),
];

/// Typefaces with kanji beyond those of everyday use.
const RARE_KANJI: &[&str] = &[
    "/usr/share/fonts/opentype/ipaexfont-mincho/ipaexm.ttf",
    "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
    "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf",
    "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
];
