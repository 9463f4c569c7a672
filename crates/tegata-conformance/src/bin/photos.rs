//! Writes photos of the public images to a folder, as PNG, and how long each takes to be read:
//! `cargo run --release -p tegata-conformance --bin photos -- FOLDER`. `benches/zxing_compare.py` runs it.

use std::path::Path;
use std::time::Instant;

use tegata_conformance::photo::{CAREFUL, COARSE, Grey, HASTY};
use tegata_conformance::{corpus, files};

fn main() {
    let folder = std::env::args_os().nth(1).expect("the folder to write to");
    let folder = Path::new(&folder);
    // Which sets; all by default.
    let sets: Vec<String> = std::env::args().skip(2).collect();
    let wanted = |set: &str| sets.is_empty() || sets.iter().any(|wanted| wanted == set);
    std::fs::create_dir_all(folder).unwrap();
    let Some(base) = corpus("photos", "dcc-quality-assurance") else { return };
    // One line a photo: set, file, texts that were read, milliseconds of the fastest of five.
    for (number, path) in (0..).zip(files(&base, &[".png", ".jpeg", ".jpg"])) {
        let image = Grey::from_image(&std::fs::read(&path).unwrap());
        let cameras = [("careful", CAREFUL), ("hasty", HASTY), ("coarse", COARSE)];
        let photos = cameras.into_iter().filter(|(set, _)| wanted(set));
        let photos = photos.map(|(set, camera)| (set, camera.photograph(&image, number))).collect::<Vec<_>>();
        for (set, photo) in photos.into_iter().chain(wanted("clean").then_some(("clean", image))) {
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
