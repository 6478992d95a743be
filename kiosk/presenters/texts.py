"""Words for the windows, from gettext catalogues. Owns the look-up; refuses to hold a sentence itself."""

import gettext
from collections.abc import Callable
from datetime import date
from pathlib import Path

CATALOGUE = "screen"
"""The windows' .mo file under ``config/texts/<language>/``."""


class MissingTextError(KeyError):
    """The catalogue lacks a key; a bug that the catalogue tests find before a clerk does."""


class Texts:
    """One language. Keys are dotted names such as ``decline.card_refused.what``; values fill ``{placeholders}``."""

    def __init__(self, look_up: Callable[[str], str], language: str) -> None:
        self._look_up = look_up
        self.language = language

    def has(self, key: str) -> bool:
        """Whether the catalogue knows ``key``; an empty one is the catalogue's own header, and no text."""
        return bool(key) and self._look_up(key) != key

    def __call__(self, key: str, **values: object) -> str:
        """The sentence for ``key``. Raises MissingTextError."""
        if not self.has(key):
            raise MissingTextError(key)
        found = self._look_up(key)
        return found.format(**values) if values else found

    def first(self, *keys: str, **values: object) -> str:
        """The sentence for the first key the catalogue knows; the last key must exist."""
        known = next((key for key in keys[:-1] if self.has(key)), keys[-1])
        return self(known, **values)

    def preferring(self, family: str) -> "Texts":
        """The same language, where a key that also stands under ``family`` speaks in that family's words."""

        def look_up(key: str) -> str:
            return self._look_up(f"{family}{key}" if self.has(f"{family}{key}") else key)

        return Texts(look_up, self.language)

    def yen(self, amount_yen: int) -> str:
        return self("yen", amount=f"{amount_yen:,}")

    def date(self, day: date) -> str:
        weekday = self(f"weekday.{day.weekday()}")
        return self("date", year=day.year, month=day.month, day=day.day, weekday=weekday)


def load_texts(folder: Path, language: str, catalogue: str = CATALOGUE) -> Texts:
    """Read ``folder/<language>/<catalogue>.mo``. Raises OSError when there is none."""
    with (folder / language / f"{catalogue}.mo").open("rb") as file:
        return Texts(gettext.GNUTranslations(file).gettext, language)
