"""What a printer's paper and device font can do, read from its profile (TOML). Refuses anything it was not told."""

import re
import tomllib
from dataclasses import dataclass
from typing import Final

COLUMNS_MIN, COLUMNS_MAX = 24, 64
"""58 mm paper with a large font has 24 to 32 cells, 80 mm at most 64."""
DOTS_MAX = 832
"""The widest receipt head (104 mm at 203 dpi)."""
PROFILE_CHARACTERS_MAX = 65_536
"""A profile is a page of text; anything longer is not one."""


class PaperProfileError(ValueError):
    """A printer profile that cannot be used; one line: file, line, field, what would be right."""


JIS_X_0208: Final = "jis_x_0208"
NEC_ROW_13: Final = "nec_row_13"
NEC_SELECTED_IBM: Final = "nec_selected_ibm"
IBM_EXTENSIONS: Final = "ibm_extensions"
CHARACTER_SETS: Final = (JIS_X_0208, NEC_ROW_13, NEC_SELECTED_IBM, IBM_EXTENSIONS)
"""Rows of CP932: JIS X 0208 itself, 0x87xx, 0xED-EE, 0xFA-FC."""


@dataclass(frozen=True, slots=True)
class PaperProfile:
    """One printer model with one width of paper. Dots are those of the head; a cell is half as wide as a kanji."""

    name: str
    columns: int
    width_dots: int
    dots_per_inch: int
    cell_width_dots: int
    cell_height_dots: int
    line_gap_dots: int
    """White dots between two rows of text."""
    vertical_units_per_dot: int
    """Feeding commands count in motion units: 1 per dot on 203 dpi models, 2 on TM-T88 (1/360 inch)."""
    character_sets: frozenset[str]
    cutter: bool
    qr_native: bool
    qr_module_dots: int
    user_glyphs: int = 0
    """Kanji-size glyphs that the printer can be told (FS 2)."""
    user_letters: int = 0
    """The same half as wide (ESC &)."""


_INTEGERS: Final = {
    "columns": (COLUMNS_MIN, COLUMNS_MAX),
    "width_dots": (COLUMNS_MIN * 8, DOTS_MAX),
    "dots_per_inch": (150, 600),
    "cell_width_dots": (8, 24),
    "cell_height_dots": (16, 48),
    "line_gap_dots": (0, 24),
    "vertical_units_per_dot": (1, 4),
    "qr_module_dots": (2, 12),
}
USER_GLYPHS_MAX, USER_LETTERS_MAX = 94, 92
"""Codes that are free for them: row EC of Shift_JIS, and ASCII without the yen sign and the overline."""
USER_GLYPH_CELL: Final = (12, 24)
"""A printer is told glyphs of 24 x 24 dots; in cells of another size they would stand out."""
_OPTIONAL: Final = {"user_glyphs": (0, USER_GLYPHS_MAX), "user_letters": (0, USER_LETTERS_MAX)}
"""None where the profile does not say: a line with such a character is then a picture, which any printer prints."""
_SWITCHES: Final = ("cutter", "qr_native")
_FIELDS: Final = frozenset((*_INTEGERS, *_OPTIONAL, *_SWITCHES, "character_sets"))


def parse_paper_profile(text: str, source_name: str) -> PaperProfile:
    """Read ``name`` and the ``[paper]`` table; other tables belong to other rooms.

    Raises PaperProfileError with one line.
    """
    if len(text) > PROFILE_CHARACTERS_MAX:
        raise PaperProfileError(
            f"{source_name}: longer than {PROFILE_CHARACTERS_MAX} characters; not a printer profile"
        )
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, a number of too many digits, brackets too deep
        raise PaperProfileError(f"{source_name}: not valid TOML: {error}") from error
    fail = _Refusal(source_name, text)
    name, table = document.get("name"), document.get("paper")
    if not isinstance(name, str) or not name:
        raise fail.of("name", 'must be the model as text, such as name = "TM-T88VII"')
    if not isinstance(table, dict):
        raise fail.of("[paper]", "the table is missing")
    for field in table:
        if field not in _FIELDS:
            raise fail.of(field, f"is not known here; allowed: {', '.join(sorted(_FIELDS))}")
    numbers = {field: _integer(table, field, bounds, fail) for field, bounds in _INTEGERS.items()}
    for field, bounds in _OPTIONAL.items():
        numbers[field] = _integer(table, field, bounds, fail) if field in table else 0
    switches = {field: _switch(table, field, fail) for field in _SWITCHES}
    sets = table.get("character_sets")
    if not isinstance(sets, list) or not all(entry in CHARACTER_SETS for entry in sets) or JIS_X_0208 not in sets:
        raise fail.of("character_sets", f"must list {JIS_X_0208} and any of {', '.join(CHARACTER_SETS[1:])}")
    if numbers["columns"] * numbers["cell_width_dots"] > numbers["width_dots"]:
        needed = numbers["columns"] * numbers["cell_width_dots"]
        raise fail.of("width_dots", f"{numbers['columns']} columns need {needed} dots, not {numbers['width_dots']}")
    cell = numbers["cell_width_dots"], numbers["cell_height_dots"]
    if cell != USER_GLYPH_CELL and numbers["user_glyphs"] + numbers["user_letters"]:
        raise fail.of("user_glyphs", "needs cells of 12 x 24 dots: leave user_glyphs and user_letters out")
    return PaperProfile(
        name=name,
        columns=numbers["columns"],
        width_dots=numbers["width_dots"],
        dots_per_inch=numbers["dots_per_inch"],
        cell_width_dots=numbers["cell_width_dots"],
        cell_height_dots=numbers["cell_height_dots"],
        line_gap_dots=numbers["line_gap_dots"],
        vertical_units_per_dot=numbers["vertical_units_per_dot"],
        character_sets=frozenset(sets),
        cutter=switches["cutter"],
        qr_native=switches["qr_native"],
        qr_module_dots=numbers["qr_module_dots"],
        user_glyphs=numbers["user_glyphs"],
        user_letters=numbers["user_letters"],
    )


@dataclass(frozen=True, slots=True)
class _Refusal:
    source_name: str
    text: str

    def of(self, field: str, problem: str) -> PaperProfileError:
        """One line; names the line of the file where the field stands, if it stands there."""
        pattern = re.compile(rf"\s*{re.escape(field)}\s*(=|$)")
        lines = (number for number, line in enumerate(self.text.splitlines(), start=1) if pattern.match(line))
        number = next(lines, None)
        where = self.source_name if number is None else f"{self.source_name}:{number}"
        return PaperProfileError(f"{where}: {field}: {problem}")


def _integer(table: dict[str, object], field: str, bounds: tuple[int, int], fail: _Refusal) -> int:
    low, high = bounds
    value = table.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        found = "missing" if value is None else f"{value!r}"
        raise fail.of(field, f"must be a whole number from {low} to {high}, is {found}")
    return value


def _switch(table: dict[str, object], field: str, fail: _Refusal) -> bool:
    value = table.get(field)
    if not isinstance(value, bool):
        raise fail.of(field, f"must be true or false, is {'missing' if value is None else repr(value)}")
    return value
