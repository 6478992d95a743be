"""``python -m register``: the command line."""

import sys

from register.cli import main

if __name__ == "__main__":
    sys.exit(main())
