//! Typefaces: which characters they have, and how wide these are.

use core::fmt;
use std::sync::Arc;

use krilla::text::Font;
use skrifa::charmap::{Charmap, MapVariant};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::raw::FileRef;
use skrifa::string::StringId;
use skrifa::{FontRef, GlyphId, MetadataProvider as _};

use super::PaperError;

/// One typeface: a TrueType or OpenType font, or one of a collection.
///
/// Fonts are chosen by who runs the program and are trusted as the program is: a font that was made to do harm is
/// outside what this crate guards against.
#[derive(Clone)]
pub struct Typeface {
    bytes: Arc<Vec<u8>>,
    index: u32,
    font: Font,
}

impl Typeface {
    /// A typeface from the bytes of a font file (`.ttf`, `.otf`), or the Japanese one of a collection (`.ttc`): the
    /// first whose family name ends in `JP`, else the first.
    ///
    /// # Errors
    /// [`PaperError::TypefaceUnreadable`] when the bytes are no such file.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, PaperError> {
        let bytes = bytes.into();
        let index = japanese_face(&bytes).ok_or(PaperError::TypefaceUnreadable)?;
        Self::from_collection(bytes, index)
    }

    /// The typeface at a position of a collection, counted from 0.
    ///
    /// # Errors
    /// [`PaperError::TypefaceUnreadable`] when there is none.
    pub fn from_collection(bytes: impl Into<Vec<u8>>, index: u32) -> Result<Self, PaperError> {
        let bytes = Arc::new(bytes.into());
        // Both readers must be able to read it, the one that measures and the one that embeds.
        if Face::of(&bytes, index).is_none() {
            return Err(PaperError::TypefaceUnreadable);
        }
        let font = Font::new(Arc::clone(&bytes).into(), index).ok_or(PaperError::TypefaceUnreadable)?;
        Ok(Self { bytes, index, font })
    }
}

impl fmt::Debug for Typeface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Typeface").field("bytes", &self.bytes.len()).field("index", &self.index).finish()
    }
}

/// The typefaces of a paper: each character is written in the first that has it.
#[derive(Clone, Debug)]
pub struct Typefaces {
    regular: Vec<Typeface>,
    bold: Vec<Typeface>,
}

impl Typefaces {
    /// One typeface, which must have what Japanese is written with.
    #[must_use]
    pub fn new(typeface: Typeface) -> Self {
        Self { regular: vec![typeface], bold: Vec::new() }
    }

    /// The same with a typeface for characters that those before it lack, such as one for rare kanji.
    #[must_use]
    pub fn with_fallback(mut self, typeface: Typeface) -> Self {
        self.regular.push(typeface);
        self
    }

    /// The same with a bold typeface for titles, labels and the name. Without one these are as all else.
    #[must_use]
    pub fn with_bold(mut self, typeface: Typeface) -> Self {
        self.bold.push(typeface);
        self
    }

    /// The typefaces opened: bold ones first, from which on the regular ones start.
    pub(super) fn open(&self) -> Result<Faces<'_>, PaperError> {
        let typefaces = self.bold.iter().chain(&self.regular);
        let faces: Option<Vec<Face<'_>>> = typefaces.clone().map(|face| Face::of(&face.bytes, face.index)).collect();
        Ok(Faces {
            faces: faces.ok_or(PaperError::TypefaceUnreadable)?,
            fonts: typefaces.map(|face| face.font.clone()).collect(),
            regular: self.bold.len(),
        })
    }
}

/// Typefaces, ready to look characters up in.
pub(super) struct Faces<'a> {
    faces: Vec<Face<'a>>,
    fonts: Vec<Font>,
    /// The position of the first that is not bold.
    regular: usize,
}

/// A character's glyph.
#[derive(Clone, Copy)]
pub(super) struct Found {
    /// The position of the typeface.
    pub(super) face: usize,
    /// The glyph in it.
    pub(super) glyph: u32,
    /// Its width as a part of the type size.
    pub(super) advance: f32,
    /// Whether it is the very form that a variation selector asked for.
    pub(super) exact: bool,
}

impl Faces<'_> {
    /// The glyph of a character, in the form that a variation selector asks for where a typeface has it.
    pub(super) fn find(&self, character: char, selector: Option<char>, bold: bool) -> Option<Found> {
        let start = if bold { 0 } else { self.regular };
        let mut plain = None;
        for (position, face) in self.faces.iter().enumerate().skip(start) {
            match selector.and_then(|selector| face.variant(character, selector)) {
                Some(glyph) => return face.found(position, glyph, true),
                None => plain = plain.or_else(|| face.found(position, face.glyph(character)?, selector.is_none())),
            }
            if selector.is_none() && plain.is_some() {
                break;
            }
        }
        plain
    }

    /// The font that a glyph is drawn with.
    pub(super) fn font(&self, face: usize) -> Option<Font> {
        self.fonts.get(face).cloned()
    }
}

/// One opened typeface.
struct Face<'a> {
    charmap: Charmap<'a>,
    metrics: GlyphMetrics<'a>,
    units_per_em: f32,
}

impl<'a> Face<'a> {
    fn of(bytes: &'a [u8], index: u32) -> Option<Self> {
        let font = FontRef::from_index(bytes, index).ok()?;
        let units_per_em = font.metrics(Size::unscaled(), LocationRef::default()).units_per_em;
        let charmap = font.charmap();
        (charmap.has_map() && units_per_em > 0).then(|| Self {
            metrics: font.glyph_metrics(Size::unscaled(), LocationRef::default()),
            units_per_em: f32::from(units_per_em),
            charmap,
        })
    }

    fn glyph(&self, character: char) -> Option<GlyphId> {
        self.charmap.map(character).filter(|glyph| *glyph != GlyphId::NOTDEF)
    }

    fn variant(&self, character: char, selector: char) -> Option<GlyphId> {
        match self.charmap.map_variant(character, selector)? {
            MapVariant::UseDefault => self.glyph(character),
            MapVariant::Variant(glyph) => Some(glyph).filter(|glyph| *glyph != GlyphId::NOTDEF),
        }
    }

    fn found(&self, position: usize, glyph: GlyphId, exact: bool) -> Option<Found> {
        let advance = self.metrics.advance_width(glyph)? / self.units_per_em;
        Some(Found { face: position, glyph: glyph.to_u32(), advance, exact })
    }
}

/// The position of the Japanese face of a font file.
fn japanese_face(bytes: &[u8]) -> Option<u32> {
    let collection = match FileRef::new(bytes).ok()? {
        FileRef::Font(_) => return Some(0),
        FileRef::Collection(collection) => collection,
    };
    let is_japanese = |index: &u32| {
        let family = collection.get(*index).ok().and_then(|font| {
            let name = font.localized_strings(StringId::FAMILY_NAME).english_or_first()?;
            Some(name.chars().collect::<String>())
        });
        family.is_some_and(|family| family.ends_with(" JP"))
    };
    Some((0..collection.len()).find(is_japanese).unwrap_or(0))
}
