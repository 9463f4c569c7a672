//! Symbols in, symbols out.
