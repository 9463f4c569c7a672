//! The document around the pages.

use krilla::configure::{Accessibility, Archival, ConfigurationBuilder, ValidationError};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};
use tegata::time::Date;

use super::ink::Ink;
use super::page::{Layout, PAGE_HEIGHT, PAGE_WIDTH, Tags};
use super::setter::Setter;
use super::sheet::Sheet;
use super::typeface::Faces;
use super::{PaperError, Substitution};
use crate::Symbol;

/// Writes a sheet; gives the document and the number of its pages.
pub(super) fn write(
    sheet: &Sheet,
    office: Option<&str>,
    symbol: &Symbol,
    faces: &Faces<'_>,
    substitutions: &[Substitution],
) -> Result<(Vec<u8>, usize), PaperError> {
    let setter = Setter { faces };
    let layout = Layout::new(sheet, office, symbol, &setter, substitutions)?;
    let mut document = Document::new_with(settings()?);
    let mut tags = Tags::default();
    let pages = layout.pages.len();
    for (index, page) in layout.pages.iter().enumerate() {
        let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or(PaperError::Document)?;
        let mut paper = document.start_page_with(size);
        let mut ink = Ink::new(paper.surface(), faces);
        let top =
            if index == 0 { layout.draw_head(&mut ink, &mut tags, symbol)? } else { layout.draw_running(&mut ink) };
        let bottom = layout.draw_doses(&mut ink, &mut tags, page.rows.clone(), top);
        if page.tail {
            layout.draw_tail(&mut ink, &mut tags, bottom);
        }
        layout.draw_foot(&mut ink, &setter, index + 1, pages)?;
        ink.finish();
        paper.finish();
    }
    document.set_tag_tree(tags.tree(sheet.title));
    document.set_metadata(metadata(sheet));
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(OutlineNode::new(sheet.title.both(), top));
    document.set_outline(outline);
    document.finish().map(|bytes| (bytes, pages)).map_err(|error| why(&error))
}

/// PDF/A-2a, to be kept, and PDF/UA-1, to be read aloud. Both forbid what would make a document differ from one
/// reader to another: fonts that are not embedded, text without meaning, content without structure.
fn settings() -> Result<SerializeSettings, PaperError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PaperError::Document)?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

/// The title and the day of issue; nothing of the person.
fn metadata(sheet: &Sheet) -> Metadata {
    let metadata = Metadata::new().title(sheet.title.both()).language("ja".into()).producer("Tegata".into());
    let day = |date: Date| {
        DateTime::new(date.year()).month(date.month()).day(date.day()).hour(0).minute(0).second(0).utc_offset_hour(9)
    };
    match sheet.issue_date {
        Some(date) => metadata.creation_date(day(date)),
        None => metadata,
    }
}

fn why(error: &KrillaError) -> PaperError {
    match error {
        KrillaError::Font(..) => PaperError::TypefaceNotEmbeddable,
        KrillaError::Validation(errors)
            if errors.iter().any(|(error, _)| matches!(error, ValidationError::RestrictedLicense(_))) =>
        {
            PaperError::TypefaceNotEmbeddable
        }
        _ => PaperError::Document,
    }
}
