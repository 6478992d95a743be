"""Master files as read from disk: text, limits, version. Owns how an error is told; refuses to know meanings."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from receipts.graphemes import refused_character
from receipts.letters import unprintable_character

FILE_BYTES_MAX = 16 * 1024 * 1024
"""The largest master file: some 100,000 items; more is not a master file."""
VERSION_DIGITS = 12
"""48 bits of SHA-256: enough that no two states of one city's masters ever share a version."""
SHOWN_CHARACTERS_MAX = 40
"""How much of a wrong value an error line repeats."""
TEXT_CHARACTERS_MAX = 200
"""No name or reason is longer; a longer cell is a broken row."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffd]*")
"""No control characters, line separators or direction marks: they would reach screens, printers and statements."""


class ProfileError(Exception):
    """The configuration cannot be used. ``str(error)`` is one line: file:line: field: what is wrong: what is right."""


@dataclass(frozen=True, slots=True)
class Source:
    """One master file: how to name it to a person, and its text."""

    name: str
    text: str

    def error(self, line: int | None, field: str, problem: str) -> ProfileError:
        """Make the one line. ``line`` counts from 1; ``field`` may be empty."""
        place = self.name if line is None else f"{self.name}:{line}"
        return ProfileError(": ".join(part for part in (place, field, problem) if part))


def shown(value: object) -> str:
    """A wrong value as an error line shows it: quoted, on one line, cut."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS_MAX else text[:SHOWN_CHARACTERS_MAX] + "…"


def check_code(text: str) -> str:
    """A code of ours. Raises ValueError with what would be right."""
    if not _CODE.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a code: write 1 to 32 ASCII letters, digits, - or _")
    return text


def check_text(text: str) -> str:
    """Text that people will read, on paper as well: what no paper can show is told here, and not after a payment.

    Raises ValueError with what would be right.
    """
    if not text or text.isspace():
        raise ValueError("is empty: write a text")
    if len(text) > TEXT_CHARACTERS_MAX:
        raise ValueError(f"{shown(text)} has {len(text)} characters: write at most {TEXT_CHARACTERS_MAX}")
    if not _PRINTABLE.fullmatch(text):
        raise ValueError(f"{shown(text)} has an invisible control character: remove it")
    if text != text.strip():
        raise ValueError(f"{shown(text)} begins or ends with a space: remove it")
    if character := unprintable_character(text):
        codes = " ".join(f"U+{ord(code):04X}" for code in character)
        if refused_character(text) is not None:
            raise ValueError(f"{shown(text)} has {codes}, which belongs to no letter or is invisible: remove it")
        raise ValueError(f"{shown(text)} has {character} ({codes}), which no font here has: write another character")
    return text


def check_date(text: str) -> date:
    """A calendar date. Raises ValueError with what would be right."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass  # the shape of a date, but no such day
    raise ValueError(f"{shown(text)} is not a date: write year-month-day such as 2026-04-01")


class MasterFiles:
    """Reads the files of one configuration folder and remembers their bytes' digest."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._digests: dict[str, bytes] = {}

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits over the name and the bytes of every file read so far."""
        whole = hashlib.sha256()
        for name, digest in sorted(self._digests.items()):
            whole.update(name.encode() + b"\0" + digest)
        return whole.hexdigest()[:VERSION_DIGITS]

    def name(self, relative: str) -> str:
        """The file as a person would type it from the working directory."""
        path = self._root / relative
        cwd = Path.cwd()
        return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)

    def has(self, relative: str) -> bool:
        return (self._root / relative).is_file()

    def folder(self, relative: str, suffix: str) -> tuple[str, ...]:
        """The files of one kind in a folder, by their names relative to the configuration."""
        return tuple(sorted(f"{relative}/{path.name}" for path in (self._root / relative).glob(f"*{suffix}")))

    def siblings(self, relative: str) -> str:
        """Names of the files of the same kind beside ``relative``, for an error line."""
        path = self._root / relative
        return ", ".join(sorted(other.stem for other in path.parent.glob(f"*{path.suffix}"))[:10]) or "none"

    def read(self, relative: str) -> Source:
        """Read UTF-8 text, with or without a byte order mark. Raises ProfileError."""
        name = self.name(relative)
        path = self._root / relative
        if not path.is_file():
            raise ProfileError(f"{name}: no such file: here are {self.siblings(relative)}")
        try:
            if path.stat().st_size > FILE_BYTES_MAX:
                raise ProfileError(f"{name}: larger than {FILE_BYTES_MAX // 1024 // 1024} MiB: split or clean it")
            content = path.read_bytes()
        except OSError as error:
            raise ProfileError(f"{name}: cannot be read ({error.strerror}): check the file's permissions") from error
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise ProfileError(f"{name}:{line}: not UTF-8: save the file as UTF-8 (in Excel: CSV UTF-8)") from error
        self._digests[relative] = hashlib.sha256(content).digest()
        return Source(name, text)
