"""Readers of the files received: bytes in, frozen dataclasses out; no model, no database."""
