#!/usr/bin/env python
"""Command line of the sandbox, as `python -m payzen_sandbox` or as a script."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a management command with the sandbox's own settings, whatever the environment names.

    The portal's supervisor exports the portal's DJANGO_SETTINGS_MODULE to its children, so the
    variable is set here and not merely defaulted.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "payzen_sandbox.settings"
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    # As a script, Python put this folder first on the path: the package's parent is what is needed.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    main()
