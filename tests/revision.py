"""Which version of the project a figure was measured on."""

import subprocess
from pathlib import Path


def commit() -> str:
    """The short name of the commit that is checked out, or "unknown"."""
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent, check=False
    )
    return found.stdout.strip() or "unknown"
