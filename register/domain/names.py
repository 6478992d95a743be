"""The form of names that reach the register from outside. Owns the rules; refuses everything else."""

import re

from register.domain.refusal import Unusable

KIOSK_ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_KIOSK_ID = re.compile(KIOSK_ID, re.ASCII)


def is_kiosk_id(text: str) -> bool:
    """One to 64 ASCII letters, digits, dots, hyphens or underscores; safe in a path, a file name and a column."""
    return _KIOSK_ID.fullmatch(text) is not None


def check_kiosk_id(text: str) -> None:
    """Raises Unusable with what would be right."""
    if not is_kiosk_id(text):
        raise Unusable(
            f"--kiosk {text!r}: write 1 to 64 ASCII letters, digits, dots, hyphens or underscores, such as shimin-1"
        )
