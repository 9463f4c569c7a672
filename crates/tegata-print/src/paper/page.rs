//! Where everything stands on the pages.

use core::num::NonZeroU16;
use core::ops::Range;

use krilla::tagging::{ArtifactType, Identifier, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};
use tegata::model::Kind;

use super::ink::{BLACK, Colour, GREY, HAIRLINE, Ink, Paragraph, Stack, Style, TINT, WHITE};
use super::setter::{Setter, substitution_notes};
use super::sheet::{Field, Sheet, Value, Words, words};
use super::text::Shaped;
use super::{PaperError, Substitution};
use crate::{STANDARD_QUIET_ZONE, Symbol};

/// Everything set, and which page it stands on.
pub(super) struct Layout {
    colour: Colour,
    title: Stack,
    badge: Option<Stack>,
    statement: Stack,
    holder: Vec<(Stack, Stack)>,
    /// The label of the line that the holder signs on.
    signature: Option<Stack>,
    module: f32,
    /// The side of the symbol with its quiet zone.
    side: f32,
    caption: Stack,
    heading: Stack,
    columns: Vec<f32>,
    header: Vec<Stack>,
    rows: Vec<Vec<Stack>>,
    issuing: Vec<(Stack, Stack)>,
    notes: Vec<Stack>,
    running: Stack,
    certificate_id: Option<String>,
    pub(super) pages: Vec<PagePlan>,
}

/// What of the table, and whether the end of the certificate, stands on a page.
pub(super) struct PagePlan {
    pub(super) rows: Range<usize>,
    pub(super) tail: bool,
}

impl Layout {
    pub(super) fn new(
        sheet: &Sheet,
        office: Option<&str>,
        symbol: &Symbol,
        setter: &Setter<'_>,
        substitutions: &[Substitution],
    ) -> Result<Self, PaperError> {
        let colour = match sheet.kind {
            Some(Kind::Overseas) => OVERSEAS,
            Some(Kind::Domestic) => DOMESTIC,
            None => INTERNATIONAL,
        };
        let badge_words = sheet.kind.map(|kind| match kind {
            Kind::Overseas => FOR_USE_ABROAD,
            Kind::Domestic => FOR_USE_IN_JAPAN,
        });
        let badge = badge_words.map(|words| {
            let white = |size| Style::of(size).in_colour(WHITE);
            setter.words(words, white(15.0).bold(), white(7.5), BADGE_WIDTH)
        });
        let title_width = WIDTH - if badge_words.is_some() { BADGE_WIDTH + GAP } else { 0.0 };
        let module = module(symbol);
        let side = module * side_modules(symbol);
        let holder_width = WIDTH - side - GAP;
        let small_note = Style::of(7.5).in_colour(GREY);
        let mut layout = Self {
            colour,
            title: setter.words(
                sheet.title,
                Style::of(25.0).bold().shrinking(14.0, 1),
                Style::of(12.5).shrinking(9.0, 1),
                title_width,
            )?,
            badge: badge.transpose()?,
            statement: setter.words(sheet.statement, Style::of(9.5), Style::of(8.0).in_colour(GREY), WIDTH)?,
            holder: fields(&sheet.holder, setter, holder_width, true)?,
            signature: sheet.signature.then(|| label(SIGNATURE, setter)).transpose()?,
            module,
            side,
            caption: setter.words(CAPTION, Style::of(7.0), Style::of(6.5).in_colour(GREY), side)?,
            heading: setter.words(HEADING, Style::of(11.0).bold(), Style::of(7.5).in_colour(GREY), WIDTH)?,
            columns: sheet.columns.iter().map(|column| column.width / 100.0 * WIDTH).collect(),
            header: Vec::new(),
            rows: Vec::new(),
            issuing: fields(&sheet.issuing, setter, ISSUING_WIDTH, false)?,
            notes: vec![setter.words(SIGNED, small_note, small_note, WIDTH)?],
            running: setter.words(sheet.title, Style::of(13.0).bold(), Style::of(8.0), WIDTH)?,
            certificate_id: sheet.certificate_id.clone(),
            pages: Vec::new(),
        };
        layout.notes.extend(substitution_notes(substitutions, setter)?);
        if let Some(office) = office {
            let text = format!("{CONTACT}{office}");
            let office = setter.own(&text, Style::of(8.5), WIDTH).map_err(|_| PaperError::InvalidOffice)?;
            layout.notes.push(Stack(vec![office]));
        }
        for (column, width) in sheet.columns.iter().zip(&layout.columns) {
            let inner = width - 2.0 * CELL_PADDING;
            let japanese = Style::of(7.5).bold().shrinking(LEAST_SIZE, 1);
            layout.header.push(setter.words(column.words, japanese, Style::of(LEAST_SIZE), inner)?);
        }
        // One page if there is a size that is still read easily and lets everything stand on it.
        for size in ROW_SIZES {
            layout.rows = rows(sheet, setter, &layout.columns, size)?;
            layout.pages = layout.paginate();
            if layout.pages.len() == 1 {
                return Ok(layout);
            }
        }
        let largest = ROW_SIZES.first().copied().unwrap_or(LEAST_SIZE);
        layout.rows = rows(sheet, setter, &layout.columns, largest)?;
        layout.pages = layout.paginate();
        Ok(layout)
    }

