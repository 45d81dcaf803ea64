"""Invented people and debts for demonstrations; nobody here exists."""
