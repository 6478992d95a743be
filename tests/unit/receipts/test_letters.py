"""Which font draws which character: told by the fonts' own tables."""

import io
from pathlib import Path

import pytest
from PIL import ImageFont

from receipts.cmap import FontTable, FontTableError
from receipts.fonts import Face, FontMissingError, find_font
from receipts.letters import find_letter, is_plain, unprintable_character, unprintable_position

BIZ, KANJI, FURTHER = "BIZUDGothic-Regular.ttf", "ipamjm.ttf", "wqy-microhei.ttc"


@pytest.mark.parametrize(
    ("character", "font"),
    [
        ("髙", BIZ),
        ("\ufa19", BIZ),
        ("ã", BIZ),
        ("か\u3099", BIZ),
        ("葛\U000e0100", BIZ),
        ("𠮷", KANJI),
        ("邉\U000e010f", KANJI),
        ("ễ", FURTHER),
        ("e\u0302\u0303", FURTHER),
        ("汉", FURTHER),
        ("한", FURTHER),
    ],
)
def test_the_first_font_that_has_a_character_draws_it(character: str, font: str) -> None:
    letter = find_letter(character)
    assert letter is not None
    assert letter.font.path.name == font


@pytest.mark.parametrize("character", ["\U00030000", "\U0001f600", "葛\U000e01ef", "m\u0303"])
def test_what_no_font_has_is_no_letter(character: str) -> None:
    assert find_letter(character) is None
    assert unprintable_character(f"山{character}") == character
    assert unprintable_position(f"山{character}") == 1


def test_everything_in_cp932_is_plain_because_the_first_font_has_it() -> None:
    biz = FontTable(find_font(Face.CELLS).path, 0).characters
    codes = [bytes((lead, trail)) for lead in (*range(0x81, 0xA0), *range(0xE0, 0xFD)) for trail in range(0x40, 0xFD)]
    found = {code.decode("cp932", "replace") for code in codes}
    plain = {one for one in found if len(one) == 1 and one != "\ufffd" and not 0xE000 <= ord(one) < 0xF900}
    assert len(plain) > 7_000
    assert {one for one in plain if ord(one) not in biz} == set()
    assert is_plain("合計 ¥1,200〜")
    assert not is_plain("ễ")


def test_two_variants_are_two_glyphs_and_neither_is_another_kanji() -> None:
    table = FontTable(find_font(Face.KANJI).path, 0)
    drawn = {table.variant_glyphs[ord("邉"), selector] for selector in range(0xE010F, 0xE0114)}
    assert len(drawn) == 5


@pytest.mark.parametrize("face", [Face.CELLS, Face.KANJI])
def test_a_font_of_one_variant_is_small_and_draws_what_the_whole_font_has(face: Face) -> None:
    """Where the plain glyph is the variant already, both are drawn alike; put together or not."""
    table = FontTable(find_font(face).path, 0)
    whole = ImageFont.truetype(str(table.path), 24, layout_engine=ImageFont.Layout.BASIC)
    glyph_of = {glyph: code for code, glyph in table._glyphs.items()}
    same = [variant for variant, glyph in table.variant_glyphs.items() if glyph_of.get(glyph) == variant[0]]
    assert len(same) > 1_000
    for base, selector in same[:: len(same) // 40]:
        alone = table.of_variant((base, selector))
        assert len(alone) < 1_000_000
        small = ImageFont.truetype(io.BytesIO(alone), 24, layout_engine=ImageFont.Layout.BASIC)
        code = table.variants[base, selector]
        assert bytes(small.getmask(chr(code))) == bytes(whole.getmask(chr(base)))
        assert any(small.getmask(chr(code)))


def test_a_font_that_is_not_there_has_nothing_but_the_first_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    from receipts import letters

    def only_biz(face: Face) -> object:
        if face is Face.CELLS:
            return real(face)
        raise FontMissingError(face.value)

    real = find_font
    monkeypatch.setattr(letters, "find_font", only_biz)
    caches = (letters.find_letter, letters._installed, letters.unprintable_position)
    for cached in caches:
        cached.cache_clear()
    try:
        assert unprintable_character("𠮷") == "𠮷"
        assert unprintable_character("João") == ""
    finally:
        for cached in caches:
            cached.cache_clear()


@pytest.mark.parametrize("content", [b"", b"ttcf", b"\x00\x01\x00\x00\xff\xff", b"\x00\x01\x00\x00\x00\x00" + bytes(6)])
def test_a_damaged_font_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(content)
    with pytest.raises(FontTableError, match=r"font\.ttf"):
        _ = FontTable(path, 0).characters
