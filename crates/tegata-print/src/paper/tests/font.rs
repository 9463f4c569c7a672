//! A typeface made for the tests: a box for each character, so that they need none of the machine's.

use std::collections::BTreeSet;

use write_fonts::FontBuilder;
use write_fonts::OffsetMarker;
use write_fonts::tables::cmap::Cmap;
use write_fonts::tables::glyf::{GlyfLocaBuilder, SimpleGlyph};
use write_fonts::tables::head::Head;
use write_fonts::tables::hhea::Hhea;
use write_fonts::tables::hmtx::{Hmtx, LongMetric};
use write_fonts::tables::loca::LocaFormat;
use write_fonts::tables::maxp::Maxp;
use write_fonts::tables::name::{Name, NameRecord};
use write_fonts::tables::os2::Os2;
use write_fonts::tables::post::Post;
use write_fonts::types::{FWord, GlyphId, NameId, UfWord};

/// Everything our own words and the catalogue are written with.
pub(super) fn japanese() -> BTreeSet<char> {
    const OURS: [&str; 6] = [
        include_str!("../sheet.rs"),
        include_str!("../page.rs"),
        include_str!("../setter.rs"),
        include_str!("../../../../tegata/src/report/summary.rs"),
        include_str!("../../../../tegata/data/vaccine-catalogue.tsv"),
        include_str!("../../../../tegata/data/dvc-products.tsv"),
    ];
    let printable = OURS.iter().flat_map(|text| text.chars()).filter(|character| !character.is_control());
    printable.chain(' '..='~').chain("手形花子関所テガタハナコ髙﨑葛".chars()).collect()
}

/// A TrueType font with these characters. `embeddable` is what its licence bits say.
pub(super) fn font(characters: &BTreeSet<char>, embeddable: bool) -> Vec<u8> {
    let mut glyphs = GlyfLocaBuilder::new();
    let mut metrics = vec![LongMetric::new(1000, 0)];
    glyphs.add_glyph(&square(900.0)).unwrap();
    let mut map = Vec::new();
    for (index, character) in characters.iter().enumerate() {
        let width = if character.is_ascii() { 500 } else { 1000 };
        glyphs.add_glyph(&square(f64::from(width) - 100.0)).unwrap();
        metrics.push(LongMetric::new(width, 0));
        map.push((*character, GlyphId::new(u32::try_from(index).unwrap() + 1)));
    }
    let count = u16::try_from(metrics.len()).unwrap();
    let (glyf, loca, format) = glyphs.build();
    let head = Head {
        units_per_em: 1000,
        x_max: 1000,
        y_max: 900,
        lowest_rec_ppem: 8,
        index_to_loc_format: i16::from(format == LocaFormat::Long),
        ..Head::default()
    };
    let hhea = Hhea {
        ascender: FWord::new(880),
        descender: FWord::new(-120),
        advance_width_max: UfWord::new(1000),
        number_of_h_metrics: count,
        ..Hhea::default()
    };
    let maxp = Maxp {
        max_points: Some(4),
        max_contours: Some(1),
        max_composite_points: Some(0),
        max_composite_contours: Some(0),
        max_zones: Some(1),
        max_twilight_points: Some(0),
        max_storage: Some(0),
        max_function_defs: Some(0),
        max_instruction_defs: Some(0),
        max_stack_elements: Some(0),
        max_size_of_instructions: Some(0),
        max_component_elements: Some(0),
        max_component_depth: Some(0),
        ..Maxp::new(count)
    };
    let os2 = Os2 {
        fs_type: if embeddable { 0 } else { 2 },
        s_typo_ascender: 880,
        s_typo_descender: -120,
        us_weight_class: 400,
        us_width_class: 5,
        ..Os2::default()
    };
    let name = |id, text: &str| NameRecord::new(3, 1, 0x409, NameId::new(id), OffsetMarker::new(text.to_owned()));
    let name = Name::new(vec![name(1, "Boxes"), name(2, "Regular"), name(4, "Boxes"), name(6, "Boxes")]);
    let mut font = FontBuilder::new();
    font.add_table(&head).unwrap().add_table(&hhea).unwrap().add_table(&maxp).unwrap();
    font.add_table(&Hmtx::new(metrics, Vec::new())).unwrap().add_table(&os2).unwrap();
    font.add_table(&Cmap::from_mappings(map).unwrap()).unwrap().add_table(&name).unwrap();
    font.add_table(&Post::default()).unwrap().add_table(&glyf).unwrap().add_table(&loca).unwrap();
    font.build()
}

fn square(side: f64) -> SimpleGlyph {
    let mut path = kurbo::BezPath::new();
    path.move_to((50.0, 0.0));
    path.line_to((50.0, 800.0));
    path.line_to((side, 800.0));
    path.line_to((side, 0.0));
    path.close_path();
    SimpleGlyph::from_bezpath(&path).unwrap()
}
