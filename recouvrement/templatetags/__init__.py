"""Template tags of recovery."""
