"""Typed reading of TOML master files. Owns wrong types, unknown keys and their lines; refuses typos."""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from kiosk.profile_source import ProfileError, Source, check_text, shown

KeyPath = tuple[str | int, ...]
"""Where a value stands: ``("devices", 1, "port")`` is ``port`` of the second ``[[devices]]``."""
LIST_LENGTH_MAX = 1000
"""Entries of one list: operators, brands, categories; more is a generated mistake."""
STATEMENT_TRIES_MAX = 100
"""How often the end of one statement is looked for; each try reads it again, and a longer list is a generated one."""
_ENDS_STATEMENT = re.compile("[]}]|\"\"\"|'''")
"""What stands in the last line of a statement of several."""
Checked = TypeVar("Checked")


def read_toml(source: Source) -> "Table":
    """Parse a whole file. Raises ProfileError with tomllib's line for a syntax error."""
    try:
        return Table(source, tomllib.loads(source.text))
    except ValueError as error:  # TOMLDecodeError, or a number longer than Python converts
        problem, _, place = str(error).partition(" (at ")
        digits = "".join(c for c in place.partition(",")[0] if c.isdigit())
        line = int(digits) if digits else source.text.count("\n") + 1
        raise source.error(line, "", f"{problem}: correct the TOML syntax") from error
    except RecursionError as error:
        raise source.error(None, "", "brackets nested too deeply: correct the TOML syntax") from error


def line_of(text: str, path: KeyPath) -> int | None:
    """The line, from 1, of the statement that sets ``path`` or of its nearest ancestor; None for the file itself.

    tomllib keeps no positions. A statement is the fewest lines that parse by themselves, so that multi-line arrays
    and strings are one statement; what it sets is read off its own parse.
    """
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    best, best_line, tries = 0, None, 0
    statement: list[str] = []
    for number, text_line in enumerate(text.split("\n"), start=1):
        statement.append(text_line)
        if len(statement) > 1 and not _ENDS_STATEMENT.search(text_line):
            continue
        tries += 1
        try:
            parsed = tomllib.loads("\n".join(statement))
        except ValueError:
            if tries >= STATEMENT_TRIES_MAX:
                return best_line
            continue
        first, number_first = statement[0].lstrip(), number - len(statement) + 1
        statement, tries = [], 0
        if not parsed:
            continue
        if first.startswith("["):
            table = here = _indexed(_keys(parsed), counts, first.startswith("[["))
        else:
            here = table + _keys(parsed)
        common = min(len(here), len(path))
        if common > best and path[:common] == here[:common]:
            best, best_line = common, number_first
    return best_line


def _keys(parsed: Mapping[str, object]) -> KeyPath:
    """The one chain of keys a statement sets: ``a.b = 1`` and ``[a.b]`` give ``("a", "b")``."""
    ((key, value),) = parsed.items()
    if isinstance(value, dict) and len(value) == 1:
        return (key, *_keys(value))
    return (key,)


def _indexed(keys: KeyPath, counts: dict[KeyPath, int], is_element: bool) -> KeyPath:
    """A header's keys with the current element's number after every array of tables."""
    here: KeyPath = ()
    for position, key in enumerate(keys, start=1):
        here = (*here, key)
        if is_element and position == len(keys):
            counts[here] = counts.get(here, -1) + 1
        if here in counts:
            here = (*here, counts[here])
    return here


def _field(path: KeyPath) -> str:
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


