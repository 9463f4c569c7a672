//! Challenges for cards.
