"""One line of a layout in ReceiptLine syntax: columns, decorations, escapes, properties. Refuses what has no place."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from receipts.document import Align, Size, Style
from receipts.letters import unprintable_position

ESCAPED = frozenset('\\|{};[]-=_"`^~')
"""What a backslash makes an ordinary character."""
_DECORATIONS = frozenset('"`^')
_SIZES = {0: Size.NORMAL, 1: Size.WIDE, 2: Size.TALL, 3: Size.LARGE}
"""By the number of ^ in a row; more are three."""
_NAME = re.compile("[a-z][a-z0-9-]*")
"""No underscore: other programs for the markup begin underlining at one."""
_SPACES = " \t"


class TemplateError(ValueError):
    """A layout that cannot be used; one line: file, line, column, what would be right. Columns and lines from 1."""

    def __init__(self, source_name: str, line: int, column: int, rule: str) -> None:
        self.source_name, self.line, self.column, self.rule = source_name, line, column, rule
        super().__init__(f"{source_name}:{line}:{column}: {rule}")


Fail = Callable[[int, str], TemplateError]
"""The error at a column of the line that is being read."""


@dataclass(frozen=True, slots=True)
class Name:
    """The place of a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words with places for values. ``source`` is what stands in the layout; a translation is found by it."""

    source: str
    parts: tuple[str | Name, ...]
    names: tuple[str, ...]
    column: int


NO_WORDS = Pattern("", (), (), 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row."""

    pattern: Pattern
    style: Style
    align: Align


@dataclass(frozen=True, slots=True)
class _Character:
    """A character, whether a backslash stood before it, and its column."""

    value: str
    column: int
    is_escaped: bool = False

    def is_mark(self, marks: str | frozenset[str]) -> bool:
        return not self.is_escaped and self.value in marks


def parse_cells(line: str, fail: Fail, column: int) -> list[Cell]:
    """The columns of a row. Alignment as in ReceiptLine: text stands away from the side where spaces are."""
    characters = _characters(line, fail, column)
    for character in characters:
        if character.is_mark("{}"):
            raise fail(
                character.column,
                f"{character.value} belongs to a line of its own; as a character write \\{character.value}",
            )
    cells = _split(characters)
    has_bar = len(cells) > 1
    begins_at_bar = has_bar and not cells[0]
    ends_at_bar = has_bar and not cells[-1]
    cells = cells[1 if begins_at_bar else 0 : len(cells) - 1 if ends_at_bar else None]
    if not any(map(_is_said, cells)):
        raise fail(column, "a row without text; for a blank row leave the line empty")
    result = []
    for index, cell in enumerate(cells):
        spaced_before, spaced_after = bool(cell and _is_space(cell[0])), bool(cell and _is_space(cell[-1]))
        if has_bar and index == 0 and not begins_at_bar and not spaced_after:
            spaced_before = True
        if has_bar and index == len(cells) - 1 and not ends_at_bar and not spaced_before:
            spaced_after = True
        result.append(_cell(cell, Align(1 + spaced_before - spaced_after), fail, column))
    return result


def parse_pattern(text: str, fail: Fail, column: int) -> Pattern:
    """Words with ``[name]`` places, without decorations."""
    return _pattern(_characters(text, fail, column), fail, column)


def parse_properties(line: str, fail: Fail, column: int) -> dict[str, str]:
    """``{key:value;key:value}`` as a mapping; escapes in values are kept for whoever reads them."""
    characters = _characters(line, fail, column)
    if not characters[-1].is_mark("}") or any(character.is_mark("{}") for character in characters[1:-1]):
        raise fail(column, "a property is { } around key:value pairs, alone on its line")
    given: dict[str, str] = {}
    for member in re.split(r"(?<!\\);", line[1:-1]):
        if not member.strip(_SPACES):
            continue
        key, colon, value = (part.strip(_SPACES) for part in member.partition(":"))
        if not colon or not value or not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", key):
            raise fail(column, f"{member.strip(_SPACES)} is not key:value")
        if key in given:
            raise fail(column, f"{key} is given twice")
        given[key] = value
    return given


def _characters(text: str, fail: Fail, column: int) -> list[_Character]:
    position = unprintable_position(text.replace("\t", " "))
    if position is not None:
        raise fail(column + position, f"the character U+{ord(text[position]):04X} cannot be printed")
    result: list[_Character] = []
    index = 0
    while index < len(text):
        value, at = text[index], column + index
        if value != "\\":
            result.append(_Character(value, at))
            index += 1
            continue
        escaped = text[index + 1 : index + 2]
        if escaped == "x":
            raise fail(at, "\\x is not allowed in a layout; write the character itself")
        if escaped not in ESCAPED or not escaped:
            raise fail(
                at, f"\\{escaped} is not known here; a backslash stands before one of {' '.join(sorted(ESCAPED))}"
            )
        result.append(_Character(escaped, at, is_escaped=True))
        index += 2
    return result


def _split(characters: list[_Character]) -> list[list[_Character]]:
    cells: list[list[_Character]] = [[]]
    for character in characters:
        if character.is_mark("|"):
            cells.append([])
        else:
            cells[-1].append(character)
    return cells


def _is_said(cell: list[_Character]) -> bool:
    return not all(map(_is_space, cell))


def _is_space(character: _Character) -> bool:
    return character.is_mark(_SPACES)


def _cell(cell: list[_Character], align: Align, fail: Fail, column: int) -> Cell:
    first, last = 0, len(cell)
    while first < last and _is_space(cell[first]):
        first += 1
    while last > first and _is_space(cell[last - 1]):
        last -= 1
    body = cell[first:last]
    opened = 0
    while opened < len(body) and body[opened].is_mark(_DECORATIONS):
        opened += 1
    closed = len(body)
    while closed > opened and body[closed - 1].is_mark(_DECORATIONS):
        closed -= 1
    marks = "".join(character.value for character in body[:opened])
    if stray := {character.value for character in body[closed:]} - set(marks):
        raise fail(body[closed].column, f"{' '.join(sorted(stray))} ends a decoration that did not begin")
    style = Style(_SIZES[min(marks.count("^"), 3)], '"' in marks, "`" in marks)
    return Cell(_pattern(body[opened:closed], fail, column), style, align)


def _pattern(characters: list[_Character], fail: Fail, column: int) -> Pattern:
    column = characters[0].column if characters else column
    parts: list[str | Name] = []
    words, name, name_at = "", None, 0
    for character in characters:
        if character.is_mark("["):
            if name is not None:
                raise fail(character.column, "[ within [ ]")
            parts += [words] if words else []
            words, name, name_at = "", "", character.column
        elif character.is_mark("]"):
            if name is None or not _NAME.fullmatch(name):
                raise fail(
                    character.column, "] must end a [name] of small letters and hyphens; as a character write \\]"
                )
            parts.append(Name(name))
            name = None
        elif name is not None:
            name += character.value
        elif character.is_mark(_DECORATIONS):
            raise fail(character.column, f"{character.value} may only stand around the whole text of a column")
        elif character.is_mark("_"):
            raise fail(character.column, "underlining is not printed; as a character write \\_")
        else:
            words += " " if character.is_mark("~\t") else character.value
    if name is not None:
        raise fail(name_at, "[ has no ]; as a character write \\[")
    parts += [words] if words else []
    source = "".join(f"[{part.name}]" if isinstance(part, Name) else part for part in parts)
    return Pattern(source, tuple(parts), tuple(part.name for part in parts if isinstance(part, Name)), column)
