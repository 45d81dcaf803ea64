"""What can go wrong with the embedded servers; each message can be shown to a person."""


class EmbeddedError(Exception):
    """The embedded servers cannot be used."""


class PlaceTaken(EmbeddedError):
    """Another process is using this profile's servers."""


class UnsafeDirectory(EmbeddedError):
    """A folder that must be ours alone is not."""


class ServerFailed(EmbeddedError):
    """A server did not start, or an old one did not stop."""


class MissingServer(EmbeddedError):
    """The wheel that holds the server is not installed."""


class IncompleteEnvironment(EmbeddedError):
    """An outside database was named, but not completely."""