    /// Gives each page as many rows as it holds; the end of the certificate never stands on a page without a row.
    fn paginate(&self) -> Vec<PagePlan> {
        let heights: Vec<f32> = self.rows.iter().map(|row| row_height(row)).collect();
        let room = |first: bool| {
            let top = if first { self.head_height() } else { TOP + self.running.height() + GAP };
            BOTTOM - top - row_height(&self.header)
        };
        let mut pages: Vec<PagePlan> = Vec::new();
        let (mut start, mut left) = (0, room(true));
        for (index, height) in heights.iter().enumerate() {
            // A row that is higher than a page of its own gets one all the same.
            if *height > left && index > start {
                pages.push(PagePlan { rows: start..index, tail: false });
                (start, left) = (index, room(false));
            }
            left -= height;
        }
        if left >= self.tail_height() {
            pages.push(PagePlan { rows: start..heights.len(), tail: true });
            return pages;
        }
        let last = heights.len().saturating_sub(1).max(start);
        if last > start {
            pages.push(PagePlan { rows: start..last, tail: false });
            pages.push(PagePlan { rows: last..heights.len(), tail: true });
        } else {
            pages.push(PagePlan { rows: start..heights.len(), tail: false });
            pages.push(PagePlan { rows: heights.len()..heights.len(), tail: true });
        }
        pages
    }

    /// From the top of the first page to the table.
    fn head_height(&self) -> f32 {
        self.block_top() + self.block_height() + GAP + self.heading.height() + 3.0
    }

    /// Where holder and symbol start.
    fn block_top(&self) -> f32 {
        TOP + self.title.height() + 9.0 + self.statement.height() + GAP
    }

    fn block_height(&self) -> f32 {
        let signature = if self.signature.is_some() { SIGNATURE_HEIGHT } else { 0.0 };
        let holder = self.holder.iter().map(field_height).sum::<f32>() + signature;
        holder.max(self.side + self.caption.height())
    }

    fn tail_height(&self) -> f32 {
        let notes: f32 = self.notes.iter().map(|note| note.height() + NOTE_GAP).sum();
        GAP + self.issuing_height() + GAP + notes
    }

    /// What was issued when and by whom stands two by two.
    fn issuing_height(&self) -> f32 {
        self.issuing.chunks(2).map(pair_height).sum()
    }

    /// Draws title, statement, holder and symbol; gives where the table starts.
    pub(super) fn draw_head(&self, ink: &mut Ink<'_, '_>, tags: &mut Tags, symbol: &Symbol) -> Result<f32, PaperError> {
        tags.title = ink.stack(&self.title, LEFT, TOP);
        if let Some(badge) = &self.badge {
            let (left, height) = (LEFT + WIDTH - BADGE_WIDTH, self.title.height() - 2.0);
            ink.rectangle(left, TOP, BADGE_WIDTH, height, self.colour);
            let kind = ink.centred(badge, left, TOP + (height - badge.height()) / 2.0, BADGE_WIDTH);
            tags.before.push(group(Tag::P, kind).into());
        }
        let mut y = TOP + self.title.height() + 2.0;
        ink.rectangle(LEFT, y, WIDTH, 1.6, self.colour);
        y += 7.0;
        tags.before.push(group(Tag::P, ink.stack(&self.statement, LEFT, y)).into());
        y = self.block_top();
        let holder_width = WIDTH - self.side - GAP;
        tags.before.push(draw_fields(ink, &self.holder, 1, y, holder_width).into());
        if let Some(label) = &self.signature {
            let line = y + self.holder.iter().map(field_height).sum::<f32>() + SIGNATURE_HEIGHT;
            tags.before.push(group(Tag::P, ink.stack(label, LEFT, line - label.height())).into());
            ink.rectangle(LEFT + LABEL_WIDTH, line, holder_width - LABEL_WIDTH, 0.6, BLACK);
        }
        let quiet = self.module * QUIET_ZONE;
        let left = LEFT + WIDTH - self.side;
        let mut figure = TagGroup::new(Tag::Figure(Some(ALTERNATIVE.both())));
        figure.push(ink.symbol(symbol, left + quiet, y + quiet, self.module)?);
        tags.before.push(figure.into());
        let caption = ink.centred(&self.caption, left, y + self.side, self.side);
        tags.before.push(group(Tag::P, caption).into());
        y += self.block_height() + GAP;
        tags.heading = ink.stack(&self.heading, LEFT, y);
        Ok(y + self.heading.height() + 3.0)
    }

