"""The REST API V4: envelope, authentication, services."""
