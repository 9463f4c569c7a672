//! Every declared expectation of the EU's certificate test data.

use tegata_conformance::dgc::Case;
use tegata_conformance::exceptions::Exceptions;
use tegata_conformance::{corpus, files};

#[test]
fn every_declared_expectation_holds() {
    let Some(base) = corpus("dgc-testdata", "dgc-testdata") else { return };
    let mut exceptions = Exceptions::read(include_str!("../data/dgc-testdata-exceptions.json"));
    let mut cases = 0;
    for path in files(&base, &[".json"]) {
        let Some(case) = Case::read(&base, &path) else { continue };
        case.check(&mut exceptions);
        cases += 1;
    }
    eprintln!("{cases} cases");
    assert!(cases > 0, "the suite is empty");
    exceptions.finish(|case| base.join(case).is_file());
}