    /// Draws the head of a further page; gives where the table goes on.
    pub(super) fn draw_running(&self, ink: &mut Ink<'_, '_>) -> f32 {
        ink.repeated(&self.running, ArtifactType::Header, LEFT, TOP);
        TOP + self.running.height() + GAP
    }

    /// Draws rows of the table below its header; gives where it ends.
    pub(super) fn draw_doses(&self, ink: &mut Ink<'_, '_>, tags: &mut Tags, rows: Range<usize>, top: f32) -> f32 {
        if rows.is_empty() {
            return top;
        }
        let mut y = top;
        let height = row_height(&self.header);
        ink.rectangle(LEFT, y, WIDTH, height, TINT);
        ink.rectangle(LEFT, y, WIDTH, 0.9, self.colour);
        let first = tags.header.is_none();
        let mut row = TagGroup::new(Tag::TR);
        for (cell, x) in self.header.iter().zip(self.lefts()) {
            let (x, y) = (x + CELL_PADDING, y + ROW_PADDING);
            if first {
                row.push(group(Tag::TH(TableHeaderScope::Column), ink.stack(cell, x, y)));
            } else {
                ink.repeated(cell, ArtifactType::Layout, x, y);
            }
        }
        if first {
            tags.header = Some(row);
        }
        y += height;
        for cells in self.rows.get(rows).unwrap_or_default() {
            let mut row = TagGroup::new(Tag::TR);
            for (cell, x) in cells.iter().zip(self.lefts()) {
                row.push(group(Tag::TD, ink.stack(cell, x + CELL_PADDING, y + ROW_PADDING)));
            }
            tags.rows.push(row);
            y += row_height(cells);
            ink.rectangle(LEFT, y, WIDTH, 0.4, HAIRLINE);
        }
        ink.rectangle(LEFT, y, WIDTH, 0.9, self.colour);
        y
    }

    /// Where the columns start.
    fn lefts(&self) -> impl Iterator<Item = f32> {
        self.columns.iter().scan(LEFT, |x, width| {
            let left = *x;
            *x += width;
            Some(left)
        })
    }

    /// Draws who issued it and when, and the notes.
    pub(super) fn draw_tail(&self, ink: &mut Ink<'_, '_>, tags: &mut Tags, top: f32) {
        let mut y = top + GAP;
        tags.after.push(draw_fields(ink, &self.issuing, 2, y, WIDTH).into());
        y += self.issuing_height() + GAP;
        for note in &self.notes {
            tags.after.push(group(Tag::P, ink.stack(note, LEFT, y)).into());
            y += note.height() + NOTE_GAP;
        }
    }

    /// Draws the certificate ID and the page's number.
    pub(super) fn draw_foot(
        &self,
        ink: &mut Ink<'_, '_>,
        setter: &Setter<'_>,
        page: usize,
        pages: usize,
    ) -> Result<(), PaperError> {
        ink.rectangle(LEFT, FOOT - 4.0, WIDTH, 0.4, HAIRLINE);
        let style = Style::of(7.5).in_colour(GREY);
        if let Some(id) = &self.certificate_id {
            let text = format!("{CERTIFICATE_ID}{id}");
            let id = setter.text(&text, style.shrinking(5.0, 1), WIDTH - FOOT_NUMBER_WIDTH)?;
            ink.repeated(&Stack(vec![id]), ArtifactType::Footer, LEFT, FOOT);
        }
        let shaped = Shaped::new(&format!("{page} / {pages}"), setter.faces, false);
        let shaped = shaped.ok_or(PaperError::TypefaceNotJapanese)?;
        let left = LEFT + WIDTH - shaped.width() * style.size;
        let number = Stack(vec![Paragraph::new(shaped, style, WIDTH)]);
        ink.repeated(&number, ArtifactType::PageNumber, left, FOOT);
        Ok(())
    }
}

