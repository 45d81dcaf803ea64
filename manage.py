#!/usr/bin/env python
"""Command line of the portal. Without DJANGO_SETTINGS_MODULE, it works on the demonstration."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caf_portal.settings.demo")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
