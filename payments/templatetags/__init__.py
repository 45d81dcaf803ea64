"""Tags that show payments on pages of the applications below."""
