"""Statements of the bank and the gateway, what matches what, and the proof of each day."""
