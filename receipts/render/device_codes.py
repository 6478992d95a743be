"""Characters as the codes of a printer's own Japanese font. Owns code tables; refuses what that font has not.

Source: Epson ESC/POS command reference, FS C 1 and ESC R 8; the rows of CP932 as its code page table has them.
"""

from functools import cache

from receipts.graphemes import characters, composed
from receipts.paper import IBM_EXTENSIONS, JIS_X_0208, NEC_ROW_13, NEC_SELECTED_IBM, PaperProfile

_YEN_AND_DASHES = str.maketrans({"¥": "\\", "—": "―", "〜": "～", "−": "－", "‖": "∥"})
"""The same JIS X 0208 characters under the code points of Python's cp932; the yen sign is 0x5C under ESC R 8."""
_TOLD_APART = frozenset(map(chr, _YEN_AND_DASHES))
_EXTENDED_LEADS = {
    0x87: NEC_ROW_13,
    0xED: NEC_SELECTED_IBM,
    0xEE: NEC_SELECTED_IBM,
    0xFA: IBM_EXTENSIONS,
    0xFB: IBM_EXTENSIONS,
    0xFC: IBM_EXTENSIONS,
}
_PYTHON_SETS = frozenset((JIS_X_0208, NEC_ROW_13, NEC_SELECTED_IBM, IBM_EXTENSIONS))
"""With all of them in the font, whichever code Python chooses is right."""
_HALF_WIDTH_KATAKANA = frozenset(map(chr, range(0xFF61, 0xFFA0)))


def encode_text(text: str, paper: PaperProfile) -> bytes | None:
    """Shift_JIS bytes, two per wide character, ``¥`` and ``\\`` both as 0x5C; None where the font lacks one."""
    if text.isascii():
        return text.encode("ascii") if text.isprintable() else None
    if paper.character_sets >= _PYTHON_SETS and text.isprintable():
        try:
            if not _TOLD_APART.isdisjoint(text):  # most texts have none, and looking is quicker than translating
                text = text.translate(_YEN_AND_DASHES)
            return text.encode("cp932")
        except UnicodeEncodeError:
            pass  # a letter with marks may have a code all the same
    codes = [encode_character(character, paper) for character in characters(text)]
    return None if None in codes else b"".join(code for code in codes if code is not None)


def encode_character(character: str, paper: PaperProfile) -> bytes | None:
    """The same for one written character; a letter with marks under its one code, a variant (異体字) never."""
    one = composed(character)
    if len(one) > 1:
        return None
    try:
        code = one.translate(_YEN_AND_DASHES).encode("cp932")
    except UnicodeEncodeError:
        return None
    if len(code) == 1:
        return code if one.isprintable() else None
    if _set_of(code) in paper.character_sets:
        return code
    return next((other for other in _extended_codes().get(one, ()) if _set_of(other) in paper.character_sets), None)


def _set_of(code: bytes) -> str:
    return _EXTENDED_LEADS.get(code[0], JIS_X_0208)


@cache
def _extended_codes() -> dict[str, tuple[bytes, ...]]:
    """The same kanji has up to three codes, and a font has it under one: 髙 is EEE0 or FBFC."""
    codes: dict[str, tuple[bytes, ...]] = {}
    for lead in _EXTENDED_LEADS:
        for trail in range(0x40, 0xFD):
            code = bytes((lead, trail))
            character = code.decode("cp932", errors="replace")
            if len(character) == 1 and character != "\ufffd":
                codes[character] = (*codes.get(character, ()), code)
    return codes
