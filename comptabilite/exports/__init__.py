"""How final écritures are written in files for the outside (``docs/journal-format.md``)."""
