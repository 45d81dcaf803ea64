"""Each fund's accounts, journals and écritures."""
