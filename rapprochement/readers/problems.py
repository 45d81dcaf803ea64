"""Why a file cannot be read, said to the agent who dropped it."""


class FileUnreadable(Exception):
    """A file that is refused whole: nothing of it was kept.

    Its text is a sentence of the person's language, already translated: what is wrong, where (line
    number, column), and what to do. It quotes no more than a few characters of the file.
    """
