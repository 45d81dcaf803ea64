"""What the application does, one use case a file."""
