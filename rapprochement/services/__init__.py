"""Use cases: each one is a sentence, opens its transaction and says what it guarantees."""
