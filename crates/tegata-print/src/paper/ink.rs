//! Putting text, rules and the symbol onto a page.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};
use krilla::text::{GlyphId, KrillaGlyph};

use super::PaperError;
use super::text::{Line, Shaped};
use super::typeface::Faces;
use crate::Symbol;

/// A colour: red, green, blue.
pub(super) type Colour = (u8, u8, u8);

pub(super) const BLACK: Colour = (0, 0, 0);
pub(super) const GREY: Colour = (85, 85, 85);
pub(super) const HAIRLINE: Colour = (190, 190, 190);
pub(super) const TINT: Colour = (240, 242, 245);
pub(super) const WHITE: Colour = (255, 255, 255);

/// How a paragraph is set.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// The type size in points.
    pub(super) size: f32,
    /// The least size it is shrunk to before it is given more lines.
    pub(super) least: f32,
    /// The lines it is to fit into.
    pub(super) lines: usize,
    pub(super) bold: bool,
    pub(super) colour: Colour,
    /// RFC 3066, where it is not the document's.
    pub(super) language: Option<&'static str>,
}

impl Style {
    /// A style of one size.
    pub(super) const fn of(size: f32) -> Self {
        Self { size, least: size, lines: usize::MAX, bold: false, colour: BLACK, language: None }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn in_colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    pub(super) const fn english(self) -> Self {
        Self { language: Some("en"), ..self }
    }

    pub(super) const fn shrinking(self, least: f32, lines: usize) -> Self {
        Self { least, lines, ..self }
    }
}

/// A text broken into lines.
#[derive(Clone)]
pub(super) struct Paragraph {
    shaped: Shaped,
    lines: Vec<Line>,
    style: Style,
}

impl Paragraph {
    /// Breaks a text into lines no wider than `width` points, as large as its style allows.
    pub(super) fn new(shaped: Shaped, style: Style, width: f32) -> Self {
        let mut size = style.size;
        let mut lines = shaped.lines(width / size);
        while lines.len() > style.lines && size - SIZE_STEP >= style.least {
            size -= SIZE_STEP;
            lines = shaped.lines(width / size);
        }
        Self { shaped, lines, style: Style { size, ..style } }
    }

    /// Its height in points.
    pub(super) fn height(&self) -> f32 {
        self.lines.iter().map(|_| self.style.size * LEADING).sum()
    }
}

/// Paragraphs one below the other.
#[derive(Clone, Default)]
pub(super) struct Stack(pub(super) Vec<Paragraph>);

impl Stack {
    pub(super) fn height(&self) -> f32 {
        self.0.iter().map(Paragraph::height).sum()
    }
}

/// A page that is drawn on.
pub(super) struct Ink<'a, 'f> {
    surface: Surface<'a>,
    faces: &'f Faces<'f>,
}

impl<'a, 'f> Ink<'a, 'f> {
    pub(super) fn new(surface: Surface<'a>, faces: &'f Faces<'f>) -> Self {
        Self { surface, faces }
    }

    pub(super) fn finish(self) {
        self.surface.finish();
    }

    /// Draws a stack as content, its top left corner at these points; gives what the tag tree refers to it by.
    pub(super) fn stack(&mut self, stack: &Stack, x: f32, mut y: f32) -> Vec<Identifier> {
        let mut identifiers = Vec::new();
        for paragraph in &stack.0 {
            let span = SpanTag::empty().with_lang(paragraph.style.language);
            identifiers.push(self.surface.start_tagged(ContentTag::Span(span)));
            self.paragraph(paragraph, x, y, None);
            self.surface.end_tagged();
            y += paragraph.height();
        }
        identifiers
    }

