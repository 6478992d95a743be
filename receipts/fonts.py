"""Where the fonts of our papers are installed. Owns file names and packages; refuses to guess a font."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

JAPANESE_PACKAGE = "fonts-morisawa-bizud-gothic"
KANJI_PACKAGE = "fonts-ipamj-mincho"
FURTHER_PACKAGE = "fonts-wqy-microhei"


class Face(Enum):
    """A letter's look. CELLS has two widths, half and full, as a receipt printer; TEXT has each letter's own."""

    CELLS = "BIZUDGothic-Regular"
    CELLS_BOLD = "BIZUDGothic-Bold"
    TEXT = "BIZUDPGothic-Regular"
    TEXT_BOLD = "BIZUDPGothic-Bold"
    KANJI = "kanji"
    """Every kanji of the family registers and its variants (文字情報基盤); a Mincho, as there is no other."""
    FURTHER = "further"
    """For languages other than Japanese: each letter's own width, and tails below the line at their full length."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font: ``index`` counts within a collection (.ttc)."""

    path: Path
    index: int = 0


class FontMissingError(RuntimeError):
    """A font is not installed; the text names the package."""


_ON_WINDOWS = {
    Face.CELLS: ("BIZ-UDGothicR.ttc", 0),
    Face.CELLS_BOLD: ("BIZ-UDGothicB.ttc", 0),
    Face.TEXT: ("BIZ-UDGothicR.ttc", 1),
    Face.TEXT_BOLD: ("BIZ-UDGothicB.ttc", 1),
}
"""Part of the system there, both families in one file."""
_KANJI_ON_WINDOWS = ("YuGothR.ttc", 0)
"""Part of the system, with fewer variants than the registers have."""
_KANJI = "ipamj/ipamjm.ttf"
_FURTHER_ON_WINDOWS = ("msyh.ttc", "malgun.ttf", "segoeui.ttf")
"""Chinese, Korean, Vietnamese: part of the system."""
_FURTHER = "wqy/wqy-microhei.ttc"
"""All three in one, with TrueType outlines (the PDF library takes no others)."""


def find_font(face: Face) -> FontFile:
    """The file that ``face`` begins with. Raises FontMissingError."""
    return next(fonts_for(face))


def fonts_for(face: Face) -> Iterator[FontFile]:
    """``face`` itself, then those for letters that BIZ UD lacks. Raises FontMissingError at one that is missing."""
    is_windows = sys.platform == "win32"
    if face is Face.KANJI:
        name, index = _KANJI_ON_WINDOWS if is_windows else (_KANJI, 0)
        yield FontFile(_find(name, KANJI_PACKAGE), index)
        return
    if face is not Face.FURTHER:
        name, index = _ON_WINDOWS[face] if is_windows else (f"bizud-gothic/{face.value}.ttf", 0)
        yield FontFile(_find(name, JAPANESE_PACKAGE), index)
    for name in _FURTHER_ON_WINDOWS if is_windows else (_FURTHER,):
        yield FontFile(_find(name, FURTHER_PACKAGE))


def missing_packages() -> tuple[str, ...]:
    """What has to be installed before every name can be printed; file names where fonts are part of the system."""
    missing = []
    for face in Face:
        try:
            find_font(face)
        except FontMissingError as error:
            missing.append(str(error).rpartition(" ")[2])
    return tuple(dict.fromkeys(missing))


def _find(name: str, package: str) -> Path:
    if sys.platform == "win32":
        folders = [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"]
    else:
        folders = [Path("/usr/share/fonts/truetype"), Path.home() / ".local/share/fonts"]
    for folder in folders:
        for candidate in (folder / name, folder / Path(name).name):
            if candidate.is_file():
                return candidate
    raise FontMissingError(f"{Path(name).name} is not installed: apt install {package}")
