//! A service to try: synthetic municipalities, people and cards.
