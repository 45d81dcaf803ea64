"""The exchange format, version 1: its fields, reading it, checking it, writing it (no database)."""
