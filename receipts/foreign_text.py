"""Another device's text in characters that every Japanese receipt printer has. Owns the replacements; refuses names.

Only for text that is not ours: a citizen's or an item's name is printed as it is, or refused.
"""

import unicodedata

from receipts.graphemes import characters
from receipts.letters import unprintable_character

MISSING = "〓"
"""The printers' mark for a character that could not be set (JIS X 0208): seen at once, taken for nothing else."""

_LETTERS = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "Ä": "Ae",
    "Ö": "Oe",
    "Ü": "Ue",
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "ø": "oe",
    "Ø": "Oe",
    "€": "EUR",
    "¥": "¥",
    "·": ".",
    "–": "-",
    "—": "-",
    "−": "-",
    "\xa0": " ",
}
_LINES = {"─": "-", "═": "=", "│": "|", "║": "|"}
"""Narrow on a terminal and wide on our paper: a ruled line would take two rows."""


def plain_text(text: str) -> str:
    """``text`` with accents dropped, ruled lines in ASCII, and MISSING for whatever is left that cannot be printed."""
    return text if text.isascii() and text.isprintable() else "".join(map(_plain, text))


def printable_text(text: str) -> str:
    """``text`` as it is, and MISSING for whatever no paper of ours can show: money has moved, so there is paper.

    Raises as ``unprintable_character``.
    """
    if not unprintable_character(text):
        return text
    return "".join(MISSING if unprintable_character(character) else character for character in characters(text))


def _plain(character: str) -> str:
    if character.isascii():
        return character if character.isprintable() else MISSING
    if character in _LETTERS:
        return _LETTERS[character]
    if "\u2500" <= character <= "\u257f":
        return _LINES.get(character, "+")
    base = unicodedata.normalize("NFD", character)[0]
    if base.isascii() and base.isprintable():
        return base
    try:
        is_in_font = character.encode("shift_jis") == character.encode("cp932")  # JIS X 0208 itself, no extension
    except UnicodeEncodeError:
        return MISSING
    return character if is_in_font else MISSING
