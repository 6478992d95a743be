"""Which characters and variants a font file has, told by its own table. Owns OpenType ``cmap``; refuses to draw.

Source: OpenType specification, "cmap": subtables of format 4, 12 and 14. What is read here is a font that the system
has installed, never a document's.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from mmap import ACCESS_READ, mmap
from pathlib import Path

VARIANT_CODES_FIRST = 0x100000
"""Plane 16 is for private use (Unicode 23.5): no text of ours may have such a code, and a variant drawn here does."""

Variant = tuple[int, int]
"""Base and variation selector."""


Buffer = bytes | mmap
_KEPT = (b"cvt ", b"fpgm", b"head", b"hhea", b"hmtx", b"maxp", b"prep")
"""Tables that a font of one variant has from its own; ``glyf`` and ``loca`` hold that one alone."""
_WORDS, _MORE = 0x01, 0x20
_SCALES = ((0x08, 2), (0x40, 4), (0x80, 8))
"""Flags of a glyph that is put together from others ("glyf": composite glyph description), and their bytes."""


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
        """Each variant with the code it has in ``of_variant``. Raises FontTableError, OSError."""
        return {variant: VARIANT_CODES_FIRST + at for at, variant in enumerate(sorted(self.variant_glyphs))}

    def of_variant(self, variant: Variant) -> bytes:
        """A small font of this one variant, which has its code in ``variants`` there. Raises FontTableError, KeyError.

        Text libraries draw what has a code; a variant has two, and only one that shapes text draws it.
        """
        try:
            tables = {tag: self._table(tag) for tag in _KEPT if tag in self._places}
            outlines = self._outlines(self.variant_glyphs[variant])
            offsets, glyf = [], b""
            for glyph in range(struct.unpack_from(">H", tables[b"maxp"], 4)[0] + 1):
                offsets.append(len(glyf))
                glyf += outlines.get(glyph, b"")
        except (struct.error, KeyError) as error:
            raise FontTableError(f"{self.path}: the glyph of a variant cannot be read") from error
        code, glyph = self.variants[variant], self.variant_glyphs[variant]
        tables[b"cmap"] = struct.pack(">2H2HL2H6L", 0, 1, 3, 10, 12, 12, 0, 28, 0, 1, code, code, glyph)
        tables[b"head"] = tables[b"head"][:50] + struct.pack(">H", 1) + tables[b"head"][52:]
        tables[b"loca"], tables[b"glyf"] = struct.pack(f">{len(offsets)}L", *offsets), glyf
        return _font_file(tables)

    def _outlines(self, glyph: int) -> dict[int, bytes]:
        """What is drawn for a glyph: its own outline, or those that it is put together from as well."""
        (loca, _), (glyf, _) = self._places[b"loca"], self._places[b"glyf"]
        if self._table(b"head")[51]:
            start, end = struct.unpack_from(">2L", self._data, loca + 4 * glyph)
        else:
            start, end = (2 * half for half in struct.unpack_from(">2H", self._data, loca + 2 * glyph))
        outline = self._data[glyf + start : glyf + end]
        found = {glyph: outline + bytes(-len(outline) % 4)}
        if outline[:1] >= b"\x80":  # a negative number of contours
            at, more = 10, _MORE
            while more & _MORE:
                more, part = struct.unpack_from(">2H", outline, at)
                found |= self._outlines(part)
                at += 4 + (4 if more & _WORDS else 2) + next((size for flag, size in _SCALES if more & flag), 0)
        return found

    def _table(self, tag: bytes) -> bytes:
        offset, size = self._places[tag]
        return self._data[offset : offset + size]

    @cached_property
    def _data(self) -> mmap:
        with self.path.open("rb") as file:
            try:
                return mmap(file.fileno(), 0, access=ACCESS_READ)
            except ValueError as error:
                raise FontTableError(f"{self.path}: an empty file") from error

    @cached_property
    def _places(self) -> dict[bytes, tuple[int, int]]:
        """Offset and length of each table."""
        data = self._data
        try:
            start = struct.unpack_from(">L", data, 12 + 4 * self.index)[0] if data[:4] == b"ttcf" else 0
            ends = start + 12 + 16 * struct.unpack_from(">H", data, start + 4)[0]
            entries = [struct.unpack_from(">4s3L", data, at) for at in range(start + 12, ends, 16)]
        except struct.error as error:
            raise FontTableError(f"{self.path}: a damaged font") from error
        places = {tag: (offset, size) for tag, _, offset, size in entries}
        if b"cmap" not in places:
            raise FontTableError(f"{self.path}: a font without a table of characters")
        return places

    @cached_property
    def _subtables(self) -> dict[int, int]:
        """Format to offset; of the Unicode ones the last wins, which is the fullest."""
        data = self._data
        start, _ = self._places[b"cmap"]
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


def _format_4(data: Buffer, start: int) -> Iterator[tuple[int, int]]:
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


def _format_12(data: Buffer, start: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">L", data, start + 12)
    for number in range(count):
        first, last, glyph = struct.unpack_from(">3L", data, start + 16 + 12 * number)
        yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)


def _format_14(data: Buffer, start: int, glyphs: dict[int, int]) -> Iterator[tuple[Variant, int]]:
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


def _font_file(tables: dict[bytes, bytes]) -> bytes:
    """Tables as a file ("Organization of an OpenType font"); nobody here asks for its checksums."""
    head = struct.pack(">L4H", 0x00010000, len(tables), 0, 0, 0)
    body = b""
    for tag, table in sorted(tables.items()):
        head += struct.pack(">4s3L", tag, 0, 12 + 16 * len(tables) + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return head + body
