"""What agents read of this application by the API."""
