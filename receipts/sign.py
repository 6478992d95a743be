"""The sign around a payment code: on A6 for the counter, on A4 for the wall. Owns where all stands; refuses any word.

The code is drawn from modules it is given, at whole twentieths of a millimeter with its quiet zone, on nothing but
white. Both papers have one layout: A4 is A6 at twice the size.
"""

from dataclasses import dataclass

from receipts.document import Align
from receipts.fonts import Face
from receipts.qr import QUIET_MODULES, Modules
from receipts.render.pages import A4, A6, POINT_MM, WHITE, About, Pages, Pen, TooWideError, fitted, width_mm, wrapped

MODULE_STEP_MM = 0.05
CODE_ROOM_MM = 46.0
"""On A6, quiet zone included: a phone reads it at an arm's length from 0.4 mm a module on."""
MODULE_MM_MIN = 0.4
JAPANESE = "ja"
OPERATORS_MAX, LANGUAGES_MAX, ROOMY_LANGUAGES_MAX = 20, 7, 3
POSTER_SCALE = 2.0

_INK, _SOFT, _MUTED, _LINE = "#1a1a1a", "#333333", "#595959", "#949494"
_SIGN_AT = (52.5, 24.0)
"""Where the A6 sign lies on its A4 sheet."""
_MARK_MM, _MARK_GAP_MM = 6.0, 2.0
_EDGE, _WIDE = 5.0, 95.0
"""Margin and width of what is on the sign, for A6."""
_GAP = 3.0
"""Between two texts side by side."""
CAP_HEIGHT = 0.73
"""Of a capital letter, in sizes of its font: half of it below a frame's middle is where a name stands upright in it."""


class SignError(ValueError):
    """Something that the sign has no room for; says what."""


