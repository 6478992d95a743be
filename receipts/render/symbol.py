"""One QR symbol as a picture: PNG and SVG, quiet zone included. Owns whole pixels; refuses to smooth an edge."""

import io
from itertools import groupby

from PIL import Image

from receipts.qr import QUIET_MODULES, Modules, module_dots

SVG_MODULE_MM = 1
"""An A6 sign holds the largest payment code at this size; a printer is told millimeters, not pixels."""


def png(modules: Modules, module_px: int) -> bytes:
    """Black and white, ``module_px`` pixels a module."""
    return _png(modules, module_px, side_px=(len(modules) + 2 * QUIET_MODULES) * module_px)


def png_in(modules: Modules, side_px: int) -> bytes:
    """A square of ``side_px`` pixels with the symbol as large as whole pixels allow. Raises QrTextTooLongError."""
    return _png(modules, module_dots(modules, room_dots=side_px, dots_max=side_px), side_px=side_px)


def svg(modules: Modules) -> str:
    """The same with a module of one unit and one millimeter; runs of black in one path."""
    side = len(modules) + 2 * QUIET_MODULES
    runs: list[str] = []
    for y, row in enumerate(modules, start=QUIET_MODULES):
        x = QUIET_MODULES
        for black, group in groupby(row):
            length = len(list(group))
            if black:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    size = f'width="{side * SVG_MODULE_MM}mm" height="{side * SVG_MODULE_MM}mm" viewBox="0 0 {side} {side}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{"".join(runs)}"/></svg>\n'
    )


def _png(modules: Modules, module_px: int, *, side_px: int) -> bytes:
    symbol = Image.new("1", (len(modules), len(modules)))
    symbol.putdata([0 if module else 255 for row in modules for module in row])
    drawn_px = len(modules) * module_px
    picture = Image.new("1", (side_px, side_px), 255)
    start_px = (side_px - drawn_px) // 2
    picture.paste(symbol.resize((drawn_px, drawn_px), Image.Resampling.NEAREST), (start_px, start_px))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
