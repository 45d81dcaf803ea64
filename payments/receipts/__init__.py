"""Receipts: one PDF per payment, for the person who paid and for the agents of the fund."""
