"""Executes layout commands on a sheet: style, position, feeds, symbols, cut. Owns the print state; refuses replies."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PIL import Image

from drivers.emulators.printer.codec import Kind, Token, letters_of
from drivers.emulators.printer.paper import (
    CELL_HEIGHT_DOTS,
    CELL_WIDTH_DOTS,
    Glyph,
    Look,
    RollUsedUpError,
    Sheet,
    qr_picture,
    raster_picture,
)

TAB_CELLS = 8
STORED_BYTES_MAX = 7089
"""A QR symbol of version 40 holds no more."""


@dataclass(frozen=True, slots=True)
class Mechanics:
    """The machine. ``speed`` divides printing time; 0 takes none."""

    width_dots: int = 576
    vertical_units_per_dot: int = 1
    default_pitch_dots: int = 34
    """1/6 inch at 203 dpi."""
    dots_per_s: float = 1200.0
    """150 mm/s at 8 dots/mm."""
    speed: float = 1.0
    draw_symbol: Callable[[bytes, int, int], Image.Image] = qr_picture
    """Makes a QR symbol's dots; of thousands of slips nobody looks at, only their size counts."""

    def dots(self, units: int) -> int:
        """How far the paper moves for so many motion units."""
        return units // self.vertical_units_per_dot

    def seconds(self, dots: int) -> float:
        return dots / self.dots_per_s / self.speed if self.speed else 0.0


