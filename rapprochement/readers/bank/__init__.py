"""Readers of bank statements: CFONB 120 and camt.053, into the same dataclasses."""
