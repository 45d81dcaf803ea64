"""What speaks to machines outside: the addresses where the funds' software listens."""
