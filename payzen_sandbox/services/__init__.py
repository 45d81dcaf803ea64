"""Use cases of the sandbox. A view, a command or the sweeper makes one call here."""
