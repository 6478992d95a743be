"""Our PDF files as a reader of another house sees them (PDFium). Owns the reader; knows not how they were made."""

import ctypes
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from PIL import Image

POINTS_PER_INCH = 72
pypdfium2: Any = import_module("pypdfium2")  # it has no types of its own
pdfium: Any = import_module("pypdfium2.raw")


@dataclass(frozen=True)
class Letter:
    """One character where it stands, in points from the bottom left corner of its page."""

    character: str
    left: float
    bottom: float
    right: float
    top: float


class PdfFile:
    """A file that was read."""

    def __init__(self, file: bytes) -> None:
        self._document: Any = pypdfium2.PdfDocument(file)

    def __len__(self) -> int:
        return len(self._document)

    @property
    def properties(self) -> dict[str, str]:
        return dict(self._document.get_metadata_dict())

    @property
    def language(self) -> str:
        needed = pdfium.FPDFCatalog_GetLanguage(self._document, None, 0)
        buffer = ctypes.create_string_buffer(needed)
        pdfium.FPDFCatalog_GetLanguage(self._document, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), needed)
        return buffer.raw[: needed - 2].decode("utf-16-le")

    def size_points(self, page: int) -> tuple[float, float]:
        return tuple(self._document[page].get_size())

    def trim_points(self, page: int) -> tuple[float, float, float, float]:
        """Left, bottom, right, top."""
        return tuple(self._document[page].get_trimbox())

    def text(self, page: int = 0) -> str:
        """As somebody would copy it, lines ended by a newline."""
        return str(self._document[page].get_textpage().get_text_range()).replace("\r\n", "\n")

    def letters(self, page: int = 0, *, ink: bool = False) -> list[Letter]:
        """Each in its cell, or the box around its ``ink`` alone."""
        words = self._document[page].get_textpage()
        return [
            Letter(words.get_text_range(at, 1), *words.get_charbox(at, loose=not ink))
            for at in range(words.count_chars())
        ]

    def fonts(self, page: int = 0) -> dict[str, bool]:
        """Base names, and whether the file brings the font along."""
        found = {}
        for item in self._document[page].get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            font = pdfium.FPDFTextObj_GetFont(item)
            name = ctypes.create_string_buffer(200)
            pdfium.FPDFFont_GetBaseFontName(font, name, len(name))
            found[name.value.decode()] = pdfium.FPDFFont_GetIsEmbedded(font) == 1
        return found

    def picture(self, page: int = 0, dots_per_inch: float = 150, *, in_color: bool = False) -> Image.Image:
        """The page in gray, or in color."""
        drawn: Image.Image = self._document[page].render(scale=dots_per_inch / POINTS_PER_INCH).to_pil()
        return drawn.convert("RGB" if in_color else "L")