class Head:
    """The state between ESC @ and the cut."""

    def __init__(self, mechanics: Mechanics) -> None:
        self._mechanics = mechanics
        self.sheet = Sheet(mechanics.width_dots)
        self._glyphs: list[Glyph] = []
        self._user_glyphs: dict[bytes, bytes] = {}
        self._look = Look()
        self._align = self._x = 0
        self._pitch_dots = mechanics.default_pitch_dots
        self._rules: list[str] = []
        self._qr_data = b""
        self._qr_module_dots, self._qr_level = 3, 48
        self._actions: dict[str, Callable[[bytes], None]] = {
            "LF": lambda _: self._end_line(self._pitch_dots),
            "HT": lambda _: self._move((self._x // (TAB_CELLS * CELL_WIDTH_DOTS) + 1) * TAB_CELLS * CELL_WIDTH_DOTS),
            "ESC $": lambda values: self._move(int.from_bytes(values, "little")),
            "ESC \\": lambda values: self._move(self._x + int.from_bytes(values, "little", signed=True)),
            "ESC J": lambda values: self._end_line(self._mechanics.dots(values[0])),
            "ESC d": lambda values: self._end_line(self._pitch_dots * values[0]),
            "ESC a": self._set_align,
            "FS 2": lambda values: self._define({values[:2]: values[2:]}),
            "ESC &": lambda values: self._define(letters_of(values)),
            "ESC 2": lambda _: self._set_pitch(mechanics.default_pitch_dots),
            "ESC 3": lambda values: self._set_pitch(self._mechanics.dots(values[0])),
            "GS W": self._set_width,
            "GS ( k": self._symbol,
            "GS v 0": self._raster,
            "GS V": self._cut,
        }

    def begin_sheet(self) -> None:
        """Paper of the next job; what the printer was told holds until ESC @."""
        self.sheet = Sheet(self._mechanics.width_dots)

    def execute(self, token: Token) -> list[str]:
        """Print or remember; returns the rules broken on the way."""
        self._rules = []
        try:
            if token.kind is Kind.CHARACTER:
                self._put(token)
            elif token.name == "ESC @":
                if self._glyphs:
                    self._rules.append("ESC @ throws away an unfinished line")
                self._reset()
            elif token.name in self._actions:
                self._actions[token.name](token.arguments)
            else:
                self._look = _changed(self._look, token)
        except (RollUsedUpError, ValueError) as error:
            self._rules.append(str(error))
        return self._rules

    def _reset(self) -> None:
        self._look = Look()
        self._user_glyphs.clear()
        self._align = self._x = 0
        self._glyphs = []
        self._pitch_dots = self._mechanics.default_pitch_dots

    def _put(self, token: Token) -> None:
        dots = self._user_glyphs[token.arguments] if token.arguments else b""
        glyph = Glyph(self._x, token.name, len(token.raw), self._look, dots)
        if glyph.end > self._mechanics.width_dots:
            self._rules.append("a line wider than the paper")
            self._end_line(self._pitch_dots)
            glyph = replace(glyph, x=0)
        self._glyphs.append(glyph)
        self._x = glyph.end

    def _define(self, glyphs: dict[bytes, bytes]) -> None:
        if self._glyphs:
            self._rules.append("a glyph defined in the middle of a line")
        self._user_glyphs |= glyphs

    def _move(self, x: int) -> None:
        if x >= self._mechanics.width_dots:
            self._rules.append("a position beyond the paper")
            return
        if x < self._x:
            self._rules.append("a position left of what is already there")
        self._x = x

    def _end_line(self, feed_dots: int) -> None:
        if self._glyphs:
            self.sheet.print_line(self._glyphs, self._align, feed_dots)
        else:
            self.sheet.lines.extend([""] * (feed_dots // self._mechanics.default_pitch_dots))
            self.sheet.feed(feed_dots)
        self._glyphs = []
        self._x = 0

    def _set_align(self, values: bytes) -> None:
        if self._glyphs:
            self._rules.append("ESC a in the middle of a line")
        self._align = values[0]

    def _set_width(self, values: bytes) -> None:
        if int.from_bytes(values, "little") != self._mechanics.width_dots:
            self._rules.append("a print area that is not the whole paper")

    def _set_pitch(self, dots: int) -> None:
        self._pitch_dots = dots

    def _symbol(self, values: bytes) -> None:
        function, rest = values[1], values[2:]
        if function == 67:
            self._qr_module_dots = rest[0]
        elif function == 69:
            self._qr_level = rest[0]
        elif function == 80:
            self._qr_data = rest[1:]
        elif function == 81:
            self._print_symbol()

    def _print_symbol(self) -> None:
        if not 0 < len(self._qr_data) <= STORED_BYTES_MAX:
            self._rules.append("a QR symbol printed before it was stored")
            return
        if self._glyphs:
            self._rules.append("a QR symbol in the middle of a line")
        picture = self._mechanics.draw_symbol(self._qr_data, self._qr_module_dots, self._qr_level)
        if picture.width > self._mechanics.width_dots:
            self._rules.append("a QR symbol wider than the paper")
            return
        self.sheet.print_picture(picture, self._align, f"[QR {self._qr_data.decode('utf-8', errors='replace')}]")

    def _raster(self, values: bytes) -> None:
        if self._glyphs:
            self._rules.append("a picture in the middle of a line")
        self.sheet.print_picture(raster_picture(values), self._align, "")

    def _cut(self, values: bytes) -> None:
        if self._glyphs:
            self._rules.append("a cut through an unfinished line")
            self._end_line(CELL_HEIGHT_DOTS)
        if len(values) > 1:
            self.sheet.feed(self._mechanics.dots(values[1]))
        self.sheet.cut()


def _changed(look: Look, token: Token) -> Look:
    """``look`` after a style command; commands without a look (ESC R, FS C ...) change nothing here."""
    value = token.arguments[0] if token.arguments else 0
    match token.name:
        case "GS !":
            return replace(look, across=(value >> 4) + 1, down=(value & 0x0F) + 1)
        case "ESC !":
            across, down = 2 if value & 0x20 else 1, 2 if value & 0x10 else 1
            return replace(look, bold=bool(value & 8), underline=value >> 7, across=across, down=down)
        case "FS !":
            return replace(look, across=2 if value & 4 else 1, down=2 if value & 8 else 1, underline=value >> 7)
        case "ESC E":
            return replace(look, bold=bool(value & 1))
        case "ESC -" | "FS -":
            return replace(look, underline=value)
        case "GS B":
            return replace(look, inverse=bool(value & 1))
        case _:
            return look
