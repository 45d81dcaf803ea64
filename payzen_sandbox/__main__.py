"""Let `python -m payzen_sandbox <command>` stand for the sandbox's manage.py."""

from payzen_sandbox.manage import main

if __name__ == "__main__":
    main()