/// What is drawn, in reading order.
#[derive(Default)]
pub(super) struct Tags {
    title: Vec<Identifier>,
    before: Vec<Node>,
    heading: Vec<Identifier>,
    header: Option<TagGroup>,
    rows: Vec<TagGroup>,
    after: Vec<Node>,
}

impl Tags {
    pub(super) fn tree(self, title: Words) -> TagTree {
        let heading =
            |level: u16, words: Words| Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(words.both()));
        let mut tree = TagTree::new();
        tree.push(group(heading(1, title), self.title));
        self.before.into_iter().for_each(|node| tree.push(node));
        tree.push(group(heading(2, HEADING), self.heading));
        let mut table = TagGroup::new(Tag::Table);
        if let Some(header) = self.header {
            table.push(TagGroup::with_children(Tag::THead, vec![header.into()]));
        }
        table.push(TagGroup::with_children(Tag::TBody, self.rows.into_iter().map(Node::from).collect()));
        tree.push(table);
        self.after.into_iter().for_each(|node| tree.push(node));
        tree
    }
}

fn group(tag: impl Into<TagKind>, content: Vec<Identifier>) -> TagGroup {
    TagGroup::with_children(tag, content.into_iter().map(Node::from).collect())
}

/// Labels and values side by side. The first value of a holder is the name, which is set large.
fn fields(list: &[Field], setter: &Setter<'_>, width: f32, of_holder: bool) -> Result<Vec<(Stack, Stack)>, PaperError> {
    let mut set = Vec::new();
    for (index, field) in list.iter().enumerate() {
        let label = label(field.label, setter)?;
        let style = match (of_holder, index) {
            (true, 0) => Style::of(18.0).bold().shrinking(LEAST_NAME_SIZE, 2),
            (true, _) => Style::of(11.5).shrinking(8.0, 2),
            // An identifier has no place to be broken at.
            (false, _) if !field.value.text.expose().contains(' ') => Style::of(10.5).shrinking(7.0, 1),
            (false, _) => Style::of(10.5).shrinking(8.0, 2),
        };
        set.push((label, setter.value(&field.value, style, width - LABEL_WIDTH)?));
    }
    Ok(set)
}

fn label(words: Words, setter: &Setter<'_>) -> Result<Stack, PaperError> {
    setter.words(words, Style::of(8.5).bold(), Style::of(6.5).in_colour(GREY), LABEL_WIDTH - CELL_PADDING)
}

/// Draws labels and values, so many beside each other.
fn draw_fields(ink: &mut Ink<'_, '_>, fields: &[(Stack, Stack)], beside: usize, top: f32, width: f32) -> TagGroup {
    let mut table = TagGroup::new(Tag::Table);
    let mut y = top;
    for pair in fields.chunks(beside) {
        let height = pair_height(pair);
        let mut row = TagGroup::new(Tag::TR);
        let mut x = LEFT;
        for (label, value) in pair {
            let middle = |stack: &Stack| y + (height - stack.height()) / 2.0;
            row.push(group(Tag::TH(TableHeaderScope::Row), ink.stack(label, x, middle(label))));
            row.push(group(Tag::TD, ink.stack(value, x + LABEL_WIDTH, middle(value))));
            x += ISSUING_WIDTH + GAP;
        }
        table.push(row);
        y += height;
        ink.rectangle(LEFT, y, width, 0.4, HAIRLINE);
    }
    table
}

fn pair_height(fields: &[(Stack, Stack)]) -> f32 {
    fields.iter().map(field_height).fold(0.0, f32::max)
}

fn field_height((label, value): &(Stack, Stack)) -> f32 {
    label.height().max(value.height()) + 2.0 * FIELD_PADDING
}

fn rows(sheet: &Sheet, setter: &Setter<'_>, columns: &[f32], size: f32) -> Result<Vec<Vec<Stack>>, PaperError> {
    let row = |dose: &Vec<Value>| -> Result<Vec<Stack>, PaperError> {
        let cells = dose.iter().zip(columns);
        cells
            .map(|(value, width)| setter.value(value, Style::of(size).shrinking(7.0, 2), width - 2.0 * CELL_PADDING))
            .collect()
    };
    sheet.doses.iter().map(row).collect()
}

fn row_height(cells: &[Stack]) -> f32 {
    cells.iter().map(Stack::height).fold(0.0, f32::max) + 2.0 * ROW_PADDING
}

/// The side of a symbol with its quiet zone, in modules.
fn side_modules(symbol: &Symbol) -> f32 {
    f32::from(u16::try_from(symbol.size()).unwrap_or(u16::MAX)) + 2.0 * QUIET_ZONE
}

