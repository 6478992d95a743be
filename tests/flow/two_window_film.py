"""Pictures of both windows side by side, for the manual: the clerk's on the left, the citizen's on the right."""

import os
import sys
from pathlib import Path

from PIL import Image

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from kiosk.local.clerk import Clerk
from kiosk.window import load_tokens

HEIGHT, GAP = 640, 12
"""Of each picture in pixels: both windows as high, with a gap between them."""
COLORS = 96
"""Of each picture: the design's own, so that surfaces and small marks keep theirs, and the edges of letters."""
PICTURE_BYTES_MAX = 100_000


class Film:
    """Keeps the scenes of one run, small, in the order of the story."""

    def __init__(self, clerk: Clerk, out: Path, prefix: str, language: str) -> None:
        """``prefix`` begins each picture's name."""
        self._clerk, self._out, self._prefix = clerk, out, prefix
        self._ending = "" if language == "ja" else f"-{language}"
        self._shot = out / f".shot{self._ending}.png"
        self._scenes = 0

    def scene(self, name: str) -> None:
        """Photograph both windows side by side as the next scene."""
        self._scenes += 1
        QApplication.processEvents()
        windows = [self._window(window) for window in (self._clerk.window, self._clerk.customer)]
        strip = Image.new("RGB", (sum(each.width for each in windows) + GAP, HEIGHT), "#949494")
        strip.paste(windows[0], (0, 0))
        strip.paste(windows[1], (windows[0].width + GAP, 0))
        path = self._out / f"{self._prefix}-{self._scenes:02d}-{name}{self._ending}.png"
        strip.quantize(palette=_palette(strip), dither=Image.Dither.NONE).save(path, optimize=True)
        size_bytes = path.stat().st_size
        assert size_bytes <= PICTURE_BYTES_MAX, (path, size_bytes)
        sys.stdout.write(f"{path} {size_bytes // 1000} KB\n")

    def _window(self, window: QWidget) -> Image.Image:
        window.grab().save(str(self._shot))
        with Image.open(self._shot) as picture:
            width = round(picture.width * HEIGHT / picture.height)
            small = picture.convert("RGB").resize((width, HEIGHT), Image.Resampling.LANCZOS)
        self._shot.unlink()
        return small


def _palette(picture: Image.Image) -> Image.Image:
    own = [int(color[at : at + 2], 16) for color in load_tokens().colors.values() for at in (1, 3, 5)]
    edges = picture.quantize(COLORS - len(own) // 3, Image.Quantize.MEDIANCUT).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(own + edges)
    return palette
