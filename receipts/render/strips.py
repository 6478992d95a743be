"""A run of text as a little gray picture on the cells of a paper. Owns where ink stands; refuses to guess a font."""

import io
from functools import cache
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont

from receipts.document import Style
from receipts.fonts import Face, FontFile, find_font
from receipts.graphemes import characters
from receipts.layout import UnprintableCharacterError
from receipts.letters import Letter, find_letter, font_table, is_plain
from receipts.line_breaking import width_of

PAPER_LEVEL, INK_LEVEL = 253, 24
BASELINE_EIGHTHS = 7
"""Where BIZ UDGothic's baseline lies in its cell; frames then touch above and below."""
LIFT_PARTS = 12
"""A dot below is lifted into the cell with its letter, by two of 24 dots and no more: it should stand on the line."""
MINCHO = "ipamjm.ttf"
THICKER = 1 / 140
"""Strokes of a Mincho are too thin for a printer's dots: in heights of a cell, on either side of the stroke."""
BOLDER = 1 / 80
"""The same for a bold letter of a font that has none."""
SMALLEST = 3 / 4
"""A capital with two marks is drawn smaller rather than cut off at the top, but not smaller than this."""


def draw_strip(text: str, style: Style, width_dots: int, height_dots: int) -> Image.Image:
    """``text`` in a picture of its own; stretched sizes are drawn large and squeezed.

    Raises UnprintableCharacterError, FontMissingError, FontTableError.
    """
    ink, ground = (PAPER_LEVEL, INK_LEVEL) if style.inverse else (INK_LEVEL, PAPER_LEVEL)
    across, down = style.size.value
    factor = max(across, down)
    drawn = (width_dots // across * factor, height_dots // down * factor)
    strip = Image.new("L", drawn, ground)
    if is_plain(text):
        _draw_plain(strip, 0, text, ink, bold=style.bold)
    else:
        _draw_mixed(strip, text, ink, bold=style.bold)
    return strip if drawn == (width_dots, height_dots) else strip.resize((width_dots, height_dots))


def _draw_plain(strip: Image.Image, x: float, text: str, ink: int, *, bold: bool) -> None:
    font = _plain_font(strip.height, bold=bold)
    ImageDraw.Draw(strip).text((x, _baseline(strip.height)), text, fill=ink, font=font, anchor="ls")


def _draw_mixed(strip: Image.Image, text: str, ink: int, *, bold: bool) -> None:
    """Runs of the usual characters as ever, each other one from its own font in its own cells."""
    cell_dots = strip.width / width_of(text)
    cells = position = 0
    for plain, group in groupby(characters(text), is_plain):
        run = list(group)
        for piece in ["".join(run)] if plain else run:
            if plain:
                _draw_plain(strip, cells * cell_dots, piece, ink, bold=bold)
            else:
                letter = find_letter(piece, _face(bold=bold))
                if letter is None:
                    raise UnprintableCharacterError(text, position)
                size = (round(width_of(piece) * cell_dots), strip.height)
                mask = _letter_mask(letter, size, bold=bold and letter.font != find_font(Face.CELLS_BOLD))
                strip.paste(ink, (round(cells * cell_dots), 0), mask)
            cells += width_of(piece)
            position += len(piece)


@cache
def _letter_mask(letter: Letter, size: tuple[int, int], *, bold: bool) -> Image.Image:
    """One letter in the middle of its cells, squeezed where it is too wide, moved or made smaller where too tall."""
    width, height = size
    points, lift_max = height, height // LIFT_PARTS
    while True:
        font = _letter_font(letter, points)
        left, top, right, bottom = font.getbbox(letter.code, anchor="ls")
        lift = min(max(0, _baseline(height) + bottom - height), lift_max)
        baseline = _baseline(height) - lift
        if (baseline + top >= 0 and baseline + bottom <= height) or points <= height * SMALLEST:
            break
        points -= 1
    is_mincho = letter.font.path.name == MINCHO
    stroke = (THICKER if is_mincho else 0.0) + (BOLDER if bold else 0.0)
    length = font.getlength(letter.code)
    advance = max(round(max(length, right - left)), width)
    drawn = Image.new("L", (advance, height))
    ImageDraw.Draw(drawn).text(
        (max((advance - length) / 2, -left), baseline),
        letter.code,
        fill=255,
        font=font,
        anchor="ls",
        stroke_width=stroke * height,
    )
    return drawn if advance == width else drawn.resize((width, height), Image.Resampling.LANCZOS)


def _letter_font(letter: Letter, points: int) -> ImageFont.FreeTypeFont:
    if letter.variant is None:
        return _pillow_font(letter.font, points)
    return ImageFont.truetype(io.BytesIO(font_table(letter.font).of_variant(letter.variant)), points)


@cache
def _plain_font(points: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """Found once: a slip has sixty runs of text, and each would look into the font folders again."""
    return _pillow_font(find_font(_face(bold=bold)), points)


@cache
def _pillow_font(font: FontFile, points: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font.path), points, index=font.index)


def _face(*, bold: bool) -> Face:
    return Face.CELLS_BOLD if bold else Face.CELLS


def _baseline(height: int) -> int:
    return height * BASELINE_EIGHTHS // 8