/// The width of a module in points: as large as keeps the symbol's diagonal within what the health-certificate
/// specifications recommend, but never less than office printers, copiers and phones manage easily.
fn module(symbol: &Symbol) -> f32 {
    let modules = f32::from(u16::try_from(symbol.size()).unwrap_or(u16::MAX));
    let millimetres = MAX_DIAGONAL / (modules * core::f32::consts::SQRT_2);
    millimetres.clamp(MIN_MODULE, MAX_MODULE) * POINTS_PER_MILLIMETRE
}

const FOR_USE_ABROAD: Words = words("海外用", "For use abroad");
const FOR_USE_IN_JAPAN: Words = words("国内用", "For use in Japan");
const CONTACT: &str = "お問い合わせ先 Contact: ";
const CERTIFICATE_ID: &str = "証明書ID Certificate ID: ";
const HEADING: Words = words("接種記録", "Vaccination record");
const SIGNATURE: Words = words("本人の署名", "Signature of holder");
const CAPTION: Words = words("電子署名付き証明書（二次元コード）", "The certificate itself, electronically signed");
pub(super) const ALTERNATIVE: Words = words(
    "二次元コード。この証明書の内容を電子署名付きで記録したもの。",
    "QR code that holds the content of this certificate, electronically signed.",
);
const SIGNED: Words = words(
    "証明の内容は、二次元コードに電子署名付きで記録されています。用紙の記載と異なるときは、二次元コードの内容によります。",
    "What is certified stands in the QR code, electronically signed. Where this paper differs from it, the code prevails.",
);

/// Every word of the page itself, in both languages. What a reader alone is told is not drawn.
pub(super) fn own_words() -> Vec<&'static str> {
    let all = [FOR_USE_ABROAD, FOR_USE_IN_JAPAN, HEADING, SIGNATURE, CAPTION, SIGNED];
    let words = all.into_iter().flat_map(|words| [words.japanese, words.english]);
    words.chain([CONTACT, CERTIFICATE_ID]).collect()
}

const POINTS_PER_MILLIMETRE: f32 = 72.0 / 25.4;
/// A4 (ISO 216), in points.
pub(super) const PAGE_WIDTH: f32 = 210.0 * POINTS_PER_MILLIMETRE;
pub(super) const PAGE_HEIGHT: f32 = 297.0 * POINTS_PER_MILLIMETRE;
/// Margins that every printer keeps, and that leave room for a punch.
const LEFT: f32 = 17.0 * POINTS_PER_MILLIMETRE;
pub(super) const WIDTH: f32 = PAGE_WIDTH - 2.0 * LEFT;
const TOP: f32 = 15.0 * POINTS_PER_MILLIMETRE;
const FOOT: f32 = PAGE_HEIGHT - 15.0 * POINTS_PER_MILLIMETRE;
const BOTTOM: f32 = FOOT - 10.0;
const FOOT_NUMBER_WIDTH: f32 = 50.0;
const GAP: f32 = 12.0;
const NOTE_GAP: f32 = 4.0;
const BADGE_WIDTH: f32 = 100.0;
const LABEL_WIDTH: f32 = 86.0;
/// Of a label and its value where two stand beside each other.
const ISSUING_WIDTH: f32 = (WIDTH - GAP) / 2.0;
const CELL_PADDING: f32 = 3.0;
const ROW_PADDING: f32 = 3.0;
const FIELD_PADDING: f32 = 3.0;
const SIGNATURE_HEIGHT: f32 = 30.0;
/// The smallest type on the paper, in points: that of package inserts.
pub(super) const LEAST_SIZE: f32 = 6.0;
/// The smallest type of the holder's name.
const LEAST_NAME_SIZE: f32 = 10.0;
/// Sizes of the table's type, the best first.
const ROW_SIZES: [f32; 3] = [8.5, 8.0, 7.5];
/// ISO/IEC 18004 §6.3.8, in modules.
const QUIET_ZONE: f32 = 4.0;
const _: () = assert!(STANDARD_QUIET_ZONE == 4);
/// Widths of a module, in millimetres: 2.4 and 3 pixels of a 150 dpi scan.
const MIN_MODULE: f32 = 0.4;
const MAX_MODULE: f32 = 0.5;
/// The recommended diagonal is 35 to 60 mm (electronic health certificates, guidelines volume 3 §3.2).
const MAX_DIAGONAL: f32 = 60.0;
/// Colours of the kinds, as the app of 2021 showed them: red for use abroad, blue for use in Japan.
const OVERSEAS: Colour = (150, 30, 48);
const DOMESTIC: Colour = (24, 78, 140);
const INTERNATIONAL: Colour = (122, 92, 0);
