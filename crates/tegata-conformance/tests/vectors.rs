//! Our own vectors, through the Rust library.

use std::collections::BTreeSet;

use tegata::Code;
use tegata_conformance::PROVIDERS;
use tegata_conformance::vectors::{self, NOT_BY_DATA};

#[test]
fn every_vector_has_its_outcome() {
    let vectors = vectors::committed();
    assert!(!vectors.is_empty());
    let mut problems = Vec::new();
    for (vector, (name, provider)) in vectors.iter().flat_map(|vector| PROVIDERS.iter().map(move |it| (vector, it))) {
        let outcome = vectors::run(vector, provider);
        if outcome.seen != vector.expect {
            let (id, expected) = (&vector.id, &vector.expect);
            problems.push(format!("{id} with {name}: expected {expected:?}, was {:?}", outcome.seen));
        }
        for (stage, check) in outcome.report.iter().flat_map(|report| report.checks().in_order()) {
            if check.failure().is_some_and(|failure| failure.stage() != stage) {
                problems.push(format!("{}: {} fails with a code of another stage", vector.id, stage.name()));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_committed_vectors_and_seeds_are_the_generated_ones() {
    let stale = vectors::stale();
    assert!(stale.is_empty(), "run cargo xtask vectors; stale: {stale:#?}");
}

#[test]
fn every_code_has_a_vector_or_a_reason() {
    let seen: BTreeSet<_> = vectors::committed().into_iter().filter_map(|vector| vector.expect.code).collect();
    for code in Code::ALL {
        let excused = NOT_BY_DATA.iter().any(|(excused, _)| excused == code);
        assert_ne!(seen.contains(code.name()), excused, "{}", code.name());
    }
}

#[test]
fn every_reason_is_given() {
    for vector in vectors::committed() {
        assert!(vector.description.len() > 10 && !vector.spec.is_empty(), "{}", vector.id);
    }
}
