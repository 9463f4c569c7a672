//! Gives the shared library the name by which programs ask for it.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Before 1.0 every minor version may break the interface, and so has a name of its own.
    let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if os == "linux" {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libtegata.so.{major}.{minor}");
    }
}
