"""Filters shared by every page."""
