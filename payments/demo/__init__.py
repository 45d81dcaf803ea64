"""Puts the whole demonstration together."""
