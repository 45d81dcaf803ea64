"""What the demo says in the terminal."""

import sys


def say(text: str = "") -> None:
    """One line or paragraph, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
