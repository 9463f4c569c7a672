use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use std::time::Instant;
fn main() {
    let key = p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap();
    let public: [u8; 65] = key.verifying_key().to_sec1_point(false).as_bytes().try_into().unwrap();
    let t = Instant::now();
    let table = tegata_fast_verify::KeyTable::new(&public).unwrap();
    println!("first table {:?}", t.elapsed());
    let t = Instant::now();
    for _ in 0..100 { tegata_fast_verify::KeyTable::new(&public).unwrap(); }
    println!("table {:?}", t.elapsed() / 100);
    let sigs: Vec<([u8; 32], [u8; 64])> = (0u8..100).map(|i| { let h = [i; 32]; let s: p256::ecdsa::Signature = key.sign_prehash(&h).unwrap(); (h, s.to_bytes().into()) }).collect();
    for _ in 0..3 {
    let t = Instant::now();
    for _ in 0..100 { for (h, s) in &sigs { table.verify_prehash(h, s).unwrap(); } }
    println!("verify {:?}", t.elapsed() / 10000);
    }
    let t = Instant::now();
    for (h, s) in &sigs { let mut h = *h; h[3] ^= 1; assert!(table.verify_prehash(&h, s).is_err()); 
      key.verifying_key().verify_prehash(&h, &p256::ecdsa::Signature::from_slice(s).unwrap()).unwrap_err(); }
    println!("p256 {:?}", t.elapsed() / 100);
}
