"""Lists and pages of the two administrations."""
