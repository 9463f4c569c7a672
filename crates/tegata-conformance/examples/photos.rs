//! Writes photos of the public images to a folder, as PNG, and how long each takes to be read:
//! `cargo run --release -p tegata-conformance --example photos -- FOLDER`. `benches/zxing_compare.py` runs it.

use std::path::Path;
use std::time::Instant;

use tegata_conformance::photo::{CAREFUL, COARSE, Grey, HASTY};
use tegata_conformance::{corpus, files};

fn main() {
    let folder = std::env::args_os().nth(1).expect("the folder to write to");
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let Some(base) = corpus("photos", "dcc-quality-assurance") else { return };
    // One line a photo: set, file, texts that were read, milliseconds of the fastest of five.
    for (number, path) in (0..).zip(files(&base, &[".png", ".jpeg", ".jpg"])) {
        let image = Grey::from_image(&std::fs::read(&path).unwrap());
        let photos = [("careful", CAREFUL), ("hasty", HASTY), ("coarse", COARSE)]
            .map(|(set, camera)| (set, camera.photograph(&image, number)));
        for (set, photo) in photos.into_iter().chain([("clean", image)]) {
            let bytes = photo.to_png();
            let file = format!("{set}-{number:02}.png");
            std::fs::write(folder.join(&file), &bytes).unwrap();
            let mut fastest = f64::INFINITY;
            let mut texts = 0;
            for _ in 0..5 {
                let started = Instant::now();
                texts = tegata_print::read_symbols(&bytes).map_or(0, |symbols| symbols.len());
                fastest = fastest.min(started.elapsed().as_secs_f64() * 1e3);
            }
            println!("{set}\t{file}\t{texts}\t{fastest:.3}");
        }
    }
}
