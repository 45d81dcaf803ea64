"""Why a file of the bank or of the platform is not loaded, said to whoever brought it."""


class FileRefused(Exception):
    """The file is refused whole and nothing of it is kept; ``str()`` is a French sentence.

    ``caisse_id`` is the fund that it would be of, when that is known.
    """

    def __init__(self, words: str, *, caisse_id: int | None = None) -> None:
        super().__init__(words)
        self.caisse_id = caisse_id


class AlreadyLoaded(FileRefused):
    """The very same bytes were loaded before: nothing to do, and no fault."""


class FileTooEarly(FileRefused):
    """Right, but another file must come first: it may be tried again as it is."""
