"""A symbol as PNG and SVG: every module is whole pixels, black or white, with the quiet zone around."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from receipts.qr import QUIET_MODULES, Modules, QrTextTooLongError, qr_modules
from receipts.qr_form import PAYMENT
from receipts.render import symbol
from tests.unit.drivers.codes.published import JPQR_STATIC

MODULES = qr_modules(JPQR_STATIC, PAYMENT)
WITH_QUIET = len(MODULES) + 2 * QUIET_MODULES


def framed(modules: Modules) -> list[list[bool]]:
    side, white = len(modules) + 2 * QUIET_MODULES, [False] * QUIET_MODULES
    return [
        *([[False] * side] * QUIET_MODULES),
        *([*white, *row, *white] for row in modules),
        *([[False] * side] * QUIET_MODULES),
    ]


def pixels(picture: bytes) -> list[list[bool]]:
    """True is black; anything between black and white is an error."""
    image = Image.open(io.BytesIO(picture)).convert("L")
    values = list(image.tobytes())
    assert set(values) <= {0, 255}
    return [[value == 0 for value in values[y * image.width : (y + 1) * image.width]] for y in range(image.height)]


@pytest.mark.parametrize("module_px", [1, 2, 7])
def test_every_module_is_a_square_of_whole_pixels(module_px: int) -> None:
    drawn = pixels(symbol.png(MODULES, module_px))
    expected = [
        [module for module in row for _ in range(module_px)] for row in framed(MODULES) for _ in range(module_px)
    ]
    assert drawn == expected


@pytest.mark.parametrize("side_px", [WITH_QUIET, 300, 481, 1000])
def test_a_given_side_is_filled_as_far_as_whole_pixels_go(side_px: int) -> None:
    drawn = pixels(symbol.png_in(MODULES, side_px))
    assert len(drawn) == len(drawn[0]) == side_px
    black = [(x, y) for y, row in enumerate(drawn) for x, is_black in enumerate(row) if is_black]
    left, top = min(x for x, _ in black), min(y for _, y in black)
    module_px = side_px // WITH_QUIET
    assert max(x for x, _ in black) + 1 - left == len(MODULES) * module_px
    assert min(left, top, side_px - left - len(MODULES) * module_px) >= QUIET_MODULES * module_px
    for y, row in enumerate(MODULES):
        for x, module in enumerate(row):
            assert drawn[top + y * module_px][left + x * module_px] is module


def test_a_side_without_room_is_refused() -> None:
    with pytest.raises(QrTextTooLongError):
        symbol.png_in(MODULES, WITH_QUIET - 1)


def test_the_svg_holds_the_same_modules() -> None:
    root = ET.fromstring(symbol.svg(MODULES))
    assert root.get("viewBox") == f"0 0 {WITH_QUIET} {WITH_QUIET}"
    assert root.get("width") == root.get("height") == f"{WITH_QUIET}mm"
    ground, path = list(root)
    assert (ground.get("fill"), ground.get("d")) == ("#fff", f"M0 0h{WITH_QUIET}v{WITH_QUIET}H0z")
    drawn = [[False] * WITH_QUIET for _ in range(WITH_QUIET)]
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path.get("d") or "")
    for x, y, length, back in runs:
        assert length == back
        drawn[int(y)][int(x) : int(x) + int(length)] = [True] * int(length)
    assert drawn == framed(MODULES)
