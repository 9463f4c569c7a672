//! Runs every vector suite.
