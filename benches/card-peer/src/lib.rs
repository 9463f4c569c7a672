//! Nothing of its own: the tests are what this is for.