@dataclass(frozen=True, slots=True)
class SignWords:
    """What the sign says in one language; three ``steps``: read, key in, show."""

    language: str
    title: str
    payee: str
    apps: str
    steps: tuple[str, str, str]

    @property
    def letters(self) -> str:
        return "".join((self.title, self.payee, self.apps, *self.steps))


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What stands beside the sign for those who print it."""

    how_to_print: str
    how_to_check: str
    ruler: str
    symbol_label: str
    symbol: str
    """With ``{module}`` and ``{side}`` in millimeters and ``{count}`` modules a side."""


@dataclass(frozen=True, slots=True)
class SignContent:
    """Everything on both papers. ``words`` begin with the language of the counter's own people."""

    issuer: str
    words: tuple[SignWords, ...]
    sheet: SheetWords
    payee: str
    payee_latin: str
    operators: tuple[str, ...]
    modules: Modules
    holds: tuple[str, ...]
    """The test line: what the code holds, in short."""
    facts: tuple[tuple[str, str], ...]
    """The same in full, label and value, for the sheet."""
    payload: str
    color: str
    """Of the head and the marks, #rrggbb; dark enough for white letters."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """A6 coordinates on a page: ``scale`` times as large, from ``left_mm`` and ``top_mm`` on."""

    pages: Pages
    left_mm: float
    top_mm: float
    scale: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left_mm + x * self.scale, self.top_mm + y * self.scale

    def pen(self, points: float, face: Face = Face.TEXT, color: str = _INK) -> Pen:
        return Pen(points * self.scale, face, color)

    def pen_of(self, words: "SignWords", points: float, color: str) -> Pen:
        """For one language; all that it says is in one font."""
        face = Face.TEXT if words.language == JAPANESE else Face.FURTHER
        return Pen(points * self.scale, face, color, beside=words.letters)

    def text(self, text: str, x: float, y: float, pen: Pen, align: Align = Align.LEFT) -> None:
        self.pages.text(text, *self.at(x, y), pen, align)

    def fitted(self, text: str, pen: Pen, room: float, least_points: float = 5.0) -> Pen:
        try:
            return fitted(text, pen, room * self.scale, least_points * self.scale)
        except TooWideError as error:
            raise SignError(str(error)) from error

    def width(self, text: str, pen: Pen) -> float:
        return width_mm(text, pen) / self.scale

    def box(
        self, x: float, y: float, wide: float, high: float, *, fill: str = "", stroke: str = "", radius: float = 0.0
    ) -> None:
        scale = self.scale
        place = (*self.at(x, y), wide * scale, high * scale)
        self.pages.box(*place, fill=fill, stroke=stroke, stroke_mm=0.4 * scale, radius_mm=radius * scale)

    def line(self, start: tuple[float, float], end: tuple[float, float], wide: float, color: str) -> None:
        self.pages.line(self.at(*start), self.at(*end), wide * self.scale, color)


def module_mm(count: int, room_mm: float) -> float:
    """Whole twentieths of a millimeter a module, so that ``count`` and the quiet zone fit. Raises SignError."""
    steps = int(room_mm / (count + 2 * QUIET_MODULES) / MODULE_STEP_MM + 1e-9)
    if steps * MODULE_STEP_MM < MODULE_MM_MIN * room_mm / CODE_ROOM_MM - 1e-9:
        raise SignError(f"a code of {count} modules a side is too fine for {room_mm:g} mm: shorten what it holds")
    return round(steps * MODULE_STEP_MM, 2)


def render(content: SignContent, about: About) -> bytes:
    """Two pages of A4: the A6 sign with cut marks and what its code holds, then the poster.

    Raises SignError for what does not fit, UnprintableCharacterError, FontMissingError.
    """
    if not content.operators or len(content.operators) > OPERATORS_MAX:
        raise SignError(f"a sign names 1 to {OPERATORS_MAX} operators, not {len(content.operators)}")
    if len(content.words) > LANGUAGES_MAX:
        raise SignError(f"a sign speaks at most {LANGUAGES_MAX} languages, not {len(content.words)}")
    pages = Pages(about, A4)
    left, top = _SIGN_AT
    pages.trim(left, top, A6.width_mm, A6.height_mm)
    _sheet(pages, content)
    _cut_marks(pages, left, top)
    _sign(_Frame(pages, left, top, 1.0), content)
    pages.next_page()
    pages.trim(0, 0, A4.width_mm, A4.height_mm)
    _sign(_Frame(pages, 0, 0, POSTER_SCALE), content)
    return pages.finish()


def _sign(frame: _Frame, content: SignContent) -> None:
    _head(frame, content)
    _code(frame, content)
    _operators(frame, content)
    _steps(frame, content)
    pen = frame.pen(5.5, color=_MUTED)
    for row, line in enumerate(_flowed(frame, [(text, pen) for text in content.holds], _WIDE, 2)):
        _set(frame, line, _EDGE, 142 + 2.6 * row, 2)


_Texts = list[tuple[str, Pen]]


def _flowed(frame: _Frame, texts: _Texts, room: float, gap: float = _GAP) -> list[_Texts]:
    """Texts side by side in as many lines as they need; each stays whole. Raises SignError for one too long."""
    lines: list[_Texts] = []
    used = 0.0
    for text, pen in texts:
        pen = frame.fitted(text, pen, room)
        width = frame.width(text, pen)
        if lines and used + gap + width <= room:
            lines[-1].append((text, pen))
            used += gap + width
        else:
            lines.append([(text, pen)])
            used = width
    return lines


def _set(frame: _Frame, line: _Texts, x: float, y: float, gap: float = _GAP) -> None:
    for text, pen in line:
        frame.text(text, x, y, pen)
        x += frame.width(text, pen) + gap


def _is_roomy(content: SignContent) -> bool:
    """Few languages: what is said can be larger."""
    return len(content.words) <= ROOMY_LANGUAGES_MAX


def _head(frame: _Frame, content: SignContent) -> None:
    frame.box(_EDGE, _EDGE, _WIDE, 25.5, fill=content.color, radius=3)
    own, *others = content.words
    left, room = _EDGE + 4, _WIDE - 8
    title_size, size = (20, 10) if _is_roomy(content) else (17, 7.5)
    lines = _flowed(frame, [(words.title, frame.pen_of(words, size, WHITE)) for words in others], room)
    frame.text(content.issuer, left, 10.2, frame.fitted(content.issuer, frame.pen(7, color=WHITE), room))
    title = frame.fitted(own.title, frame.pen(title_size, Face.TEXT_BOLD, WHITE), room, 11)
    y = 19.6 - 0.8 * len(lines)
    frame.text(own.title, left, y, title)
    y += 0.22 * size
    for line in lines:
        y += 3.5
        _set(frame, line, left, y)


def _code(frame: _Frame, content: SignContent) -> None:
    """The symbol on white with nothing near it, and whose code it is."""
    wide, middle = 54.0, _EDGE + 27.0
    frame.box(_EDGE, 33, wide, 64.5, stroke=content.color, radius=3, fill=WHITE)
    count = len(content.modules)
    module = module_mm(count, CODE_ROOM_MM * frame.scale)
    side = count * module / frame.scale
    x, y = frame.at(middle - side / 2, 34 + CODE_ROOM_MM / 2 - side / 2)
    frame.pages.modules(content.modules, x, y, module)
    labels = _payee_labels(frame, content, wide - 4)
    y = 88.4 - 2.8 * len(labels)
    for number, line in enumerate(labels):
        width = sum(frame.width(text, pen) for text, pen in line) + _GAP * (len(line) - 1)
        _set(frame, line, middle - width / 2, y + 2.8 * number)
    lines, name = _payee(frame, content.payee, wide - 4)
    y = 93.3 - 2.3 * len(lines)
    for number, text in enumerate(lines):
        frame.text(text, middle, y + 3 * number, name, Align.CENTER)
    latin = frame.fitted(content.payee_latin, frame.pen(7.5), wide - 4)
    frame.text(content.payee_latin, middle, 95, latin, Align.CENTER)


def _payee(frame: _Frame, payee: str, room: float) -> tuple[tuple[str, ...], Pen]:
    """The name the payer's application shows: 25 characters at most, which are two lines."""
    large, small = frame.pen(11, Face.TEXT_BOLD), frame.pen(8, Face.TEXT_BOLD)
    if frame.width(payee, small) <= room:
        return (payee,), frame.fitted(payee, large, room)
    return wrapped(payee, small, room * frame.scale), small


