"""The edge with the CAF's own software: files and API in, events, files and webhooks out."""