class Table:
    """One TOML table. Every read names its key; ``finish`` refuses the keys nobody asked for."""

    def __init__(self, source: Source, values: Mapping[str, object], path: KeyPath = ()) -> None:
        self._source, self._values, self._path = source, values, path
        self._asked: list[str] = []

    def error(self, key: str, problem: str) -> ProfileError:
        """Make the error line for ``key`` (empty for the table itself), or for the table's line where it is missing."""
        path = (*self._path, key) if key else self._path
        return self._source.error(line_of(self._source.text, path), _field(path), problem)

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """A text people will read; ``default`` makes it optional."""
        if default is not None and key not in self._values:
            self._asked.append(key)
            return default
        return self.checked(key, check_text)

    def checked(self, key: str, check: Callable[[str], Checked]) -> Checked:
        """A required text that passes ``check``, whose ValueError says what would be right."""
        value = self._take(key, "a text in quotes")
        if not isinstance(value, str):
            raise self.error(key, f"{shown(value)} is not a text: write it in quotes")
        try:
            return check(value)
        except ValueError as error:
            raise self.error(key, str(error)) from error

    def integer(self, key: str, *, least: int, most: int, default: int | None = None) -> int:
        """A whole number from ``least`` to ``most``; ``default`` makes it optional."""
        if default is not None and key not in self._values:
            self._asked.append(key)
            return default
        value = self._take(key, f"a whole number such as {least}")
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(
                key, f"{shown(value)} is not a whole number: write digits without quotes, {least} to {most}"
            )
        if not least <= value <= most:
            raise self.error(key, f"{shown(value)} is out of range: write {least} to {most}")
        return value

    def flag(self, key: str) -> bool:
        """true or false; absent is false."""
        self._asked.append(key)
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, f"{shown(value)} is neither true nor false: write one of them without quotes")
        return value

    def day(self, key: str) -> date:
        """A date written without quotes."""
        value = self._take(key, "a date such as 2026-04-01")
        if type(value) is not date:  # a datetime is a date too, and would carry a time nobody meant
            raise self.error(key, f"{shown(value)} is not a date: write 2026-04-01 without quotes")
        return value

    def texts(self, key: str, check: Callable[[str], str] = check_text) -> tuple[str, ...]:
        """A list of different texts; absent is empty."""
        self._asked.append(key)
        value = self._values.get(key, [])
        if not isinstance(value, list) or len(value) > LIST_LENGTH_MAX:
            raise self.error(key, f"{shown(value)} is not a list: write texts in brackets, such as ['a', 'b']")
        for index, entry in enumerate(value):
            if not isinstance(entry, str):
                raise self.error(key, f"{shown(entry)} is not a text: write it in quotes")
            try:
                check(entry)
            except ValueError as error:
                raise self.error(key, str(error)) from error
            if entry in value[:index]:
                raise self.error(key, f"{shown(entry)} stands twice: remove one")
        return tuple(value)

    def tables(self, key: str) -> list["Table"]:
        """The elements of ``[[key]]``; at least one."""
        value = self._take(key, f"at least one [[{key}]]")
        if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
            raise self.error(key, f"{shown(value)} is not a list of tables: write at least one [[{key}]]")
        if len(value) > LIST_LENGTH_MAX:
            raise self.error(key, f"more than {LIST_LENGTH_MAX} entries: remove some")
        return [Table(self._source, entry, (*self._path, key, index)) for index, entry in enumerate(value)]

    def table(self, key: str) -> "Table | None":
        """The table ``[key]``, or None when it is absent."""
        self._asked.append(key)
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.error(key, f"{shown(value)} is not a table: write it under [{key}]")
        return Table(self._source, value, (*self._path, key))

    def scalars(self) -> dict[str, str | int]:
        """Every key with its text, whole number or flag as given. Raises ProfileError for any other kind of value."""
        found: dict[str, str | int] = {}
        for key, value in self._values.items():
            if not isinstance(value, str | int):
                raise self.error(key, f"{shown(value)} is neither a text nor a whole number: write one of them")
            found[key] = value
        return found

    def finish(self, known: tuple[str, ...] = ()) -> None:
        """Refuse keys that were never asked for and are not in ``known``. Raises ProfileError."""
        names = list(dict.fromkeys((*self._asked, *known)))
        for key in self._values:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(names) or 'none'}"
                raise self.error(key, f"unknown key: {hint}")

    def _take(self, key: str, wanted: str) -> object:
        self._asked.append(key)
        if key not in self._values:
            raise self.error(key, f"missing: write {wanted}")
        return self._values[key]


def unique(rows: list[tuple[Table, str]], key: str) -> None:
    """Refuse two tables with one value of ``key``. Raises ProfileError at the second."""
    seen: set[str] = set()
    for table, value in rows:
        if value in seen:
            raise table.error(key, f"{shown(value)} stands twice: give each its own")
        seen.add(value)
