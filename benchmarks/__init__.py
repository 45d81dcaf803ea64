"""Measurements: each script prints a ratio against a limit or a peer of the same run."""
