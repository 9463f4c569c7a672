//! Trust bundles: building, looking at, and verifying with them; and revocation.

use crate::desk::{Desk, NOW};
use crate::run::Ran;

const BUILT: &str = "2026-05-30T00:00:00Z";

/// A desk whose bundles a second key signs.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.signer("anchor-key.pem", "anchor.pem", &[]);
    desk
}

fn build(desk: &Desk, more: &[&str]) -> Ran {
    let common = ["trust", "build", "--signer", "anchor-key.pem", "--certificate", "anchor.pem", "--issued-at", BUILT];
    desk.run(&[&common[..], &["--trust", "signer.pem", "--out", "trust.tegata"], more].concat())
}

fn verify(desk: &Desk, more: &[&str]) -> Ran {
    desk.run(&[&["verify", "--trust", "trust.tegata", "--at", NOW][..], more, &[&desk.text()]].concat())
}

#[test]
fn a_bundle_is_built_and_verified_with() {
    let desk = desk();
    let built = build(&desk, &["--sequence", "5", "--max-age", "3d"]).exits(0).json();
    assert_eq!((&built["status"], &built["signers"]), (&"done".into(), &1.into()));
    build(&desk, &["--sequence", "6"]).is_usage_error("--force");

    let with_anchor = verify(&desk, &["--anchor", "anchor.pem"]).exits(0);
    assert!(with_anchor.stderr.is_empty(), "{with_anchor:?}");
    assert_eq!(with_anchor.json()["signer"]["trusted_by"], "direct");
    let direct = verify(&desk, &[]).exits(0);
    assert!(direct.stderr.contains("--anchor"), "{direct:?}");
    // Two certificates of one record, so that all but the IDs is the same.
    let verdict =
        |ran: &Ran| [ran.json()["checks"].clone(), ran.json()["signer"].clone(), ran.json()["status"].clone()];
    assert_eq!(verdict(&direct), verdict(&with_anchor));
    verify(&desk, &["--anchor", "signer.pem"]).is_usage_error("[bundle-signature]");
    verify(&desk, &["--anchor", "anchor.pem", "--minimum-sequence", "6"]).is_usage_error("[bundle-older]");
    let late =
        ["verify", "--trust", "trust.tegata", "--anchor", "anchor.pem", "--at", "2026-06-03T00:00:00Z", &desk.text()];
    let late = desk.run(&late).exits(1).json();
    assert_eq!((&late["status"], &late["code"]), (&"undetermined".into(), &"trust-too-old".into()));
    assert!(late.get("payload").is_none() && late.get("unaccepted_payload").is_some());
}

#[test]
fn a_bundle_is_looked_at() {
    let desk = desk();
    build(&desk, &["--sequence", "5", "--revoke-signer", "0102030405060708"]).exits(0);
    let seen = desk.run(&["trust", "inspect", "trust.tegata"]).exits(0).json();
    assert_eq!((&seen["format"], &seen["signature"]), (&"tegata-bundle".into(), &"not-checked".into()));
    assert_eq!((&seen["usable"], &seen["sequence"], &seen["revoked"]), (&1.into(), &5.into(), &1.into()));
    let seen = desk.run(&["trust", "verify", "trust.tegata", "--signer", "anchor.pem"]).exits(0).json();
    assert_eq!((&seen["status"], &seen["signature"]), (&"accepted".into(), &"pass".into()));
    let seen = desk.run(&["trust", "verify", "trust.tegata", "--signer", "signer.pem"]).exits(1).json();
    assert_eq!((&seen["signature"], &seen["code"]), (&"fail".into(), &"bundle-signature".into()));
    let human = desk.run(&["trust", "inspect", "--format", "human", "trust.tegata"]).exits(0);
    assert!(human.stdout.contains("tegata-bundle"), "{human:?}");
}

#[test]
fn what_is_revoked_is_rejected() {
    let desk = desk();
    let text = desk.text();
    let accepted = desk.verify(&[&text]).exits(0).json();
    assert_eq!(accepted["checks"]["revocation"], "skipped");
    let key_id = accepted["signer"]["key_id"].as_str().unwrap();
    build(&desk, &["--sequence", "5", "--revoke-signer", key_id]).exits(0);
    let revoked = verify(&desk, &["--anchor", "anchor.pem"]).exits(1).json();
    assert_eq!((&revoked["status"], &revoked["code"]), (&"rejected".into(), &"signer-revoked".into()));

    desk.write("batch.json", br#"{"kid":"UNKNOWN_KID","hashType":"SIGNATURE","entries":[]}"#);
    let passed = desk.verify(&["--revocation", "batch.json", &text]).exits(0).json();
    assert_eq!(passed["checks"]["revocation"], "pass");
    build(&desk, &["--sequence", "6", "--revocation", "batch.json", "--force"]).exits(0);
    assert_eq!(verify(&desk, &["--anchor", "anchor.pem"]).exits(0).json()["checks"]["revocation"], "pass");
    desk.verify(&["--revocation", "signer.pem", &text]).is_usage_error("[revocation-unreadable]");
    desk.verify(&["--revocation", "no-such-file", &text]).is_usage_error("no-such-file");
    build(&desk, &["--sequence", "7", "--revoke-signer", "xyz"]).is_usage_error("hexadecimal");
    // A filter's answers cannot be put into a bundle.
    desk.write("prefixes", &[0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 4, 1, 2, 3, 4]);
    let refused = build(&desk, &["--sequence", "7", "--revocation", "prefixes", "--force"]).exits(1);
    assert!(refused.stderr.contains("[revocation-not-exact]"), "{refused:?}");
}

#[test]
fn only_the_anchors_key_signs() {
    let desk = desk();
    let build = ["trust", "build", "--signer", "key.pem", "--certificate", "anchor.pem", "--sequence", "1"];
    let refused = desk.run(&[&build[..], &["--trust", "signer.pem", "--out", "trust.tegata"]].concat()).exits(1);
    assert!(refused.stderr.contains("[key-certificate-mismatch]"), "{refused:?}");
}
