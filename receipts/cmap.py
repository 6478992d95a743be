"""Which characters and variants a font file has, told by its own table. Owns OpenType ``cmap``; refuses outlines.

Source: OpenType specification, "cmap": subtables of format 4, 12 and 14. What is read here is a font that the system
has installed, never a document's.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

VARIANT_CODES_FIRST = 0x100000
"""Plane 16 is for private use (Unicode 23.5): no text of ours may have such a code, and a variant drawn here does."""

Variant = tuple[int, int]
"""Base and variation selector."""


class FontTableError(RuntimeError):
    """A font file that is damaged or has no table of characters; names the file."""


@dataclass(frozen=True)
class FontTable:
    """A font's table of characters. ``index`` counts within a collection (.ttc)."""

    path: Path
    index: int

    @cached_property
    def characters(self) -> frozenset[int]:
        """Codes that the font has a glyph for. Raises FontTableError, OSError."""
        return frozenset(self._glyphs)

    @cached_property
    def variants(self) -> dict[Variant, int]:
        """Each variant with the code it has in ``with_variants``. Raises FontTableError, OSError."""
        return {variant: VARIANT_CODES_FIRST + at for at, variant in enumerate(sorted(self.variant_glyphs))}

    def with_variants(self) -> bytes:
        """The file with another table, in which nothing but the variants is found, each under a code of its own.

        Text libraries draw what has a code; a variant has two, and only one that shapes text draws it.
        """
        data = bytearray(self._data)
        groups = b"".join(
            struct.pack(">3L", code, code, self.variant_glyphs[variant]) for variant, code in self.variants.items()
        )
        table = struct.pack(">2H2HL", 0, 1, 3, 10, 12)
        table += struct.pack(">2H3L", 12, 0, 16 + len(groups), 0, len(groups) // 12) + groups
        data += bytes(-len(data) % 4)
        struct.pack_into(">2L", data, self._entry + 8, len(data), len(table))
        return bytes(data) + table

    @cached_property
    def _data(self) -> bytes:
        return self.path.read_bytes()

    @cached_property
    def _entry(self) -> int:
        """Where the table directory speaks of ``cmap``: tag, checksum, offset, length."""
        data = self._data
        try:
            start = struct.unpack_from(">L", data, 12 + 4 * self.index)[0] if data[:4] == b"ttcf" else 0
            for at in range(start + 12, start + 12 + 16 * struct.unpack_from(">H", data, start + 4)[0], 16):
                if data[at : at + 4] == b"cmap":
                    return at
        except struct.error as error:
            raise FontTableError(f"{self.path}: a damaged font") from error
        raise FontTableError(f"{self.path}: a font without a table of characters")

    @cached_property
    def _subtables(self) -> dict[int, int]:
        """Format to offset; of the Unicode ones the last wins, which is the fullest."""
        data = self._data
        (start,) = struct.unpack_from(">L", data, self._entry + 8)
        found: dict[int, int] = {}
        for number in range(struct.unpack_from(">H", data, start + 2)[0]):
            platform, _, offset = struct.unpack_from(">2HL", data, start + 4 + 8 * number)
            if platform in (0, 3):
                found[struct.unpack_from(">H", data, start + offset)[0]] = start + offset
        return found

    @cached_property
    def _glyphs(self) -> dict[int, int]:
        try:
            if 12 in self._subtables:
                return dict(_format_12(self._data, self._subtables[12]))
            return dict(_format_4(self._data, self._subtables[4]))
        except (struct.error, KeyError) as error:
            raise FontTableError(f"{self.path}: its table of characters cannot be read") from error

    @cached_property
    def variant_glyphs(self) -> dict[Variant, int]:
        """Each variant's glyph, counted within the font. Raises FontTableError, OSError."""
        if 14 not in self._subtables:
            return {}
        try:
            return dict(_format_14(self._data, self._subtables[14], self._glyphs))
        except struct.error as error:
            raise FontTableError(f"{self.path}: its table of variants cannot be read") from error


def _format_4(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    (doubled,) = struct.unpack_from(">H", data, start + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", data, start + 14)
    firsts = struct.unpack_from(f">{count}H", data, start + 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", data, start + 16 + 2 * doubled)
    at = start + 16 + 3 * doubled
    for number, offset in enumerate(struct.unpack_from(f">{count}H", data, at)):
        for code in range(firsts[number], min(ends[number], 0xFFFE) + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", data, at + 2 * number + offset + 2 * (code - firsts[number]))
            if glyph := (glyph + deltas[number]) % 0x10000 if glyph or not offset else 0:
                yield code, glyph


def _format_12(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">L", data, start + 12)
    for first, last, glyph in struct.iter_unpack(">3L", data[start + 16 : start + 16 + 12 * count]):
        yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)


def _format_14(data: bytes, start: int, glyphs: dict[int, int]) -> Iterator[tuple[Variant, int]]:
    """Variants with a glyph of their own, and those that the font's plain glyph already is."""
    (count,) = struct.unpack_from(">L", data, start + 6)
    for number in range(count):
        high, low, defaults, others = struct.unpack_from(">BHLL", data, start + 10 + 11 * number)
        selector = high << 16 | low
        if defaults:
            at = start + defaults
            for each in range(struct.unpack_from(">L", data, at)[0]):
                high, low, more = struct.unpack_from(">BHB", data, at + 4 + 4 * each)
                first = high << 16 | low
                bases = (base for base in range(first, first + more + 1) if base in glyphs)
                yield from (((base, selector), glyphs[base]) for base in bases)
        if others:
            at = start + others
            for each in range(struct.unpack_from(">L", data, at)[0]):
                high, low, glyph = struct.unpack_from(">BHH", data, at + 4 + 5 * each)
                yield ((high << 16 | low), selector), glyph