    /// The same, each line in the middle of a width.
    pub(super) fn centred(&mut self, stack: &Stack, x: f32, mut y: f32, width: f32) -> Vec<Identifier> {
        let mut identifiers = Vec::new();
        for paragraph in &stack.0 {
            let span = SpanTag::empty().with_lang(paragraph.style.language);
            identifiers.push(self.surface.start_tagged(ContentTag::Span(span)));
            self.paragraph(paragraph, x, y, Some(width));
            self.surface.end_tagged();
            y += paragraph.height();
        }
        identifiers
    }

    /// Draws a stack that a page repeats, outside the document's reading order.
    pub(super) fn repeated(&mut self, stack: &Stack, kind: ArtifactType, x: f32, mut y: f32) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        for paragraph in &stack.0 {
            self.paragraph(paragraph, x, y, None);
            y += paragraph.height();
        }
        self.surface.end_tagged();
    }

    fn paragraph(&mut self, paragraph: &Paragraph, x: f32, y: f32, centre: Option<f32>) {
        let size = paragraph.style.size;
        self.surface.set_fill(Some(fill(paragraph.style.colour)));
        let mut baseline = y + size * BASELINE;
        for line in &paragraph.lines {
            let indent = centre.map_or(0.0, |width| (width - line.width * size).max(0.0) / 2.0);
            self.line(&paragraph.shaped, line, x + indent, baseline, size);
            baseline += size * LEADING;
        }
    }

    fn line(&mut self, shaped: &Shaped, line: &Line, mut x: f32, baseline: f32, size: f32) {
        let clusters = shaped.clusters.get(line.clusters.clone()).unwrap_or_default();
        for run in clusters.chunk_by(|one, next| one.found.face == next.found.face) {
            let Some(font) = run.first().and_then(|cluster| self.faces.font(cluster.found.face)) else { continue };
            let glyphs: Vec<KrillaGlyph> = run
                .iter()
                .map(|cluster| {
                    let glyph = GlyphId::new(cluster.found.glyph);
                    KrillaGlyph::new(glyph, cluster.found.advance, 0.0, 0.0, 0.0, cluster.range.clone(), None)
                })
                .collect();
            self.surface.draw_glyphs(Point::from_xy(x, baseline), &glyphs, font, &shaped.text, size, false);
            x += run.iter().map(|cluster| cluster.found.advance * size).sum::<f32>();
        }
    }

    /// Fills a rectangle, as decoration.
    pub(super) fn rectangle(&mut self, x: f32, y: f32, width: f32, height: f32, colour: Colour) {
        let mut path = PathBuilder::new();
        if let Some(rectangle) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rectangle);
        }
        if let Some(path) = path.finish() {
            self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            self.surface.set_fill(Some(fill(colour)));
            self.surface.draw_path(&path);
            self.surface.end_tagged();
        }
    }

    /// Draws a symbol, its first module at these points and each `module` points wide.
    pub(super) fn symbol(&mut self, symbol: &Symbol, x: f32, y: f32, module: f32) -> Result<Identifier, PaperError> {
        let mut path = PathBuilder::new();
        let mut top = y;
        for row in symbol.rows() {
            let mut left = x;
            for run in row.chunk_by(|one, next| one == next) {
                let width = run.iter().map(|_| module).sum::<f32>();
                if run.first() == Some(&true)
                    && let Some(rectangle) = Rect::from_xywh(left, top, width, module)
                {
                    path.push_rect(rectangle);
                }
                left += width;
            }
            top += module;
        }
        let path = path.finish().ok_or(PaperError::Document)?;
        let identifier = self.surface.start_tagged(ContentTag::Other);
        self.surface.set_fill(Some(fill(BLACK)));
        self.surface.draw_path(&path);
        self.surface.end_tagged();
        Ok(identifier)
    }
}

fn fill((red, green, blue): Colour) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

/// The distance of lines, as a part of the type size.
const LEADING: f32 = 1.3;
/// The baseline of a line from its top, likewise: the square of a kanji stands in the middle.
const BASELINE: f32 = 1.03;
/// By how many points type is shrunk at a time.
const SIZE_STEP: f32 = 0.5;
