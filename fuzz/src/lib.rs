//! The fuzz targets as plain functions: libFuzzer calls them, and so does the replay of the seeds.
//!
//! A target panics when a promise is broken; input that is merely refused is fine.

#![deny(unsafe_code)]

mod application;
mod c_handles;
mod card;
mod cbor;
mod certificate;
mod certificate_request;
mod client_token;
mod codec;
mod cose;
mod device_body;
mod fast_verify;
mod image;
mod key_file;
mod keys;
mod mrz;
mod payload;
mod providers;
mod record;
mod records_csv;
mod revocation;
mod sealed;
mod service_settings;
mod signature;
mod time;
mod token_uri;
mod trust_bundle;
mod trust_file;
mod trust_list;
mod vectors;
mod verify;

pub use application::application;
pub use c_handles::c_handles;
pub use card::{card_files, card_session, card_tlv};
pub use cbor::cbor;
pub use certificate::{certificate, certificate_file};
pub use certificate_request::certificate_request;
pub use client_token::client_token;
pub use codec::{base45, cbor_json, inflate};
pub use cose::cose;
pub use device_body::device_body;
pub use fast_verify::fast_verify;
pub use image::image;
pub use key_file::key_file;
pub use mrz::mrz;
pub use payload::{dcc_payload, jp_payload, who_payload};
pub use providers::providers;
pub use record::{record_json, record_text};
pub use records_csv::{records_csv, settings};
pub use revocation::revocation;
pub use sealed::sealed;
pub use service_settings::service_settings;
pub use signature::signature;
pub use time::time;
pub use token_uri::token_uri;
pub use trust_bundle::trust_bundle;
pub use trust_file::trust_file;
pub use trust_list::trust_list;
pub use verify::verify;

/// One fuzz target.
pub struct Target {
    /// Its name, which is also that of its binary and of its folder of seeds.
    pub name: &'static str,
    /// What it does with an input.
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "application", run: application },
    Target { name: "base45", run: base45 },
    Target { name: "c_handles", run: c_handles },
    Target { name: "card_files", run: card_files },
    Target { name: "card_session", run: card_session },
    Target { name: "card_tlv", run: card_tlv },
    Target { name: "cbor", run: cbor },
    Target { name: "cbor_json", run: cbor_json },
    Target { name: "certificate", run: certificate },
    Target { name: "certificate_file", run: certificate_file },
    Target { name: "certificate_request", run: certificate_request },
    Target { name: "client_token", run: client_token },
    Target { name: "cose", run: cose },
    Target { name: "dcc_payload", run: dcc_payload },
    Target { name: "device_body", run: device_body },
    Target { name: "fast_verify", run: fast_verify },
    Target { name: "image", run: image },
    Target { name: "inflate", run: inflate },
    Target { name: "jp_payload", run: jp_payload },
    Target { name: "key_file", run: key_file },
    Target { name: "mrz", run: mrz },
    Target { name: "providers", run: providers },
    Target { name: "record_json", run: record_json },
    Target { name: "record_text", run: record_text },
    Target { name: "records_csv", run: records_csv },
    Target { name: "revocation", run: revocation },
    Target { name: "sealed", run: sealed },
    Target { name: "service_settings", run: service_settings },
    Target { name: "settings", run: settings },
    Target { name: "signature", run: signature },
    Target { name: "time", run: time },
    Target { name: "token_uri", run: token_uri },
    Target { name: "trust_bundle", run: trust_bundle },
    Target { name: "trust_file", run: trust_file },
    Target { name: "trust_list", run: trust_list },
    Target { name: "verify", run: verify },
    Target { name: "who_payload", run: who_payload },
];