def _payee_labels(frame: _Frame, content: SignContent, room: float) -> list[_Texts]:
    """Two lines at most: a third would stand in the code's quiet zone. Raises SignError."""
    for points in (6.5, 6, 5.5, 5):
        labels = [(words.payee, frame.pen_of(words, points, _SOFT)) for words in content.words]
        lines = _flowed(frame, labels, room)
        if len(lines) <= 2:
            return lines
    raise SignError("the words for the payee need more than two lines below the code")


def _operators(frame: _Frame, content: SignContent) -> None:
    x, wide = _EDGE + 58.0, _WIDE - 58.0
    own, *others = content.words
    frame.text(own.apps, x, 36.6, frame.fitted(own.apps, frame.pen(9, Face.TEXT_BOLD), wide, 7))
    size = 8.0 if _is_roomy(content) else 6.5
    y = 37.2
    for words in others:
        y += size * POINT_MM * 1.3
        frame.text(words.apps, x, y, frame.fitted(words.apps, frame.pen_of(words, size, _SOFT), wide))
    y += 2.4
    columns = 1 if len(content.operators) <= 6 else 2
    pitch = min(9.0, (97.5 + 1.6 - y) / -(-len(content.operators) // columns))
    high, gap = pitch - 1.6, 1.5
    each = (wide - gap * (columns - 1)) / columns
    for number, name in enumerate(content.operators):
        left, top = x + number % columns * (each + gap), y + number // columns * pitch
        frame.box(left, top, each, high, stroke=_LINE, radius=high / 2)
        letters = frame.fitted(name, frame.pen(9 if columns == 1 else 7, Face.TEXT_BOLD), each - 2.4)
        baseline = top + high / 2 + CAP_HEIGHT / 2 * letters.points * POINT_MM / frame.scale
        frame.text(name, left + each / 2, baseline, letters, Align.CENTER)


def _steps(frame: _Frame, content: SignContent) -> None:
    """Read, key in, show: pictures for everybody, captions of one size in each language."""
    own, *others = content.words
    size = 8.5 if _is_roomy(content) else 7.0
    pitch = min(size * POINT_MM * 1.4, 18.5 / max(1, len(others)))
    y = 101 + (18.5 - pitch * len(others)) / 2
    places = [_EDGE + 33 * number for number in range(3)]
    for number, x in enumerate(places):
        frame.box(x, y, 6, 6, fill=content.color, radius=3)
        frame.text(str(number + 1), x + 3, y + 4.2, frame.pen(10, Face.TEXT_BOLD, WHITE), Align.CENTER)
        _PICTURES[number](frame, x + 13, y, content.color)
    y += 18.2
    _captions(frame, own, frame.pen(8.5, Face.TEXT_BOLD), places, y)
    y += 0.6
    for words in others:
        y += pitch
        _captions(frame, words, frame.pen_of(words, size, _SOFT), places, y)


def _captions(frame: _Frame, words: SignWords, pen: Pen, places: list[float], y: float) -> None:
    fitting = min((frame.fitted(step, pen, 29.5) for step in words.steps), key=lambda pen: pen.points)
    for step, x in zip(words.steps, places, strict=True):
        frame.text(step, x, y, fitting)


def _phone(frame: _Frame, middle: float, y: float, color: str) -> None:
    frame.box(middle - 4, y, 8, 13.5, stroke=color, fill=WHITE, radius=1.4)
    frame.line((middle - 1, y + 12.3), (middle + 1, y + 12.3), 0.4, color)


def _reading(frame: _Frame, middle: float, y: float, color: str) -> None:
    """A phone that looks at a code."""
    _phone(frame, middle, y, color)
    for dx, dy in ((-2.2, 3.6), (0.6, 3.6), (-2.2, 6.4)):
        frame.box(middle + dx, y + dy, 1.6, 1.6, fill=color)
        frame.box(middle + dx + 0.5, y + dy + 0.5, 0.6, 0.6, fill=WHITE)
    for dx, dy in ((0.6, 6.4), (1.4, 7.2)):
        frame.box(middle + dx, y + dy, 0.8, 0.8, fill=color)
    for side in (-1, 1):
        for up, from_y in ((1, y + 2.4), (-1, y + 9.2)):
            corner = (middle + side * 3.1, from_y)
            frame.line(corner, (corner[0] - side * 1.3, from_y), 0.35, color)
            frame.line(corner, (corner[0], from_y + up * 1.3), 0.35, color)


def _keying(frame: _Frame, middle: float, y: float, color: str) -> None:
    """A phone with an amount and keys."""
    _phone(frame, middle, y, color)
    frame.text("¥", middle, y + 5, frame.pen(11, Face.TEXT_BOLD, color), Align.CENTER)
    frame.line((middle - 2.4, y + 5.9), (middle + 2.4, y + 5.9), 0.35, color)
    for row in range(3):
        for column in range(3):
            frame.box(middle - 2.2 + column * 1.7, y + 6.8 + row * 1.6, 1, 1, fill=color, radius=0.5)


def _showing(frame: _Frame, middle: float, y: float, color: str) -> None:
    """A phone that says: done."""
    _phone(frame, middle, y, color)
    frame.box(middle - 2.6, y + 3, 5.2, 5.2, fill=color, radius=2.6)
    frame.line((middle - 1.4, y + 5.6), (middle - 0.3, y + 6.8), 0.6, WHITE)
    frame.line((middle - 0.45, y + 6.75), (middle + 1.5, y + 4.5), 0.6, WHITE)


_PICTURES = (_reading, _keying, _showing)


def _cut_marks(pages: Pages, left: float, top: float) -> None:
    """Corners of the A6 sign, drawn outside it."""
    right, bottom = left + A6.width_mm, top + A6.height_mm
    for x, outward in ((left, -1), (right, 1)):
        for y, away in ((top, -1), (bottom, 1)):
            pages.line((x + outward * _MARK_GAP_MM, y), (x + outward * (_MARK_GAP_MM + _MARK_MM), y), 0.1)
            pages.line((x, y + away * _MARK_GAP_MM), (x, y + away * (_MARK_GAP_MM + _MARK_MM)), 0.1)


def _sheet(pages: Pages, content: SignContent) -> None:
    """What is cut away: how to print, what the code holds, and a ruler that tells a wrong scale."""
    middle, left, room = A4.width_mm / 2, 20.0, 170.0
    pages.text(content.sheet.how_to_print, middle, 11, Pen(9.5), Align.CENTER)
    y = 188.0
    pages.text(content.sheet.how_to_check, left, y, fitted(content.sheet.how_to_check, Pen(10, Face.TEXT_BOLD), room))
    y += 6
    count = len(content.modules)
    module = module_mm(count, CODE_ROOM_MM)
    symbol = content.sheet.symbol.format(module=f"{module:.2f}", side=f"{count * module:.1f}", count=count)
    facts = (*content.facts, (content.sheet.symbol_label, symbol))
    label_mm = max(width_mm(label, Pen(8.5)) for label, _ in facts) + 5
    for label, value in facts:
        pages.text(label, left, y, Pen(8.5, color=_MUTED))
        for line in wrapped(value, Pen(8.5), room - label_mm):
            pages.text(line, left + label_mm, y, Pen(8.5))
            y += 4.4
    y += 2
    for line in wrapped(content.payload, Pen(7.5, Face.CELLS), room):
        pages.text(line, left, y, Pen(7.5, Face.CELLS))
        y += 3.6
    _ruler(pages, left, 282.0, content.sheet.ruler)


def _ruler(pages: Pages, left: float, y: float, words: str) -> None:
    pages.line((left, y), (left + 50, y), 0.2)
    for tick in range(0, 51, 5):
        pages.line((left + tick, y), (left + tick, y - (2.5 if tick % 10 else 4)), 0.2)
    pages.text(words, left + 54, y, Pen(8.5))
