"""Wrapped text with the design's line height, balanced over its lines. Owns measuring and drawing; never elides."""

import math
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

TEXT_LINE = 1.5
"""Line height of sentences (DADS)."""
KEY_LINE = 1.25
"""Line height inside keys and cells (DADS dense)."""
LAYOUTS_MAX = 2048
"""Two hundred keys and three hundred rows with room to spare."""
COMMA = ","
COMMA_SHARE = 0.5
"""Part of a figure's cell that a comma takes."""
NEVER_FIRST = "ーぁぃぅぇぉっゃゅょァィゥェォッャュョ、。，．）」』】・！？"
NEVER_LAST = "（「『【"
PHRASE_ENDS = "、。，．）」』】・！？"
HONORIFICS = "おご"
"""They belong to the word behind them: お客様 is one word."""
PHRASE_END, KANJI_EVEN, KANJI_ODD, INSIDE_WORD = -4.0, 2.0, 3.0, 8.0
"""Costs of a break, in characters of unlike line lengths that are as ugly."""
WIDTH_MAX = 1_000_000
"""Stands for "no limit" where one line is wanted."""


def _break(font: QFont, width: int, text: str) -> tuple[tuple[int, int, float], ...]:
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    lines = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        lines.append((line.textStart(), line.textLength(), line.naturalTextWidth()))
    layout.endLayout()
    return tuple(lines)


@lru_cache(maxsize=LAYOUTS_MAX)
def _lines(
    families: tuple[str, ...], pixels: int, bold: bool, width: int, text: str, balanced: bool
) -> tuple[tuple[str, float], ...]:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(pixels)
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    lines = _break(font, width, text)
    if balanced and len(lines) == 2 and "\n" not in text:
        at = best_break(text, lambda part: font_width(font, part), width)
        if at:
            parts = text[:at].rstrip(), text[at:].lstrip()
            return tuple((part, font_width(font, part)) for part in parts)
    return tuple((text[start : start + length].rstrip(), wide) for start, length, wide in lines)


def font_width(font: QFont, text: str) -> float:
    """Width of one line."""
    return QFontMetricsF(font).horizontalAdvance(text)


def kind_of(character: str) -> str:
    """Kanji, hiragana, katakana or other, as far as words change with it."""
    code = ord(character)
    if 0x4E00 <= code <= 0x9FFF or character == "々":
        return "kanji"
    if 0x3041 <= code <= 0x309F:
        return "hiragana"
    if 0x30A0 <= code <= 0x30FF:
        return "katakana"
    return "other"


def break_cost(text: str, at: int) -> float:
    """How ugly a break before ``text[at]`` is; infinite where Japanese forbids one (JIS X 4051)."""
    before, after = text[at - 1], text[at]
    if after in NEVER_FIRST or before in NEVER_LAST:
        return math.inf
    if before in PHRASE_ENDS:
        return PHRASE_END
    if " " in (before, after) or after in NEVER_LAST:
        return 0
    was, now = kind_of(before), kind_of(after)
    if before in HONORIFICS and now in ("kanji", "katakana"):
        return INSIDE_WORD
    if was == now == "kanji":
        run = next((n for n in range(at - 1, -1, -1) if kind_of(text[n]) != "kanji"), -1) + 1
        return KANJI_EVEN if (at - run) % 2 == 0 else KANJI_ODD  # most words are two kanji long
    if was == now or now == "hiragana":
        return INSIDE_WORD
    return 0


def best_break(text: str, wide: Callable[[str], float], width: int) -> int:
    """Where to break into two lines that fit, like in length and at a word's end; 0 when none fits."""
    total = wide(text)
    best, at_best = math.inf, 0
    for at in range(1, len(text)):
        first, second = wide(text[:at].rstrip()), wide(text[at:].lstrip())
        cost = break_cost(text, at)
        if first > width or second > width or cost == math.inf:
            continue
        cost += abs(first - second) / total * len(text)
        if cost < best:
            best, at_best = cost, at
    return at_best


class Block:
    """One text in one font, broken to a width."""

    def __init__(self, font: QFont, width: int, text: str, *, line: float = KEY_LINE, balanced: bool = False) -> None:
        self._font = font
        self._text = text
        self._step = round(font.pixelSize() * line)
        self.lines: tuple[tuple[str, float], ...] = ()
        if text:
            families = tuple(font.families())
            self.lines = _lines(families, font.pixelSize(), font.bold(), max(1, width), text, balanced)

    @property
    def breaks_word(self) -> bool:
        """Whether a line ends inside a word."""
        ends = zip(self.lines, self.lines[1:], strict=False)
        joined = (before + after for (before, _), (after, _) in ends if before and after)
        pairs = zip(joined, self.lines, strict=False)
        return any(text in self._text and break_cost(text, len(line)) >= INSIDE_WORD for text, (line, _) in pairs)

    @property
    def height(self) -> int:
        return self._step * len(self.lines)

    @property
    def width(self) -> float:
        return max((wide for _, wide in self.lines), default=0.0)

    def fits(self, room: QRect) -> bool:
        """Whether nothing of it would be cut."""
        return self.width <= room.width() and self.height <= room.height()

    def draw(self, painter: QPainter, room: QRect, align: Qt.AlignmentFlag) -> None:
        """Draw it in the middle of the room's height, each line aligned."""
        painter.setFont(self._font)
        top = room.top() + (room.height() - self.height) / 2
        for number, (text, _) in enumerate(self.lines):
            box = QRect(room.left(), round(top + number * self._step), room.width(), self._step)
            if self._font.fixedPitch() and COMMA in text:
                left = (
                    box.left()
                    if align & Qt.AlignmentFlag.AlignLeft
                    else box.right() + 1 - figures_width(self._font, text)
                )
                metrics = QFontMetricsF(self._font)
                base = box.top() + (self._step + metrics.ascent() - metrics.descent()) / 2
                draw_figures(painter, self._font, left, base, text)
                continue
            painter.drawText(box, int(align | Qt.AlignmentFlag.AlignVCenter), text)


def figures_width(font: QFont, text: str) -> float:
    """Width of tabular figures with narrow commas."""
    return font_width(font, text) - text.count(COMMA) * (1 - COMMA_SHARE) * font_width(font, COMMA)


def draw_figures(painter: QPainter, font: QFont, left: float, base: float, text: str) -> None:
    """Draw figures in equal cells; a comma takes half a cell, so that 1,200 does not read as 1, 200."""
    painter.setFont(font)
    cell = font_width(font, COMMA)
    for number, part in enumerate(text.split(COMMA)):
        if number:
            painter.drawText(QPointF(left, base), COMMA)
            left += cell * COMMA_SHARE
        painter.drawText(QPointF(left, base), part)
        left += font_width(font, part)
