//! The view of a content that passed its check: what is required is there, and everything is of its type.

use std::borrow::Cow;

use super::EntryKind;
use super::check::whole_number;
use super::view::{Dcc, DccName, Entry, Recovery, Test, Vaccination};
use crate::codec::cbor::{Item, MapIndex};

/// Reads a content that was found to hold one entry of this kind.
pub(super) fn read(item: Item<'_>, kind: EntryKind) -> Dcc<'_> {
    let fields = Fields::of(Some(item));
    let name = Fields::of(fields.get("nam"));
    let list = fields.get(kind.group()).and_then(Item::as_array);
    let entry = Fields::of(list.and_then(|list| list.iter().next()));
    let entry = match kind {
        EntryKind::Vaccination => Entry::Vaccination(Vaccination {
            disease: entry.text("tg"),
            vaccine: entry.text("vp"),
            product: entry.text("mp"),
            manufacturer: entry.text("ma"),
            dose_number: entry.number("dn"),
            series_doses: entry.number("sd"),
            date: entry.text("dt"),
            country: entry.text("co"),
            issuer: entry.text("is"),
            certificate_id: entry.text("ci"),
        }),
        EntryKind::Test => Entry::Test(Test {
            disease: entry.text("tg"),
            test_type: entry.text("tt"),
            name: entry.optional("nm"),
            device: entry.optional("ma"),
            sample_collected: entry.text("sc"),
            result: entry.text("tr"),
            centre: entry.optional("tc"),
            country: entry.text("co"),
            issuer: entry.text("is"),
            certificate_id: entry.text("ci"),
        }),
        EntryKind::Recovery => Entry::Recovery(Recovery {
            disease: entry.text("tg"),
            first_positive: entry.text("fr"),
            country: entry.text("co"),
            issuer: entry.text("is"),
            valid_from: entry.text("df"),
            valid_until: entry.text("du"),
            certificate_id: entry.text("ci"),
        }),
    };
    Dcc {
        version: fields.text("ver"),
        name: DccName {
            surname: name.optional("fn"),
            surname_transliterated: name.optional("fnt"),
            given: name.optional("gn"),
            given_transliterated: name.optional("gnt"),
        },
        birth_date: fields.text("dob"),
        entry,
    }
}

/// A map's fields; of what is no map, none.
struct Fields<'a>(Option<MapIndex<'a>>);

impl<'a> Fields<'a> {
    fn of(item: Option<Item<'a>>) -> Self {
        Self(item.and_then(Item::as_map).map(|map| map.index()))
    }

    fn get(&self, name: &str) -> Option<Item<'a>> {
        self.0.as_ref()?.get_text(name).map(Item::untag)
    }

    fn optional(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name)?.as_text()
    }

    /// Codes without a value are empty.
    fn text(&self, name: &str) -> Cow<'a, str> {
        self.optional(name).unwrap_or_default()
    }

    fn number(&self, name: &str) -> u64 {
        self.get(name).and_then(|item| whole_number(item.value())).unwrap_or_default()
    }
}
