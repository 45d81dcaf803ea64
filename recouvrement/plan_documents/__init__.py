"""The PDF of a plan."""
