"""Everything that is sent to people, kept before it leaves."""
